import { isJsonArray, isJsonObject, type Json } from "../../../base/index.ts";
import type { Normaliser } from "./normaliser.ts";

/**
 * `false` and `0` are values, not absence: `encrypted: null → false` stays. So does an element of a list,
 * however empty: one empty `ingress` block of a NetworkPolicy lets everybody in.
 */
export const nullIsEmpty: Normaliser = {
  name: "null-is-empty",
  removes: 'absence spelled in two ways: `null`, `""`, `[]`, `{}`',
  isNoise: ({ path, before, after }) => typeof path.at(-1) !== "number" && isEmpty(before) && isEmpty(after),
};

function isEmpty(value: Json): boolean {
  if (value === null || value === "") return true;
  if (isJsonArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}
