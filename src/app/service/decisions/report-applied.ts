import { newAuditEntry } from "../../../audit/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import { actorOfPrincipal, type Principal } from "../../../domain/index.ts";
import type { Service } from "../service.ts";

export interface AppliedReport {
  readonly decision: string;
  /** SHA-256 of the plan file that was applied; `null` where there was none. */
  readonly planSha256: string | null;
}

export interface AppliedRun {
  readonly run: string;
  readonly appliedAt: string | null;
}

/**
 * A pipeline says that it has applied what a Decision let through: later drift with these digests is then the run's own.
 * Problems: `decision_missing`, `run_unknown`, `plan_not_decided`.
 */
export async function reportApplied(
  service: Service,
  principal: Principal,
  { decision, planSha256 }: AppliedReport,
): Promise<Result<AppliedRun, Problem>> {
  const found = await service.store.decisions.find(decision);
  if (!found.ok) return found;
  if (found.value === null) return err(problem("decision_missing", `there is no decision \`${decision}\``));
  const { workspace, decision: given } = found.value;
  if (given.kind !== "allow") {
    return err(
      problem("plan_not_decided", `decision \`${decision}\` let nothing through: it is \`${given.kind}\``),
    );
  }
  const appliedAt = rfc3339(service.clock.now());
  const entry = newAuditEntry({
    kind: "decision",
    time: appliedAt,
    workspace,
    actor: actorOfPrincipal(principal),
    channel: "iac",
    subject: decision,
    answer: "applied",
    because: "the pipeline reports that it has applied what was decided",
    revisions: {},
    details: { decision, plan_sha256: planSha256, asked_by: principal.id },
  });
  const marked = await service.store.runs.markApplied({ decision, planSha256, appliedAt }, [entry]);
  if (!marked.ok) return marked;
  service.changed({ kind: "decision", id: decision, workspace });
  const { run } = marked.value;
  return ok({ run: run.run, appliedAt: run.appliedAt });
}
