import type { VerdictKind, VerdictRow } from "../../domain/index.ts";

/** What the table asks about one change. Everything concrete has been answered before: this is logic alone. */
export interface Situation {
  /** A hard-mandatory policy fails. */
  readonly hardFails: boolean;
  /** A hard-mandatory policy cannot be evaluated (error, timeout, missing). */
  readonly hardErrors: boolean;
  /** Observed; actor or time unknown; a grant not yet reviewed could hold a soft failure; deadline not past. */
  readonly awaitsAttribution: boolean;
  readonly softFailsUncovered: boolean;
  readonly softErrorsUncovered: boolean;
  /** There is a soft-mandatory failure or error that a cover holds. */
  readonly softCovered: boolean;
  readonly reviewFires: boolean;
  /** A live cover holds the change itself. */
  readonly coverHolds: boolean;
  /** Class low, an allow rule, a cover, or a planned or approved change of a class that is let through. */
  readonly permitted: boolean;
}

/** The truth table of ARCHITECTURE.md, in its order; the first match wins. Total: row 9 is what is left. */
export function rowOf(s: Situation): VerdictRow {
  if (s.hardFails) return 1;
  if (s.hardErrors) return 2;
  if (s.awaitsAttribution) return 3;
  if (s.softFailsUncovered) return 4;
  if (s.softErrorsUncovered) return 5;
  if (s.softCovered) return 6;
  if (s.reviewFires && !s.coverHolds) return 7;
  if (s.permitted || s.coverHolds) return 8;
  return 9;
}

export const VERDICT_OF_ROW: Readonly<Record<VerdictRow, VerdictKind>> = {
  1: "violation",
  2: "review",
  3: "review",
  4: "violation",
  5: "review",
  6: "allowed",
  7: "review",
  8: "allowed",
  9: "review",
};

/** Rows whose verdict rests on a policy that could not be evaluated: such a verdict is never let through and recorded. */
export function isErroring(row: VerdictRow): boolean {
  return row === 2 || row === 5;
}
