import type { Problem, Result } from "../base/index.ts";

/** How far an export of the record has come: every entry below `nextIndex` is at its receiver. */
export interface ExportCursor {
  readonly name: string;
  readonly nextIndex: number;
  /** The entries from `nextIndex` to before this one are on their way, or were when a try failed; `null`: none. */
  readonly pendingTo: number | null;
  /** RFC 3339: when it last moved, or was made. */
  readonly updatedAt: string;
  /** Tries that failed since it last moved. */
  readonly tries: number;
  readonly failedAt: string | null;
  /** Not tried before; `null`: at once. */
  readonly nextTry: string | null;
  /** What the receiver answered last, or why it was not reached. */
  readonly says: string | null;
}

/** A cursor in the hands of one process. Lost when its lease ran out and another one took it. */
export interface HeldExport {
  readonly name: string;
  readonly holder: string;
  readonly nextIndex: number;
  readonly pendingTo: number | null;
  readonly tries: number;
}

/**
 * Cursors of exports. While there is one, nothing that it has still to send is pruned from the record. Each change but `forget`
 * answers `null` or `false` where the cursor is no longer the caller's, and then changes nothing.
 */
export interface ExportCursors {
  list(): Promise<Result<readonly ExportCursor[], Problem>>;
  /**
   * Takes a cursor until `leaseUntil`; one that is not there is made at `start`. `null`: another process has it, or it waits after
   * a failure.
   */
  take(
    name: string,
    start: number,
    now: string,
    leaseUntil: string,
  ): Promise<Result<HeldExport | null, Problem>>;
  /** Writes that the entries up to before `to` go out next, and renews the lease. Called before they do. */
  plan(held: HeldExport, to: number, leaseUntil: string): Promise<Result<HeldExport | null, Problem>>;
  /** What was planned has arrived. */
  advance(held: HeldExport, says: string, now: string): Promise<Result<HeldExport | null, Problem>>;
  /** What was planned did not arrive, as far as is known. Gives the cursor back until `nextTry`. */
  fail(held: HeldExport, says: string, now: string, nextTry: string): Promise<Result<boolean, Problem>>;
  release(held: HeldExport): Promise<Result<boolean, Problem>>;
  /** `false`: there was none. */
  forget(name: string): Promise<Result<boolean, Problem>>;
}
