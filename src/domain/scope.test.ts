import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { globMatches } from "../base/index.ts";
import type { CoverScope } from "./cover.ts";
import { beyondScope, patternWithin } from "./scope.ts";

describe("patternWithin", () => {
  it.each([
    { inner: "prod-eu", outer: "prod-*", within: true },
    { inner: "prod-e*", outer: "prod-*", within: true },
    { inner: "*", outer: "prod-*", within: false },
    { inner: "prod-*", outer: "prod-eu", within: false },
    { inner: "a*c", outer: "a?c", within: false },
    { inner: "abc", outer: "a?c", within: true },
    { inner: "a?c", outer: "a?c", within: true },
    { inner: "a?c", outer: "abc", within: false },
    { inner: "x", outer: "**", within: true },
    { inner: "", outer: "*", within: true },
  ])("$inner in $outer → $within", ({ inner, outer, within }) => {
    expect(patternWithin(inner, outer)).toBe(within);
  });

  it("never says that a glob is inside one that misses a text of it", () => {
    const glob = fc.stringMatching(/^[ab*?]{0,6}$/);
    fc.assert(
      fc.property(glob, glob, fc.stringMatching(/^[ab]{0,6}$/), (inner, outer, text) => {
        if (patternWithin(inner, outer) && globMatches(inner, text))
          expect(globMatches(outer, text)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("beyondScope", () => {
  const outer: CoverScope = {
    workspaces: ["prod-*"],
    types: ["aws_security_group"],
    riskClasses: ["low", "high"],
  };
  it.each<{ note: string; inner: CoverScope; beyond: readonly string[] }>([
    { note: "the same", inner: outer, beyond: [] },
    { note: "narrower", inner: { ...outer, workspaces: ["prod-eu"], addresses: ["a.b"] }, beyond: [] },
    {
      note: "a list left out means all",
      inner: { types: ["aws_security_group"], riskClasses: ["low"] },
      beyond: ["workspaces"],
    },
    { note: "another type", inner: { ...outer, types: ["aws_iam_role"] }, beyond: ["types"] },
    { note: "another class", inner: { ...outer, riskClasses: ["critical"] }, beyond: ["riskClasses"] },
  ])("$note", ({ inner, beyond }) => {
    expect(beyondScope(inner, outer)).toEqual(beyond);
  });
});
