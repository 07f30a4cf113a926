import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HOSTILE_TEXTS } from "../../testing/index.ts";
import { neutral, prose, shortened, withoutRunnerCommands } from "./neutral-text.ts";

const DANGEROUS =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e0fff}]/u;

describe("neutral", () => {
  it.each([
    ["\u001b[31m", "\\u{1b}[31m"],
    ["a\nb", "a\\u{a}b"],
    ["a\u202eb", "a\\u{202e}b"],
    ["a\ud800b", "a\\u{d800}b"],
    ["grün 日本 😀", "grün 日本 😀"],
  ])("turns %j into %j", (text, shown) => {
    expect(neutral(text)).toBe(shown);
  });

  it.each(HOSTILE_TEXTS)("leaves nothing dangerous of: %s", (_name, text) => {
    expect(neutral(text)).not.toMatch(DANGEROUS);
    expect(prose(text)).not.toMatch(DANGEROUS);
  });

  it("holds for any text, and is stable when applied twice", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const once = neutral(text);
        expect(once).not.toMatch(DANGEROUS);
        expect(() => encodeURIComponent(once)).not.toThrow();
        expect(neutral(once)).toBe(once);
      }),
    );
  });
});

describe("prose", () => {
  it("joins lines by one space", () => {
    expect(prose("  one\r\n\ttwo\u2028three  ")).toBe("one two three");
  });

  it("shortens and says how long the text was", () => {
    expect(prose("x".repeat(5_000), 10)).toBe("xxxxxxxxxx… (5000 characters)");
  });
});

describe("shortened", () => {
  it("never cuts a character in two", () => {
    expect(shortened("ab😀cd", 3)).toBe("ab… (6 characters)");
  });
});

describe("withoutRunnerCommands", () => {
  it.each([
    ["::error::x", ": :error::x"],
    ["   ::error::x", "   : :error::x"],
    ["\u001b[31m::error::x", "\u001b[31m: :error::x"],
    ["a ##[error]x", "a # #[error]x"],
    ["##VSO[task.x]", "# #VSO[task.x]"],
    ["##teamcity[a]", "# #teamcity[a]"],
    ["a::b", "a::b"],
    ["## heading", "## heading"],
  ])("turns %j into %j", (line, safe) => {
    expect(withoutRunnerCommands(line)).toBe(safe);
  });
});
