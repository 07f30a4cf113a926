import type { PolicyRef } from "./policy.ts";

export type VerdictKind = "allowed" | "violation" | "review";

/** Row of the truth table (ARCHITECTURE.md): 1 to 9. */
export type VerdictRow = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** What permitted a change in rows 6 and 8. */
export type Permit =
  | { readonly kind: "low_risk" }
  | { readonly kind: "allow_rule"; readonly policy: PolicyRef; readonly rule: string }
  | { readonly kind: "cover"; readonly cover: CoverRef }
  | { readonly kind: "planned"; readonly riskClass: string }
  | { readonly kind: "approved_run"; readonly run: string };

export interface CoverRef {
  readonly kind: "exception" | "grant" | "approval";
  readonly id: string;
  readonly verified: boolean;
}

export interface DeterminingRule {
  readonly policy: PolicyRef;
  readonly rule: string;
  readonly message: string;
  /** The cover that waives it, `null` when it stands. */
  readonly waivedBy: CoverRef | null;
}

/** The judgement of one change. */
export interface Verdict {
  readonly kind: VerdictKind;
  readonly row: VerdictRow;
  /** One sentence for people: why. */
  readonly because: string;
  readonly determining: readonly DeterminingRule[];
  readonly erroring: readonly { readonly policy: PolicyRef; readonly message: string }[];
  readonly permit: Permit | null;
  readonly covers: readonly CoverRef[];
  /** What it would be without any cover: a waived violation is shown, never hidden. */
  readonly withoutCovers: { readonly kind: VerdictKind; readonly row: VerdictRow };
  /** Row 3: an answer is due by then (RFC 3339). */
  readonly attributionDeadline: string | null;
}
