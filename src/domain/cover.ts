import type { Json } from "../base/index.ts";
import type { RiskClass } from "./risk.ts";

/** An exception, grant or approval that lets a failing change stand. Data only: `combine` decides whether it holds. */
export type Cover = ExceptionCover | GrantCover | ApprovalCover;

/** Which changes a cover holds. Every given list must match; an absent one matches all. Patterns are globs over whole values. */
export interface CoverScope {
  readonly workspaces?: readonly string[];
  readonly accounts?: readonly string[];
  readonly types?: readonly string[];
  readonly addresses?: readonly string[];
  /** Property path patterns (see `pathMatches`): every changed property must be held by one of them. */
  readonly paths?: readonly string[];
  readonly riskClasses?: readonly RiskClass[];
  /** Bounds on values: every changed property that a bound's path matches must keep it. */
  readonly bounds?: readonly ValueBound[];
}

/** What a property may become. `within`: CIDR blocks, as one text or a list of them; `at_most`, `at_least`: numbers. */
export type ValueBound =
  | { readonly path: string; readonly is: "equal_to"; readonly value: Json }
  | { readonly path: string; readonly is: "one_of"; readonly values: readonly Json[] }
  | { readonly path: string; readonly is: "at_most" | "at_least"; readonly value: number }
  | { readonly path: string; readonly is: "within"; readonly cidrs: readonly string[] };

/** Scoped, owned, expiring permission to fail one rule. Covers only while live at judgement time. */
export interface ExceptionCover {
  readonly kind: "exception";
  readonly id: string;
  /** `set/policy` or `set/policy/rule`, globs allowed. */
  readonly rule: string;
  readonly scope: CoverScope;
  readonly owner: string;
  readonly reason: string;
  /** RFC 3339, half-open [from, until). */
  readonly from: string;
  readonly until: string;
  /** A forge or the server vouches for the approval; a file on this machine does not. */
  readonly verified: boolean;
}

/** Time-boxed emergency permission of one holder. */
export interface GrantCover {
  readonly kind: "grant";
  readonly id: string;
  readonly holder: string;
  /** Sessions and roles that the holder assumed meanwhile. */
  readonly sessions: readonly string[];
  readonly scope: CoverScope;
  readonly reason: string;
  readonly from: string;
  readonly until: string;
  readonly reviewed: boolean;
  /** RFC 3339 instant after which its missing review stops it from covering. */
  readonly reviewDue: string;
}

/** Yes to one ChangeDigest. */
export interface ApprovalCover {
  readonly kind: "approval";
  readonly id: string;
  readonly digest: string;
  /** All digests that were approved together: any other change in the same plan voids the approval there. */
  readonly set?: readonly string[];
  readonly approvers: readonly string[];
  readonly until: string;
  /** For observed changes: the executed Decision's request ids in the platform's log. */
  readonly requestIds: readonly string[];
}
