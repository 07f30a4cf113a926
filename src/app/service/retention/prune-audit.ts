import { newAuditEntry } from "../../../audit/index.ts";
import { err, ok, type Problem, type Result } from "../../../base/index.ts";
import type { Store } from "../../../store/index.ts";
import type { Asker } from "../../audit-entries.ts";

export interface PruneAuditRequest {
  /** RFC 3339: entries made before it may go. */
  readonly before: string;
  /** RFC 3339. */
  readonly now: string;
  readonly asker: Asker;
}

export interface PrunedAudit {
  /** Entries `from` to `to - 1` are gone; equal when not one whole partition was old enough. */
  readonly from: number;
  readonly to: number;
  /** Id of the entry that says so; `null` when nothing was taken off. */
  readonly tombstone: string | null;
}

/**
 * Takes the oldest part of the record off, in whole partitions. First the record itself says so, with the root of what goes, sealed by
 * a signed checkpoint; only then does anything go. A process that ends in between leaves a record that is whole.
 */
export async function pruneAudit(
  store: Pick<Store, "audit" | "retention">,
  { before, now, asker }: PruneAuditRequest,
): Promise<Result<PrunedAudit, Problem>> {
  const found = await store.retention.prunable(before);
  if (!found.ok) return found;
  const start = found.value;
  if (start === null) {
    const current = await store.audit.start();
    return current.ok ? ok({ from: current.value.size, to: current.value.size, tombstone: null }) : current;
  }
  const { from, size, root, peaks } = start;
  const tombstone = newAuditEntry({
    kind: "tombstone",
    time: now,
    workspace: "",
    ...asker,
    subject: `audit entries ${from} to ${size - 1}`,
    answer: null,
    because: `entries made before ${before} are not kept any longer`,
    revisions: {},
    details: { prunedFrom: from, prunedTo: size, root, peaks, before },
  });
  const said = await store.audit.append([tombstone]);
  if (!said.ok) return said;
  const gone = await store.retention.prune({ size, root, peaks, tombstone: tombstone.id, at: now });
  return gone.ok ? ok({ from, to: size, tombstone: tombstone.id }) : err(gone.error);
}
