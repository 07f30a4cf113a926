import type { AuditLog } from "../audit/ports.ts";
import type { DecisionStore, PipelineRunStore } from "../govern/decisions/ports.ts";
import type { FindingStore, ScanStore } from "../govern/findings/ports.ts";
import type { NotificationStore } from "../notify/ports.ts";
import type { LiveLink, NumberStore, ReplyStore } from "../server/ports.ts";

/** What a store survives: `process` a killed process, `power` a power cut as well, `none` neither (in memory). */
export type Durability = "none" | "process" | "power";

export interface Store {
  /** As given: `pglite:.trueup`, `memory:`. */
  readonly address: string;
  readonly durability: Durability;
  readonly findings: FindingStore;
  readonly scans: ScanStore;
  readonly audit: AuditLog;
  readonly decisions: DecisionStore;
  readonly runs: PipelineRunStore;
  readonly notifications: NotificationStore;
  readonly replies: ReplyStore;
  readonly live: LiveLink;
  readonly numbers: NumberStore;
  /** Closes the database and gives up the directory lock. Safe to call twice. */
  close(): Promise<void>;
}
