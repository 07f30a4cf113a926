import type { CoverScope } from "./cover.ts";
import type { Person } from "./person.ts";
import type { RiskClass } from "./risk.ts";

export type ExceptionStatus = "requested" | "granted" | "active" | "expired" | "revoked";

/** What supports a request or a renewal: a finding, a decision, a ticket, with what it shows. */
export interface Evidence {
  readonly ref: string;
  readonly says: string;
  /** RFC 3339. */
  readonly at: string;
}

/** Scoped, owned, expiring permission to fail one rule. Status follows from these facts and the clock. */
export interface PolicyException {
  readonly schema: "trueup.exception/v1";
  /** `exc_` and 24 hexadecimal characters. */
  readonly id: string;
  /** `set/policy` or `set/policy/rule`, no globs over sets. */
  readonly rule: string;
  readonly scope: CoverScope;
  /** Worst class that it may hold; caps how long it may last. */
  readonly riskClass: RiskClass;
  readonly owner: string;
  readonly ticket: string | null;
  readonly reason: string;
  readonly requester: Person;
  /** RFC 3339. */
  readonly requestedAt: string;
  /** RFC 3339, half-open [from, until). */
  readonly from: string;
  readonly until: string;
  readonly reviewEveryDays: number;
  /** Oldest first: the request's own, then one or more for each renewal. */
  readonly evidence: readonly Evidence[];
  readonly granted: { readonly by: Person; readonly at: string; readonly because: string } | null;
  readonly revoked: { readonly by: Person | null; readonly at: string; readonly because: string } | null;
  readonly lastUsedAt: string | null;
  readonly lastReviewedAt: string | null;
  readonly version: number;
}
