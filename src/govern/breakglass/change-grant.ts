import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import {
  type BreakGlassGrant,
  maxRisk,
  type Person,
  type RiskClass,
  samePerson,
} from "../../domain/index.ts";
import { grantStatus } from "./status.ts";

/** The second person's yes: only now the time runs. Codes: `grant_not_pending`, `own_request`. */
export function agreeToGrant(
  grant: BreakGlassGrant,
  by: Person,
  now: number,
): Result<BreakGlassGrant, Problem> {
  if (grantStatus(grant, now) !== "pending") return err(notIn(grant, "pending", now));
  if (samePerson(by, grant.holder)) {
    return err(problem("own_request", `${by.name} asked for ${grant.id} and cannot be its second person`));
  }
  return ok({
    ...grant,
    startsAt: rfc3339(now),
    endsAt: rfc3339(now + grant.minutes * 60_000),
    consent: { ...grant.consent, by },
    version: grant.version + 1,
  });
}

/** Ends a grant before its time: by its holder, by whoever may close, or by a policy (`by` null). Code: `grant_not_open`. */
export function endGrant(
  grant: BreakGlassGrant,
  end: { readonly by: Person | null; readonly because: string },
  now: number,
): Result<BreakGlassGrant, Problem> {
  const status = grantStatus(grant, now);
  if (status !== "active" && status !== "pending") return err(notIn(grant, "open", now));
  return ok({ ...grant, ended: { at: rfc3339(now), ...end }, version: grant.version + 1 });
}

/** Takes note of what was done under it: a worse class brings the review's due date forward, never back. */
export function noteWorst(grant: BreakGlassGrant, seen: RiskClass): BreakGlassGrant {
  const worst = grant.worst === null ? seen : maxRisk(grant.worst, seen);
  return worst === grant.worst ? grant : { ...grant, worst, version: grant.version + 1 };
}

/** The review is closed, each change with its proof. */
export function markReviewed(grant: BreakGlassGrant, now: number): Result<BreakGlassGrant, Problem> {
  const status = grantStatus(grant, now);
  if (status !== "expired" && status !== "revoked") return err(notIn(grant, "ended", now));
  return ok({ ...grant, reviewedAt: rfc3339(now), version: grant.version + 1 });
}

/** A late event showed another change: what was reviewed is not the whole. */
export function reopenReview(grant: BreakGlassGrant): BreakGlassGrant {
  return grant.reviewedAt === null ? grant : { ...grant, reviewedAt: null, version: grant.version + 1 };
}

function notIn(grant: BreakGlassGrant, wanted: "pending" | "open" | "ended", now: number): Problem {
  return problem(`grant_not_${wanted}`, `${grant.id} is ${grantStatus(grant, now)}, not ${wanted}`);
}
