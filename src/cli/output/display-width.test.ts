import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth, padded, wrapped } from "./display-width.ts";

describe("displayWidth", () => {
  it.each([
    ["abc", 3],
    ["日本", 4],
    ["ｆｕｌｌ", 8],
    ["e\u0301", 1],
    ["😀", 2],
    ["→ · …", 5],
    ["한국", 4],
    ["", 0],
  ])("of %j is %d", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("padded", () => {
  it("counts columns, not characters", () => {
    expect(padded("日本", 6)).toBe("日本  ");
    expect(padded("longer", 3)).toBe("longer");
  });
});

describe("wrapped", () => {
  it("breaks at spaces and cuts long words", () => {
    expect(wrapped("one two three", 8)).toEqual(["one two", "three"]);
    expect(wrapped("a 日本日本日本日本日本", 8)).toEqual(["a", "日本日本", "日本日本", "日本"]);
  });

  it("keeps every line within the width and loses no word", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[!-~日本é]{1,30}$/)),
        fc.integer({ min: 8, max: 60 }),
        (words, width) => {
          const lines = wrapped(words.join(" "), width);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
          expect(lines.join("").replaceAll(" ", "")).toBe(words.join(""));
        },
      ),
    );
  });
});
