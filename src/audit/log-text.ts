import {
  err,
  isJsonArray,
  type Json,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  stringMember,
} from "../base/index.ts";
import type { Checkpoint } from "../domain/index.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { LOG_FORMAT, PREFIX } from "./log-lines.ts";
import { appendLeaves, EMPTY_RANGE, leafHash, rootOf } from "./merkle.ts";
import type { LoggedEntry, LogState } from "./ports.ts";
import { readAuditEntry } from "./read-entry.ts";
import { hex } from "./sealer.ts";

/* Reads our own log file back. It trusts the file as far as its form goes; whether the record is true is for verify/ to say. */

/** Where a log file ends, and what the next append goes on from. */
export interface LogTail {
  readonly state: LogState;
  /** Number of the next checkpoint. */
  readonly nextNumber: number;
  /** Bytes of the file that are whole lines; what lies behind is torn. */
  readonly length: number;
  /** Ids of the entries that were looked at and lie behind `known`. */
  readonly ids: readonly string[];
  readonly warnings: readonly Problem[];
}

/** The end of a log file, or all of it. */
export interface LogEnd {
  readonly file: string;
  readonly origin: string;
  /** Whole lines from `offset` on: the header (at 0) or a checkpoint, and all that follows. */
  readonly bytes: Buffer;
  readonly offset: number;
  /** Offset up to which the entries are known already. */
  readonly known: number;
}

/**
 * Reads from the end: usually the last line is a checkpoint and carries the whole state. After a kill there may be a torn line,
 * and whole entries that no checkpoint seals yet; those stay, and the next checkpoint seals them.
 */
export function logTail({ file, origin, bytes, offset, known }: LogEnd): Result<LogTail, Problem> {
  const length = bytes.lastIndexOf(0x0a) + 1;
  const warnings: Problem[] = [];
  if (length < bytes.length) {
    warnings.push(
      problem(
        "audit_log_torn",
        `the log ended in a torn line of ${bytes.length - length} bytes, which was cut off`,
        {
          place: { file },
          hint: "a process was killed while it wrote; what it had not finished was never acknowledged",
        },
      ),
    );
  }
  const unsealed: Uint8Array[] = [];
  for (let end = length; end > 0; ) {
    const start = end < 2 ? 0 : bytes.lastIndexOf(0x0a, end - 2) + 1;
    const line = bytes.subarray(start, end - 1).toString("utf8");
    if (line.startsWith(PREFIX.entry)) unsealed.unshift(leafHash(entryTextOf(line) ?? ""));
    else {
      const isHeader = start === 0 && offset === 0;
      const sealed = isHeader ? { size: 0, peaks: [], number: -1 } : checkpointOf(line);
      if (sealed === null)
        return err(broken(file, null, "a line near the end is neither entry nor checkpoint"));
      if (unsealed.length > 0) warnings.push(unsealedWarning(file, unsealed.length));
      const peaks = sealed.peaks.map((peak) => Buffer.from(peak, "hex"));
      const range = appendLeaves({ size: sealed.size, peaks }, unsealed);
      return ok({
        state: { origin, size: range.size, peaks: range.peaks.map(hex) },
        nextNumber: sealed.number + 1,
        length: offset + length,
        ids: idsIn(bytes.subarray(Math.max(0, known - offset), length)),
        warnings,
      });
    }
    end = start;
  }
  return err(broken(file, 1, "the file holds no whole line"));
}

/** Ids of the entries in whole lines. */
export function idsIn(lines: Buffer): string[] {
  const ids: string[] = [];
  for (const line of lines.toString("utf8").split("\n")) {
    const id = line.startsWith(PREFIX.entry) ? entryIdOf(line) : null;
    if (id !== null) ids.push(id);
  }
  return ids;
}

/** A whole log file as read back. */
export interface LogText {
  readonly origin: string;
  readonly entries: readonly LoggedEntry[];
  readonly checkpoints: readonly Checkpoint[];
  readonly root: string;
}

/** Reads every whole line; a torn last one is left out. */
export function readLogText(bytes: Buffer, file: string): Result<LogText, Problem> {
  const text = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1).toString("utf8");
  const lines = text.split("\n").slice(0, -1);
  const origin = originOf(`${lines[0] ?? ""}\n`);
  if (origin === null) return err(broken(file, 1, "the file does not begin with an audit log header"));
  const entries: LoggedEntry[] = [];
  const checkpoints: Checkpoint[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    if (line.startsWith(PREFIX.entry)) {
      const entry = loggedEntry(line, entries.length);
      if (entry === null) return err(broken(file, index + 1, "the line holds no audit entry"));
      entries.push(entry);
    } else {
      const note = stringMember(parsed(line), "checkpoint");
      const checkpoint = note === null ? null : parseCheckpoint(note);
      if (checkpoint === null || !checkpoint.ok) {
        return err(broken(file, index + 1, "the line is neither an audit entry nor a checkpoint"));
      }
      checkpoints.push(checkpoint.value);
    }
  }
  const root = hex(
    rootOf(
      appendLeaves(
        EMPTY_RANGE,
        entries.map(({ text: leaf }) => leafHash(leaf)),
      ),
    ),
  );
  return ok({ origin, entries, checkpoints, root });
}

function loggedEntry(line: string, index: number): LoggedEntry | null {
  const text = entryTextOf(line);
  const entry = readAuditEntry(parsed(text ?? ""));
  return text === null || entry === null ? null : { index, entry, text, leaf: hex(leafHash(text)) };
}

/** The hashed text between the line's fixed frame. */
function entryTextOf(line: string): string | null {
  const frame = /,"index":\d{1,16},"leaf":"[0-9a-f]{64}"\}$/.exec(line);
  return frame === null ? null : line.slice(PREFIX.entry.length, frame.index);
}

/** The id of the entry in a line; `null` when the line holds none. */
function entryIdOf(line: string): string | null {
  return stringMember(parsed(entryTextOf(line) ?? ""), "id");
}

/** Identity of the log whose first line this is. */
export function originIn(line: string, file: string): Result<string, Problem> {
  const origin = originOf(line);
  return origin === null
    ? err(broken(file, 1, "the file does not begin with an audit log header"))
    : ok(origin);
}

function originOf(line: string): string | null {
  if (!line.startsWith(PREFIX.header)) return null;
  const header = parsed(line);
  return stringMember(header, "format") === LOG_FORMAT ? stringMember(header, "origin") : null;
}

function checkpointOf(line: string): { size: number; peaks: readonly string[]; number: number } | null {
  if (!line.startsWith(PREFIX.checkpoint)) return null;
  const value = parsed(line);
  const checkpoint = parseCheckpoint(stringMember(value, "checkpoint") ?? "");
  const peaks = member(value, "peaks");
  const number = member(value, "number");
  if (!checkpoint.ok || !isJsonArray(peaks) || typeof number !== "number") return null;
  const texts = peaks.filter((peak) => typeof peak === "string" && /^[0-9a-f]{64}$/.test(peak)).map(String);
  // The peaks lie outside the signature: they count only when they make the signed root.
  const range = { size: checkpoint.value.size, peaks: texts.map((peak) => Buffer.from(peak, "hex")) };
  const root = Buffer.from(rootOf(range)).toString("base64");
  return root === checkpoint.value.root ? { size: range.size, peaks: texts, number } : null;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unsealedWarning(file: string, count: number): Problem {
  return problem(
    "audit_log_unsealed",
    `${count} entries stood behind the last checkpoint and are sealed now`,
    {
      place: { file },
      hint: "a process was killed between writing and sealing them",
    },
  );
}

function broken(file: string, line: number | null, message: string): Problem {
  return problem("audit_log_broken", message, {
    place: line === null ? { file } : { file, line },
    hint: "verify the file, keep it as evidence, and name another one to go on",
  });
}
