import { newAuditEntry } from "../../../audit/index.ts";
import type { Json } from "../../../base/index.ts";
import type { Actor, AuditEntry, Channel, Principal } from "../../../domain/index.ts";
import type { DecideAnswer, DecidedChange } from "../judge/judge-task.ts";
import type { GivenDecision } from "./decide-change.ts";

/** Changes that an entry tells one by one; the rest is provable by the root over all results. */
const TOLD = 50;

/** One entry a Decision: who tried to change what, when, from where, under which policy revisions, with which answer, and why. */
export function auditOfDecision(facts: {
  readonly given: GivenDecision;
  readonly answer: DecideAnswer;
  readonly actor: Actor;
  readonly channel: Channel;
  readonly principal: Principal;
  readonly request: string | null;
}): AuditEntry {
  const { given, answer, actor, channel, principal, request } = facts;
  const { decision, workspace, changes } = given;
  return newAuditEntry({
    kind: decision.kind === "allow" && decision.erroring ? "fail_open" : "decision",
    time: decision.time,
    workspace,
    actor,
    channel,
    subject: changes.length === 1 && changes[0] !== undefined ? changes[0].address : subjectOf(answer),
    answer: decision.kind,
    because: decision.reasons.join("; ") || "every change is allowed",
    revisions: decision.revisions,
    details: {
      decision: decision.id,
      asked_by: principal.id,
      request,
      would_be: decision.wouldBe,
      verdict: decision.verdict,
      point: decision.point,
      action: decision.action,
      erroring: decision.erroring,
      obligations: decision.obligations.map(({ kind, text }) => ({ kind, text })),
      changes: toldFirst(changes).map(changeDetails),
      change_count: changes.length,
      results_root: answer.resultsRoot,
      plan_sha256: answer.plan?.sha256 ?? null,
    },
  });
}

function subjectOf({ plan, changes }: DecideAnswer): string {
  return plan === null ? `${changes.length} changes` : plan.sha256;
}

/** What is not simply allowed comes first. */
function toldFirst(changes: readonly DecidedChange[]): readonly DecidedChange[] {
  if (changes.length <= TOLD) return changes;
  const notable = changes.filter(({ verdict, covers }) => verdict !== "allowed" || covers.length > 0);
  return notable.length >= TOLD
    ? notable.slice(0, TOLD)
    : [...notable, ...changes.filter((change) => !notable.includes(change))].slice(0, TOLD);
}

function changeDetails(change: DecidedChange): Json {
  const { address, digest, action, risk, verdict, row, rules, covers, withoutCovers } = change;
  return { address, digest, action, risk, verdict, row, rules, covers, without_covers: withoutCovers };
}
