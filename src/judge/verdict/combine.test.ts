import { describe, expect, it } from "vitest";
import {
  type Actor,
  type Change,
  type Cover,
  type CoverScope,
  type EnforcementLevel,
  type PolicyResult,
  type RiskClass,
  UNKNOWN_ACTOR,
} from "../../domain/index.ts";
import { type CombineInput, combine } from "./combine.ts";

const NOW = Date.parse("2026-11-24T10:00:00Z");
const ENVIRONMENT = { workspace: "payments", labels: {}, account: "111122223333" };
const MIRA: Actor = {
  ...UNKNOWN_ACTOR,
  kind: "human",
  principal: "arn:role/sso",
  person: "mira@example.com",
};

function change(over: Partial<Change> = {}): Change {
  return {
    id: "c0ffee000000",
    digest: "d".repeat(64),
    origin: "observed",
    action: "update",
    resource: {
      provider: "aws",
      account: "111122223333",
      region: "eu-west-1",
      type: "aws_security_group",
      id: "sg-1",
      address: "aws_security_group.bastion",
      name: "bastion",
      module: null,
    },
    tags: {},
    before: {},
    after: {},
    properties: [{ path: ["ingress", 1], before: null, after: {}, sensitive: false, unknown: false }],
    sensitive: [],
    unknown: [],
    actor: MIRA,
    channel: "console",
    pipeline: null,
    time: "2026-11-24T02:13:00Z",
    drift: "managed",
    relevant: false,
    cause: null,
    noise: [],
    planIndex: null,
    ...over,
  };
}

function result(
  policy: string,
  level: EnforcementLevel,
  outcome: PolicyResult["outcome"],
  says: { allow?: boolean; review?: boolean } = {},
): PolicyResult {
  const ref = { set: "starter", revision: "sha256:0", policy, engine: "rego" as const };
  const message = (text: string) => [{ rule: "r", message: text, path: null, severity: null }];
  return {
    policy: ref,
    level,
    outcome,
    violations:
      outcome === "fail"
        ? [{ ...message(`${policy} fails`)[0]!, policy: ref, level, introduced: true, planLevel: false }]
        : [],
    allows: says.allow === true ? message("allowed") : [],
    reviews: says.review === true ? message("look at it") : [],
    warnings: [],
    error: outcome === "error" ? { code: "eval_cancel_error", message: `${policy} timed out` } : null,
    prints: [],
  };
}

const SCOPE: CoverScope = { addresses: ["aws_security_group.*"] };
const exception = (over: Partial<Extract<Cover, { kind: "exception" }>> = {}): Cover => ({
  kind: "exception",
  id: "EX-1",
  rule: "starter/soft",
  scope: SCOPE,
  owner: "team-net",
  reason: "migration",
  from: "2026-11-01T00:00:00Z",
  until: "2026-12-01T00:00:00Z",
  verified: true,
  ...over,
});
const grant = (over: Partial<Extract<Cover, { kind: "grant" }>> = {}): Cover => ({
  kind: "grant",
  id: "BG-1",
  holder: "mira@example.com",
  sessions: [],
  scope: SCOPE,
  reason: "INC-4711",
  from: "2026-11-24T02:00:00Z",
  until: "2026-11-24T04:00:00Z",
  reviewed: false,
  reviewDue: "2026-11-27T00:00:00Z",
  ...over,
});
const approval = (over: Partial<Extract<Cover, { kind: "approval" }>> = {}): Cover => ({
  kind: "approval",
  id: "AP-1",
  digest: "d".repeat(64),
  approvers: ["ola@example.com"],
  until: "2026-11-25T00:00:00Z",
  requestIds: ["req-1"],
  ...over,
});

function input(over: Partial<CombineInput> = {}): CombineInput {
  return {
    change: change(),
    environment: ENVIRONMENT,
    riskClass: "high",
    results: [],
    covers: [],
    letThrough: ["low", "medium", "high", "critical"],
    attributionDeadline: null,
    now: NOW,
    ...over,
  };
}

const softFail = [result("soft", "soft-mandatory", "fail")];

interface Case {
  readonly note: string;
  readonly input: CombineInput;
  readonly row: number;
  readonly covers?: readonly string[];
}

const CASES: readonly Case[] = [
  {
    note: "a hard failure stands under a grant",
    row: 1,
    input: input({
      results: [result("hard", "hard-mandatory", "fail")],
      covers: [grant(), exception({ rule: "*" })],
    }),
  },
  {
    note: "a hard policy that errors is reviewed, covered or not",
    row: 2,
    input: input({
      results: [result("hard", "hard-mandatory", "error")],
      covers: [exception({ rule: "*" })],
    }),
  },
  {
    note: "an unknown actor inside an open grant waits for attribution",
    row: 3,
    input: input({
      change: change({ actor: UNKNOWN_ACTOR }),
      results: softFail,
      covers: [grant()],
      attributionDeadline: NOW + 1,
    }),
  },
  {
    note: "the attribution deadline is half-open",
    row: 4,
    input: input({
      change: change({ actor: UNKNOWN_ACTOR }),
      results: softFail,
      covers: [grant()],
      attributionDeadline: NOW,
    }),
  },
  {
    note: "a reviewed grant awaits nothing",
    row: 4,
    input: input({
      change: change({ actor: UNKNOWN_ACTOR }),
      results: softFail,
      covers: [grant({ reviewed: true })],
      attributionDeadline: NOW + 1,
    }),
  },
  { note: "an uncovered soft failure", row: 4, input: input({ results: softFail }) },
  {
    note: "low risk does not override a soft failure",
    row: 4,
    input: input({ results: softFail, riskClass: "low" }),
  },
  {
    note: "an allow rule does not override a soft failure",
    row: 4,
    input: input({ results: [...softFail, result("speaks", "advisory", "pass", { allow: true })] }),
  },
  {
    note: "an exception of another rule covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ rule: "starter/other" })] }),
  },
  {
    note: "an expired exception covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ until: "2026-11-24T10:00:00Z" })] }),
  },
  {
    note: "an exception that starts later covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ from: "2026-11-24T10:00:01Z" })] }),
  },
  {
    note: "an exception elsewhere covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ scope: { addresses: ["aws_instance.*"] } })] }),
  },
  {
    note: "an exception for other properties covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ scope: { paths: ["tags"] } })] }),
  },
  {
    note: "an exception in another account covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ scope: { accounts: ["999"] } })] }),
  },
  {
    note: "an exception for a lower class covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ scope: { riskClasses: ["medium"] } })] }),
  },
  {
    note: "an exception with a broken date covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [exception({ until: "soon" })] }),
  },
  {
    note: "a grant of somebody else covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [grant({ holder: "eve@example.com" })] }),
  },
  {
    note: "a change before the window is not covered",
    row: 4,
    input: input({ results: softFail, covers: [grant({ from: "2026-11-24T02:13:01Z" })] }),
  },
  {
    note: "a change at the end of the window is not covered",
    row: 4,
    input: input({ results: softFail, covers: [grant({ until: "2026-11-24T02:13:00Z" })] }),
  },
  {
    note: "a grant with an overdue review covers nothing",
    row: 4,
    input: input({ results: softFail, covers: [grant({ reviewDue: "2026-11-24T10:00:00Z" })] }),
  },
  {
    note: "an approval of another digest covers nothing",
    row: 4,
    input: input({
      change: change({ origin: "planned" }),
      results: softFail,
      covers: [approval({ digest: "e".repeat(64) })],
    }),
  },
  {
    note: "an observed change is not covered by an equal digest alone",
    row: 4,
    input: input({ results: softFail, covers: [approval()] }),
  },
  {
    note: "an uncovered soft error",
    row: 5,
    input: input({ results: [result("soft", "soft-mandatory", "error")] }),
  },
  {
    note: "a covered failure beside an uncovered error",
    row: 5,
    input: input({
      results: [...softFail, result("other", "soft-mandatory", "error")],
      covers: [exception()],
    }),
  },
  {
    note: "an exception covers the policy by name",
    row: 6,
    covers: ["EX-1"],
    input: input({ results: softFail, covers: [exception()] }),
  },
  {
    note: "an exception covers one rule by name",
    row: 6,
    covers: ["EX-1"],
    input: input({
      results: softFail,
      covers: [exception({ rule: "starter/soft/r", scope: { paths: ["ingress"] } })],
    }),
  },
  {
    note: "a grant covers its holder in its window",
    row: 6,
    covers: ["BG-1"],
    input: input({ results: softFail, covers: [grant()] }),
  },
  {
    note: "a grant covers a session that the holder assumed",
    row: 6,
    covers: ["BG-1"],
    input: input({
      change: change({ actor: { ...UNKNOWN_ACTOR, kind: "human", principal: "arn:role/ops" } }),
      results: softFail,
      covers: [grant({ sessions: ["arn:role/ops"] })],
    }),
  },
  {
    note: "an approval covers a planned change by digest",
    row: 6,
    covers: ["AP-1"],
    input: input({ change: change({ origin: "planned" }), results: softFail, covers: [approval()] }),
  },
  {
    note: "an approval covers an observed change through its request id",
    row: 6,
    covers: ["AP-1"],
    input: input({
      change: change({
        cause: { kind: "unknown", confidence: "low", evidence: [{ ref: "req-1", says: "executed" }] },
      }),
      results: softFail,
      covers: [approval()],
    }),
  },
  {
    note: "two failures by two covers name both",
    row: 6,
    covers: ["BG-1", "EX-1"],
    input: input({
      results: [...softFail, result("other", "soft-mandatory", "fail")],
      covers: [exception(), grant()],
    }),
  },
  {
    note: "a review rule",
    row: 7,
    input: input({ results: [result("asks", "advisory", "pass", { review: true })], riskClass: "low" }),
  },
  {
    note: "a review rule answered by a grant",
    row: 8,
    covers: ["BG-1"],
    input: input({ results: [result("asks", "advisory", "pass", { review: true })], covers: [grant()] }),
  },
  { note: "low risk passes on every channel", row: 8, input: input({ riskClass: "low" }) },
  {
    note: "an allow rule",
    row: 8,
    input: input({ results: [result("speaks", "advisory", "pass", { allow: true })] }),
  },
  { note: "a planned change", row: 8, input: input({ change: change({ origin: "planned" }) }) },
  {
    note: "a planned change of a class that is not let through",
    row: 9,
    input: input({ change: change({ origin: "planned" }), letThrough: ["low"] }),
  },
  {
    note: "an observed change of an approved run",
    row: 8,
    input: input({
      change: change({ pipeline: { run: "1", commit: null, ref: null, verified: true, approved: true } }),
    }),
  },
  {
    note: "an observed change of a run that is only verified",
    row: 9,
    input: input({
      change: change({ pipeline: { run: "1", commit: null, ref: null, verified: true, approved: false } }),
    }),
  },
  {
    note: "an advisory failure decides nothing",
    row: 9,
    input: input({ results: [result("soft", "advisory", "fail")] }),
  },
  {
    note: "an advisory error decides nothing",
    row: 9,
    input: input({ results: [result("soft", "advisory", "error")] }),
  },
  { note: "nothing speaks", row: 9, input: input() },
];

describe("combine", () => {
  it.each(CASES)("$note → row $row", ({ input: given, row, covers }) => {
    const verdict = combine(given);
    expect(verdict.row).toBe(row);
    expect(verdict.covers.map((cover) => cover.id).sort()).toEqual(covers ?? []);
    expect(verdict.because).not.toBe("");
  });

  it("tells the verdict that would stand without any cover", () => {
    const verdict = combine(input({ results: softFail, covers: [grant()] }));
    expect(verdict.withoutCovers).toEqual({ kind: "violation", row: 4 });
    expect(verdict.determining[0]?.waivedBy).toEqual({ kind: "grant", id: "BG-1", verified: true });
  });

  it("says that an exception from a file is unverified", () => {
    expect(combine(input({ results: softFail, covers: [exception({ verified: false })] })).covers).toEqual([
      { kind: "exception", id: "EX-1", verified: false },
    ]);
  });
});

describe("combine over every combination of abstract inputs", () => {
  const outcomes = ["none", "pass", "fail", "error"] as const;
  const coverSets: readonly (readonly Cover[])[] = [
    [],
    [exception()],
    [exception({ rule: "starter/other" })],
    [exception({ until: "2026-11-02T00:00:00Z" })],
    [grant()],
    [grant({ reviewDue: "2026-11-24T03:00:00Z" })],
    [approval()],
    [exception(), grant(), approval()],
  ];
  const origins = ["planned", "attempted", "observed"] as const;
  const classes: readonly RiskClass[] = ["low", "medium", "high", "critical"];
  const pipelines = [
    null,
    { run: "1", commit: null, ref: null, verified: true, approved: false },
    { run: "1", commit: null, ref: null, verified: true, approved: true },
  ];

  function* combinations(): Generator<CombineInput> {
    for (const hard of outcomes)
      for (const soft of outcomes)
        for (const review of [false, true])
          for (const allow of [false, true])
            for (const covers of coverSets)
              for (const origin of origins)
                for (const riskClass of classes)
                  for (const pipeline of pipelines)
                    for (const known of [true, false])
                      for (const deadline of [null, NOW - 1, NOW + 1]) {
                        const results: PolicyResult[] = [];
                        if (hard !== "none") results.push(result("hard", "hard-mandatory", hard));
                        if (soft !== "none") results.push(result("soft", "soft-mandatory", soft));
                        results.push(result("speaks", "advisory", "pass", { allow, review }));
                        const who = known ? {} : { actor: UNKNOWN_ACTOR, time: null };
                        yield input({
                          change: change({ origin, pipeline, ...who }),
                          riskClass,
                          results,
                          covers,
                          attributionDeadline: deadline,
                        });
                      }
  }

  it("keeps its promises in all of them", () => {
    let seen = 0;
    const broken: unknown[] = [];
    const promise = (holds: boolean, name: string, given: CombineInput): void => {
      if (!holds && broken.length < 5) broken.push([name, given]);
    };
    for (const given of combinations()) {
      seen++;
      const verdict = combine(given);
      const bare = combine({ ...given, covers: [] });
      const has = (level: EnforcementLevel, outcome: string): boolean =>
        given.results.some((r) => r.level === level && r.outcome === outcome);
      promise(
        !has("hard-mandatory", "fail") || verdict.row === 1,
        "a hard failure is a violation whatever covers it",
        given,
      );
      promise(
        !has("hard-mandatory", "error") || verdict.kind !== "allowed",
        "a hard error is never allowed",
        given,
      );
      promise(
        verdict.kind !== "allowed" ||
          (!has("soft-mandatory", "fail") && !has("soft-mandatory", "error")) ||
          verdict.covers.length > 0,
        "a soft failure is allowed by a named cover only",
        given,
      );
      promise(
        verdict.withoutCovers.row === bare.row,
        "the verdict without covers is what combine says without them",
        given,
      );
      promise(
        bare.kind !== "allowed" || verdict.kind === "allowed",
        "a cover never takes an allowance away",
        given,
      );
      promise(
        verdict.kind !== "allowed" || verdict.permit !== null,
        "every allowance names its permit",
        given,
      );
      promise(verdict.kind === "allowed" || verdict.permit === null, "only an allowance has a permit", given);
      promise(
        (verdict.row !== 1 && verdict.row !== 4 && verdict.row !== 7) || verdict.determining.length > 0,
        "rows 1, 4 and 7 name their rules",
        given,
      );
      promise(
        verdict.row !== 3 || (given.change.origin === "observed" && verdict.attributionDeadline !== null),
        "only an observed change awaits attribution, with a deadline",
        given,
      );
    }
    expect(broken).toEqual([]);
    expect(seen).toBe(4 * 4 * 2 * 2 * 8 * 3 * 4 * 3 * 2 * 3);
  });
});
