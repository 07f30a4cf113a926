import type { Problem, Result } from "../base/index.ts";
import type { AuditEntry, Checkpoint } from "../domain/index.ts";

/** An entry at its place in the log. */
export interface LoggedEntry {
  /** 0-based place in the log. */
  readonly index: number;
  readonly entry: AuditEntry;
  /** RFC 8785 text of the entry: the bytes that were hashed. */
  readonly text: string;
  /** RFC 6962 leaf hash of `text`, 64 hexadecimal characters. */
  readonly leaf: string;
}

/** What an append left behind. */
export interface Appended {
  /** Index of the first entry appended; equals the size before. */
  readonly first: number;
  readonly count: number;
  /** Signed size and root after the append; what may be published. */
  readonly checkpoint: Checkpoint;
  /** Root after the append, 64 hexadecimal characters. */
  readonly root: string;
  /** Things worth telling that did not stop the append: a torn last line that was repaired, … */
  readonly warnings: readonly Problem[];
}

/** Size and root of a log. */
export interface LogHead {
  readonly size: number;
  /** 64 hexadecimal characters. */
  readonly root: string;
}

/** Where a log begins. */
export interface LogStart {
  /** Entries that were taken off its beginning; 0 where none were. */
  readonly size: number;
  /** Root over them, 64 hexadecimal characters. */
  readonly root: string;
  /** As in {@link LogState}: what the tree goes on from. */
  readonly peaks: readonly string[];
  /** Id of the entry that says so, `null` where nothing was taken off. */
  readonly tombstone: string | null;
}

/** A log from which nothing was taken off. */
export const LOG_START: LogStart = Object.freeze({
  size: 0,
  root: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  peaks: [],
  tombstone: null,
});

/**
 * The append-only log. An append is whole or not at all, and is on disk (as far as the address is durable) when it returns.
 * Entries are never changed: there is no operation for it.
 */
export interface AuditLog {
  /** Identity of this log, first line of its checkpoints. */
  readonly origin: string;
  /** Appends in the order given. Refuses an id that the log holds already (`audit_entry_repeated`). */
  append(entries: readonly AuditEntry[]): Promise<Result<Appended, Problem>>;
  head(): Promise<Result<LogHead, Problem>>;
  /** Where the log begins: at entry 0 unless its beginning was pruned. */
  start(): Promise<Result<LogStart, Problem>>;
  /** Up to `limit` entries from `index` on, in log order. */
  entriesFrom(index: number, limit: number): Promise<Result<readonly LoggedEntry[], Problem>>;
  /** Which of these entry ids the log holds, with the text logged under each. */
  known(ids: readonly string[]): Promise<Result<ReadonlyMap<string, string>, Problem>>;
  /** Every signed checkpoint with an entry count above `afterSize`, oldest first. */
  checkpoints(afterSize?: number): Promise<Result<readonly Checkpoint[], Problem>>;
  /** Every leaf hash in order from the start on, 64 hexadecimal characters each: what proofs are made from. */
  leaves(): Promise<Result<readonly string[], Problem>>;
}

/** Where a log stands: enough to append to it without reading it again. */
export interface LogState {
  readonly origin: string;
  readonly size: number;
  /** Roots of the perfect subtrees from left to right, 64 hexadecimal characters each: one for each 1 bit of `size`. */
  readonly peaks: readonly string[];
}

/** A batch ready to be written: as one transaction, or not at all. */
export interface SealedBatch {
  readonly entries: readonly LoggedEntry[];
  readonly state: LogState;
  readonly root: string;
  readonly checkpoint: Checkpoint;
}

/** Hashes and signs for whoever stores a log, so that a store needs neither the tree nor the key. */
export interface Sealer {
  /** C2SP verifier key of the signatures. */
  readonly vkey: string;
  /** Fresh identity for a log that begins now. */
  newOrigin(): string;
  /** Seals entries onto a log. Refuses a state whose peaks do not fit its size. */
  seal(state: LogState, entries: readonly AuditEntry[]): Result<SealedBatch, Problem>;
  /** Reads a checkpoint's fields without judging its signature: for a note that this machine wrote itself. */
  parse(note: string): Result<Checkpoint, Problem>;
}
