import type { Problem, Result } from "../../base/index.ts";
import type { AuditEntry, Notice, PolicyException } from "../../domain/index.ts";

export interface ExceptionQuery {
  /** Leaves out what is revoked or ended before this RFC 3339 instant. */
  readonly liveAt?: string;
  readonly rule?: string;
  readonly owner?: string;
}

export interface ExceptionStep {
  readonly exception: PolicyException;
  /** Version before; `null` for a new one. Another version in the store: `stale_version`, and nothing is written. */
  readonly from: number | null;
  /** What people are told of it, sent after the transaction. */
  readonly notices?: readonly Notice[];
  readonly audit: readonly AuditEntry[];
}

export interface ExceptionStore {
  /** Newest first. */
  list(query: ExceptionQuery): Promise<Result<readonly PolicyException[], Problem>>;
  find(id: string): Promise<Result<PolicyException | null, Problem>>;
  write(step: ExceptionStep): Promise<Result<void, Problem>>;
}
