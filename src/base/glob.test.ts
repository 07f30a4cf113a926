import { describe, expect, it } from "vitest";
import { globMatches } from "./glob.ts";

const CASES: readonly (readonly [pattern: string, text: string, matches: boolean])[] = [
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["*", "module.a.b[0]", true],
  ["aws_*", "aws_instance", true],
  ["aws_*", "xaws_instance", false],
  ["*.bastion", "aws_security_group.bastion", true],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-b-b", false],
  ["[a]", "a", false],
  ["[a]", "[a]", true],
  ["**", "x", true],
];

describe("globMatches", () => {
  it.each(CASES)("%j on %j is %s", (pattern, text, matches) => {
    expect(globMatches(pattern, text)).toBe(matches);
  });

  it("does not blow up on nested stars", () => {
    expect(globMatches("*a".repeat(40), "a".repeat(39))).toBe(false);
  });
});
