import { describe, expect, it } from "vitest";
import { didYouMean } from "./did-you-mean.ts";

const KEYS = ["version", "workspace", "policies", "points", "protected_refs", "due"];

describe("didYouMean", () => {
  it.each([
    ["polices", "policies"],
    ["wrokspace", "workspace"],
    ["protectedRefs", "protected_refs"],
    ["protected-refs", "protected_refs"],
    ["Version", "version"],
    ["dues", "due"],
  ])("takes %s for %s", (word, meant) => {
    expect(didYouMean(word, KEYS)).toBe(meant);
  });

  it.each(["banana", "x", ""])("has no guess for %j", (word) => {
    expect(didYouMean(word, KEYS)).toBeNull();
  });

  it("does not compare what nobody typed", () => {
    expect(didYouMean("y".repeat(1_000_000), KEYS)).toBeNull();
  });
});
