import { newAuditEntry } from "../audit/index.ts";
import { type Json, type JsonObject, pathText } from "../base/index.ts";
import type {
  Actor,
  AuditEntry,
  Channel,
  Decision,
  Environment,
  Finding,
  JudgedChange,
  PolicySetSummary,
  Verdict,
} from "../domain/index.ts";

/** Who asked, for entries about a whole scan or check. */
export interface Asker {
  readonly actor: Actor;
  readonly channel: Channel;
}

interface RunFacts {
  readonly id: string;
  /** RFC 3339. */
  readonly time: string;
  readonly environment: Environment;
  readonly asker: Asker;
  readonly policySets: readonly PolicySetSummary[];
  readonly resultsRoot: string;
  readonly resultCount: number;
}

/** One entry a scan or check: counts, and the Merkle root of all its results. */
export function runEntry(
  kind: "scan" | "check",
  run: RunFacts,
  subject: string,
  answer: string,
  because: string,
  details: JsonObject,
): AuditEntry {
  return newAuditEntry({
    kind,
    time: run.time,
    workspace: run.environment.workspace,
    actor: run.asker.actor,
    channel: run.asker.channel,
    subject,
    answer,
    because,
    revisions: revisionsOf(run.policySets),
    details: { run: run.id, results: run.resultCount, results_root: run.resultsRoot, ...details },
  });
}

/** One entry a Decision: who tried to change what, under which policy revision, with which answer, and why. */
export function decisionEntry(
  run: RunFacts,
  decision: Decision,
  subject: string,
  details: JsonObject,
): AuditEntry {
  return newAuditEntry({
    kind: "decision",
    time: decision.time,
    workspace: run.environment.workspace,
    actor: run.asker.actor,
    channel: run.asker.channel,
    subject,
    answer: decision.kind,
    because: decision.reasons.join("; ") || "every change is allowed",
    revisions: decision.revisions,
    details: {
      run: run.id,
      decision: decision.id,
      would_be: decision.wouldBe,
      point: decision.point,
      action: decision.action,
      erroring: decision.erroring,
      obligations: decision.obligations.map(({ kind, text }) => ({ kind, text })),
      ...details,
    },
  });
}

/** One entry a new or changed verdict: the six facts that an auditor asks for, and the rule that decided. */
export function verdictEntry(run: RunFacts, judged: JudgedChange, finding: Finding | null): AuditEntry {
  const { change, risk, verdict } = judged;
  return newAuditEntry({
    kind: "verdict",
    time: run.time,
    workspace: run.environment.workspace,
    actor: change.actor,
    channel: change.channel,
    subject: change.resource.address,
    answer: verdict.kind,
    because: verdict.because,
    revisions: revisionsOf(run.policySets),
    details: {
      run: run.id,
      finding: finding?.id ?? null,
      delta: finding?.delta ?? null,
      change: change.id,
      digest: change.digest,
      origin: change.origin,
      action: change.action,
      happened_at: change.time,
      risk: risk.class,
      resource: { ...change.resource },
      properties: change.properties.map((property) => pathText(property.path)),
      pipeline: change.pipeline === null ? null : { ...change.pipeline },
      cause: finding?.cause.kind ?? change.cause?.kind ?? null,
      verdict: verdictDetails(verdict),
    },
  });
}

function verdictDetails(verdict: Verdict): Json {
  return {
    row: verdict.row,
    rules: verdict.determining.map(({ policy, rule, waivedBy }) => ({
      rule: `${policy.set}/${policy.policy}/${rule}`,
      revision: policy.revision,
      waived_by: waivedBy === null ? null : `${waivedBy.kind} ${waivedBy.id}`,
    })),
    permit: verdict.permit?.kind ?? null,
    covers: verdict.covers.map(({ kind, id, verified }) => ({ kind, id, verified })),
    without_covers: verdict.withoutCovers.kind,
  };
}

export function revisionsOf(sets: readonly PolicySetSummary[]): Record<string, string> {
  return Object.fromEntries(sets.map((set) => [set.name, set.revision]));
}
