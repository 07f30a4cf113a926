import { type FileHandle, mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import { takeFileLock } from "./file-lock.ts";
import { checkpointLine, entryLine, headerLine, PREFIX } from "./log-lines.ts";
import { entryIdOf, type LogText, logTail, readLogText } from "./log-text.ts";
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
 * Problems: `audit_log_unwritable`, `audit_log_in_use`, `audit_log_broken`.
 */
export async function openFileLog(file: string, options: FileLogOptions): Promise<Result<FileLog, Problem>> {
  const made = await locked(file, options, async () => {
    const handle = await open(file, "a+", 0o600);
    try {
      const bytes = await handle.readFile();
      if (bytes.includes(0x0a)) return ok(null);
      // A header torn by a kill is nothing yet: no entry can stand behind it. Anything else is somebody's file.
      if (!PREFIX.header.startsWith(bytes.subarray(0, PREFIX.header.length).toString("latin1"))) {
        return err(notALog(file));
      }
      await handle.truncate(0);
      await handle.writeFile(headerLine(options.sealer.newOrigin()));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncDirectory(dirname(file));
    return ok(null);
  });
  if (!made.ok) return made;
  const first = await readLog(file);
  if (!first.ok) return first;
  return ok({
    file,
    origin: first.value.origin,
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
  try {
    const bytes = await handle.readFile();
    const repeated = repeatedId(bytes, entries);
    if (repeated !== null) {
      return err(
        problem("audit_entry_repeated", `the log holds an entry \`${repeated}\` already`, {
          place: { file },
        }),
      );
    }
    const tail = logTail(bytes, file);
    if (!tail.ok) return tail;
    const { state, nextNumber, length } = tail.value;
    const sealed = sealer.seal(state, entries);
    if (!sealed.ok) return sealed;
    const batch = sealed.value;
    const text =
      batch.entries.map(entryLine).join("") + checkpointLine(batch.checkpoint, nextNumber, batch.state.peaks);
    await writeWhole(handle, Buffer.from(text, "utf8"), length, bytes.length);
    return ok({
      first: state.size,
      count: entries.length,
      checkpoint: batch.checkpoint,
      root: batch.root,
      warnings: tail.value.warnings,
    });
  } finally {
    await handle.close();
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

function repeatedId(bytes: Buffer, entries: readonly AuditEntry[]): string | null {
  const ids = new Set<string>();
  for (const { id } of entries) {
    if (ids.has(id)) return id;
    ids.add(id);
  }
  // A look at the raw text is quick and enough to say no; an id may also stand in another entry's details, so a hit is read.
  const text = bytes.toString("latin1");
  const mentioned = text.matchAll(/"id":"(aud_[0-9a-f]{24})"/g);
  if (![...mentioned].some(([, id]) => id !== undefined && ids.has(id))) return null;
  for (const line of text.split("\n")) {
    const id = line.startsWith(PREFIX.entry) ? entryIdOf(line) : null;
    if (id !== null && ids.has(id)) return id;
  }
  return null;
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
