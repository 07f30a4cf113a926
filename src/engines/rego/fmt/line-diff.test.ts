import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineDiff } from "./line-diff.ts";

describe("lineDiff", () => {
  it("shows a change with three lines around it", () => {
    const lines = Array.from({ length: 12 }, (_, i) => `l${i}`);
    const changed = lines.with(5, "new");
    expect(lineDiff("f", lines.join("\n"), changed.join("\n"))).toBe(
      [
        "--- f",
        "+++ f (formatted)",
        "@@ -3,7 +3,7 @@",
        " l2",
        " l3",
        " l4",
        "-l5",
        "+new",
        " l6",
        " l7",
        " l8",
        "",
      ].join("\n"),
    );
  });

  it("is empty for equal texts", () => {
    expect(lineDiff("f", "a\n", "a\n")).toBe("");
  });

  it("holds all of both texts when their lines are few", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 }).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const body = lineDiff("f", before, after)
          .split("\n")
          .slice(2, -1)
          .filter((line) => !line.startsWith("@@"));
        if (before === after) return;
        const side = (marks: string): string =>
          body
            .filter((line) => marks.includes(line.charAt(0)))
            .map((line) => line.slice(1))
            .join("\n");
        expect(before).toContain(side(" -"));
        expect(after).toContain(side(" +"));
      }),
    );
  });
});
