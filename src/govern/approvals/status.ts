import {
  type ApprovalCover,
  type ApprovalRequest,
  type ApprovalStatus,
  type ApprovalVote,
  samePerson,
} from "../../domain/index.ts";

/** Does somebody still have the authority that their vote rested on? Asked at each look, never remembered. */
export type Entitled = (vote: ApprovalVote) => boolean;

/** What a request is at an instant, with the authority of its voters as it is now. */
export function approvalStatus(request: ApprovalRequest, now: number, entitled: Entitled): ApprovalStatus {
  if (request.revoked !== null) return "revoked";
  if (request.singleUse && request.uses.length > 0) return "used";
  if (now >= Date.parse(request.expiresAt)) return "expired";
  if (request.votes.some((vote) => vote.answer === "reject")) return "rejected";
  return quorumMet(request, entitled) ? "approved" : "pending";
}

/** Every rule has its count of different people, none of whom asked, all of whom may still say yes. */
function quorumMet(request: ApprovalRequest, entitled: Entitled): boolean {
  const yes = distinct(request.votes).filter(
    (vote) => vote.answer === "approve" && !samePerson(vote.by, request.requester) && entitled(vote),
  );
  return (
    request.quorum.length > 0 &&
    request.quorum.every(
      ({ groups, count }) =>
        count > 0 &&
        yes.filter((vote) => vote.groups.some((group) => groups.includes(group))).length >= count,
    )
  );
}

/** One person's later vote takes the place of the earlier one. */
function distinct(votes: readonly ApprovalVote[]): readonly ApprovalVote[] {
  return votes.filter(
    (vote, index) => !votes.slice(index + 1).some((later) => samePerson(later.by, vote.by)),
  );
}

/** Is every change of a plan among those that were approved? A subset keeps the approval, a new item voids it. */
export function holdsSet(request: ApprovalRequest, digests: readonly string[]): boolean {
  return digests.length > 0 && digests.every((digest) => request.digests.includes(digest));
}

/**
 * What the verdict sees of it now: while it is approved, a cover for each digest that knows the whole set; and, for what is observed
 * later, covers through the executed Decisions, by the platform's own request ids.
 */
export function coversOfApproval(
  request: ApprovalRequest,
  now: number,
  entitled: Entitled,
): readonly ApprovalCover[] {
  const requestIds = request.uses.flatMap((use) => use.requestIds);
  const executed = request.revoked === null && requestIds.length > 0 ? { requestIds } : null;
  const approved =
    approvalStatus(request, now, entitled) === "approved" ? { requestIds: [], set: request.digests } : null;
  return [executed, approved]
    .filter((cover) => cover !== null)
    .flatMap((cover) => request.digests.map((digest) => ({ ...coverFor(request, digest), ...cover })));
}

function coverFor(request: ApprovalRequest, digest: string): Omit<ApprovalCover, "requestIds"> {
  return {
    kind: "approval",
    id: request.id,
    digest,
    approvers: request.votes.filter(({ answer }) => answer === "approve").map(({ by }) => by.name),
    until: request.expiresAt,
  };
}
