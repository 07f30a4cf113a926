import type { JsonObject } from "../base/index.ts";
import {
  type Change,
  type Cover,
  type EnforcementPoint,
  type Environment,
  type JudgedChange,
  type PolicyResult,
  type RiskAssessment,
  type RiskClass,
  UNKNOWN_ACTOR,
  type Verdict,
} from "../domain/index.ts";
import {
  driftWithChanges,
  type EvaluationContext,
  evaluateChange,
  evaluatePlan,
  type HostExchange,
  type PlanEvaluation,
  type PolicySet,
} from "../judge/policy/index.ts";
import { classify, type RiskRules } from "../judge/risk/index.ts";
import { combine } from "../judge/verdict/index.ts";
import { redact, type Scrubber } from "../observe/changes/index.ts";
import { settle } from "./policy-host/settle.ts";

export interface JudgeInput {
  readonly changes: readonly Change[];
  /** The document that plan policies judge; its `resource_changes` are what `planIndex` of the changes points into. */
  readonly plan: JsonObject;
  readonly sets: readonly PolicySet[];
  readonly riskRules: RiskRules;
  readonly environment: Environment;
  readonly point: EnforcementPoint;
  readonly covers: readonly Cover[];
  readonly letThrough: readonly RiskClass[];
  /** Epoch milliseconds until which an unknown actor may still be found, for a change. */
  readonly attributionDeadline: (change: Change) => number | null;
  readonly scrubber: Scrubber;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly monotonic: () => number;
  readonly policyTimeoutMs: number;
}

export interface JudgeOutcome {
  readonly judged: readonly JudgedChange[];
  /** Results of plan policies that belong to no single change. */
  readonly planResults: readonly PolicyResult[];
  /** The truth table on those, `null` when they say nothing. */
  readonly planVerdict: Verdict | null;
  readonly notes: readonly string[];
}

/** Changes that are settled together where a set asks its host: enough to ask in parallel, few enough to hold in memory. */
const CHUNK = 200;

/**
 * Classify, evaluate, combine, redact: the one judgement behind scan, check and every enforcement point.
 * Evaluation itself never waits: without a set that has a host, all of it is one synchronous attempt.
 */
export async function judgeChanges(asked: JudgeInput): Promise<JudgeOutcome> {
  const { changes, sets } = asked;
  const input = { ...asked, covers: coversFor(asked.covers, changes) };
  const plan = await settle((exchange) => judgePlan(input, exchange));
  const judged: JudgedChange[] = [];
  const size = sets.some((set) => set.host !== null) ? CHUNK : Math.max(1, changes.length);
  for (let from = 0; from < changes.length; from += size) {
    const chunk = changes.slice(from, from + size);
    const done = await settle((exchange) =>
      chunk.map((change) => judgeChange(input, change, plan, exchange)),
    );
    for (const one of done) judged.push(one);
  }
  return { judged, planResults: plan.plan, planVerdict: planVerdict(input, plan.plan), notes: plan.notes };
}

function contextOf(input: JudgeInput, exchange: HostExchange): EvaluationContext {
  return {
    point: input.point,
    environment: input.environment,
    now: input.now,
    monotonic: input.monotonic,
    timeoutMs: input.policyTimeoutMs,
    scrub: (text: string) => input.scrubber.scrub(text),
    exchange,
  };
}

function judgePlan(input: JudgeInput, exchange: HostExchange): PlanEvaluation {
  // A drift is a plan of what is there: shown in part, its planned values are in part as well.
  const withEntries = input.point === "scan" ? [driftWithChanges] : [];
  const context = contextOf(input, exchange);
  return evaluatePlan(input.sets, input.plan, input.changes, context, ...withEntries);
}

function judgeChange(
  input: JudgeInput,
  change: Change,
  plan: PlanEvaluation,
  exchange: HostExchange,
): JudgedChange {
  const risk = classify(change, input.environment, input.riskRules);
  const results = [
    ...evaluateChange(input.sets, change, risk, contextOf(input, exchange)),
    ...(plan.byChange.get(change.id) ?? []),
  ];
  const verdict = combine({ ...verdictInput(input, change, risk.class), results });
  return {
    change: redact(change, input.scrubber),
    risk: scrubRisk(risk, input.scrubber),
    results,
    verdict,
  };
}

function verdictInput(input: JudgeInput, change: Change, riskClass: RiskClass) {
  return {
    change,
    environment: input.environment,
    riskClass,
    covers: input.covers,
    letThrough: input.letThrough,
    attributionDeadline: input.attributionDeadline(change),
    now: input.now,
  };
}

/** An approval of a set holds a subset of it; another change beside them voids it for the whole plan. */
function coversFor(covers: readonly Cover[], changes: readonly Change[]): readonly Cover[] {
  const digests = changes
    .filter(({ action }) => action !== "no_op" && action !== "read")
    .map(({ digest }) => digest);
  return covers.filter(
    (cover) =>
      cover.kind !== "approval" ||
      cover.set === undefined ||
      digests.every((digest) => cover.set?.includes(digest)),
  );
}

/** Reasons may quote a value; the rule ids and paths that they go with are not secret. */
function scrubRisk(risk: RiskAssessment, scrubber: Scrubber): RiskAssessment {
  return { ...risk, rules: risk.rules.map((hit) => ({ ...hit, reason: scrubber.scrub(hit.reason) })) };
}

/**
 * Plan-level failures go through the same table, on a stand-in for the plan: it is planned, has no property and an
 * address that no pattern for resources means, so that only covers on rule and workspace hold it.
 */
function planVerdict(input: JudgeInput, results: readonly PolicyResult[]): Verdict | null {
  const speaks = results.some(
    (result) => result.outcome === "fail" || result.outcome === "error" || result.reviews.length > 0,
  );
  if (!speaks) return null;
  return combine({ ...verdictInput(input, THE_PLAN, "low"), attributionDeadline: null, results });
}

export const PLAN_SUBJECT = "the plan as a whole";

const THE_PLAN: Change = {
  id: "plan",
  digest: "",
  origin: "planned",
  action: "no_op",
  resource: {
    provider: "",
    account: null,
    region: null,
    type: PLAN_SUBJECT,
    id: null,
    address: PLAN_SUBJECT,
    name: "",
    module: null,
  },
  tags: {},
  before: null,
  after: null,
  properties: [],
  sensitive: [],
  unknown: [],
  actor: UNKNOWN_ACTOR,
  channel: "iac",
  pipeline: null,
  time: null,
  drift: null,
  relevant: false,
  cause: null,
  noise: [],
  planIndex: null,
};
