import type { ExceptionCover, ExceptionStatus, PolicyException } from "../../domain/index.ts";

const DAY_MS = 86_400_000;

/** What an exception is at an instant: expiry holds everywhere at the same moment because nothing stores it. */
export function exceptionStatus(exception: PolicyException, now: number): ExceptionStatus {
  const { granted, revoked, from, until } = exception;
  if (revoked !== null) return "revoked";
  if (now >= Date.parse(until)) return "expired";
  if (granted === null) return "requested";
  return now < Date.parse(from) ? "granted" : "active";
}

/** What the verdict sees of it; `null` unless it was granted and stands. The verdict itself compares the time. */
export function coverOfException(exception: PolicyException): ExceptionCover | null {
  const { id, rule, scope, owner, reason, from, until, granted, revoked } = exception;
  if (granted === null || revoked !== null) return null;
  // Granted in the middle of its time: it holds from then on, and never before somebody agreed.
  const start = Date.parse(granted.at) > Date.parse(from) ? granted.at : from;
  return { kind: "exception", id, rule, scope, owner, reason, from: start, until, verified: true };
}

/** Is its regular review due? */
export function exceptionReviewDue(exception: PolicyException, now: number): boolean {
  if (exceptionStatus(exception, now) !== "active") return false;
  const last = exception.lastReviewedAt ?? exception.granted?.at ?? exception.requestedAt;
  return now >= Date.parse(last) + exception.reviewEveryDays * DAY_MS;
}

/** Active, and nothing needed it for so many days: proposed for removal. */
export function isUnused(exception: PolicyException, now: number, days: number): boolean {
  if (exceptionStatus(exception, now) !== "active") return false;
  const since = exception.lastUsedAt ?? exception.granted?.at ?? exception.from;
  return now >= Date.parse(since) + days * DAY_MS;
}
