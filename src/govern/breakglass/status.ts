import { rfc3339 } from "../../base/index.ts";
import type { BreakGlassGrant, GrantCover, GrantStatus, RiskClass } from "../../domain/index.ts";

const HOUR_MS = 3_600_000;

/** What a grant is at an instant. Nothing stores it, so that no job has to run for a grant to end. */
export function grantStatus(grant: BreakGlassGrant, now: number): GrantStatus {
  if (grant.reviewedAt !== null) return "reviewed";
  if (grant.ended !== null) return "revoked";
  if (now >= Date.parse(grant.endsAt)) return "expired";
  return grant.startsAt === null ? "pending" : "active";
}

/** When it stopped covering, or will: by hand, else by time. RFC 3339. */
export function grantEnd(grant: BreakGlassGrant): string {
  const { ended, endsAt } = grant;
  return ended !== null && Date.parse(ended.at) < Date.parse(endsAt) ? ended.at : endsAt;
}

/** The instant from which a missing review counts as debt: by the worst class of what was done, the strictest one while unknown. */
export function reviewDue(grant: BreakGlassGrant): string {
  const worst: RiskClass = grant.worst ?? "critical";
  return rfc3339(Date.parse(grantEnd(grant)) + grant.reviewHours[worst] * HOUR_MS);
}

/** Does the grant wait for its review? A grant that never began has nothing to review. */
export function needsReview(grant: BreakGlassGrant, now: number): boolean {
  const status = grantStatus(grant, now);
  return grant.startsAt !== null && (status === "expired" || status === "revoked");
}

export function isReviewOverdue(grant: BreakGlassGrant, now: number): boolean {
  return needsReview(grant, now) && now >= Date.parse(reviewDue(grant));
}

/** What the verdict sees of it; `null` for one that never began. The verdict itself says whether it holds. */
export function coverOfGrant(grant: BreakGlassGrant): GrantCover | null {
  if (grant.startsAt === null) return null;
  const { id, holder, sessions, scope, reason } = grant;
  return {
    kind: "grant",
    id,
    holder: holder.name,
    sessions: [holder.id, ...sessions],
    scope,
    reason: `${reason.broken}; ${reason.impact}`,
    from: grant.startsAt,
    until: grantEnd(grant),
    reviewed: grant.reviewedAt !== null,
    reviewDue: reviewDue(grant),
  };
}
