import type { Problem } from "../base/index.ts";
import type { Environment, ListedNoise, RedactedChange } from "./change.ts";
import type { Decision } from "./decision.ts";
import type { Finding } from "./finding.ts";
import type { PolicyResult, Violation } from "./policy.ts";
import type { RiskAssessment } from "./risk.ts";
import type { ReadGap } from "./state.ts";
import type { Verdict } from "./verdict.ts";

/** One change with everything that was said of it. */
export interface JudgedChange {
  readonly change: RedactedChange;
  readonly risk: RiskAssessment;
  readonly results: readonly PolicyResult[];
  readonly verdict: Verdict;
}

/** A policy set as it took part, for people and for the record. */
export interface PolicySetSummary {
  readonly name: string;
  readonly revision: string;
  readonly engine: string;
  readonly policies: number;
}

/** What `trueup scan` found. The JSON format prints exactly this, with `schema` first. */
export interface ScanReport {
  readonly schema: "trueup.scan/v1";
  readonly id: string;
  readonly time: string;
  readonly environment: Environment;
  readonly source: { readonly name: string; readonly place: string };
  readonly findings: readonly Finding[];
  /** Findings of the last scan that are no longer there. */
  readonly gone: readonly Finding[];
  readonly gaps: readonly ReadGap[];
  readonly noise: readonly ListedNoise[];
  readonly policySets: readonly PolicySetSummary[];
  readonly counts: {
    readonly compared: number;
    readonly drifted: number;
    readonly violations: number;
    readonly review: number;
    readonly allowed: number;
    readonly accepted: number;
    readonly new: number;
    readonly noise: number;
  };
  readonly problems: readonly Problem[];
  readonly audit: { readonly entries: number; readonly root: string } | null;
}

/** What `trueup check` decided. The JSON format prints exactly this, with `schema` first. */
export interface CheckReport {
  readonly schema: "trueup.check/v1";
  readonly id: string;
  readonly time: string;
  readonly environment: Environment;
  readonly plan: {
    readonly file: string;
    readonly sha256: string;
    readonly formatVersion: string;
    readonly toolVersion: string | null;
  };
  readonly decision: Decision;
  readonly changes: readonly JudgedChange[];
  /** Failures of plan policies that belong to no single change. */
  readonly planViolations: readonly Violation[];
  /** The truth table on the plan as a whole; `null` when no plan-level rule speaks. */
  readonly planVerdict: Verdict | null;
  readonly gaps: readonly ReadGap[];
  readonly policySets: readonly PolicySetSummary[];
  readonly counts: {
    readonly changes: number;
    readonly violations: number;
    readonly review: number;
    readonly allowed: number;
    readonly waived: number;
    readonly warnings: number;
  };
  readonly problems: readonly Problem[];
  /** Where the record was appended. */
  readonly audit: { readonly file: string; readonly entries: number; readonly root: string } | null;
}
