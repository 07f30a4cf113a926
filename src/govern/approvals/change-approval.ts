import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import {
  type ApprovalRequest,
  type ApprovalVote,
  type EnforcementPoint,
  type Person,
  type QuorumRule,
  type RiskClass,
  samePerson,
} from "../../domain/index.ts";
import { approvalStatus, type Entitled, holdsSet } from "./status.ts";

/** Who must agree, as configured: the first rule of a class that matches, and one for each owner. */
export interface ApprovalRules {
  readonly byClass: Readonly<Partial<Record<RiskClass, Omit<QuorumRule, "because">>>>;
  /** Hours that a request waits and an approval lasts. */
  readonly hours: Readonly<Record<RiskClass, number>>;
}

export interface NewApproval {
  readonly id: string;
  readonly workspace: string;
  readonly point: EnforcementPoint;
  readonly digests: readonly string[];
  readonly summary: readonly string[];
  readonly decision: string | null;
  readonly riskClass: RiskClass;
  readonly requester: Person;
  readonly reason: string;
  /** Groups that own what is changed; each must have one yes of its own. */
  readonly owners: readonly string[];
  readonly singleUse: boolean;
}

/** Somebody who could vote, for the question whether anybody can. */
export interface Approver extends Person {
  readonly groups: readonly string[];
}

/** Codes: `approval_rules_missing`, `approval_nothing`, `approval_no_approver`. */
export function requestApproval(
  fields: NewApproval,
  context: { readonly rules: ApprovalRules; readonly approvers: readonly Approver[]; readonly now: number },
): Result<ApprovalRequest, Problem> {
  const { rules, approvers, now } = context;
  const { owners, ...rest } = fields;
  const rule = rules.byClass[fields.riskClass];
  if (fields.digests.length === 0) return err(problem("approval_nothing", "there is no change to approve"));
  if (rule === undefined) {
    return err(
      problem(
        "approval_rules_missing",
        `nobody is named who may approve changes of class ${fields.riskClass}`,
        {
          hint: `name groups under approvals.${fields.riskClass} in trueup.yaml`,
        },
      ),
    );
  }
  const quorum: QuorumRule[] = [
    { ...rule, because: `class ${fields.riskClass}` },
    ...owners.map((owner) => ({ groups: [owner], count: 1, because: `owner ${owner}` })),
  ];
  const short = quorum.find(({ groups, count }) => eligible(groups, fields.requester, approvers) < count);
  if (short !== undefined) return err(noApprover(short, fields.requester));
  return ok({
    schema: "trueup.approval/v1",
    ...rest,
    digests: [...new Set(fields.digests)].sort(),
    quorum,
    requestedAt: rfc3339(now),
    expiresAt: rfc3339(now + rules.hours[fields.riskClass] * 3_600_000),
    votes: [],
    revoked: null,
    uses: [],
    version: 1,
  });
}

function eligible(groups: readonly string[], requester: Person, approvers: readonly Approver[]): number {
  return approvers.filter(
    (approver) => !samePerson(approver, requester) && approver.groups.some((group) => groups.includes(group)),
  ).length;
}

function noApprover(rule: QuorumRule, requester: Person): Problem {
  return problem(
    "approval_no_approver",
    `${rule.count} of ${rule.groups.join(", ")} must approve (${rule.because}), and besides ${requester.name} there are not so many`,
    { hint: "add approvers to the group; asking again will not help before" },
  );
}

export interface VoteContext {
  readonly by: Person;
  readonly groups: readonly string[];
  /** Has this person the permission to decide, now and in this workspace? */
  readonly mayDecide: boolean;
  readonly because: string;
  readonly entitled: Entitled;
  readonly now: number;
}

/** Codes: `approval_not_pending`, `own_request`, `approval_not_entitled`, `approval_repeated`. */
export function vote(
  request: ApprovalRequest,
  answer: ApprovalVote["answer"],
  context: VoteContext,
): Result<ApprovalRequest, Problem> {
  const { by, groups, mayDecide, because, entitled, now } = context;
  const status = approvalStatus(request, now, entitled);
  if (status !== "pending" && !(status === "approved" && answer === "reject")) {
    return err(problem("approval_not_pending", `${request.id} is ${status}`));
  }
  if (samePerson(by, request.requester)) {
    return err(
      problem("own_request", `${by.name} asked for ${request.id} and cannot decide it`, {
        hint: "ask a colleague",
      }),
    );
  }
  const named = request.quorum.some((rule) => rule.groups.some((group) => groups.includes(group)));
  if (!mayDecide || !named) {
    const who = request.quorum
      .map(({ groups: list, because: why }) => `${list.join(", ")} (${why})`)
      .join("; ");
    return err(problem("approval_not_entitled", `${by.name} may not decide ${request.id}; needed: ${who}`));
  }
  if (request.votes.some((held) => samePerson(held.by, by) && held.answer === answer)) {
    return err(problem("approval_repeated", `${by.name} has decided ${request.id} already, and counts once`));
  }
  const cast: ApprovalVote = { by, answer, groups, at: rfc3339(now), because };
  return ok({ ...request, votes: [...request.votes, cast], version: request.version + 1 });
}

/** Takes the yes back, by anybody entitled or by a policy (`by` null). Code: `approval_over`. */
export function revokeApproval(
  request: ApprovalRequest,
  by: Person | null,
  because: string,
  now: number,
): Result<ApprovalRequest, Problem> {
  if (request.revoked !== null || now >= Date.parse(request.expiresAt)) {
    return err(problem("approval_over", `${request.id} is over already`));
  }
  return ok({ ...request, revoked: { by, at: rfc3339(now), because }, version: request.version + 1 });
}

/**
 * Uses an approval for a Decision. The store writes it only over the version that was read, so that of two racing uses one wins.
 * Codes: `approval_used`, `approval_not_approved`, `approval_other_changes`.
 */
export function useApproval(
  request: ApprovalRequest,
  use: {
    readonly decision: string;
    readonly digests: readonly string[];
    readonly requestIds: readonly string[];
  },
  now: number,
  entitled: Entitled,
): Result<ApprovalRequest, Problem> {
  const status = approvalStatus(request, now, entitled);
  if (status === "used")
    return err(problem("approval_used", `${request.id} was used already, and holds once`));
  if (status !== "approved") return err(problem("approval_not_approved", `${request.id} is ${status}`));
  if (!holdsSet(request, use.digests)) {
    return err(
      problem("approval_other_changes", `${request.id} was given for other changes than these`, {
        hint: "ask for approval of what is to be done now",
      }),
    );
  }
  const { decision, requestIds } = use;
  return ok({
    ...request,
    uses: [...request.uses, { at: rfc3339(now), decision, requestIds }],
    version: request.version + 1,
  });
}
