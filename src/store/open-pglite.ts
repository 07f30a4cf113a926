import { rename } from "node:fs/promises";
import type { FileLock } from "../audit/index.ts";
import { messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { bringUp } from "./bring-up.ts";
import { checkRecord } from "./check-record.ts";
import { checkpointFileAt, readCheckpointFile } from "./checkpoint-file.ts";
import { type DataDir, exists, sweep, writeMarker } from "./data-dir.ts";
import { Refusal } from "./database.ts";
import { withLockedDirectory } from "./open-directory.ts";
import type { OpenedDatabase, OpenOptions } from "./open-store.ts";
import { openPglite } from "./pglite-database.ts";

export async function openInMemory(options: OpenOptions): Promise<Result<OpenedDatabase, Problem>> {
  const database = await openPglite(null);
  await bringUp(database, options);
  return ok({
    address: "memory:",
    database,
    durability: "none",
    checkpointFile: null,
    asOwner: (work) => work(database),
    leave: null,
  });
}

/** PGlite on a directory: one process, which holds the directory's lock until it closes. */
export function openPgliteDirectory(
  address: string,
  dir: DataDir,
  options: OpenOptions,
): Promise<Result<OpenedDatabase, Problem>> {
  return withLockedDirectory(
    dir,
    "pglite",
    options,
    (lock) => openLocked(address, dir, lock, options),
    (cause) => corrupt(dir, cause),
  );
}

async function openLocked(
  address: string,
  dir: DataDir,
  lock: FileLock,
  options: OpenOptions,
): Promise<OpenedDatabase> {
  const known = await readCheckpointFile(dir.checkpoint, options.sealer);
  if (!known.ok) throw new Refusal(known.error);
  if (!(await exists(dir.database))) {
    if (known.value !== null) throw new Refusal(databaseMissing(dir, known.value.size));
    options.onProgress?.("making a new database, which takes a few seconds the first time");
    await makeDatabase(dir, options);
  }
  const database = await openPglite(dir.database);
  try {
    await bringUp(database, options);
    const fault = await checkRecord(database, known.value, dir);
    if (fault !== null) throw new Refusal(fault);
  } catch (cause) {
    await database.close().catch(() => undefined);
    throw cause;
  }
  return {
    address,
    database,
    durability: "process",
    checkpointFile: checkpointFileAt(dir.checkpoint),
    asOwner: (work) => work(database),
    leave: () => lock.release(),
  };
}

/** Made aside and moved to its place when it is whole: a process killed on the way leaves nothing that looks like a store. */
async function makeDatabase(dir: DataDir, options: OpenOptions): Promise<void> {
  await sweep(dir);
  const database = await openPglite(dir.nursery);
  try {
    await bringUp(database, options);
  } finally {
    await database.close();
  }
  await writeMarker(dir, "pglite");
  await rename(dir.nursery, dir.database);
}

function databaseMissing(dir: DataDir, size: number): Problem {
  return problem(
    "store_behind_checkpoint",
    `the database is gone, and the checkpoint beside it was signed over ${size} audit entries`,
    {
      place: { file: dir.database },
      hint: "restore the directory from a backup; without one, move `checkpoint` aside to start again",
    },
  );
}

function corrupt(dir: DataDir, cause: unknown): Problem {
  const detail = messageOf(cause).replace(/\. Build with .*$/, "");
  return problem("store_corrupt", `the database does not start, its files are damaged: ${detail}`, {
    place: { file: dir.database },
    hint: "restore the directory from a backup, or name another one",
  });
}
