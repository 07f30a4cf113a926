import type { Problem, Result } from "../../base/index.ts";
import type { AuditEntry, BreakGlassGrant, Notice, Review } from "../../domain/index.ts";

export interface GrantQuery {
  /** Grants without a closed review only. */
  readonly unreviewed?: boolean;
  readonly holder?: string;
  readonly team?: string;
  /** Grants whose window [startsAt, end) touches [from, until): RFC 3339. */
  readonly touches?: { readonly from: string; readonly until: string };
}

/** Something that happened in a window, kept with what ties it to the grant. */
export interface GrantLink {
  readonly grant: string;
  /** Finding, change, decision or event id; one link for each and grant. */
  readonly ref: string;
  readonly kind: "finding" | "attempt" | "event";
  readonly by: "holder" | "others";
  readonly confidence: "high" | "medium" | "low";
  readonly says: string;
  /** RFC 3339, when it happened. */
  readonly at: string;
}

/** Everything that one step of a grant leaves behind, in one transaction. */
export interface GrantStep {
  readonly grant: BreakGlassGrant;
  /** Version before; `null` for a new grant. Another version in the store: `stale_version`, and nothing is written. */
  readonly from: number | null;
  readonly review?: { readonly review: Review; readonly from: number | null };
  readonly links?: readonly GrantLink[];
  /** What people are told of it, sent after the transaction. */
  readonly notices?: readonly Notice[];
  readonly audit: readonly AuditEntry[];
}

export interface GrantStore {
  /** Newest first. */
  list(query: GrantQuery): Promise<Result<readonly BreakGlassGrant[], Problem>>;
  find(id: string): Promise<Result<BreakGlassGrant | null, Problem>>;
  links(grant: string): Promise<Result<readonly GrantLink[], Problem>>;
  write(step: GrantStep): Promise<Result<void, Problem>>;
}
