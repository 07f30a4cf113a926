import { describe, expect, it } from "vitest";
import type { Change, PipelineRef, RiskClass } from "../../domain/index.ts";
import { aChange } from "../../testing/index.ts";
import { outsidePipeline } from "./built-in-risk.ts";

const risk = (of: RiskClass) => ({ class: of, rules: [], properties: {}, unknownType: false });
const run = (verified: boolean, approved: boolean): PipelineRef => ({
  run: "1",
  commit: null,
  ref: null,
  verified,
  approved,
});
const unapplied: Change["cause"] = { kind: "unapplied_commit", confidence: "high", evidence: [] };

const CASES: readonly (readonly [note: string, change: Partial<Change>, risk: RiskClass, outcome: string])[] =
  [
    ["low is permitted on every channel", { channel: "console" }, "low", "not_applicable"],
    ["medium is no matter of this set", { channel: "console" }, "medium", "not_applicable"],
    ["high from the console", { channel: "console" }, "high", "fail"],
    ["critical from the console", { channel: "console" }, "critical", "fail"],
    ["an unknown channel counts as outside", { channel: "unknown" }, "high", "fail"],
    ["a run that only its environment vouches for", { pipeline: run(false, false) }, "high", "fail"],
    ["a verified run", { pipeline: run(true, false) }, "critical", "pass"],
    ["an attempted change", { origin: "attempted", channel: "api" }, "high", "fail"],
    ["a planned change is the pipeline", { origin: "planned" }, "critical", "not_applicable"],
    ["code that moved was not made outside", { cause: unapplied }, "critical", "not_applicable"],
  ];

describe("the built-in set risk", () => {
  it.each(CASES)("%s", (_note, change, of, outcome) => {
    const result = outsidePipeline(aChange({ pipeline: null, ...change }), risk(of));
    expect(result.outcome).toBe(outcome);
    expect(result.level).toBe("soft-mandatory");
    expect(result.violations).toHaveLength(outcome === "fail" ? 1 : 0);
  });
});
