import type { Finding } from "../../domain/index.ts";
import { adviceFor } from "./advice.ts";

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

export interface Acceptance {
  readonly entries: readonly BaselineEntry[];
  /** The accepted findings as they then stand. */
  readonly findings: readonly Finding[];
  /** What a baseline may not silence. */
  readonly refused: readonly Finding[];
}

/** Accepts what is there today. What is not there any more is left out. */
export function acceptFindings(
  findings: readonly Finding[],
  by: { readonly acceptedAt: string; readonly acceptedBy: string; readonly reason: string },
): Acceptance {
  const present = findings.filter((finding) => finding.status !== "resolved");
  const accepted = present.filter(canBeAccepted);
  return {
    entries: accepted.map((finding) => ({
      finding: finding.id,
      digest: finding.change.digest,
      address: finding.change.resource.address,
      ...by,
    })),
    findings: accepted.map((finding) => {
      const state = { ...finding, status: "accepted", triage: "known_and_allowed", due: null } as const;
      return { ...state, advice: adviceFor(state) };
    }),
    refused: present.filter((finding) => !canBeAccepted(finding)),
  };
}
