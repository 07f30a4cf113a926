import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { ApprovalRequest, ApprovalStatus, ApprovalVote, RiskClass } from "../../../domain/index.ts";
import {
  approvalStatus,
  requestApproval,
  revokeApproval,
  useApproval,
  vote,
} from "../../../govern/approvals/index.ts";
import type { RecordedDecision } from "../../../govern/decisions/index.ts";
import { readDecisionDocument } from "../decisions/decision-document.ts";
import { freshId, type Governing, need, personOf, refused, stepEntry } from "./governing.ts";
import { approvalNotice } from "./notices.ts";

export interface ApprovalView {
  readonly request: ApprovalRequest;
  readonly status: ApprovalStatus;
}

async function view(
  governing: Pick<Governing, "service" | "directory">,
  request: ApprovalRequest,
): Promise<Result<ApprovalView, Problem>> {
  const entitled = await governing.directory.entitled(request.workspace, request.votes);
  if (!entitled.ok) return entitled;
  return ok({ request, status: approvalStatus(request, governing.service.clock.now(), entitled.value) });
}

export async function listApprovals(
  governing: Governing,
  query: { readonly live: boolean; readonly workspace?: string },
): Promise<Result<readonly ApprovalView[], Problem>> {
  const { store, clock } = governing.service;
  const found = await store.approvals.list({
    ...(query.workspace === undefined ? {} : { workspace: query.workspace }),
    ...(query.live ? { liveAt: rfc3339(clock.now()) } : {}),
  });
  if (!found.ok) return found;
  const views: ApprovalView[] = [];
  for (const request of found.value) {
    const seen = await view(governing, request);
    if (!seen.ok) return seen;
    views.push(seen.value);
  }
  return ok(views);
}

export async function showApproval(governing: Governing, id: string): Promise<Result<ApprovalView, Problem>> {
  const held = await need("approval", id, governing.service.store.approvals.find);
  return held.ok ? view(governing, held.value) : held;
}

/** Points where an approval may be used once only: a call goes through or it does not, there is no second try by the same yes. */
const SINGLE_USE: ReadonlySet<string> = new Set(["cloud_api", "kubernetes_admission", "decision_api"]);

/** Asks for approval of what a recorded Decision required it for: digests and classes are the record's, never the caller's. */
export async function askForApproval(
  governing: Governing,
  request: { readonly decision: string; readonly reason: string },
): Promise<Result<ApprovalView, Problem>> {
  const { service } = governing;
  const decision = await need("decision", request.decision, service.store.decisions.find);
  if (!decision.ok) return decision;
  const approvers = await governing.directory.approvers(decision.value.workspace);
  if (!approvers.ok) return approvers;
  const asked = readAsked(decision.value);
  const made = asked.ok
    ? requestApproval(
        {
          id: freshId("apr"),
          workspace: decision.value.workspace,
          point: decision.value.decision.point,
          decision: request.decision,
          requester: personOf(governing),
          reason: request.reason,
          owners: [],
          singleUse: SINGLE_USE.has(decision.value.decision.point),
          ...asked.value,
        },
        { rules: service.config.governance.approvals, approvers: approvers.value, now: service.clock.now() },
      )
    : asked;
  if (!made.ok) return refused(governing, "approval", request.decision, made.error);
  return write(governing, made.value, null, "requested", request.reason);
}

function readAsked(
  recorded: RecordedDecision,
): Result<{ digests: readonly string[]; summary: readonly string[]; riskClass: RiskClass }, Problem> {
  const { decision, digests, document } = recorded;
  if (decision.kind !== "require_approval") {
    return err(
      problem("approval_not_needed", `${decision.id} is ${decision.kind}: there is nothing to approve`),
    );
  }
  const read = readDecisionDocument(document);
  if (read === null) return err(problem("decision_unreadable", `${decision.id} does not say what was asked`));
  const { changes } = read.rest;
  const order: readonly RiskClass[] = ["low", "medium", "high", "critical"];
  const worst = Math.max(0, ...changes.map(({ risk }) => order.indexOf(risk)));
  return ok({
    digests,
    summary: changes.map(({ action, address }) => `${action} ${address}`),
    riskClass: order[worst] ?? "critical",
  });
}

export async function voteOnApproval(
  governing: Governing,
  request: { readonly id: string; readonly answer: ApprovalVote["answer"]; readonly because: string },
): Promise<Result<ApprovalView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await need("approval", request.id, service.store.approvals.find);
  if (!held.ok) return held;
  const { workspace, votes, version } = held.value;
  const may = await directory.mayDo(principal, "approvals.decide", workspace);
  if (!may.ok) return may;
  const entitled = await directory.entitled(workspace, votes);
  if (!entitled.ok) return entitled;
  const voted = vote(held.value, request.answer, {
    by: personOf(governing),
    groups: principal.groups,
    mayDecide: may.value,
    because: request.because,
    entitled: entitled.value,
    now: service.clock.now(),
  });
  if (!voted.ok) return refused(governing, "approval", request.id, voted.error);
  return write(
    governing,
    voted.value,
    version,
    request.answer === "approve" ? "approved" : "rejected",
    request.because,
  );
}

export async function revokeGivenApproval(
  governing: Governing,
  request: { readonly id: string; readonly because: string },
): Promise<Result<ApprovalView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await need("approval", request.id, service.store.approvals.find);
  if (!held.ok) return held;
  const may = await directory.mayDo(principal, "approvals.decide", held.value.workspace);
  if (!may.ok) return may;
  if (!may.value && held.value.requester.id !== principal.id) {
    const reason = problem("approval_not_entitled", `${principal.name} may not revoke ${request.id}`);
    return refused(governing, "approval", request.id, reason);
  }
  const revoked = revokeApproval(held.value, personOf(governing), request.because, service.clock.now());
  if (!revoked.ok) return refused(governing, "approval", request.id, revoked.error);
  return write(governing, revoked.value, held.value.version, "revoked", request.because);
}

/** Uses an approval for a Decision. Of two racing uses the store takes one; the other is told `approval_used`. */
export async function useGivenApproval(
  governing: Governing,
  request: {
    readonly id: string;
    readonly decision: string;
    readonly digests: readonly string[];
    readonly requestIds: readonly string[];
  },
): Promise<Result<ApprovalView, Problem>> {
  const { service, directory } = governing;
  for (let tries = 0; ; tries++) {
    const held = await need("approval", request.id, service.store.approvals.find);
    if (!held.ok) return held;
    const entitled = await directory.entitled(held.value.workspace, held.value.votes);
    if (!entitled.ok) return entitled;
    const used = useApproval(held.value, request, service.clock.now(), entitled.value);
    if (!used.ok) return refused(governing, "approval", request.id, used.error);
    const written = await write(governing, used.value, held.value.version, "used", `for ${request.decision}`);
    if (written.ok || written.error.code !== "stale_version" || tries > 10) return written;
  }
}

async function write(
  governing: Governing,
  request: ApprovalRequest,
  from: number | null,
  step: "requested" | "approved" | "rejected" | "revoked" | "used",
  because: string,
): Promise<Result<ApprovalView, Problem>> {
  const { service, principal } = governing;
  const { id, workspace, digests, riskClass, quorum, expiresAt, decision } = request;
  const asks = step === "requested";
  const title = asks
    ? `${principal.name} asks for approval in ${workspace}`
    : `${id} is ${step} by ${principal.name}`;
  const written = await service.store.approvals.write({
    request,
    from,
    notices: [approvalNotice(service, request, asks ? "approval.requested" : "approval.decided", title)],
    audit: [
      stepEntry(governing, {
        kind: "approval",
        subject: id,
        answer: step,
        because,
        workspace,
        details: {
          decision,
          digests,
          class: riskClass,
          quorum: quorum.map(({ groups, count, because: why }) => ({ groups, count, because: why })),
          expires_at: expiresAt,
          groups: principal.groups,
        },
      }),
    ],
  });
  if (!written.ok) return written;
  service.changed({ kind: "approval", id, workspace });
  return view(governing, request);
}
