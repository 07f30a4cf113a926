import type { Finding } from "../../domain/index.ts";

/** What was there when somebody accepted it. */
export interface BaselineEntry {
  readonly finding: string;
  /** ChangeDigest at acceptance: any further move has another one. */
  readonly digest: string;
  readonly address: string;
  /** RFC 3339. */
  readonly acceptedAt: string;
  readonly acceptedBy: string;
  readonly reason: string;
}

/** Baseline of one workspace, by finding id. */
export type Baseline = ReadonlyMap<string, BaselineEntry>;

export const EMPTY_BASELINE: Baseline = new Map();

/** Row 1 of the truth table: nothing covers a hard-mandatory failure, a baseline neither. */
export function canBeAccepted(finding: Pick<Finding, "verdict">): boolean {
  return !(finding.verdict.kind === "violation" && finding.verdict.row === 1);
}

/**
 * Baseline entries for what is there today. Leaves out what a baseline may not silence and what is not there any more.
 */
export function acceptFindings(
  findings: readonly Finding[],
  by: { readonly acceptedAt: string; readonly acceptedBy: string; readonly reason: string },
): { readonly entries: readonly BaselineEntry[]; readonly refused: readonly Finding[] } {
  const present = findings.filter((finding) => finding.status !== "resolved");
  const entries = present.filter(canBeAccepted).map((finding) => ({
    finding: finding.id,
    digest: finding.change.digest,
    address: finding.change.resource.address,
    ...by,
  }));
  return { entries, refused: present.filter((finding) => !canBeAccepted(finding)) };
}
