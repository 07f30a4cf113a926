import type { BreakGlassGrant, Finding, PolicyException, ReviewItem } from "../../domain/index.ts";

/** Everything that still stands and is somebody's to end or renew. */
export interface Standing {
  /** Active exceptions, with what speaks for ending one. */
  readonly exceptions: readonly { readonly exception: PolicyException; readonly notes: readonly string[] }[];
  /** Ended grants without a closed review. */
  readonly grants: readonly BreakGlassGrant[];
  /** Open findings that a cover holds and that nobody adopted. */
  readonly allowed: readonly Finding[];
}

/** The worklist of a recurring review. */
export function gatherItems({ exceptions, grants, allowed }: Standing): readonly ReviewItem[] {
  return [
    ...exceptions.map(
      ({ exception, notes }): ReviewItem => ({
        ...BLANK,
        id: exception.id,
        kind: "exception",
        title: `${exception.rule} may fail until ${exception.until}: ${exception.reason}`,
        workspace: exception.scope.workspaces?.join(", ") ?? "*",
        riskClass: exception.riskClass,
        evidence: notes.map((says) => ({ ref: exception.id, says, confidence: "high" })),
      }),
    ),
    ...grants.map(
      (grant): ReviewItem => ({
        ...BLANK,
        id: grant.id,
        kind: "grant",
        title: `grant of ${grant.holder.name} for ${grant.kind}: ${grant.reason.broken}`,
        workspace: grant.scope.workspaces?.join(", ") ?? "*",
        riskClass: grant.worst ?? "critical",
      }),
    ),
    ...allowed.map((finding) => changeItem(finding, "allowed_drift", "holder", [])),
  ];
}

const BLANK = { finding: null, by: "holder", evidence: [], decision: null, proof: null } as const;

/** One change as something to decide about. */
export function changeItem(
  finding: Finding,
  kind: "change" | "allowed_drift",
  by: ReviewItem["by"],
  evidence: ReviewItem["evidence"],
): ReviewItem {
  const { address } = finding.change.resource;
  return {
    ...BLANK,
    id: finding.id,
    kind,
    title: `${finding.change.action} ${address}`,
    workspace: finding.workspace,
    riskClass: finding.risk.class,
    finding: finding.id,
    by,
    evidence,
  };
}
