import type { Sealer } from "../audit/ports.ts";
import { type Clock, err, type Problem, problem, type Result } from "../base/index.ts";
import type { Store } from "./store.ts";

export interface OpenOptions {
  readonly clock: Clock;
  /** Hashes and signs what the audit log takes in (`makeSealer` of the audit room). */
  readonly sealer: Sealer;
  /** How long to wait for a directory that another process holds, in milliseconds. Default 10,000. */
  readonly waitMs?: number;
  /** Told once when opening takes longer than people like to wait in silence: the lock is held, a new database is being made. */
  readonly onProgress?: (message: string) => void;
  /** A database to start from instead of an empty one (`memory:` only): how tests save the two seconds of a first start. */
  readonly template?: Blob;
}

/**
 * Opens the store at an address: `pglite:DIR` (a bare `DIR` is the same) or `memory:`.
 * Problems: `data_dir_unwritable`, `data_dir_in_use`, `not_a_store`, `store_corrupt`, `store_newer`, `store_behind_checkpoint`,
 * `store_rewritten`, `store_address_unknown`. None of them changes what is there.
 */
export async function openStore(address: string, options: OpenOptions): Promise<Result<Store, Problem>> {
  void options;
  return err(problem("store_address_unknown", `\`${address}\` is no store address`));
}
