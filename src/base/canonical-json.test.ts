import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

describe("canonicalJson", () => {
  it.each([
    ["a lone high surrogate", { a: "x\ud800y" }, '{"a":"x\uFFFDy"}'],
    ["a lone low surrogate in a key", { "\udfff": [1] }, '{"\uFFFD":[1]}'],
    ["a pair", { a: "\ud83d\ude00" }, '{"a":"\ud83d\ude00"}'],
    ["text that looks like an escape", { a: "\\ud800" }, '{"a":"\\\\ud800"}'],
    ["U+0000", { a: "\u0000" }, '{"a":"\\u0000"}'],
  ])("records %s", (_name, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it("keeps a `__proto__` key an own key", () => {
    const text = canonicalJson(JSON.parse('{"__proto__":{"a":"\\ud800"}}'));
    expect(text).toBe('{"__proto__":{"a":"\uFFFD"}}');
  });

  it("says what the reference library says of every well-formed value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["numbers", [1, -0, 1.5, 1e21, 1e-7, Number("333333333.33333329"), 4.5, 2e-3, 5e-324]],
    [
      "keys that look like numbers",
      { "10": 1, "9": 2, a: 3, "\u20ac": 4, "\r": 5, "\ufb33": 6, "\u0080": 7 },
    ],
    ["nothing in it", [{}, [], "", null]],
    ["members that are undefined", { a: undefined, b: 1 }],
  ])("writes %s as the reference library does", (_name, value) => {
    expect(canonicalJson(value)).toBe(canonicalize(value));
  });

  it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [1n], [undefined], [() => 1]])("refuses %s", (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
