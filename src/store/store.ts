import type { ExportCursors } from "../audit/index.ts";
import type { AuditLog } from "../audit/ports.ts";
import type { AccountStore } from "../authority/ports.ts";
import type { Problem, Result } from "../base/index.ts";
import type { ApprovalStore } from "../govern/approvals/ports.ts";
import type { GrantStore } from "../govern/breakglass/ports.ts";
import type { DecisionStore, PipelineRunStore } from "../govern/decisions/ports.ts";
import type { ExceptionStore } from "../govern/exceptions/ports.ts";
import type { FindingStore, ScanStore } from "../govern/findings/ports.ts";
import type { ReviewStore } from "../govern/reviews/ports.ts";
import type { NotificationStore } from "../notify/ports.ts";
import type { JobQueue } from "../schedule/ports.ts";
import type { LiveLink, NumberStore, ReplyStore } from "../server/ports.ts";
import type { ScanRunStore, WorkspaceStore } from "../workspaces/ports.ts";
import type { Retention } from "./retention.ts";

/** What a store survives: `process` a killed process, `power` a power cut as well, `none` neither (in memory). */
export type Durability = "none" | "process" | "power";

export interface Store {
  /** As given: `pglite:.trueup`, `memory:`. */
  readonly address: string;
  readonly durability: Durability;
  readonly findings: FindingStore;
  readonly scans: ScanStore;
  readonly audit: AuditLog;
  readonly retention: Retention;
  readonly decisions: DecisionStore;
  readonly runs: PipelineRunStore;
  readonly grants: GrantStore;
  readonly exceptions: ExceptionStore;
  readonly approvals: ApprovalStore;
  readonly reviews: ReviewStore;
  readonly notifications: NotificationStore;
  readonly exports: ExportCursors;
  readonly accounts: AccountStore;
  readonly workspaces: WorkspaceStore;
  readonly scanRuns: ScanRunStore;
  readonly jobs: JobQueue;
  readonly replies: ReplyStore;
  readonly live: LiveLink;
  readonly numbers: NumberStore;
  /**
   * The whole store as one file, as of now: `restoreStore` makes it again. Only PGlite can; the others have tools of their own
   * (`store_backup_by_server`).
   */
  backup(): Promise<Result<Uint8Array, Problem>>;
  /** Closes the database and gives up the directory lock. Safe to call twice. */
  close(): Promise<void>;
}
