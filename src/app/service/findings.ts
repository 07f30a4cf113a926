import { randomBytes } from "node:crypto";
import { newAuditEntry } from "../../audit/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import { type AuditEntry, actorOfPrincipal, type Finding, type Principal } from "../../domain/index.ts";
import { acceptFindings, type FindingComment } from "../../govern/findings/index.ts";
import type { Service } from "./service.ts";

/** Gives a finding to somebody; `null` gives it back to the owner that the rules name. Problem: `finding_missing`. */
export async function assignFinding(
  service: Service,
  principal: Principal,
  { finding, owner }: { readonly finding: Finding; readonly owner: string | null },
): Promise<Result<Finding, Problem>> {
  const because = owner === null ? "given back to the owner that the rules name" : `given to ${owner}`;
  const entry = findingEntry(service, principal, finding, "assigned", because, { owner });
  const done = await service.store.findings.assign({ finding: finding.id, owner }, [entry]);
  if (done.ok) service.changed({ kind: "finding", id: finding.id, workspace: finding.workspace });
  return done;
}

/** Problem: `finding_missing`. */
export async function commentFinding(
  service: Service,
  principal: Principal,
  { finding, text }: { readonly finding: Finding; readonly text: string },
): Promise<Result<FindingComment, Problem>> {
  const comment: FindingComment = {
    id: `cmt_${randomBytes(12).toString("hex")}`,
    finding: finding.id,
    time: rfc3339(service.clock.now()),
    author: principal.name,
    text,
  };
  const entry = findingEntry(service, principal, finding, "commented", "a comment was written", {
    comment: comment.id,
  });
  const done = await service.store.findings.comment(comment, [entry]);
  if (!done.ok) return done;
  service.changed({ kind: "finding", id: finding.id, workspace: finding.workspace });
  return ok(comment);
}

export interface AcceptedFindings {
  readonly accepted: readonly Finding[];
  /** Hard-mandatory violations: nothing silences them, a baseline neither. */
  readonly refused: readonly Finding[];
}

/** Accepts what is there today, by digest. Problems: `reason_too_short`, `finding_missing`. */
export async function acceptBaseline(
  service: Service,
  principal: Principal,
  request: { readonly workspace: string; readonly reason: string; readonly findings: readonly string[] },
): Promise<Result<AcceptedFindings, Problem>> {
  const { workspace, reason, findings: ids } = request;
  if (reason.trim().length < 10) {
    const hint = "say why, in a sentence that the one who audits it understands";
    return err(problem("reason_too_short", "the reason is too short to tell anybody anything", { hint }));
  }
  const open = await service.store.findings.list({ workspace, statuses: ["open"] });
  if (!open.ok) return open;
  const chosen = ids.length === 0 ? open.value : open.value.filter(({ id }) => ids.includes(id));
  const unknown = ids.find((id) => !chosen.some((finding) => finding.id === id));
  if (unknown !== undefined)
    return err(problem("finding_missing", `there is no open finding \`${unknown}\``));
  const by = { acceptedAt: rfc3339(service.clock.now()), acceptedBy: principal.name, reason };
  const { entries, findings: accepted, refused } = acceptFindings(chosen, by);
  if (accepted.length === 0) return ok({ accepted, refused });
  const audit = accepted.map((finding) =>
    findingEntry(service, principal, finding, "accepted", reason, {
      address: finding.change.resource.address,
      digest: finding.change.digest,
      verdict: finding.verdict.kind,
      row: finding.verdict.row,
    }),
  );
  const recorded = await service.store.findings.accept({ workspace, entries, findings: accepted, audit });
  if (!recorded.ok) return recorded;
  for (const { id } of accepted) service.changed({ kind: "finding", id, workspace });
  return ok({ accepted, refused });
}

function findingEntry(
  service: Service,
  principal: Principal,
  finding: Finding,
  answer: "assigned" | "commented" | "accepted",
  because: string,
  details: AuditEntry["details"],
): AuditEntry {
  return newAuditEntry({
    kind: answer === "accepted" ? "baseline" : "finding",
    time: rfc3339(service.clock.now()),
    workspace: finding.workspace,
    actor: actorOfPrincipal(principal),
    channel: "api",
    subject: finding.id,
    answer,
    because,
    revisions: {},
    details,
  });
}
