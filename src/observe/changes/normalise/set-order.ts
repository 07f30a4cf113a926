import { isJsonArray } from "../../../base/index.ts";
import { matchElements } from "../match-elements.ts";
import type { Normaliser } from "./normaliser.ts";

export const setOrder: Normaliser = {
  name: "set-order",
  removes: "the same elements in another order, in a list that is a set",
  isNoise: ({ before, after, isSet }) => {
    if (!isSet || !isJsonArray(before) || !isJsonArray(after) || before.length !== after.length) return false;
    const { pairs, removed, added } = matchElements(before, after);
    return pairs.length + removed.length + added.length === 0;
  },
};
