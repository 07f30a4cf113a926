import type { EnforcementPoint } from "./decision.ts";
import type { Person } from "./person.ts";
import type { RiskClass } from "./risk.ts";

export type ApprovalStatus = "pending" | "approved" | "rejected" | "expired" | "revoked" | "used";

/** How many of which groups must agree. Several rules must all be met; one person may count for each of them. */
export interface QuorumRule {
  readonly groups: readonly string[];
  readonly count: number;
  /** Why it is asked: a class, an owner. */
  readonly because: string;
}

export interface ApprovalVote {
  readonly by: Person;
  readonly answer: "approve" | "reject";
  /** Groups of the voter when they voted; whether they still hold is asked at each use. */
  readonly groups: readonly string[];
  readonly at: string;
  readonly because: string;
}

/** Asks for a yes to a set of ChangeDigests: a subset keeps the yes, another item voids it. */
export interface ApprovalRequest {
  readonly schema: "trueup.approval/v1";
  /** `apr_` and 24 hexadecimal characters. */
  readonly id: string;
  readonly workspace: string;
  readonly point: EnforcementPoint;
  /** Sorted, without repeats. */
  readonly digests: readonly string[];
  /** What is asked for, for people: address, action and changed paths of each change; secrets removed. */
  readonly summary: readonly string[];
  readonly decision: string | null;
  readonly riskClass: RiskClass;
  readonly requester: Person;
  readonly reason: string;
  readonly quorum: readonly QuorumRule[];
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly votes: readonly ApprovalVote[];
  readonly revoked: { readonly by: Person | null; readonly at: string; readonly because: string } | null;
  /** May it be used once only? */
  readonly singleUse: boolean;
  readonly uses: readonly {
    readonly at: string;
    readonly decision: string;
    readonly requestIds: readonly string[];
  }[];
  readonly version: number;
}
