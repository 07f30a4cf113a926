import type { Json, Problem, Result } from "../../base/index.ts";
import type {
  AuditEntry,
  Checkpoint,
  Finding,
  FindingStatus,
  Notice,
  RiskClass,
  Triage,
} from "../../domain/index.ts";
import type { Baseline, BaselineEntry } from "./baseline.ts";

export type { Baseline, BaselineEntry };

export interface FindingQuery {
  readonly workspace?: string;
  readonly statuses?: readonly FindingStatus[];
}

/** One move of a finding: at a scan that found it new, changed or gone, or when it was accepted. */
export interface FindingEvent {
  readonly time: string;
  readonly scan: string | null;
  readonly status: FindingStatus;
  readonly delta: Finding["delta"];
  readonly verdict: Finding["verdict"]["kind"];
  readonly digest: string;
}

/** `due`: what is due first; `risk`: the worst first; `last_seen`: the newest first; `address`: by workspace and address. */
export type FindingSort = "due" | "risk" | "last_seen" | "address";

export interface FindingPageQuery {
  /** Those that the asker may see, or chose of them; absent: all. */
  readonly workspaces?: readonly string[];
  readonly statuses?: readonly FindingStatus[];
  readonly triages?: readonly Triage[];
  readonly riskClasses?: readonly RiskClass[];
  /** Who has it; `null`: nobody. */
  readonly owner?: string | null;
  /** Beginnings of words of the address, the workspace, the type, the owner or the person: all must be found. */
  readonly text?: string;
  /** Default `due`. */
  readonly sort?: FindingSort;
  /** `next` of the page before; it belongs to its sort. */
  readonly cursor?: string;
  /** 1 to 500. */
  readonly limit: number;
}

export interface FindingPage {
  readonly items: readonly Finding[];
  /** `null` on the last page. */
  readonly next: string | null;
}

export interface FindingComment {
  /** `cmt_` and 24 hexadecimal characters. */
  readonly id: string;
  readonly finding: string;
  /** RFC 3339. */
  readonly time: string;
  /** Principal who wrote it. */
  readonly author: string;
  readonly text: string;
}

export interface FindingCount {
  readonly status: FindingStatus;
  readonly triage: Triage;
  readonly riskClass: RiskClass;
  readonly count: number;
  /** How many of them are past their due date. */
  readonly overdue: number;
}

export interface FindingStore {
  /** Ordered by workspace and address. No filter: everything, resolved ones included. */
  list(query: FindingQuery): Promise<Result<readonly Finding[], Problem>>;
  /** By full id, or by a prefix (with or without `fnd_`) that only one finding has; `null` when there is none. */
  find(id: string): Promise<Result<Finding | null, Problem>>;
  /** By position, not by number: a page stays what it is while findings come and go. Problem `cursor_invalid`. */
  page(query: FindingPageQuery): Promise<Result<FindingPage, Problem>>;
  /** Open and accepted ones; `now` (RFC 3339) says what is overdue. */
  counts(now: string): Promise<Result<readonly FindingCount[], Problem>>;
  /**
   * Gives a finding to somebody; `null` gives it back to the owner that the rules name. It stays with them from scan to scan.
   * Problem `finding_missing`.
   */
  assign(
    change: { readonly finding: string; readonly owner: string | null },
    audit: readonly AuditEntry[],
  ): Promise<Result<Finding, Problem>>;
  /** Problem `finding_missing`. */
  comment(comment: FindingComment, audit: readonly AuditEntry[]): Promise<Result<void, Problem>>;
  /** Oldest first. */
  comments(finding: string): Promise<Result<readonly FindingComment[], Problem>>;
  /** Oldest first. */
  history(id: string): Promise<Result<readonly FindingEvent[], Problem>>;
  baseline(workspace: string): Promise<Result<Baseline, Problem>>;
  /**
   * Accepts what is there today: baseline rows, the findings as they then stand and their audit entries, in one transaction.
   * An entry replaces an earlier one for the same finding.
   */
  accept(change: {
    readonly workspace: string;
    readonly entries: readonly BaselineEntry[];
    readonly findings: readonly Finding[];
    readonly audit: readonly AuditEntry[];
  }): Promise<Result<Recorded, Problem>>;
}

/** Everything that one scan (or one imported check) leaves behind. Written in one transaction or not at all. */
export interface ScanRecord {
  /** `scn_` or `chk_` and 24 hexadecimal characters. */
  readonly id: string;
  readonly kind: "scan" | "check";
  /** RFC 3339. */
  readonly time: string;
  readonly workspace: string;
  /** Source, counts, gaps, policy sets: what a report shows besides findings. Secrets removed. */
  readonly summary: Json;
  /** RFC 8785 text of what is kept of every judged change, in the order in which the root hashes them. */
  readonly resultRows: readonly string[];
  /** Merkle root over the rows, 64 hexadecimal characters; the scan's audit entry carries the same. */
  readonly resultsRoot: string;
  /** New, changed, unchanged and gone findings: the full next state of each. */
  readonly findings: readonly Finding[];
  readonly audit: readonly AuditEntry[];
  /** What people are to be told of it; written to the outbox with the rest. */
  readonly notices?: readonly Notice[];
}

export interface Recorded {
  /** Size of the log after the record. */
  readonly size: number;
  readonly root: string;
  /** `null` when there was nothing to append. */
  readonly checkpoint: Checkpoint | null;
  /** Things worth telling that did not stop the record. */
  readonly warnings: readonly Problem[];
}

export interface ScanSummary {
  readonly id: string;
  readonly kind: "scan" | "check";
  readonly time: string;
  readonly workspace: string;
  readonly summary: Json;
  readonly resultCount: number;
  /** Merkle root over the result rows, 64 hexadecimal characters. */
  readonly resultsRoot: string;
}

export interface ScanStore {
  record(scan: ScanRecord): Promise<Result<Recorded, Problem>>;
  /** The latest scan of a workspace; `null` when there is none. */
  last(workspace: string): Promise<Result<ScanSummary | null, Problem>>;
  get(id: string): Promise<Result<ScanSummary | null, Problem>>;
  /** RFC 8785 text of each result row in order; a proof is `resultProof` over them. */
  results(id: string): Promise<Result<readonly string[], Problem>>;
}
