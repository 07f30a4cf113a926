import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import { type Evidence, type Person, type PolicyException, samePerson } from "../../domain/index.ts";
import { type ExceptionLimits, lengthRefusal } from "./request.ts";
import { exceptionStatus } from "./status.ts";

export interface GrantingContext {
  readonly by: Person;
  /** Is this person an approver of the policy's owner, now? */
  readonly mayGrant: boolean;
  readonly because: string;
  readonly now: number;
}

/** Codes: `exception_not_requested`, `own_request`, `exception_not_entitled`. */
export function grantException(
  exception: PolicyException,
  { by, mayGrant, because, now }: GrantingContext,
): Result<PolicyException, Problem> {
  if (exceptionStatus(exception, now) !== "requested") return err(notIn(exception, "requested", now));
  if (samePerson(by, exception.requester)) {
    return err(
      problem("own_request", `${by.name} asked for ${exception.id} and cannot grant it`, {
        hint: "ask a colleague",
      }),
    );
  }
  if (!mayGrant) {
    return err(
      problem("exception_not_entitled", `${by.name} is no approver of the owner of \`${exception.rule}\``),
    );
  }
  return ok({ ...exception, granted: { by, at: rfc3339(now), because }, version: exception.version + 1 });
}

/** Ends it, or refuses a request. `by` null: by a policy or a review. Code: `exception_not_live`. */
export function revokeException(
  exception: PolicyException,
  by: Person | null,
  because: string,
  now: number,
): Result<PolicyException, Problem> {
  const status = exceptionStatus(exception, now);
  if (status === "revoked" || status === "expired") return err(notIn(exception, "live", now));
  return ok({ ...exception, revoked: { by, at: rfc3339(now), because }, version: exception.version + 1 });
}

/**
 * Asks for more time: what was granted ends as it would have, and the longer time needs granting anew.
 * Codes: `exception_not_live`, `evidence_stale`, `exception_too_long`, `exception_expired`.
 */
export function renewException(
  exception: PolicyException,
  renewal: {
    readonly id: string;
    readonly by: Person;
    readonly until: string;
    readonly reason: string;
    readonly evidence: readonly Evidence[];
  },
  limits: ExceptionLimits,
  now: number,
): Result<PolicyException, Problem> {
  const status = exceptionStatus(exception, now);
  if (status !== "active" && status !== "expired") return err(notIn(exception, "live", now));
  const known = new Set(exception.evidence.map(({ ref }) => ref));
  const since = Date.parse(exception.granted?.at ?? exception.requestedAt);
  const fresh = renewal.evidence.filter(
    ({ ref, at }) => !known.has(ref) && Date.parse(at) > since && Date.parse(at) <= now,
  );
  if (fresh.length === 0) {
    return err(
      problem(
        "evidence_stale",
        `nothing shows that \`${exception.rule}\` must still fail: a renewal needs evidence of after ${rfc3339(since)}`,
        {
          place: { path: "evidence" },
          hint: "name a finding, a decision or a ticket of since then",
        },
      ),
    );
  }
  const until = Date.parse(renewal.until);
  if (!(until > now)) {
    return err(
      problem("exception_expired", "the renewal would be over at once", { place: { path: "until" } }),
    );
  }
  const tooLong = lengthRefusal(until - now, exception.riskClass, limits);
  if (tooLong !== null) return err(tooLong);
  return ok({
    ...exception,
    id: renewal.id,
    requester: renewal.by,
    requestedAt: rfc3339(now),
    from: rfc3339(now),
    until: renewal.until,
    reason: renewal.reason,
    evidence: [...exception.evidence, ...fresh],
    granted: null,
    revoked: null,
    lastUsedAt: null,
    lastReviewedAt: null,
    version: 1,
  });
}

/** Takes note of a verdict that rests on it; earlier uses change nothing. */
export function noteUse(exception: PolicyException, at: string): PolicyException {
  if (exception.lastUsedAt !== null && Date.parse(exception.lastUsedAt) >= Date.parse(at)) return exception;
  return { ...exception, lastUsedAt: at, version: exception.version + 1 };
}

function notIn(exception: PolicyException, wanted: "requested" | "live", now: number): Problem {
  return problem(
    `exception_not_${wanted}`,
    `${exception.id} is ${exceptionStatus(exception, now)}, not ${wanted}`,
  );
}
