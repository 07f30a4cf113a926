import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { prints } from "../test-kit.ts";
import { OPEN_POINTS } from "./open-points.ts";

describe("points that no public policy can see", () => {
  it.each(OPEN_POINTS.map((point) => [point.point, point] as const))(
    "%s",
    (_title, { program, prints: expected }) => {
      expect(prints(program)).toBe(expected);
    },
  );

  it("are listed in the docs, word for word", () => {
    const page = readFileSync("docs/sentinel.md", "utf8");
    for (const { point, page: decided, answer } of OPEN_POINTS) {
      expect(page).toContain(
        `| ${point} | ${decided === null ? "[undetermined]" : `\`${decided}\``} | ${answer} |`,
      );
    }
  });
});
