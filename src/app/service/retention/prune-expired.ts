import { ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Store } from "../../../store/index.ts";
import type { Config } from "../../config/index.ts";

/** How many of each class went. */
export interface Expired {
  readonly findings: number;
  readonly scanResults: number;
  readonly decisions: number;
  readonly notifications: number;
}

/** Small enough that a screen which waits for the same rows does not notice. */
const BATCH = 500;

/**
 * Housekeeping: forgets what is older than its class is kept (`retention` of the configuration). The record is not touched: that is
 * `pruneAudit`, which somebody asks for. `now` in milliseconds since 1970. Doing it twice, or at once in two processes, does no harm.
 */
export async function pruneExpired(
  store: Pick<Store, "retention" | "notifications">,
  { retention }: Pick<Config, "retention">,
  now: number,
): Promise<Result<Expired, Problem>> {
  const before = (age: number): string => rfc3339(now - age);
  const findings = await all((most) => store.retention.findings(before(retention.findingsMs), most));
  if (!findings.ok) return findings;
  const scanResults = await all((most) => store.retention.scanResults(before(retention.scanResultsMs), most));
  if (!scanResults.ok) return scanResults;
  const decisions = await all((most) => store.retention.decisions(before(retention.decisionsMs), most));
  if (!decisions.ok) return decisions;
  const notifications = await store.notifications.prune(before(retention.notificationsMs));
  if (!notifications.ok) return notifications;
  return ok({
    findings: findings.value,
    scanResults: scanResults.value,
    decisions: decisions.value,
    notifications: notifications.value,
  });
}

async function all(
  some: (most: number) => Promise<Result<number, Problem>>,
): Promise<Result<number, Problem>> {
  for (let total = 0; ; ) {
    const gone = await some(BATCH);
    if (!gone.ok) return gone;
    total += gone.value;
    if (gone.value < BATCH) return ok(total);
  }
}
