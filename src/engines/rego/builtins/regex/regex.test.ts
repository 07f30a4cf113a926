import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import { Regex, RegexError } from "./regex.ts";

/** What the linear engine alone says: start and end of the first match. */
function linearFirst(pattern: string, text: string): [number, number] | undefined {
  const matcher = RE2JS.compile(pattern).matcher(text);
  return matcher.find() ? [matcher.start(), matcher.end()] : undefined;
}

function first(pattern: string, text: string): [number, number] | undefined {
  const match = new Regex(pattern).findAll(text, 1)[0];
  return match === undefined ? undefined : [match.start, match.end];
}

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "\\d",
  "\\w",
  "[^a]",
  "[a-c]",
  "é",
  "^",
  "$",
  "\\b",
  "\\pL",
  "(?i:B)",
);
const quantifier = fc.constantFrom("", "", "*", "+", "?", "*?", "{2}", "{1,3}");
const pattern = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    fc.array(tie("part"), { maxLength: 4 }).map((parts) => parts.join("")),
    fc.tuple(tie("part"), tie("part")).map((both) => both.join("|")),
  ),
  part: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(atom, quantifier).map(([one, many]) => (/^[\^$]$|\\b/.test(one) ? one : one + many)),
    fc.tuple(tie("pattern"), quantifier).map(([inner, many]) => `(?:${inner})${many}`),
    tie("pattern").map((inner) => `(${inner})`),
  ),
})).pattern;
const text = fc.string({
  unit: fc.constantFrom("a", "b", "B", "c", "1", " ", "\n", "é", "😀"),
  maxLength: 12,
});

describe("one meaning, two engines", () => {
  test("the fast engine finds what the linear one finds", () => {
    fc.assert(
      fc.property(pattern, text, (source, input) => {
        expect(first(source, input)).toEqual(linearFirst(source, input));
        expect(new Regex(source).test(input)).toBe(linearFirst(source, input) !== undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test("RE2's meaning where JavaScript's differs", () => {
    expect(new Regex("^a$").test("a\n")).toBe(false);
    expect(new Regex("a.b").test("a\nb")).toBe(false);
    expect(new Regex("a.b").test("a\rb")).toBe(true);
    expect(new Regex("a.b").test("a\u2028b")).toBe(true);
    expect(new Regex("(?s)a.b").test("a\nb")).toBe(true);
    expect(new Regex("(?m)^b$").test("a\nb")).toBe(true);
    expect(new Regex("\\s").test("\u00a0")).toBe(false);
    expect(new Regex("\\s").test("\v")).toBe(false);
    expect(new Regex("\\z").test("a")).toBe(true);
    expect(new Regex("^.$").test("😀")).toBe(true);
    expect(new Regex("(?i)k").test("\u212a")).toBe(true);
    expect(new Regex("[[:alpha:]]+").test("abc")).toBe(true);
  });
});

describe("patterns that would backtrack for ever", () => {
  const bad = ["^(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*)*x", "^(\\w+\\s?)*$", "(a?){30}a{30}", "(.*a){20}"];
  for (const source of bad) {
    test(source, () => {
      const start = performance.now();
      new Regex(source).test(`${"a".repeat(3000)}!`);
      // The worst of these takes longer than the age of the universe in V8's engine.
      expect(performance.now() - start).toBeLessThan(20_000);
    });
  }
});

test("errors in the words of Go", () => {
  const messageOf = (source: string): string => {
    try {
      new Regex(source);
    } catch (error) {
      if (error instanceof RegexError) return error.message;
    }
    return "";
  };
  expect(messageOf("(a")).toBe("error parsing regexp: missing closing ): `(a`");
  expect(messageOf("a**")).toBe("error parsing regexp: invalid nested repetition operator: `**`");
  expect(messageOf("[b-a]")).toBe("error parsing regexp: invalid character class range: `b-a`");
  expect(messageOf("(?=a)")).toContain("invalid or unsupported Perl syntax");
  expect(messageOf("\\1")).toContain("invalid escape sequence");
});
