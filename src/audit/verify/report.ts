export type FaultCode =
  | "not_an_export"
  | "line_malformed"
  | "entry_edited"
  | "entry_missing"
  | "entry_reordered"
  | "entry_repeated"
  | "entries_changed"
  | "checkpoint_refused"
  | "checkpoint_missing"
  | "tail_unsealed"
  | "tail_cut_off"
  | "history_rewritten"
  | "other_log"
  | "start_unproven";

/** One thing that is wrong with a record. */
export interface Fault {
  readonly code: FaultCode;
  /** One sentence, lower-case start, no final full stop. */
  readonly message: string;
  /** Index of the entry concerned, the first one where it is a range; `null` when it is about no entry. */
  readonly entry: number | null;
  /** 1-based line of the export; `null` when the fault lies in a checkpoint kept elsewhere. */
  readonly line: number | null;
}

/** A beginning that was taken off in order. What it held cannot be verified any more, only that it was what the root says. */
export interface Pruned {
  /** Entries 0 to `entries - 1` are gone. */
  readonly entries: number;
  /** Id of the entry that says so. */
  readonly tombstone: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface VerifyReport {
  /**
   * `verified`: unchanged, and complete up to the newest checkpoint that was kept elsewhere. `consistent`: unchanged in itself;
   * completeness is not proven, because no such checkpoint was given. `broken`: see the faults.
   */
  readonly status: "verified" | "consistent" | "broken";
  /** The status as a sentence for people. */
  readonly says: string;
  readonly origin: string | null;
  /** Size of the log that the export shows: its entries, and those that were taken off its beginning. */
  readonly entries: number;
  /** What was taken off the beginning, by an entry of the log itself; `null` when the log begins with its first entry. */
  readonly pruned: Pruned | null;
  /** RFC 6962 root over them, recomputed; 64 hexadecimal characters. */
  readonly root: string;
  /** Signed checkpoints within the export that hold. */
  readonly checkpoints: number;
  /** How many entries, from the first on, the checkpoints kept elsewhere prove complete; `null` without any. */
  readonly completeTo: number | null;
  /** Index of the first entry that is wrong or missing; `null` when none is. */
  readonly firstWrong: number | null;
  /** In order of the export, at most 100. */
  readonly faults: readonly Fault[];
  /** All faults, those beyond the list included. */
  readonly faultCount: number;
  /** Lines of an unfinished append at the end of a log in use. They are not part of what was verified. */
  readonly unsealed: number;
}
