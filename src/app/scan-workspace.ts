import { randomBytes } from "node:crypto";
import {
  err,
  type Json,
  ok,
  type Problem,
  problem,
  type Result,
  rfc3339,
  stringMember,
} from "../base/index.ts";
import type {
  AuditEvent,
  Change,
  Checkpoint,
  Cover,
  Environment,
  Finding,
  JudgedChange,
  PipelineRun,
  PolicyResult,
  ReadGap,
  RiskClass,
  ScanReport,
} from "../domain/index.ts";
import {
  type Baseline,
  type DueRules,
  type FindingStore,
  type OwnerRule,
  type ScanStore,
  type TriageOutcome,
  triage,
} from "../govern/findings/index.ts";
import { driftAsPlan, type PolicySet, summaryOf } from "../judge/policy/index.ts";
import { type RiskRules, withAccessKeysOf } from "../judge/risk/index.ts";
import { noticesOf } from "../notify/index.ts";
import { correlate, detectWithNoise, makeScrubber, type SecretPathRule } from "../observe/changes/index.ts";
import { checkLineage, type PlanReading } from "../observe/sources/tofu/index.ts";
import { type Asker, runEntry, verdictEntry } from "./audit-entries.ts";
import { RISK_SUMMARY } from "./check-plan.ts";
import { type JudgeOutcome, judgeChanges } from "./judge-changes.ts";
import { resultRows } from "./result-rows.ts";

export interface ScanInput {
  /** Chosen by the caller where one scan may be tried several times: only one of the tries is recorded. Default: a fresh one. */
  readonly id?: string;
  /** Commit of the code, kept with each finding. */
  readonly commit?: string | null;
  /** Judges apart from this thread; default: here. */
  readonly judge?: (task: ScanJudgement) => Promise<Result<JudgeOutcome, Problem>>;
  readonly reading: PlanReading;
  /** Where the reading came from, for people: a folder or a file. */
  readonly place: string;
  /** The workspace's state file, where there is one to compare its lineage; `null` otherwise. */
  readonly state: { readonly file: string; readonly lineage: string | null } | null;
  readonly events: readonly AuditEvent[];
  readonly runs: readonly PipelineRun[];
  /** Gaps of the event sources; those of the reading are added. */
  readonly gaps: readonly ReadGap[];
  readonly environment: Environment;
  readonly sets: readonly PolicySet[];
  readonly riskRules: RiskRules;
  readonly covers: readonly Cover[];
  readonly letThrough: readonly RiskClass[];
  readonly owners: readonly OwnerRule[];
  readonly dueRules: DueRules;
  readonly pipelineIdentities: readonly string[];
  readonly asker: Asker;
  readonly estateKey: Uint8Array;
  readonly secretPaths: readonly SecretPathRule[];
  readonly policyTimeoutMs: number;
  readonly now: number;
  readonly monotonic: () => number;
  readonly store: { readonly findings: FindingStore; readonly scans: ScanStore };
  /** Carries the new checkpoint elsewhere; what fails is told in the report. */
  readonly publish: (checkpoint: Checkpoint) => Promise<readonly Problem[]>;
}

/** What a scan asks to be judged. Holds clear values. */
export interface ScanJudgement {
  readonly changes: readonly Change[];
  readonly plan: ReturnType<typeof driftAsPlan>;
  readonly riskRules: RiskRules;
  /** Epoch milliseconds, by change id. */
  readonly attributionDeadlines: Readonly<Record<string, number>>;
  readonly secrets: PlanReading["secrets"];
}

/** How long the platform's audit log may take to say who did it (the truth table's attribution deadline). */
const ATTRIBUTION_MS = 24 * 3_600_000;

/** Compares, attributes, judges and triages; everything it found is recorded in one transaction before it is told. */
export async function scanWorkspace(input: ScanInput): Promise<Result<ScanReport, Problem>> {
  const { environment, store } = input;
  const known = await store.findings.list({ workspace: environment.workspace });
  if (!known.ok) return known;
  const baseline = await store.findings.baseline(environment.workspace);
  if (!baseline.ok) return baseline;
  const lineage = await lineageOf(input);
  if (!lineage.ok) return lineage;
  const seen = observe(input);
  const outcome = await judge(input, seen.changes, known.value);
  if (!outcome.ok) return outcome;
  const triaged = triageAll(input, outcome.value.judged, known.value, baseline.value);
  return record(input, seen, outcome.value, triaged, lineage.value);
}

/** Lineage to record: a state of another lineage is another estate's, and comparing would report everything as drift. */
async function lineageOf(input: ScanInput): Promise<Result<string | null, Problem>> {
  const { workspace } = input.environment;
  const last = await input.store.scans.last(workspace);
  if (!last.ok) return last;
  const recorded = stringMember(last.value?.summary, "lineage");
  if (input.state === null) return ok(recorded);
  const { file, lineage } = input.state;
  const mismatch = checkLineage({ lineage }, { workspace, lineage: recorded }, file);
  return mismatch === null ? ok(lineage ?? recorded) : err(mismatch);
}

interface Seen {
  readonly changes: readonly Change[];
  readonly quiet: readonly Change[];
}

function observe(input: ScanInput): Seen {
  const { reading, environment, estateKey, secretPaths } = input;
  const { changes, quiet } = detectWithNoise(reading.drift, {
    workspace: environment.workspace,
    estateKey,
    secretPaths,
  });
  const { events, runs, now, pipelineIdentities } = input;
  const attributed = correlate(changes, { events, runs, now, pipelineIdentities });
  // Plan policies see the drift as a plan of its own, so that the index counts there.
  return { changes: attributed.map((change, planIndex) => ({ ...change, planIndex })), quiet };
}

async function judge(
  input: ScanInput,
  changes: readonly Change[],
  known: readonly Finding[],
): Promise<Result<JudgeOutcome, Problem>> {
  const firstSeen = new Map(known.map((finding) => [finding.change.id, Date.parse(finding.firstSeen)]));
  const deadline = ({ id }: Change): number => (firstSeen.get(id) ?? input.now) + ATTRIBUTION_MS;
  const plan = driftAsPlan(input.reading.plan, changes);
  // Tags that the estate itself reads to decide access are access control here.
  const riskRules = withAccessKeysOf(input.riskRules, input.reading.declared);
  if (input.judge !== undefined) {
    const attributionDeadlines = Object.fromEntries(changes.map((change) => [change.id, deadline(change)]));
    return input.judge({ changes, plan, riskRules, attributionDeadlines, secrets: input.reading.secrets });
  }
  const outcome = await judgeChanges({
    changes,
    plan,
    sets: input.sets,
    riskRules,
    environment: input.environment,
    point: "scan",
    covers: input.covers,
    letThrough: input.letThrough,
    attributionDeadline: deadline,
    scrubber: makeScrubber(input.reading.secrets, input.estateKey),
    now: input.now,
    monotonic: input.monotonic,
    policyTimeoutMs: input.policyTimeoutMs,
  });
  return ok(outcome);
}

function triageAll(
  input: ScanInput,
  judged: readonly JudgedChange[],
  known: readonly Finding[],
  baseline: Baseline,
): TriageOutcome {
  const triaged = triage({
    workspace: input.environment.workspace,
    judged,
    known,
    baseline,
    owners: input.owners,
    dueRules: input.dueRules,
    gaps: [...input.reading.gaps, ...input.gaps],
    now: rfc3339(input.now),
  });
  const commit = input.commit ?? null;
  if (commit === null) return triaged;
  return { ...triaged, findings: triaged.findings.map((finding) => ({ ...finding, commit })) };
}

async function record(
  input: ScanInput,
  seen: Seen,
  outcome: JudgeOutcome,
  triaged: TriageOutcome,
  lineage: string | null,
): Promise<Result<ScanReport, Problem>> {
  const { environment, reading } = input;
  const id = input.id ?? `scn_${randomBytes(12).toString("hex")}`;
  const time = rfc3339(input.now);
  const policySets = [RISK_SUMMARY, ...input.sets.map(summaryOf)];
  const noise = [...seen.changes, ...seen.quiet].flatMap((change) =>
    change.noise.map((removed) => ({ ...removed, address: change.resource.address })),
  );
  const counts = countsOf(reading.compared, outcome.judged.length, triaged, noise.length);
  const gaps = [...reading.gaps, ...input.gaps];
  const tree = resultRows(outcome.judged);
  const { resultsRoot, resultCount } = { resultsRoot: tree.root, resultCount: tree.rows.length };
  const run = { id, time, environment, asker: input.asker, policySets, resultsRoot, resultCount };
  const moved = new Map(
    [...triaged.findings, ...triaged.gone]
      .filter((finding) => finding.delta !== "unchanged")
      .map((finding) => [finding.change.id, finding]),
  );
  const source = { name: "tofu", place: input.place };
  const audit = [
    runEntry("scan", run, input.place, answerOf(counts), summaryText(counts), {
      counts,
      gaps: gaps.length,
      plan_sha256: reading.sha256,
      commit: input.commit ?? null,
    }),
    ...[...moved.values()].map((finding) => verdictEntry(run, finding, finding)),
  ];
  const recorded = await input.store.scans.record({
    id,
    kind: "scan",
    time,
    workspace: environment.workspace,
    summary: {
      source,
      commit: input.commit ?? null,
      lineage,
      counts,
      gaps: gaps.map((gap): Json => ({ ...gap })),
      policy_sets: policySets.map((set): Json => ({ ...set })),
    },
    resultRows: tree.rows,
    resultsRoot: tree.root,
    findings: [...triaged.findings, ...triaged.gone],
    audit,
    notices: noticesOf(
      { time, environment, findings: triaged.findings, gone: triaged.gone },
      () => `ntf_${randomBytes(12).toString("hex")}`,
    ),
  });
  if (!recorded.ok) return recorded;
  const { checkpoint } = recorded.value;
  const unpublished = checkpoint === null ? [] : await input.publish(checkpoint);
  return ok({
    schema: "trueup.scan/v1",
    id,
    time,
    environment,
    source,
    findings: triaged.findings,
    gone: triaged.gone,
    gaps,
    noise,
    policySets,
    counts,
    problems: [
      ...outcome.notes.map((note) => problem("attribution_incomplete", note)),
      ...outcome.planResults.flatMap(driftLevelProblems),
      ...recorded.value.warnings,
      ...unpublished,
    ],
    audit: { entries: audit.length, root: recorded.value.root },
  });
}

function countsOf(
  compared: number,
  drifted: number,
  { findings }: TriageOutcome,
  noise: number,
): ScanReport["counts"] {
  const open = findings.filter((finding) => finding.status === "open");
  return {
    compared,
    drifted,
    violations: open.filter((finding) => finding.triage === "remediate").length,
    review: open.filter((finding) => finding.triage === "review").length,
    allowed: open.filter((finding) => finding.triage === "known_and_allowed").length,
    accepted: findings.filter((finding) => finding.status === "accepted").length,
    new: findings.filter((finding) => finding.delta === "new").length,
    noise,
  };
}

function answerOf(counts: ScanReport["counts"]): string {
  return counts.violations > 0 ? "violation" : counts.review > 0 ? "review" : "allowed";
}

function summaryText(counts: ScanReport["counts"]): string {
  const { compared, drifted, violations, review, allowed, accepted } = counts;
  return `${compared} resources compared, ${drifted} drifted: ${violations} violations, ${review} for review, ${allowed} known and allowed, ${accepted} accepted in the baseline`;
}

/** What a mandatory plan policy says of the drift as a whole belongs to no finding, and is told all the same. */
function driftLevelProblems({ policy, level, violations, error }: PolicyResult): readonly Problem[] {
  if (level === "advisory") return [];
  const name = `${policy.set}/${policy.policy}`;
  if (error !== null) {
    return [problem("mandatory_policy_error", `policy ${name} could not be evaluated: ${error.message}`)];
  }
  return violations.map(({ message }) =>
    problem("drift_level_violation", `policy ${name} fails for the drift as a whole: ${message}`),
  );
}
