import { describe, expect, it } from "vitest";
import type { PolicyException, PolicyResult } from "../../domain/index.ts";
import { aJudgedChange, aPassingResult, aPolicyRef, aPolicyResult, aViolation } from "../../testing/index.ts";
import { needlessExceptions } from "./index.ts";

function exception(rule: string): PolicyException {
  return {
    schema: "trueup.exception/v1",
    id: `exc_${"0".repeat(24)}`,
    rule,
    scope: {},
    riskClass: "high",
    owner: "edge",
    ticket: null,
    reason: "the vendor moves in",
    requester: { id: "acc_dana", name: "dana" },
    requestedAt: "2026-11-01T00:00:00.000Z",
    from: "2026-11-01T00:00:00.000Z",
    until: "2026-12-01T00:00:00.000Z",
    reviewEveryDays: 14,
    evidence: [],
    granted: null,
    revoked: null,
    lastUsedAt: null,
    lastReviewedAt: null,
    version: 1,
  };
}

const policy = aPolicyRef({ set: "s", policy: "p" });
const passes = aPassingResult({ policy });
const fails = aPolicyResult({ policy, violations: [aViolation({ policy, rule: "r" })] });

const CASES: readonly {
  note: string;
  rule: string;
  results: readonly PolicyResult[];
  held?: boolean;
  needless: boolean;
}[] = [
  { note: "the rule passes now", rule: "s/p", results: [passes], needless: true },
  { note: "it fails still", rule: "s/p", results: [fails], needless: false },
  { note: "it fails on one of two changes", rule: "s/p", results: [passes, fails], needless: false },
  { note: "another rule of the policy fails", rule: "s/p/other", results: [fails], needless: true },
  { note: "this rule of the policy fails", rule: "s/p/r", results: [fails], needless: false },
  {
    note: "it cannot be evaluated",
    rule: "s/p",
    results: [{ ...passes, outcome: "error" }],
    needless: false,
  },
  {
    note: "it does not apply",
    rule: "s/p",
    results: [{ ...passes, outcome: "not_applicable" }],
    needless: false,
  },
  { note: "nothing that it holds was judged", rule: "s/p", results: [passes], held: false, needless: false },
  { note: "a policy whose name only begins alike", rule: "s/pp", results: [passes], needless: false },
];

describe("needlessExceptions", () => {
  it.each(CASES)("$note → $needless", ({ rule, results, held, needless }) => {
    const judged = results.map((result) => aJudgedChange({ results: [result] }));
    const found = needlessExceptions([exception(rule)], judged, () => held ?? true);
    expect(found).toHaveLength(needless ? 1 : 0);
  });
});
