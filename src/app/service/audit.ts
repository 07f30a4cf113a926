import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportLog, importLog, type LoggedEntry, verifyEd25519 } from "../../audit/index.ts";
import { type VerifyReport, verifyExport } from "../../audit/verify/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import type { Service } from "./service.ts";

export interface AuditQuery {
  /** `null`: all. */
  readonly workspaces: readonly string[] | null;
  readonly kind: string | null;
  /** Entries before this place; `null`: the newest. */
  readonly before: number | null;
  readonly limit: number;
}

export interface AuditPage {
  /** Entries in the whole log. */
  readonly size: number;
  /** Newest first. */
  readonly items: readonly LoggedEntry[];
  /** `before` of the next page; `null` on the last. */
  readonly next: number | null;
}

const STEP = 500;
/** Entries that one page may look at: who sees little of a long log gets short pages, not slow ones. */
const MOST_LOOKED_AT = 10_000;

export async function auditPage(service: Service, query: AuditQuery): Promise<Result<AuditPage, Problem>> {
  const head = await service.store.audit.head();
  if (!head.ok) return head;
  const { size } = head.value;
  const wanted = ({ entry }: LoggedEntry): boolean =>
    (query.workspaces === null || query.workspaces.includes(entry.workspace)) &&
    (query.kind === null || entry.kind === query.kind);
  const items: LoggedEntry[] = [];
  let at = Math.min(query.before ?? size, size);
  const stop = Math.max(0, at - MOST_LOOKED_AT);
  while (at > stop && items.length < query.limit) {
    const from = Math.max(stop, at - STEP);
    const read = await service.store.audit.entriesFrom(from, at - from);
    if (!read.ok) return read;
    for (const entry of read.value.toReversed()) {
      at = entry.index;
      if (wanted(entry)) items.push(entry);
      if (items.length === query.limit) break;
    }
    if (read.value.length === 0) at = from;
  }
  return ok({ size, items, next: at > 0 ? at : null });
}

/** The newest signed checkpoint, and the key that verifies it. Problem: `audit_log_empty`. */
export async function auditCheckpoint(
  service: Service,
): Promise<Result<{ readonly note: string; readonly publicKey: string }, Problem>> {
  const checkpoints = await service.store.audit.checkpoints();
  if (!checkpoints.ok) return checkpoints;
  const last = checkpoints.value.at(-1);
  if (last !== undefined) return ok({ note: last.note, publicKey: service.auditKey });
  return err(problem("audit_log_empty", "the record is empty: there is nothing to sign"));
}

/** The whole record, piece by piece, as fast as it is read. Fails in the middle only when the store does. */
export async function* auditExport(service: Service): AsyncGenerator<string> {
  let pieces: string[] = [];
  let wake: () => void = () => undefined;
  let taken: () => void = () => undefined;
  let done: Result<unknown, Problem> | null = null;
  const writing = exportLog(service.store.audit, async (text) => {
    pieces.push(text);
    if (pieces.length < 1_000) return;
    wake();
    await new Promise<void>((resolve) => {
      taken = resolve;
    });
  }).then((result) => {
    done = result;
    wake();
  });
  while (true) {
    if (pieces.length < 1_000 && done === null) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const text = pieces.join("");
    pieces = [];
    taken();
    if (text !== "") yield text;
    if (done !== null && pieces.length === 0) break;
  }
  await writing;
  const outcome = done as Result<unknown, Problem> | null;
  if (outcome !== null && !outcome.ok) throw new Error(outcome.error.message);
}

/** Verifies the server's own record, as anybody could with an export. */
export async function auditVerify(
  service: Service,
  checkpoints: readonly string[],
): Promise<Result<VerifyReport, Problem>> {
  const pieces: string[] = [];
  const exported = await exportLog(service.store.audit, (text) => {
    pieces.push(text);
  });
  if (!exported.ok) return exported;
  return verifyExport({
    log: pieces.join(""),
    publicKeys: [service.auditKey],
    checkpoints,
    verifySignature: verifyEd25519,
  });
}

export interface ImportedLog {
  readonly imported: number;
  readonly skipped: number;
}

/** Takes a log of checks into the record, each entry once. What does not verify under one of the keys is refused. */
export async function auditImport(
  service: Service,
  _principal: Principal,
  { log, publicKeys }: { readonly log: Uint8Array; readonly publicKeys: readonly string[] },
): Promise<Result<ImportedLog, Problem>> {
  const report = verifyExport({
    log,
    publicKeys: publicKeys.length === 0 ? [service.auditKey] : publicKeys,
    checkpoints: [],
    verifySignature: verifyEd25519,
    live: true,
  });
  if (!report.ok) return report;
  if (report.value.status === "broken") {
    return err(problem("audit_import_refused", `the log does not verify: ${report.value.says}`));
  }
  const folder = await mkdtemp(join(tmpdir(), "trueup-import-"));
  try {
    const file = join(folder, "checks.log");
    await writeFile(file, log, { mode: 0o600 });
    const done = await importLog(file, service.store.audit);
    if (!done.ok) return err({ ...done.error, place: {} });
    service.changed({ kind: "audit", id: "import", workspace: null });
    return ok({ imported: done.value.imported, skipped: done.value.skipped });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
