import { canonicalJson } from "../base/index.ts";
import type { Checkpoint } from "../domain/index.ts";
import { LOG_START, type LoggedEntry, type LogStart } from "./ports.ts";

/*
 * The audit format (docs/audit-format.md), one JSON object a line: a header, entries in order, and after each append a checkpoint.
 * A log file of `check` and an export of a store are the same thing. The writer's side; the verifier reads on its own.
 */

export const LOG_FORMAT = "trueup-audit/v1";

export const PREFIX = {
  header: '{"format":',
  entry: '{"entry":',
  checkpoint: '{"checkpoint":',
} as const;

/** A log whose beginning was taken off says where it begins, and which of its entries says so. */
export function headerLine(origin: string, start: LogStart = LOG_START): string {
  const { size, peaks, tombstone } = start;
  if (tombstone === null) return `${canonicalJson({ format: LOG_FORMAT, origin })}\n`;
  return `${canonicalJson({ format: LOG_FORMAT, origin, start: { peaks, size, tombstone } })}\n`;
}

/** The entry's canonical text stands in the line as it was hashed, so that a reader needs no canonicaliser of its own. */
export function entryLine(logged: Pick<LoggedEntry, "text" | "index" | "leaf">): string {
  return `{"entry":${logged.text},"index":${logged.index},"leaf":"${logged.leaf}"}\n`;
}

/** `number` counts checkpoints from 0, so that one left out is noticed. */
export function checkpointLine(
  checkpoint: Pick<Checkpoint, "note">,
  number: number,
  peaks: readonly string[],
): string {
  return `${canonicalJson({ checkpoint: checkpoint.note, number, peaks })}\n`;
}
