import type { PropertyPath } from "../../base/index.ts";
import type {
  AuditEntry,
  CheckReport,
  Finding,
  RedactedChange,
  RiskAssessment,
  RiskClass,
  RiskRuleHit,
  ScanReport,
} from "../../domain/index.ts";

/** What `findings list` prints. */
export interface FindingList {
  readonly schema: "trueup.findings/v1";
  readonly workspace: string;
  /** RFC 3339, when the list was made; relative dates count from here. */
  readonly time: string;
  readonly findings: readonly Finding[];
}

/** What `findings show` prints: a Finding with its schema. */
export interface FindingDetail extends Finding {
  readonly schema: "trueup.finding/v1";
}

/** How the class of one change came about. */
export interface RiskTrace {
  readonly type: {
    readonly name: string;
    readonly known: boolean;
    /** `aws/network-access`; `null` when no group holds the type. */
    readonly group: string | null;
    readonly category: string;
    readonly class: RiskClass;
    readonly stateful: boolean;
    /** Ends the sentence "this decides …"; may be empty. */
    readonly says: string;
  };
  /** Rule files that took part. */
  readonly sources: readonly string[];
  /** Environments whose labels matched. */
  readonly environments: readonly string[];
  readonly assessment: RiskAssessment;
  /** Rules about the resource as a whole. */
  readonly whole: readonly RiskRuleHit[];
  readonly properties: readonly {
    readonly path: PropertyPath;
    readonly text: string;
    readonly class: RiskClass;
    readonly hits: readonly RiskRuleHit[];
  }[];
}

/** What `risk explain` prints. */
export interface RiskExplanation {
  readonly schema: "trueup.risk/v1";
  /** The file that was read. */
  readonly source: string;
  readonly changes: readonly ExplainedRisk[];
}

export interface ExplainedRisk {
  readonly change: RedactedChange;
  readonly risk: RiskAssessment;
  readonly explanation?: RiskTrace;
}

/** What `audit list` prints. */
export interface AuditList {
  readonly schema: "trueup.audit-list/v1";
  /** Entries in the whole log. */
  readonly size: number;
  /** The entries that were asked for, oldest first, with their places in the log. */
  readonly entries: readonly { readonly index: number; readonly entry: AuditEntry }[];
}

/** Everything that can be rendered, told apart by `schema`. */
export type Printable = ScanReport | CheckReport | FindingList | FindingDetail | RiskExplanation | AuditList;

export interface RenderOptions {
  /** Colour and bold by ANSI codes; only for a terminal. Default: plain. */
  readonly colour?: boolean;
  /** Columns to fill, 40 to 200. Default: 80. */
  readonly width?: number;
  /** List everything that is known and allowed, and every property. Default: shortened, saying so. */
  readonly all?: boolean;
  /** Version of this program, named in SARIF. */
  readonly toolVersion?: string;
}
