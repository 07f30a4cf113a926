import { ok, type Problem, type Result } from "../../../base/index.ts";
import type { AuditEvent, Finding, Principal, ScanReport } from "../../../domain/index.ts";
import { exceptionStatus, noteUse } from "../../../govern/exceptions/index.ts";
import { collectForGrants } from "./collect.ts";
import type { GovernService } from "./governing.ts";
import { proveByReading } from "./prove.ts";

/**
 * What a recorded scan means for governance: what happened in windows of grants is collected, choices of reviews that came true are
 * proven by this reading, and exceptions that were needed are known to be used. Safe to repeat for the same scan.
 */
export async function afterScan(
  service: GovernService,
  principal: Principal,
  report: Pick<ScanReport, "time" | "findings">,
  events: readonly AuditEvent[],
): Promise<Result<void, Problem>> {
  const collected = await collectForGrants(service, principal, { findings: report.findings, events });
  if (!collected.ok) return collected;
  const proven = await proveByReading(service, principal);
  if (!proven.ok) return proven;
  return noteUses(service, report.findings, report.time);
}

/** Once a day is enough to know what nobody needs any more, and keeps the row from growing hot. */
const NOTE_EVERY_MS = 86_400_000;

async function noteUses(
  { store, clock }: GovernService,
  findings: readonly Finding[],
  at: string,
): Promise<Result<void, Problem>> {
  const used = new Set(
    findings.flatMap(({ verdict }) =>
      verdict.covers.flatMap(({ kind, id }) => (kind === "exception" ? [id] : [])),
    ),
  );
  for (const id of used) {
    const held = await store.exceptions.find(id);
    if (!held.ok) return held;
    // Those of configuration files are not the store's.
    if (held.value === null || exceptionStatus(held.value, clock.now()) !== "active") continue;
    const { lastUsedAt, version } = held.value;
    if (lastUsedAt !== null && Date.parse(at) - Date.parse(lastUsedAt) < NOTE_EVERY_MS) continue;
    const written = await store.exceptions.write({
      exception: noteUse(held.value, at),
      from: version,
      audit: [],
    });
    if (!written.ok && written.error.code !== "stale_version") return written;
  }
  return ok(undefined);
}
