import type { ExportCursors, HeldExport } from "../../../audit/index.ts";
import { err, type JsonObject, ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import { type DeliveryFault, fault } from "../../../notify/index.ts";
import type { JobHandler } from "../../../schedule/index.ts";
import type { ExportSettings } from "../../config/exports.ts";
import type { Service } from "../service.ts";
import { exportFormat } from "./format.ts";
import { type ExportSink, openSink } from "./sink.ts";

/** Longer than the slowest batch: a request may take two minutes. */
const LEASE_MS = 10 * 60_000;
const BATCH_ENTRIES = 1_000;
/** A batch ends before it grows beyond this, unless one entry does. */
const BATCH_CHARS = 1_000_000;
const FIRST_RETRY_MS = 30_000;
const MAX_RETRY_MS = 15 * 60_000;

type ExportService = Pick<Service, "config" | "root" | "clock" | "store" | "log">;

export interface ExportOutcome {
  /** Entries that arrived, over all exports. */
  readonly entries: number;
  readonly failed: number;
}

/** Handler of the `export` job, to be run each minute. */
export function exportJob(
  service: ExportService,
  variables: Readonly<Record<string, string | undefined>>,
): JobHandler {
  return async ({ signal }): Promise<Result<JsonObject, Problem>> => {
    const done = await exportDue(service, (settings) => openSink(settings, service.root, variables), signal);
    return done.ok ? ok({ ...done.value }) : done;
  };
}

/**
 * Sends every configured export what the record holds beyond its cursor. Each entry at least once, in order, without a gap: the range
 * is written down, then sent, then the cursor moves. An export that fails does not hold up the others.
 */
export async function exportDue(
  service: ExportService,
  open: (settings: ExportSettings) => Promise<ExportSink>,
  signal: AbortSignal,
): Promise<Result<ExportOutcome, Problem>> {
  const count = { entries: 0, failed: 0 };
  for (const settings of service.config.exports) {
    if (signal.aborted) break;
    const done = await runExport(service, settings, await open(settings), signal);
    if (!done.ok) return done;
    count.entries += done.value.entries;
    if (done.value.failed !== null) {
      count.failed += 1;
      service.log.warn({ export: settings.name }, `the export failed: ${done.value.failed}`);
    }
  }
  return ok(count);
}

async function runExport(
  service: ExportService,
  settings: ExportSettings,
  sink: ExportSink,
  signal: AbortSignal,
): Promise<Result<{ readonly entries: number; readonly failed: string | null }, Problem>> {
  const { clock } = service;
  const { exports, audit } = service.store;
  const start = await audit.start();
  if (!start.ok) return start;
  const lease = (): string => rfc3339(clock.now() + LEASE_MS);
  const taken = await exports.take(settings.name, start.value.size, rfc3339(clock.now()), lease());
  if (!taken.ok) return taken;
  let held = taken.value;
  let entries = 0;
  while (held !== null && !signal.aborted) {
    const sent = await sendNext(service, settings, sink, held, signal);
    if (!sent.ok) return sent;
    if (sent.value.kind === "lost") return ok({ entries, failed: null });
    if (sent.value.kind === "none") break;
    if (sent.value.kind === "failed") return giveBack(exports, held, sent.value.fault, clock.now(), entries);
    entries += sent.value.count;
    held = sent.value.held;
  }
  if (held !== null) {
    const released = await exports.release(held);
    if (!released.ok) return released;
  }
  return ok({ entries, failed: null });
}

type Sent =
  | { readonly kind: "sent"; readonly count: number; readonly held: HeldExport | null }
  | { readonly kind: "none" }
  | { readonly kind: "lost" }
  | { readonly kind: "failed"; readonly fault: DeliveryFault };

async function sendNext(
  { store, clock }: ExportService,
  settings: ExportSettings,
  sink: ExportSink,
  held: HeldExport,
  signal: AbortSignal,
): Promise<Result<Sent, Problem>> {
  const { audit, exports } = store;
  const format = exportFormat(settings.format);
  const from = held.nextIndex;
  const limit = (held.pendingTo ?? Math.min(from + BATCH_ENTRIES, sink.end(from))) - from;
  const page = await audit.entriesFrom(from, limit);
  if (!page.ok) return page;
  const [first] = page.value;
  const head = await audit.head();
  if (!head.ok) return head;
  if (first === undefined && from === head.value.size && held.pendingTo === null) return ok({ kind: "none" });
  const gap = page.value.some(({ index }, place) => index !== from + place);
  if (first === undefined || gap || (held.pendingTo !== null && page.value.length < limit)) {
    const says = `the record does not hold the entries from ${from} on that are to be sent`;
    return ok({ kind: "failed", fault: fault(says, { permanent: true }) });
  }
  const lines: string[] = [];
  let chars = 0;
  for (const logged of page.value) {
    const line = format.line(logged, audit.origin);
    chars += line.length;
    if (held.pendingTo === null && lines.length > 0 && chars > BATCH_CHARS) break;
    lines.push(line);
  }
  const to = from + lines.length;
  const planned = await exports.plan(held, to, rfc3339(clock.now() + LEASE_MS));
  if (!planned.ok) return planned;
  if (planned.value === null) return ok({ kind: "lost" });
  const now = rfc3339(clock.now());
  const put = await sink.put({ origin: audit.origin, from, to, lines, format, now, signal });
  if (!put.ok) return ok({ kind: "failed", fault: put.error });
  const advanced = await exports.advance(planned.value, put.value, rfc3339(clock.now()));
  if (!advanced.ok) return err(advanced.error);
  return ok({ kind: "sent", count: lines.length, held: advanced.value });
}

/** Never given up: a gap is worse than a receiver that is asked again each quarter of an hour. */
async function giveBack(
  exports: ExportCursors,
  held: HeldExport,
  { says, retryAfterMs }: DeliveryFault,
  now: number,
  entries: number,
): Promise<Result<{ readonly entries: number; readonly failed: string }, Problem>> {
  const delay = Math.max(
    Math.min(FIRST_RETRY_MS * 2 ** Math.min(held.tries, 10), MAX_RETRY_MS),
    retryAfterMs ?? 0,
  );
  const done = await exports.fail(held, says, rfc3339(now), rfc3339(now + delay));
  return done.ok ? ok({ entries, failed: says }) : done;
}
