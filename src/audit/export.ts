import { err, ok, type Problem, problem, type Result } from "../base/index.ts";
import { checkpointLine, entryLine, headerLine } from "./log-lines.ts";
import { appendLeaves, type CompactRange, rootOf } from "./merkle.ts";
import type { AuditLog } from "./ports.ts";
import { hex } from "./sealer.ts";

const PAGE = 1_000;

export interface Exported {
  readonly entries: number;
  readonly root: string;
}

/**
 * Writes a log in the audit format, piece by piece, up to its newest checkpoint: every entry as it is stored, every checkpoint at
 * its place, from where the log begins. Nothing is judged here; `verifyExport` does that, on any machine.
 */
export async function exportLog(
  log: AuditLog,
  write: (text: string) => Promise<void> | void,
): Promise<Result<Exported, Problem>> {
  const start = await log.start();
  if (!start.ok) return start;
  const checkpoints = await log.checkpoints(start.value.size);
  if (!checkpoints.ok) return checkpoints;
  const size = checkpoints.value.at(-1)?.size ?? 0;
  await write(headerLine(log.origin, start.value));
  let range: CompactRange = {
    size: start.value.size,
    peaks: start.value.peaks.map((peak) => Buffer.from(peak, "hex")),
  };
  let sealed = 0;
  while (range.size < size) {
    const page = await log.entriesFrom(range.size, Math.min(PAGE, size - range.size));
    if (!page.ok) return page;
    if (page.value.length === 0) {
      return err(
        problem(
          "audit_log_broken",
          `the log holds ${range.size} entries, a checkpoint is signed over ${size}`,
          {
            hint: "restore the data directory from a backup",
          },
        ),
      );
    }
    for (const entry of page.value) {
      await write(entryLine(entry));
      range = appendLeaves(range, [Buffer.from(entry.leaf, "hex")]);
      const checkpoint = checkpoints.value[sealed];
      if (checkpoint?.size !== range.size) continue;
      await write(checkpointLine(checkpoint, sealed++, range.peaks.map(hex)));
    }
  }
  return ok({ entries: size, root: hex(rootOf(range)) });
}
