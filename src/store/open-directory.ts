import { type FileLock, takeFileLock } from "../audit/index.ts";
import { type Clock, err, ok, type Problem, type Result, rfc3339 } from "../base/index.ts";
import { type DataDir, type DirectoryEngine, prepareDataDir } from "./data-dir.ts";
import { Refusal } from "./database.ts";

/** What opening a directory needs of the caller's options. */
export interface DirectoryOptions {
  readonly clock: Clock;
  readonly waitMs?: number;
  readonly onProgress?: (message: string) => void;
}

const DEFAULT_WAIT_MS = 10_000;

/** Takes the lock of a data directory for some work; a Problem and everything that throws gives it back. */
export async function withLockedDirectory<T>(
  dir: DataDir,
  engine: DirectoryEngine,
  options: DirectoryOptions,
  work: (lock: FileLock) => Promise<T>,
  otherwise: (cause: unknown) => Problem,
): Promise<Result<T, Problem>> {
  const prepared = await prepareDataDir(dir, engine);
  if (!prepared.ok) return prepared;
  const lock = await lockDirectory(dir, options);
  if (!lock.ok) return lock;
  try {
    // Another process may have made the store while this one waited.
    const again = await prepareDataDir(dir, engine);
    if (!again.ok) throw new Refusal(again.error);
    return ok(await work(lock.value));
  } catch (cause) {
    await lock.value.release();
    return err(cause instanceof Refusal ? cause.problem : otherwise(cause));
  }
}

export function lockDirectory(dir: DataDir, options: DirectoryOptions): Promise<Result<FileLock, Problem>> {
  return takeFileLock(dir.lock, {
    what: "data directory",
    codes: { inUse: "data_dir_in_use", unwritable: "data_dir_unwritable" },
    now: rfc3339(options.clock.now()),
    waitMs: options.waitMs ?? DEFAULT_WAIT_MS,
    onWait: (holder) => options.onProgress?.(`waiting for the data directory, in use by ${holder}`),
  });
}
