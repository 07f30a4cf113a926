import type { Json } from "../../../base/index.ts";
import type { Normaliser } from "./normaliser.ts";

export const booleanSpelling: Normaliser = {
  name: "boolean-spelling",
  removes: 'a truth value and the same value as text: `true` and `"true"`',
  isNoise: ({ before, after }) => isTextOf(before, after) || isTextOf(after, before),
};

function isTextOf(text: Json, truth: Json): boolean {
  return (
    typeof text === "string" && typeof truth === "boolean" && text.trim().toLowerCase() === String(truth)
  );
}
