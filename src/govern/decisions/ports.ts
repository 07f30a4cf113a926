import type { Json, Problem, Result } from "../../base/index.ts";
import type {
  AuditEntry,
  Checkpoint,
  Decision,
  DecisionKind,
  EnforcementPoint,
  PipelineRun,
  VerdictKind,
} from "../../domain/index.ts";

/** A Decision with what it was about, as it is kept. Secrets have been removed. */
export interface RecordedDecision {
  readonly decision: Decision;
  readonly workspace: string;
  /** Principal that asked to change something, as the platform names it. */
  readonly principal: string | null;
  /** Digests of the changes that it was about. */
  readonly digests: readonly string[];
  /** The platform's own id of the request: what an audit event of the platform is matched by later. */
  readonly request: string | null;
  /** SHA-256 of the plan file, 64 hexadecimal characters. */
  readonly planSha256: string | null;
  /** The same key is the same question: it gets the same answer, and nothing is written twice. */
  readonly idempotencyKey: string | null;
  /** Judged changes, results, explanation: what a screen shows of it. */
  readonly document: Json;
}

/** Everything that one decision leaves behind, in one transaction: a Decision that was not recorded was not given. */
export interface DecisionStep {
  readonly record: RecordedDecision;
  /** The run that was let do something, as it stands now. Its `decision` is this decision's id. */
  readonly run: PipelineRun | null;
  readonly audit: readonly AuditEntry[];
}

export interface DecisionWritten {
  /**
   * What is recorded: the step's own, or the earlier one with the same idempotency key. Whoever gives the answer gives this one.
   */
  readonly record: RecordedDecision;
  readonly repeated: boolean;
  /** `null` where it was repeated. */
  readonly checkpoint: Checkpoint | null;
  readonly warnings: readonly Problem[];
}

export interface DecisionQuery {
  /** Those that the asker may see; absent: all. */
  readonly workspaces?: readonly string[];
  readonly point?: EnforcementPoint;
  readonly kind?: DecisionKind;
  readonly verdict?: VerdictKind;
  readonly principal?: string;
  /** About this ChangeDigest. */
  readonly digest?: string;
  /** RFC 3339, half open: [from, until). */
  readonly from?: string;
  readonly until?: string;
  /** `next` of the page before. */
  readonly before?: number;
  readonly limit: number;
}

export interface DecisionPage {
  readonly items: readonly RecordedDecision[];
  readonly next: number | null;
}

export interface DecisionCount {
  readonly point: EnforcementPoint;
  readonly kind: DecisionKind;
  readonly count: number;
}

export interface DecisionStore {
  /**
   * Records a decision with its audit entries. Calls that come while one is being written share the next transaction.
   * Problems: `decision_repeated` (that id is there), `audit_entry_repeated`, `store_unavailable`, `store_full`, `store_failed`.
   */
  record(step: DecisionStep): Promise<Result<DecisionWritten, Problem>>;
  find(id: string): Promise<Result<RecordedDecision | null, Problem>>;
  /** Newest first: one ChangeDigest may have been asked about several times. */
  byDigest(digest: string): Promise<Result<readonly RecordedDecision[], Problem>>;
  byRequest(request: string): Promise<Result<readonly RecordedDecision[], Problem>>;
  /** Newest first. */
  page(query: DecisionQuery): Promise<Result<DecisionPage, Problem>>;
  /** Since an instant (RFC 3339), for metrics. */
  counts(since: string): Promise<Result<readonly DecisionCount[], Problem>>;
}

/** What was recorded of a run besides what a correlation needs. */
export interface RecordedRun {
  readonly run: PipelineRun;
  readonly planSha256: string | null;
  /** RFC 3339. */
  readonly recordedAt: string;
}

export interface PipelineRunStore {
  /** A run without a decision of ours, or one that came from somewhere else; with one it replaces what is known of that decision. */
  record(run: RecordedRun, audit: readonly AuditEntry[]): Promise<Result<void, Problem>>;
  /**
   * The run has done what it was let do. Refuses (`plan_not_decided`) another plan file than the decided one, and
   * (`run_unknown`) a decision without a run; marking twice keeps the first time.
   */
  markApplied(
    applied: { readonly decision: string; readonly planSha256: string | null; readonly appliedAt: string },
    audit: readonly AuditEntry[],
  ): Promise<Result<RecordedRun, Problem>>;
  byDecision(decision: string): Promise<Result<RecordedRun | null, Problem>>;
  /** Runs that may explain a change in [from, until): recorded before its end and not applied before its start. Oldest first. */
  within(workspace: string, from: string, until: string): Promise<Result<readonly RecordedRun[], Problem>>;
}
