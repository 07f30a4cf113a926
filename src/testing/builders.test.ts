import { describe, expect, it } from "vitest";
import {
  aCheckReport,
  aHostileChange,
  aHostileFinding,
  anAllowedFinding,
  aScanReport,
  HOSTILE_TEXTS,
} from "./index.ts";

describe("builders", () => {
  it("count what they hold", () => {
    const scan = aScanReport({ findings: [anAllowedFinding(), anAllowedFinding({ delta: "new" })] });
    expect(scan.counts).toMatchObject({ drifted: 2, violations: 0, allowed: 2, new: 1 });
    const check = aCheckReport();
    expect(check.counts).toMatchObject({
      changes: check.changes.length,
      violations: 1,
      review: 1,
      allowed: 1,
    });
  });

  it("give the same value each time, and never the same object", () => {
    expect(aScanReport()).toEqual(aScanReport());
    expect(aScanReport().findings[0]).not.toBe(aScanReport().findings[0]);
  });

  it("carry a hostile text in every free place", () => {
    const places = (value: object) => JSON.stringify(value).split('"HOSTILE"').length - 1;
    expect(places(aHostileFinding("HOSTILE"))).toBeGreaterThan(40);
    expect(places(aHostileChange("HOSTILE"))).toBeGreaterThan(40);
    expect(new Set(HOSTILE_TEXTS.map(([name]) => name)).size).toBe(HOSTILE_TEXTS.length);
  });
});
