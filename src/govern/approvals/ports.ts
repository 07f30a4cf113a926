import type { Problem, Result } from "../../base/index.ts";
import type { ApprovalRequest, AuditEntry, Notice } from "../../domain/index.ts";

export interface ApprovalQuery {
  readonly workspace?: string;
  /** Requests that hold at least one of these digests. */
  readonly digests?: readonly string[];
  /** Leaves out what is revoked or expired before this RFC 3339 instant. */
  readonly liveAt?: string;
}

export interface ApprovalStep {
  readonly request: ApprovalRequest;
  /** Version before; `null` for a new one. Another version in the store: `stale_version`, and nothing is written. */
  readonly from: number | null;
  /** What people are told of it, sent after the transaction. */
  readonly notices?: readonly Notice[];
  readonly audit: readonly AuditEntry[];
}

export interface ApprovalStore {
  /** Newest first. */
  list(query: ApprovalQuery): Promise<Result<readonly ApprovalRequest[], Problem>>;
  find(id: string): Promise<Result<ApprovalRequest | null, Problem>>;
  write(step: ApprovalStep): Promise<Result<void, Problem>>;
}
