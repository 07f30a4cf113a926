import { rename } from "node:fs/promises";
import { type FileLock, takeFileLock } from "../audit/index.ts";
import type { Sealer } from "../audit/ports.ts";
import {
  type Clock,
  err,
  messageOf,
  ok,
  type Problem,
  problem,
  type Result,
  rfc3339,
} from "../base/index.ts";
import { auditLogOver, readOrigin } from "./audit-log.ts";
import { checkRecord } from "./check-record.ts";
import { type CheckpointFile, checkpointFileAt, readCheckpointFile } from "./checkpoint-file.ts";
import { type DataDir, dataDirAt, exists, prepareDataDir, sweep, writeMarker } from "./data-dir.ts";
import { type Database, Refusal } from "./database.ts";
import { findingStoreOver } from "./finding-store.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { notificationStoreOver } from "./notification-store.ts";
import { openPglite } from "./pglite-database.ts";
import { replyStoreOver } from "./reply-store.ts";
import { scanStoreOver } from "./scan-store.ts";
import type { Store } from "./store.ts";

export interface OpenOptions {
  readonly clock: Clock;
  /** Hashes and signs what the audit log takes in (`makeSealer` of the audit room). */
  readonly sealer: Sealer;
  /** How long to wait for a directory that another process holds, in milliseconds. Default 10,000. */
  readonly waitMs?: number;
  /** Told when opening takes longer than people like to wait in silence: the lock is held, a new database is being made. */
  readonly onProgress?: (message: string) => void;
}

const DEFAULT_WAIT_MS = 10_000;

/**
 * Opens the store at an address: `pglite:DIR` or `memory:`.
 * Problems: `data_dir_unwritable`, `data_dir_in_use`, `not_a_store`, `store_corrupt`, `store_newer`, `store_behind_checkpoint`,
 * `store_rewritten`, `store_address_unknown`. None of them changes what is there.
 */
export async function openStore(address: string, options: OpenOptions): Promise<Result<Store, Problem>> {
  if (address === "memory:") return openInMemory(options);
  const path = /^pglite:(.+)$/su.exec(address)?.[1];
  if (path !== undefined) return openDirectory(address, dataDirAt(path), options);
  return err(
    problem("store_address_unknown", `\`${address}\` is no store address`, {
      hint: "write `pglite:DIR`, for example `pglite:.trueup`",
    }),
  );
}

async function openInMemory(options: OpenOptions): Promise<Result<Store, Problem>> {
  const database = await openPglite(null);
  await bringUp(database, options);
  return ok(await storeOver("memory:", database, options, null, null));
}

async function openDirectory(
  address: string,
  dir: DataDir,
  options: OpenOptions,
): Promise<Result<Store, Problem>> {
  const prepared = await prepareDataDir(dir);
  if (!prepared.ok) return prepared;
  const lock = await takeFileLock(dir.lock, {
    what: "data directory",
    codes: { inUse: "data_dir_in_use", unwritable: "data_dir_unwritable" },
    now: rfc3339(options.clock.now()),
    waitMs: options.waitMs ?? DEFAULT_WAIT_MS,
    onWait: (holder) => options.onProgress?.(`waiting for the data directory, in use by ${holder}`),
  });
  if (!lock.ok) return lock;
  const opened = await openLocked(address, dir, lock.value, options);
  if (!opened.ok) await lock.value.release();
  return opened;
}

async function openLocked(
  address: string,
  dir: DataDir,
  lock: FileLock,
  options: OpenOptions,
): Promise<Result<Store, Problem>> {
  let database: Database | null = null;
  try {
    // Another process may have made the store while this one waited.
    const prepared = await prepareDataDir(dir);
    if (!prepared.ok) return prepared;
    const known = await readCheckpointFile(dir.checkpoint, options.sealer);
    if (!known.ok) return known;
    if (!(await exists(dir.database))) {
      if (known.value !== null) return err(databaseMissing(dir, known.value.size));
      options.onProgress?.("making a new database, which takes a few seconds the first time");
      await makeDatabase(dir, options);
    }
    database = await openPglite(dir.database);
    await bringUp(database, options);
    const fault = await checkRecord(database, known.value, dir);
    if (fault !== null) throw new Refusal(fault);
    return ok(await storeOver(address, database, options, checkpointFileAt(dir.checkpoint), lock));
  } catch (cause) {
    await database?.close().catch(() => undefined);
    return err(cause instanceof Refusal ? cause.problem : corrupt(dir, cause));
  }
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
  await writeMarker(dir);
  await rename(dir.nursery, dir.database);
}

async function bringUp(database: Database, options: OpenOptions): Promise<void> {
  await migrate(database, rfc3339(options.clock.now()), await readMigrations());
  await database.query("insert into audit_log (origin) values ($1) on conflict do nothing", [
    options.sealer.newOrigin(),
  ]);
}

async function storeOver(
  address: string,
  database: Database,
  options: OpenOptions,
  checkpointFile: CheckpointFile | null,
  lock: FileLock | null,
): Promise<Store> {
  const context = { sealer: options.sealer, checkpointFile, origin: await readOrigin(database) };
  let closing: Promise<void> | null = null;
  return {
    address,
    durability: checkpointFile === null ? "none" : "process",
    findings: findingStoreOver(database, context),
    scans: scanStoreOver(database, context),
    audit: auditLogOver(database, context),
    notifications: notificationStoreOver(database),
    replies: replyStoreOver(database),
    close() {
      closing ??= database.close().finally(() => lock?.release());
      return closing;
    },
  };
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
