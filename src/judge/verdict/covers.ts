import { globMatches, parsePath, pathMatches } from "../../base/index.ts";
import type {
  ApprovalCover,
  Change,
  Cover,
  CoverScope,
  Environment,
  ExceptionCover,
  GrantCover,
  RiskClass,
} from "../../domain/index.ts";
import { keepsBounds } from "./bounds.ts";

/** The change as covers see it. */
export interface CoveredChange {
  readonly change: Change;
  readonly environment: Environment;
  readonly riskClass: RiskClass;
}

/** A rule that failed, spoke or errored: `set/policy/rule`. */
export type RuleName = string;

/** Does the cover hold this change at all (row 7 and 8)? `now` is epoch milliseconds. */
export function holdsChange(cover: Cover, target: CoveredChange, now: number): boolean {
  switch (cover.kind) {
    case "exception":
      return isLive(cover.from, cover.until, now) && scopeHolds(cover.scope, target);
    case "grant":
      return grantHolds(cover, target, now);
    case "approval":
      return approvalHolds(cover, target.change, now);
  }
}

/** Does the cover waive the failure of this rule on this change (row 6)? */
export function waives(cover: Cover, rule: RuleName, target: CoveredChange, now: number): boolean {
  if (!holdsChange(cover, target, now)) return false;
  return cover.kind !== "exception" || exceptionNames(cover, rule);
}

/** Could a grant hold the change once its actor and time are known (row 3)? Asked only while one of them is unknown. */
export function couldHold(grant: GrantCover, target: CoveredChange, now: number): boolean {
  if (grant.reviewed || isOverdue(grant, now) || !scopeHolds(grant.scope, target)) return false;
  const { change } = target;
  const timeFits = change.time === null || isLive(grant.from, grant.until, Date.parse(change.time));
  const actorFits = change.actor.kind === "unknown" || isHolder(grant, change);
  return timeFits && actorFits && Date.parse(grant.from) <= now;
}

function exceptionNames(cover: ExceptionCover, rule: RuleName): boolean {
  // `set/policy` covers every rule of the policy, `set/policy/rule` one.
  return globMatches(cover.rule, rule) || globMatches(`${cover.rule}/*`, rule);
}

function grantHolds(grant: GrantCover, target: CoveredChange, now: number): boolean {
  if (isOverdue(grant, now)) return false;
  // A planned or attempted change happens now; an observed one when it happened, and an unknown time is in no window.
  const { change } = target;
  const at =
    change.origin === "observed" ? (change.time === null ? Number.NaN : Date.parse(change.time)) : now;
  return isLive(grant.from, grant.until, at) && isHolder(grant, change) && scopeHolds(grant.scope, target);
}

/** A session given out for the grant is the holder's; else the person decides, and a role only where no person is known. */
function isHolder(grant: GrantCover, change: Change): boolean {
  const { person, principal, session } = change.actor;
  if (session !== null && grant.sessions.includes(session)) return true;
  const name = person ?? principal;
  return name !== null && (name === grant.holder || grant.sessions.includes(name));
}

function isOverdue(grant: GrantCover, now: number): boolean {
  return !grant.reviewed && now >= Date.parse(grant.reviewDue);
}

function approvalHolds(cover: ApprovalCover, change: Change, now: number): boolean {
  if (now >= Date.parse(cover.until)) return false;
  if (change.origin !== "observed") return cover.digest === change.digest;
  // An observed change is joined to the executed Decision through the platform's own request id, never by likeness.
  const seen = change.cause?.evidence.map((item) => item.ref) ?? [];
  return cover.requestIds.some((id) => seen.includes(id));
}

/** Half-open [from, until). An unparsable bound makes the comparison false: nothing is live by accident. */
function isLive(from: string, until: string, at: number): boolean {
  return at >= Date.parse(from) && at < Date.parse(until);
}

function scopeHolds(scope: CoverScope, target: CoveredChange): boolean {
  const { change, environment, riskClass } = target;
  return (
    anyGlob(scope.workspaces, environment.workspace) &&
    anyGlob(scope.accounts, change.resource.account ?? environment.account) &&
    anyGlob(scope.types, change.resource.type) &&
    anyGlob(scope.addresses, change.resource.address) &&
    (scope.riskClasses === undefined || scope.riskClasses.includes(riskClass)) &&
    pathsHold(scope.paths, change) &&
    boundsHold(scope.bounds, change)
  );
}

function anyGlob(patterns: readonly string[] | undefined, value: string | null): boolean {
  if (patterns === undefined) return true;
  return value !== null && patterns.some((pattern) => globMatches(pattern, value));
}

function boundsHold(bounds: CoverScope["bounds"], change: Change): boolean {
  return bounds === undefined || change.properties.every((property) => keepsBounds(property, bounds));
}

function pathsHold(patterns: readonly string[] | undefined, change: Change): boolean {
  if (patterns === undefined) return true;
  const parsed = patterns.map(parsePath).filter((path) => path !== null);
  return (
    change.properties.length > 0 &&
    change.properties.every((property) => parsed.some((pattern) => pathMatches(pattern, property.path)))
  );
}
