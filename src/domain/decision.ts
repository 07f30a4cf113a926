import type { VerdictKind } from "./verdict.ts";

export type DecisionKind = "allow" | "deny" | "require_approval";

/** Where a judgement takes effect. The one list: types and every schema come from it. */
export const ENFORCEMENT_POINTS = [
  "scan",
  "ci",
  "forge",
  "hcp_run_task",
  "kubernetes_admission",
  "cloud_api",
  "decision_api",
] as const;

export type EnforcementPoint = (typeof ENFORCEMENT_POINTS)[number];

/** `warn` and `dryrun` let the change pass and record what would have happened. */
export type EnforcementAction = "deny" | "warn" | "dryrun";

/** What a gate answers when no Decision can be had. */
export type FailMode = "closed" | "open";

export interface PointSettings {
  readonly point: EnforcementPoint;
  readonly action: EnforcementAction;
  readonly failMode: FailMode;
  /** Can this point send a change for approval? */
  readonly offersApproval: boolean;
  /** What `review` becomes here: an approval, or let through and recorded. */
  readonly onReview: "require_approval" | "allow_and_record";
}

/** Something the point must do besides letting through or refusing. */
export interface Obligation {
  readonly kind: "request_approval" | "record_review" | "record_fail_open" | "warn_user";
  readonly text: string;
}

export interface Decision {
  /** `dec_` and 24 hexadecimal characters. */
  readonly id: string;
  readonly kind: DecisionKind;
  /** What it would have been under action `deny`; differs from `kind` in `warn` and `dryrun`. */
  readonly wouldBe: DecisionKind;
  readonly point: EnforcementPoint;
  readonly action: EnforcementAction;
  /** Worst verdict over the changes. */
  readonly verdict: VerdictKind;
  /** A mandatory policy could not be evaluated. */
  readonly erroring: boolean;
  readonly reasons: readonly string[];
  readonly obligations: readonly Obligation[];
  /** Revisions of every policy set that took part, by set name. */
  readonly revisions: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly time: string;
}
