import { readFile } from "node:fs/promises";
import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { AuditEntry } from "../domain/index.ts";
import { readLogText } from "./log-text.ts";
import type { AuditLog } from "./ports.ts";

export interface Imported {
  /** Entries that the log did not hold yet. */
  readonly imported: number;
  /** Entries that an earlier import brought. */
  readonly skipped: number;
  readonly origin: string;
}

const BATCH = 1_000;

/**
 * Takes the entries of a log file (`checks.log`, an export) into another log, each once: importing again brings only what is new.
 * An id that stands for another text in the log is refused (`audit_import_conflict`) before anything is taken in.
 * Does not judge the file: verify it first.
 */
export async function importLog(file: string, into: AuditLog): Promise<Result<Imported, Problem>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    return err(
      problem("audit_log_unreadable", `the audit log cannot be read: ${messageOf(cause)}`, {
        place: { file },
      }),
    );
  }
  const log = readLogText(bytes, file);
  if (!log.ok) return log;
  const known = await into.known(log.value.entries.map(({ entry }) => entry.id));
  if (!known.ok) return known;
  const fresh: AuditEntry[] = [];
  for (const { entry, text, index } of log.value.entries) {
    const held = known.value.get(entry.id);
    if (held === undefined) fresh.push(entry);
    else if (held !== text) {
      return err(
        problem(
          "audit_import_conflict",
          `entry ${index} (\`${entry.id}\`) is in the log already, with another text`,
          {
            place: { file },
            hint: "verify both: one of them has been changed",
          },
        ),
      );
    }
  }
  for (let at = 0; at < fresh.length; at += BATCH) {
    const appended = await into.append(fresh.slice(at, at + BATCH));
    if (!appended.ok) return appended;
  }
  return ok({
    imported: fresh.length,
    skipped: log.value.entries.length - fresh.length,
    origin: log.value.origin,
  });
}
