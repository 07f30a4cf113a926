import type { Json } from "../../../base/index.ts";
import type { Normaliser } from "./normaliser.ts";

/** Two texts are never compared as numbers: `"0644"` and `"644"` may be file modes. */
export const numberSpelling: Normaliser = {
  name: "number-spelling",
  removes: 'a number and the same number as text: `443` and `"443"`',
  isNoise: ({ before, after }) => isTextOf(before, after) || isTextOf(after, before),
};

function isTextOf(text: Json, number: Json): boolean {
  return (
    typeof text === "string" &&
    typeof number === "number" &&
    text.trim() !== "" &&
    String(number) === text.trim()
  );
}
