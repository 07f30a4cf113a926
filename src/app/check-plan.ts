import { randomBytes } from "node:crypto";
import { ok, type Problem, problem, type Result, rfc3339 } from "../base/index.ts";
import type {
  AuditEntry,
  CheckReport,
  Cover,
  Decision,
  Environment,
  JudgedChange,
  PipelineRef,
  PointSettings,
  RiskClass,
} from "../domain/index.ts";
import {
  type PolicySet,
  RISK_SET,
  RISK_SET_REVISION,
  sectionsRead,
  summaryOf,
} from "../judge/policy/index.ts";
import { type RiskRules, withAccessKeysOf } from "../judge/risk/index.ts";
import { decide } from "../judge/verdict/index.ts";
import { detect, makeScrubber, type SecretPathRule } from "../observe/changes/index.ts";
import { type PlanReading, readPlanFile } from "../observe/sources/tofu/index.ts";
import { type Asker, decisionEntry, revisionsOf, runEntry, verdictEntry } from "./audit-entries.ts";
import { type JudgeOutcome, judgeChanges, PLAN_SUBJECT } from "./judge-changes.ts";
import { resultRows } from "./result-rows.ts";

export interface CheckInput {
  /** As the person wrote it: relative to the working directory, or absolute. */
  readonly planFile: string;
  readonly environment: Environment;
  readonly sets: readonly PolicySet[];
  readonly riskRules: RiskRules;
  readonly covers: readonly Cover[];
  readonly letThrough: readonly RiskClass[];
  readonly settings: PointSettings;
  readonly asker: Asker;
  readonly pipeline: PipelineRef | null;
  readonly estateKey: Uint8Array;
  readonly secretPaths: readonly SecretPathRule[];
  readonly policyTimeoutMs: number;
  readonly now: number;
  readonly monotonic: () => number;
  readonly record: CheckRecorder;
}

export interface RecordedCheck {
  readonly audit: NonNullable<CheckReport["audit"]>;
  /** Worth telling, though the record was written: a torn line of a killed process that was repaired. */
  readonly warnings: readonly Problem[];
}

/** Where a check writes its record. A Decision that was not recorded was not given: a failure here fails the check. */
export interface CheckRecorder {
  append(
    id: string,
    entries: readonly AuditEntry[],
    rows: readonly string[],
  ): Promise<Result<RecordedCheck, Problem>>;
}

/** Judges a plan before it is applied and gives one Decision. Opens no database. */
export async function checkPlan(input: CheckInput): Promise<Result<CheckReport, Problem>> {
  const keep = sectionsRead(input.sets);
  const reading = await readPlanFile(input.planFile, {
    secretPaths: input.secretPaths,
    ...(keep === null ? {} : { keep }),
  });
  if (!reading.ok) return reading;
  const plan = reading.value;
  const outcome = await judgePlan(input, plan);
  const id = `chk_${randomBytes(12).toString("hex")}`;
  const time = rfc3339(input.now);
  const policySets = [RISK_SUMMARY, ...input.sets.map(summaryOf)];
  const decision = decisionOf(input, outcome, time, revisionsOf(policySets));
  const tree = resultRows(outcome.judged);
  const run = {
    id,
    time,
    environment: input.environment,
    asker: input.asker,
    policySets,
    resultsRoot: tree.root,
    resultCount: tree.rows.length,
  };
  const counts = countsOf(outcome);
  const planFacts = { plan_sha256: plan.sha256, plan_file: input.planFile };
  const entries = [
    runEntry("check", run, plan.sha256, decision.verdict, summaryText(counts), { ...planFacts, counts }),
    ...outcome.judged.filter(isNotable).map((judged) => verdictEntry(run, judged, null)),
    decisionEntry(run, decision, plan.sha256, planFacts),
  ];
  const recorded = await input.record.append(id, entries, tree.rows);
  if (!recorded.ok) return recorded;
  return ok({
    schema: "trueup.check/v1",
    id,
    time,
    environment: input.environment,
    plan: {
      file: input.planFile,
      sha256: plan.sha256,
      formatVersion: plan.formatVersion,
      toolVersion: plan.toolVersion,
    },
    decision,
    changes: outcome.judged,
    planViolations: outcome.planResults.flatMap((result) => result.violations),
    planVerdict: outcome.planVerdict,
    gaps: plan.gaps,
    policySets,
    counts,
    problems: [
      ...outcome.notes.map((note) => problem("attribution_incomplete", note)),
      ...recorded.value.warnings,
    ],
    audit: recorded.value.audit,
  });
}

export const RISK_SUMMARY = {
  name: RISK_SET,
  revision: RISK_SET_REVISION,
  engine: "built-in",
  policies: 1,
} as const;

function judgePlan(input: CheckInput, plan: PlanReading): Promise<JudgeOutcome> {
  const { environment, estateKey, secretPaths } = input;
  const changes = detect(plan.planned, { workspace: environment.workspace, estateKey, secretPaths }).map(
    (change) => ({ ...change, actor: input.asker.actor, pipeline: input.pipeline }),
  );
  return judgeChanges({
    changes,
    plan: plan.plan,
    sets: input.sets,
    // Tags that the estate itself reads to decide access are access control here.
    riskRules: withAccessKeysOf(input.riskRules, plan.attributes),
    environment,
    point: input.settings.point,
    covers: input.covers,
    letThrough: input.letThrough,
    attributionDeadline: () => null,
    scrubber: makeScrubber(plan.secrets, estateKey),
    now: input.now,
    monotonic: input.monotonic,
    policyTimeoutMs: input.policyTimeoutMs,
  });
}

function decisionOf(
  input: CheckInput,
  outcome: JudgeOutcome,
  time: string,
  revisions: Record<string, string>,
): Decision {
  const items = outcome.judged.map(({ change, verdict, results }) => ({
    verdict,
    results,
    subject: change.resource.address,
  }));
  if (outcome.planVerdict !== null) {
    items.push({ verdict: outcome.planVerdict, results: outcome.planResults, subject: PLAN_SUBJECT });
  }
  const { settings } = input;
  return {
    id: `dec_${randomBytes(12).toString("hex")}`,
    ...decide(items, settings),
    point: settings.point,
    action: settings.action,
    revisions,
    time,
  };
}

/** Entries are made for what a reader would ask about; the rest is in the results, provable against the check's root. */
function isNotable({ verdict }: JudgedChange): boolean {
  return verdict.kind !== "allowed" || verdict.covers.length > 0;
}

function countsOf({ judged, planVerdict }: JudgeOutcome): CheckReport["counts"] {
  const verdicts = judged.map((item) => item.verdict);
  if (planVerdict !== null) verdicts.push(planVerdict);
  const count = (holds: (verdict: (typeof verdicts)[number]) => boolean): number =>
    verdicts.filter(holds).length;
  return {
    changes: judged.length,
    violations: count((verdict) => verdict.kind === "violation"),
    review: count((verdict) => verdict.kind === "review"),
    allowed: count((verdict) => verdict.kind === "allowed"),
    waived: count((verdict) => verdict.row === 6),
    warnings: judged.reduce(
      (sum, item) => sum + item.results.reduce((n, result) => n + result.warnings.length, 0),
      0,
    ),
  };
}

function summaryText(counts: CheckReport["counts"]): string {
  const { changes, violations, review, allowed } = counts;
  return `${changes} changes: ${violations} violations, ${review} for review, ${allowed} allowed`;
}
