import type { Person } from "./person.ts";
import type { RiskClass } from "./risk.ts";

/** `adopt` and `roll_back` end a change; `already_back` is checked by reading; the last two are for recurring reviews. */
export type ReviewChoice = "adopt" | "roll_back" | "already_back" | "renew" | "escalate";

export type ReviewItemKind = "change" | "exception" | "grant" | "allowed_drift" | "approval";

/** What shows that a choice came true. */
export interface ReviewProof {
  readonly kind: "no_op_plan" | "read_again" | "renewed" | "escalated";
  /** Id of the scan, resolution or notice that shows it. */
  readonly ref: string;
  readonly says: string;
  readonly at: string;
}

export interface ReviewItem {
  /** Stable in its review: the change's, exception's, grant's or approval's id. */
  readonly id: string;
  readonly kind: ReviewItemKind;
  readonly title: string;
  readonly workspace: string;
  readonly riskClass: RiskClass;
  /** The finding that tracks it, where there is one. */
  readonly finding: string | null;
  /** For a change in the window of a grant: by the holder (to be decided), or by others (shown apart, not covered). */
  readonly by: "holder" | "others";
  readonly evidence: readonly {
    readonly ref: string;
    readonly says: string;
    readonly confidence: "high" | "medium" | "low";
  }[];
  readonly decision: {
    readonly choice: ReviewChoice;
    readonly by: Person;
    readonly at: string;
    readonly because: string;
  } | null;
  readonly proof: ReviewProof | null;
}

export type ReviewStatus = "open" | "overdue" | "closed";

/** One person's or team's work to end what was let stand. */
export interface Review {
  readonly schema: "trueup.review/v1";
  /** `rev_` and 24 hexadecimal characters. */
  readonly id: string;
  /** `grant`: after one BreakGlassGrant. `recurring`: of everything that still stands. */
  readonly kind: "grant" | "recurring";
  /** The grant, or the name of the cadence. */
  readonly subject: string;
  /** Who must not decide: the holder of the grant. */
  readonly holder: Person | null;
  readonly team: string | null;
  readonly openedAt: string;
  readonly due: string;
  readonly items: readonly ReviewItem[];
  readonly closed: { readonly by: Person; readonly at: string } | null;
  readonly version: number;
}
