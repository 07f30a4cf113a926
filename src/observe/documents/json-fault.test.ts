import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonFault, lineAndColumn } from "./json-fault.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("findJsonFault", () => {
  it.each([
    ["", 0, "ends_early"],
    ["{", 1, "ends_early"],
    ['{"a": 1', 7, "ends_early"],
    ['{"a": "b', 8, "ends_early"],
    ['{"a": "b\\', 9, "ends_early"],
    ['{"a": "\\u12', 11, "ends_early"],
    ["[1, 2,", 6, "ends_early"],
    ["[tru", 4, "ends_early"],
    ["[1.", 3, "ends_early"],
    ["-", 1, "ends_early"],
    ["[1,]", 3, "unexpected"],
    ['{"a" 1}', 5, "unexpected"],
    ["{a: 1}", 1, "unexpected"],
    ["[01]", 1, "unexpected"],
    ["[1}", 2, "unexpected"],
    ["{} x", 3, "unexpected"],
    ['["\\x"]', 2, "unexpected"],
    ['["a\nb"]', 3, "unexpected"],
    ["Terraform will perform", 0, "unexpected"],
  ])("%j", (text, offset, kind) => {
    expect(isJson(text)).toBe(false);
    expect(findJsonFault(text)).toEqual({ offset, kind });
  });

  it("agrees with JSON.parse on whether there is a fault", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "a",
      "1",
      "-",
      ".",
      "e",
      "0",
      "true",
      "null",
      "\\",
      "u",
      " ",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        expect(findJsonFault(text) === null, text).toBe(isJson(text));
      }),
      { numRuns: 3000 },
    );
  });

  it("finds every cut of a document to end too early", () => {
    const text = JSON.stringify({ a: [1.5e3, "x\u0041", true, null], b: { c: "d" } });
    for (let end = 0; end < text.length; end++)
      expect(findJsonFault(text.slice(0, end)), text.slice(0, end)).toEqual({
        offset: end,
        kind: "ends_early",
      });
  });

  it("takes a hundred thousand levels", () => {
    expect(findJsonFault("[".repeat(100_000))).toEqual({ offset: 100_000, kind: "ends_early" });
  });
});

describe("lineAndColumn", () => {
  it.each([
    ["abc", 1, { line: 1, column: 2 }],
    ["a\nbc", 3, { line: 2, column: 2 }],
    ["a\n\n", 3, { line: 3, column: 1 }],
  ])("%j at %i", (text, offset, want) => {
    expect(lineAndColumn(text, offset)).toEqual(want);
  });
});
