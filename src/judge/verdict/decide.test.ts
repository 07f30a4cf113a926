import { describe, expect, it } from "vitest";
import type {
  EnforcementLevel,
  PointSettings,
  PolicyResult,
  Verdict,
  VerdictRow,
} from "../../domain/index.ts";
import { type DecidedOn, decide } from "./decide.ts";
import { VERDICT_OF_ROW } from "./truth-table.ts";

const CI: PointSettings = {
  point: "ci",
  action: "deny",
  failMode: "closed",
  offersApproval: false,
  onReview: "require_approval",
};

function on(row: VerdictRow, failing: EnforcementLevel = "soft-mandatory"): DecidedOn {
  const verdict: Verdict = {
    kind: VERDICT_OF_ROW[row],
    row,
    because: `row ${row}`,
    determining: [],
    erroring: [],
    permit: null,
    covers: [],
    withoutCovers: { kind: VERDICT_OF_ROW[row], row },
    attributionDeadline: null,
  };
  const policy = { set: "s", revision: "r", policy: "p", engine: "rego" as const };
  const result: PolicyResult = {
    policy,
    level: failing,
    outcome: VERDICT_OF_ROW[row] === "violation" ? "fail" : "pass",
    violations: [],
    allows: [],
    reviews: [],
    warnings: [],
    error: null,
    prints: [],
  };
  return { verdict, results: [result], subject: `change ${row}` };
}

const CASES: readonly (readonly [
  note: string,
  items: DecidedOn[],
  settings: Partial<PointSettings>,
  kind: string,
  wouldBe: string,
])[] = [
  ["nothing to judge", [], {}, "allow", "allow"],
  ["allowed", [on(8)], {}, "allow", "allow"],
  ["a soft violation", [on(4)], {}, "deny", "deny"],
  [
    "a soft violation where approval is offered",
    [on(4)],
    { offersApproval: true },
    "require_approval",
    "require_approval",
  ],
  [
    "a hard violation where approval is offered",
    [on(1, "hard-mandatory")],
    { offersApproval: true },
    "deny",
    "deny",
  ],
  ["review", [on(7)], {}, "require_approval", "require_approval"],
  ["review that is let through and recorded", [on(9)], { onReview: "allow_and_record" }, "allow", "allow"],
  [
    "an erroring verdict is never let through and recorded",
    [on(2)],
    { onReview: "allow_and_record" },
    "deny",
    "deny",
  ],
  ["an erroring verdict, fail open", [on(5)], { failMode: "open" }, "allow", "allow"],
  ["fail open opens nothing else", [on(4)], { failMode: "open" }, "deny", "deny"],
  ["the worst decides", [on(8), on(7), on(4)], {}, "deny", "deny"],
  ["a warning point lets through", [on(4)], { action: "warn" }, "allow", "deny"],
  ["a dry run lets through", [on(7)], { action: "dryrun" }, "allow", "require_approval"],
];

describe("decide", () => {
  it.each(CASES)("%s", (_note, items, settings, kind, wouldBe) => {
    const decided = decide(items, { ...CI, ...settings });
    expect([decided.kind, decided.wouldBe]).toEqual([kind, wouldBe]);
  });

  it("records an interval of failing open", () => {
    expect(decide([on(5)], { ...CI, failMode: "open" }).obligations).toEqual([
      { kind: "record_fail_open", text: "change 5" },
    ]);
  });

  it("does not name a resource twice", () => {
    const named = { ...on(4), subject: "row" };
    expect(decide([named], CI).reasons).toEqual(["row 4"]);
  });

  it("gives a reason for everything that is not allowed", () => {
    expect(decide([on(8), on(4), on(7)], CI).reasons).toEqual(["change 4: row 4", "change 7: row 7"]);
  });
});
