import { randomBytes } from "node:crypto";
import {
  canonicalJson,
  err,
  ok,
  type Problem,
  problem,
  type Result,
  rfc3339,
  sha256Hex,
} from "../../../base/index.ts";
import {
  type Actor,
  actorOfPrincipal,
  type Channel,
  type Decision,
  type EnforcementPoint,
  type Environment,
  type JudgedChange,
  type PipelineRun,
  type PolicySetSummary,
  type Principal,
  type ReadGap,
  type Violation,
} from "../../../domain/index.ts";
import type { RecordedDecision } from "../../../govern/decisions/index.ts";
import { summaryOf } from "../../../judge/policy/index.ts";
import { revisionsOf } from "../../audit-entries.ts";
import { RISK_SUMMARY } from "../../check-plan.ts";
import { POLICY_TIMEOUT_MS } from "../../session.ts";
import { environmentOf } from "../environment-of.ts";
import type { DecideAnswer, DecidedChange, DecideTask } from "../judge/judge-task.ts";
import { judgeAndDecide } from "../judge/work.ts";
import type { Service } from "../service.ts";
import { auditOfDecision } from "./decision-audit.ts";
import { jsonOf, readDecisionDocument } from "./decision-document.ts";
import { unjudgedSet } from "./unjudged.ts";

export interface DecideRequest {
  /** `null`: that of the server's own configuration. */
  readonly workspace: string | null;
  readonly point: Exclude<EnforcementPoint, "scan">;
  readonly subject: DecideTask["subject"];
  /** On whose behalf a point asks; `null`: the caller itself. */
  readonly actor: Actor | null;
  readonly channel: Channel;
  /** The platform's id of the request. */
  readonly request: string | null;
  /** As the caller sent it; scoped to the caller here. */
  readonly idempotencyKey: string | null;
  readonly explain: boolean;
}

/** A Decision that was recorded, with what it rests on. */
export interface GivenDecision {
  readonly decision: Decision;
  readonly workspace: string;
  readonly changes: readonly DecidedChange[];
  /** Failures of plan policies that belong to no single change. */
  readonly planViolations: readonly Violation[];
  readonly policySets: readonly PolicySetSummary[];
  readonly gaps: readonly ReadGap[];
  readonly notes: readonly string[];
  /** Every judged change in full, redacted; `null` unless asked for. */
  readonly explanation: readonly JudgedChange[] | null;
  /** An earlier answer to the same `Idempotency-Key`. */
  readonly repeated: boolean;
  readonly problems: readonly Problem[];
}

/**
 * Judges a change before it happens, decides, records, answers, in this order: what was not recorded was not given. Problems:
 * `workspace_missing`, `judge_unavailable`, `idempotency_mismatch`, those of reading a plan, and those of the store.
 */
export async function decideChange(
  service: Service,
  principal: Principal,
  request: DecideRequest,
): Promise<Result<GivenDecision, Problem>> {
  const environment = await environmentOf(service, request.workspace);
  if (!environment.ok) return environment;
  const judged = await judge(service, principal, request, environment.value);
  if (!judged.ok) return judged;
  const answer = judged.value;
  const time = rfc3339(service.clock.now());
  const settings = service.config.points[request.point];
  const decision: Decision = {
    id: `dec_${randomBytes(12).toString("hex")}`,
    ...answer.decided,
    point: settings.point,
    action: settings.action,
    revisions: revisionsOf(answer.policySets),
    time,
  };
  const given: GivenDecision = {
    decision,
    workspace: environment.value.workspace,
    changes: answer.changes,
    planViolations: answer.planViolations,
    policySets: answer.policySets,
    gaps: answer.gaps,
    notes: answer.notes,
    explanation: request.explain ? answer.explanation : null,
    repeated: false,
    problems: [],
  };
  return record(service, principal, request, given, answer);
}

async function judge(
  service: Service,
  principal: Principal,
  request: DecideRequest,
  environment: Environment,
): Promise<Result<DecideAnswer, Problem>> {
  const covers = await service.covers();
  if (!covers.ok) return covers;
  const { config } = service;
  const task: DecideTask = {
    want: "decision",
    subject: request.subject,
    context: {
      environment,
      covers: covers.value,
      letThrough: config.risk.letThrough,
      secretPaths: config.secretPaths,
      now: service.clock.now(),
      policyTimeoutMs: POLICY_TIMEOUT_MS,
    },
    by: {
      actor: request.actor ?? actorOfPrincipal(principal),
      channel: request.channel,
      pipeline: principal.pipeline ?? null,
    },
    settings: config.points[request.point],
    explain: request.explain,
  };
  const { policies } = service;
  const judged = await policies.judge.decide(task);
  if (judged.ok || judged.error.code !== "judge_ended") return judged;
  service.log.error({ problem: judged.error, point: request.point }, "a judgement could not be had");
  const unjudged = await judgeAndDecide(task, {
    sets: [unjudgedSet(judged.error)],
    riskRules: policies.riskRules,
    estateKey: service.estateKey,
    monotonic: service.monotonic,
  });
  if (!unjudged.ok) return unjudged;
  // The record names the policies that should have judged.
  return ok({ ...unjudged.value, policySets: [RISK_SUMMARY, ...policies.sets.map(summaryOf)] });
}

async function record(
  service: Service,
  principal: Principal,
  request: DecideRequest,
  given: GivenDecision,
  answer: DecideAnswer,
): Promise<Result<GivenDecision, Problem>> {
  const { decision, workspace } = given;
  const actor = request.actor ?? actorOfPrincipal(principal);
  const asked = askedDigest(request);
  const key = request.idempotencyKey;
  const written = await service.store.decisions.record({
    record: {
      decision,
      workspace,
      principal: actor.principal,
      digests: given.changes.map(({ digest }) => digest),
      request: request.request,
      planSha256: answer.plan?.sha256 ?? null,
      idempotencyKey: key === null ? null : sha256Hex(canonicalJson([principal.id, key])),
      document: {
        schema: "trueup.decision/v1",
        asked_by: principal.id,
        ask_sha256: asked,
        actor: { ...actor },
        channel: request.channel,
        results_root: answer.resultsRoot,
        changes: given.changes.map((change) => ({ ...change })),
        policy_sets: given.policySets.map((set) => ({ ...set })),
        gaps: given.gaps.map((gap) => ({ ...gap })),
        notes: given.notes,
        plan_violations: jsonOf(given.planViolations),
        explanation: jsonOf(answer.explanation),
      },
    },
    run: runOf(principal, given),
    audit: [
      auditOfDecision({
        given,
        answer,
        actor,
        channel: request.channel,
        principal,
        request: request.request,
      }),
    ],
  });
  if (!written.ok) return written;
  const { record: kept, repeated, warnings } = written.value;
  if (repeated) return earlierAnswer(kept, asked);
  service.tally.decided(decision.point, decision.kind, decision.verdict);
  service.changed({ kind: "decision", id: decision.id, workspace });
  return ok({ ...given, problems: warnings });
}

/** What was asked, so that one `Idempotency-Key` cannot stand for two questions. Not the answer: that may change with time. */
function askedDigest({ workspace, point, subject, actor, channel, request }: DecideRequest): string {
  const about = subject.kind === "plan" ? sha256Hex(subject.text) : subject;
  return sha256Hex(canonicalJson({ workspace, point, about, actor, channel, request }));
}

/** The answer that was given before, as it was recorded. */
function earlierAnswer(kept: RecordedDecision, asked: string): Result<GivenDecision, Problem> {
  const read = readDecisionDocument(kept.document);
  if (read === null || read.asked !== asked) {
    return err(
      problem("idempotency_mismatch", "this Idempotency-Key was used for another question", {
        hint: "use a fresh key for a new question",
      }),
    );
  }
  const { decision, workspace } = kept;
  return ok({ ...read.rest, decision, workspace, explanation: null, repeated: true, problems: [] });
}

/** The run of a CI job that proved itself; what it may apply is what was let through. */
function runOf(principal: Principal, { decision, workspace, changes }: GivenDecision): PipelineRun | null {
  const { pipeline } = principal;
  if (pipeline === undefined) return null;
  return {
    ...pipeline,
    workspace,
    identity: null,
    decision: decision.id,
    appliedAt: null,
    changeDigests: decision.kind === "allow" ? changes.map(({ digest }) => digest) : [],
  };
}
