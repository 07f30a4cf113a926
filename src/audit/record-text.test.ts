import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson, isJsonObject } from "../base/index.ts";
import { recordText } from "./record-text.ts";

describe("recordText", () => {
  it.each([
    ["a lone high surrogate", { a: "x\ud800y" }, '{"a":"x\uFFFDy"}'],
    ["a lone low surrogate in a key", { "\udfff": [1] }, '{"\uFFFD":[1]}'],
    ["a pair", { a: "\ud83d\ude00" }, '{"a":"\ud83d\ude00"}'],
    ["text that looks like an escape", { a: "\\ud800" }, '{"a":"\\\\ud800"}'],
    ["U+0000", { a: "\u0000" }, '{"a":"\\u0000"}'],
  ])("records %s", (_name, value, text) => {
    expect(recordText(value)).toBe(text);
  });

  it("keeps a `__proto__` key an own key", () => {
    const text = recordText(JSON.parse('{"__proto__":{"a":"\\ud800"}}'));
    expect(text).toBe('{"__proto__":{"a":"\uFFFD"}}');
  });

  it("is the canonical text of every well-formed value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        fc.pre(isJsonObject(value));
        expect(recordText(value)).toBe(canonicalJson(value));
      }),
    );
  });
});
