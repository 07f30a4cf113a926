import type { Cause, RedactedChange } from "./change.ts";
import type { PolicyResult } from "./policy.ts";
import type { RiskAssessment } from "./risk.ts";
import type { Verdict } from "./verdict.ts";

/** `open`: needs action or review; `accepted`: in the baseline; `resolved`: gone, adopted or rolled back. */
export type FindingStatus = "open" | "accepted" | "resolved";

/** The three ways in which a drift is triaged. */
export type Triage = "known_and_allowed" | "remediate" | "review";

/** Against the last scan. */
export type FindingDelta = "new" | "changed" | "unchanged" | "gone";

/** A tracked item: the same drift found again is the same Finding. */
export interface Finding {
  /** `fnd_` and 12 hexadecimal characters, from workspace and resource (and property group where split). */
  readonly id: string;
  readonly workspace: string;
  readonly status: FindingStatus;
  readonly triage: Triage;
  readonly delta: FindingDelta;
  readonly change: RedactedChange;
  readonly risk: RiskAssessment;
  readonly results: readonly PolicyResult[];
  readonly verdict: Verdict;
  readonly cause: Cause;
  /** Owner by path rules of the configuration; `null` when none matches. */
  readonly owner: string | null;
  /** RFC 3339; `null` when nothing is due (known and allowed). */
  readonly due: string | null;
  readonly firstSeen: string;
  readonly lastSeen: string;
  /** Root cause shared with other findings: same actor and session or event, or same property moved the same way. */
  readonly group: string | null;
  /** Commit of the code that declared the state it was compared with; absent where the code lay in no repository. */
  readonly commit?: string | undefined;
  /** What to do about it, for people. */
  readonly advice: string;
}
