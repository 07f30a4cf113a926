import { type FileHandle, mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import { takeFileLock } from "./file-lock.ts";
import { type IndexedTo, type LogIndex, makeLogIndex, openLogIndex, readFrom } from "./log-index.ts";
import { checkpointLine, entryLine, headerLine, PREFIX } from "./log-lines.ts";
import { idsIn, type LogEnd, type LogText, logTail, originIn, readLogText } from "./log-text.ts";
import { type Appended, type AuditLog, LOG_START, type Sealer } from "./ports.ts";
import { syncDirectory } from "./synced-file.ts";

export interface FileLogOptions {
  readonly sealer: Sealer;
  /** RFC 3339, for the lock. */
  readonly now: () => string;
  /** How long to wait for another appender, in milliseconds. Default 10,000. */
  readonly waitMs?: number;
}

/** An audit log in one file: what `check` appends to without a database, and what a store imports later. */
export interface FileLog extends AuditLog {
  readonly file: string;
}

/**
 * Opens the log file, making it with its header when it is missing. Each append is one synced write under a lock file, so that
 * processes append one after the other and a killed one leaves at most a torn last line, which the next append cuts off and tells.
 * An append reads the end of the log only (see log-index.ts), so that its cost does not grow with the log.
 * Problems: `audit_log_unwritable`, `audit_log_in_use`, `audit_log_broken`.
 */
export async function openFileLog(file: string, options: FileLogOptions): Promise<Result<FileLog, Problem>> {
  const made = await locked(file, options, async () => {
    const handle = await open(file, "a+", 0o600);
    try {
      const start = await readFrom(handle, 0, HEADER_BYTES);
      if (start.includes(0x0a)) return originIn(firstLineOf(start), file);
      // A header torn by a kill is nothing yet: no entry can stand behind it. Anything else is somebody's file.
      const torn = PREFIX.header.startsWith(start.subarray(0, PREFIX.header.length).toString("latin1"));
      if (!torn || start.length === HEADER_BYTES) return err(notALog(file));
      const origin = options.sealer.newOrigin();
      await handle.truncate(0);
      await handle.writeFile(headerLine(origin));
      await handle.sync();
      await syncDirectory(dirname(file));
      return ok(origin);
    } finally {
      await handle.close();
    }
  });
  if (!made.ok) return made;
  return ok({
    file,
    origin: made.value,
    append: (entries) => locked(file, options, () => append(file, options.sealer, entries)),
    head: () => reading(file, (log) => ({ size: log.entries.length, root: log.root })),
    start: async () => ok(LOG_START),
    entriesFrom: (index, limit) => reading(file, (log) => log.entries.slice(index, index + limit)),
    known: (ids) =>
      reading(file, (log) => {
        const wanted = new Set(ids);
        return new Map(
          log.entries.filter(({ entry }) => wanted.has(entry.id)).map(({ entry, text }) => [entry.id, text]),
        );
      }),
    checkpoints: (afterSize = 0) =>
      reading(file, (log) => log.checkpoints.filter((checkpoint) => checkpoint.size > afterSize)),
    leaves: () => reading(file, (log) => log.entries.map((entry) => entry.leaf)),
  });
}

async function append(
  file: string,
  sealer: Sealer,
  entries: readonly AuditEntry[],
): Promise<Result<Appended, Problem>> {
  if (entries.length === 0) {
    return err(problem("audit_nothing_to_append", "there is no entry to append"));
  }
  const handle = await open(file, "r+");
  const { size } = await handle.stat();
  const index = await openLogIndex(indexOf(file), handle, size);
  try {
    const end = await readEnd(file, handle, size, index);
    if (!end.ok) return end;
    const tail = logTail(end.value);
    if (!tail.ok) return tail;
    const repeated = await repeatedId(entries, tail.value.ids, index, handle, size);
    if (repeated !== null) {
      return err(
        problem("audit_entry_repeated", `the log holds an entry \`${repeated}\` already`, {
          place: { file },
        }),
      );
    }
    const { state, nextNumber, length } = tail.value;
    const sealed = sealer.seal(state, entries);
    if (!sealed.ok) return sealed;
    const batch = sealed.value;
    const lines = Buffer.from(batch.entries.map(entryLine).join(""), "utf8");
    const seal = Buffer.from(checkpointLine(batch.checkpoint, nextNumber, batch.state.peaks), "utf8");
    await writeWhole(handle, Buffer.concat([lines, seal]), length, size);
    const sealedAt = length + lines.length;
    await indexed(file, handle, index, [...tail.value.ids, ...entries.map(({ id }) => id)], {
      sealedAt,
      length: sealedAt + seal.length,
    });
    return ok({
      first: state.size,
      count: entries.length,
      checkpoint: batch.checkpoint,
      root: batch.root,
      warnings: tail.value.warnings,
    });
  } finally {
    await index?.close();
    await handle.close();
  }
}

/** More than any header: what is longer without a line end is no log. */
const HEADER_BYTES = 4096;

function indexOf(file: string): string {
  return `${file}.index`;
}

function firstLineOf(start: Buffer): string {
  return start.subarray(0, start.indexOf(0x0a) + 1).toString("utf8");
}

/** From the last checkpoint that the index knows, or the whole log where it knows none. */
async function readEnd(
  file: string,
  handle: FileHandle,
  size: number,
  index: LogIndex | null,
): Promise<Result<LogEnd, Problem>> {
  const origin = originIn(firstLineOf(await readFrom(handle, 0, HEADER_BYTES)), file);
  if (!origin.ok) return origin;
  const offset = index?.sealedAt ?? 0;
  const bytes = await readFrom(handle, offset, size);
  return ok({ file, origin: origin.value, bytes, offset, known: index?.length ?? 0 });
}

/** The entries are on disk: an index that cannot be written costs the next append a whole reading, and nothing else. */
async function indexed(
  file: string,
  handle: FileHandle,
  index: LogIndex | null,
  ids: readonly string[],
  to: IndexedTo,
): Promise<void> {
  try {
    if (index === null) await makeLogIndex(indexOf(file), handle, ids, to);
    else await index.add(ids, to);
  } catch {
    await rm(indexOf(file), { force: true }).catch(() => undefined);
  }
}

/** Cuts a torn end off, writes and syncs. A write that fails half way (a full disk) is taken back. */
async function writeWhole(handle: FileHandle, data: Buffer, at: number, was: number): Promise<void> {
  if (at < was) await handle.truncate(at);
  try {
    for (let done = 0; done < data.length; ) {
      const { bytesWritten } = await handle.write(data, done, data.length - done, at + done);
      done += bytesWritten;
    }
    await handle.sync();
  } catch (cause) {
    await handle.truncate(at);
    throw cause;
  }
}

/** An id of the batch that it holds twice, or that the log holds. `fresh` are those of the log that no index knows. */
async function repeatedId(
  entries: readonly AuditEntry[],
  fresh: readonly string[],
  index: LogIndex | null,
  handle: FileHandle,
  size: number,
): Promise<string | null> {
  const seen = new Set(fresh);
  let suspect = false;
  for (const { id } of entries) {
    if (seen.has(id)) return id;
    seen.add(id);
    suspect ||= index?.mayHold(id) ?? false;
  }
  if (!suspect) return null;
  const held = new Set(idsIn(await readFrom(handle, 0, size)));
  return entries.find(({ id }) => held.has(id))?.id ?? null;
}

async function reading<T>(file: string, pick: (log: LogText) => T): Promise<Result<T, Problem>> {
  const log = await readLog(file);
  return log.ok ? ok(pick(log.value)) : log;
}

async function readLog(file: string): Promise<Result<LogText, Problem>> {
  try {
    return readLogText(await readFile(file), file);
  } catch (cause) {
    return err(unusable(file, cause));
  }
}

async function locked<T>(
  file: string,
  options: FileLogOptions,
  work: () => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  } catch (cause) {
    return err(unusable(file, cause));
  }
  const lock = await takeFileLock(`${file}.lock`, {
    what: "audit log",
    codes: { inUse: "audit_log_in_use", unwritable: "audit_log_unwritable" },
    now: options.now(),
    waitMs: options.waitMs ?? 10_000,
  });
  if (!lock.ok) return lock;
  try {
    return await work();
  } catch (cause) {
    return err(unusable(file, cause));
  } finally {
    await lock.value.release();
  }
}

function notALog(file: string): Problem {
  return problem("audit_log_broken", "the file is not an audit log", {
    place: { file },
    hint: "name another file; this one was left as it is",
  });
}

function unusable(file: string, cause: unknown): Problem {
  const hint =
    codeOf(cause) === "ENOSPC" ? "make room on the disk" : "make the file writable, or name another one";
  return problem("audit_log_unwritable", `the audit log cannot be used: ${messageOf(cause)}`, {
    place: { file },
    hint,
  });
}
