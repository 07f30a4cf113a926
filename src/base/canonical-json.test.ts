import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical-json.ts";
import { isJsonObject } from "./json.ts";

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

  it("is the canonical text of every well-formed value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        fc.pre(isJsonObject(value));
        expect(canonicalJson(value)).toBe(canonicalJson(value));
      }),
    );
  });
});
