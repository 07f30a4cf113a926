import type { Problem, Result } from "../../base/index.ts";
import type { AuditEntry, Notice, Review } from "../../domain/index.ts";

export interface ReviewQuery {
  readonly open?: boolean;
  readonly kind?: Review["kind"];
  readonly subject?: string;
}

export interface ReviewStep {
  readonly review: Review;
  /** Version before; `null` for a new one. Another version in the store: `stale_version`, and nothing is written. */
  readonly from: number | null;
  /** What people are told of it, sent after the transaction. */
  readonly notices?: readonly Notice[];
  readonly audit: readonly AuditEntry[];
}

export interface ReviewStore {
  /** Newest first. */
  list(query: ReviewQuery): Promise<Result<readonly Review[], Problem>>;
  find(id: string): Promise<Result<Review | null, Problem>>;
  write(step: ReviewStep): Promise<Result<void, Problem>>;
}
