import type { Problem, Result } from "../../base/index.ts";
import type { ApprovalVote } from "../../domain/index.ts";
import {
  type ApprovalView,
  askForApproval,
  listApprovals,
  revokeGivenApproval,
  showApproval,
  voteOnApproval,
} from "../service/govern/index.ts";
import type { AppOptions } from "../session.ts";
import { list, step } from "./governed.ts";

type Done<T> = Promise<Result<T, readonly Problem[]>>;

const APPROVAL = ["request", "trueup.approval/v1"] as const;
const at = (id: string): string => `/approvals/${encodeURIComponent(id)}`;

/** `trueup approval list`. */
export function approvalList(
  options: AppOptions,
  query: { readonly live: boolean },
): Done<readonly ApprovalView[]> {
  return list(options, {
    path: `/approvals?live=${query.live}`,
    answers: APPROVAL,
    local: (governing) => listApprovals(governing, query),
  });
}

/** `trueup approval show`. */
export function approvalShow(options: AppOptions, id: string): Done<ApprovalView> {
  return step(options, {
    call: { method: "GET", path: at(id) },
    answers: APPROVAL,
    local: (governing) => showApproval(governing, id),
  });
}

/** `trueup approval request`. */
export function approvalRequest(
  options: AppOptions,
  request: { readonly decision: string; readonly reason: string },
): Done<ApprovalView> {
  return step(options, {
    call: { method: "POST", path: "/approvals", body: request },
    answers: APPROVAL,
    local: (governing) => askForApproval(governing, request),
  });
}

/** `trueup approval approve` and `reject`. */
export function approvalVote(
  options: AppOptions,
  vote: { readonly id: string; readonly answer: ApprovalVote["answer"]; readonly because: string },
): Done<ApprovalView> {
  const { id, answer, because } = vote;
  return step(options, {
    call: { method: "POST", path: `${at(id)}/vote`, body: { answer, because } },
    answers: APPROVAL,
    local: (governing) => voteOnApproval(governing, vote),
  });
}

/** `trueup approval revoke`. */
export function approvalRevoke(
  options: AppOptions,
  { id, because }: { readonly id: string; readonly because: string },
): Done<ApprovalView> {
  return step(options, {
    call: { method: "POST", path: `${at(id)}/revoke`, body: { because } },
    answers: APPROVAL,
    local: (governing) => revokeGivenApproval(governing, { id, because }),
  });
}
