import { err, ok, type Problem, type Result } from "../../../base/index.ts";
import type { Change, JudgedChange, Transition } from "../../../domain/index.ts";
import { summaryOf } from "../../../judge/policy/index.ts";
import { withAccessKeysOf } from "../../../judge/risk/index.ts";
import { decide, ruleName } from "../../../judge/verdict/index.ts";
import { changeSecrets, detect, makeScrubber, type SecretValues } from "../../../observe/changes/index.ts";
import { metadataPaths, readPlanJson, secretTypePaths } from "../../../observe/sources/tofu/index.ts";
import { RISK_SUMMARY } from "../../check-plan.ts";
import { type JudgeOutcome, judgeChanges, PLAN_SUBJECT } from "../../judge-changes.ts";
import type { LoadedPolicies } from "../../load-policies.ts";
import { resultRows } from "../../result-rows.ts";
import type {
  AskedChange,
  DecideAnswer,
  DecidedChange,
  DecideTask,
  JudgeAnswer,
  JudgeTask,
  PlanFacts,
} from "./judge-task.ts";

/** What a thread holds besides its task. */
export interface Equipment extends LoadedPolicies {
  readonly estateKey: Uint8Array;
  readonly monotonic: () => number;
}

/** Judges what a scan found. */
export async function judgeFound(task: JudgeTask, equipment: Equipment): Promise<JudgeAnswer> {
  const { context, attributionDeadlines } = task;
  const outcome = await judgeChanges({
    ...context,
    ...equipment,
    riskRules: task.riskRules ?? equipment.riskRules,
    changes: task.changes,
    plan: task.plan,
    point: "scan",
    attributionDeadline: (change) => attributionDeadlines[change.id] ?? null,
    scrubber: makeScrubber(task.secrets, equipment.estateKey),
  });
  return { kind: "judgement", ...outcome, policySets: summaries(equipment) };
}

interface Subject {
  readonly changes: readonly Change[];
  readonly secrets: SecretValues;
  readonly judgedPlan: Parameters<typeof judgeChanges>[0]["plan"];
  readonly riskRules: Equipment["riskRules"];
  readonly plan: PlanFacts | null;
  readonly gaps: DecideAnswer["gaps"];
}

/** Judges a change before it happens and says what the point does. The digests are made here, never taken from a caller. */
export async function judgeAndDecide(
  task: DecideTask,
  equipment: Equipment,
): Promise<Result<DecideAnswer, Problem>> {
  const subject =
    task.subject.kind === "plan" ? planSubject(task, equipment) : ok(toldSubject(task, equipment));
  if (!subject.ok) return subject;
  const { changes, secrets, judgedPlan, riskRules, plan, gaps } = subject.value;
  const outcome = await judgeChanges({
    ...task.context,
    sets: equipment.sets,
    monotonic: equipment.monotonic,
    riskRules,
    changes: changes.map((change) => ({ ...change, ...task.by })),
    plan: judgedPlan,
    point: task.settings.point,
    attributionDeadline: () => null,
    scrubber: makeScrubber(secrets, equipment.estateKey),
  });
  const tree = resultRows(outcome.judged);
  return ok({
    kind: "decision",
    decided: decide(decidedOn(outcome), task.settings),
    changes: outcome.judged.map(decidedChange),
    planViolations: outcome.planResults.flatMap((result) => result.violations),
    planVerdict: outcome.planVerdict,
    explanation: toldInFull(task, outcome.judged).map(withoutSilence),
    policySets: summaries(equipment),
    warnings: outcome.judged.reduce((sum, item) => sum + warningsOf(item), 0),
    plan,
    gaps,
    notes: outcome.notes,
    resultRows: tree.rows,
    resultsRoot: tree.root,
  });
}

function planSubject(task: DecideTask, equipment: Equipment): Result<Subject, Problem> {
  if (task.subject.kind !== "plan") throw new TypeError("the task is about no plan");
  const { text, file } = task.subject;
  const { secretPaths, environment } = task.context;
  const reading = readPlanJson(text, { file, secretPaths });
  if (!reading.ok) return err(reading.error);
  const { planned, plan, secrets, attributes, sha256, formatVersion, toolVersion, gaps } = reading.value;
  const changes = detect(planned, {
    workspace: environment.workspace,
    estateKey: equipment.estateKey,
    secretPaths,
  });
  return ok({
    changes,
    secrets,
    judgedPlan: plan,
    riskRules: withAccessKeysOf(equipment.riskRules, attributes),
    plan: { sha256, formatVersion, toolVersion },
    gaps,
  });
}

function toldSubject(task: DecideTask, equipment: Equipment): Subject {
  if (task.subject.kind !== "changes") throw new TypeError("the task is about a plan");
  const { origin, changes: told } = task.subject;
  const { environment, secretPaths } = task.context;
  const types = [...new Set(told.map(({ resource }) => resource.type))];
  const known = types.flatMap((type) => secretTypePaths(type).map((path) => ({ type, path })));
  const changes = detect(
    told.map((change, index) => transitionOf(change, origin, index)),
    {
      workspace: environment.workspace,
      estateKey: equipment.estateKey,
      secretPaths: known.length === 0 ? secretPaths : [...secretPaths, ...known],
    },
  );
  return {
    changes,
    secrets: changeSecrets(changes),
    judgedPlan: { format_version: "1.2", resource_changes: [] },
    riskRules: equipment.riskRules,
    plan: null,
    gaps: [],
  };
}

function transitionOf(
  { resource, action, before, after, sensitive, unknown }: AskedChange,
  origin: "planned" | "attempted",
  index: number,
): Transition {
  return {
    resource,
    origin,
    action,
    before,
    after,
    sensitive,
    unknown,
    metadata: metadataPaths(resource.type),
    sets: [],
    drift: null,
    relevant: true,
    causeHint: null,
    planIndex: index,
  };
}

function decidedOn({ judged, planVerdict, planResults }: JudgeOutcome) {
  const items = judged.map(({ change, verdict, results }) => ({
    verdict,
    results,
    subject: change.resource.address,
  }));
  if (planVerdict !== null) items.push({ verdict: planVerdict, results: planResults, subject: PLAN_SUBJECT });
  return items;
}

function decidedChange({ change, risk, verdict }: JudgedChange): DecidedChange {
  return {
    id: change.id,
    digest: change.digest,
    address: change.resource.address,
    type: change.resource.type,
    action: change.action,
    risk: risk.class,
    verdict: verdict.kind,
    row: verdict.row,
    because: verdict.because,
    rules: verdict.determining.map(({ policy, rule }) => ruleName(policy, rule)),
    covers: verdict.covers.map(({ kind, id }) => `${kind} ${id}`),
    withoutCovers: verdict.withoutCovers.kind,
  };
}

/** An explanation is for people: policies that were not asked say nothing to them. */
function withoutSilence(judged: JudgedChange): JudgedChange {
  const { before, after, properties } = judged.change;
  return {
    ...judged,
    // Read here: lazy members do not cross to another thread.
    change: { ...judged.change, before, after, properties },
    results: judged.results.filter(({ outcome }) => outcome !== "not_applicable"),
  };
}

function warningsOf({ results }: JudgedChange): number {
  return results.reduce((sum, { warnings }) => sum + warnings.length, 0);
}

function summaries({ sets }: Equipment): DecideAnswer["policySets"] {
  return [RISK_SUMMARY, ...sets.map(summaryOf)];
}

/** A refusal is kept with everything that led to it, whether or not the caller asks: the one who reviews it will. */
function toldInFull({ explain }: DecideTask, judged: readonly JudgedChange[]): readonly JudgedChange[] {
  if (explain) return judged;
  return judged.filter(({ verdict }) => verdict.kind !== "allowed").slice(0, 100);
}
