import type { Sealer } from "../audit/ports.ts";
import { type Clock, err, type Problem, problem, type Result } from "../base/index.ts";
import { accountStoreOver } from "./account-store.ts";
import { approvalStoreOver } from "./approval-store.ts";
import { auditLogOver, readOrigin } from "./audit-log.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { dataDirAt } from "./data-dir.ts";
import { attempt, type Database } from "./database.ts";
import { decisionStoreOver, pipelineRunStoreOver } from "./decision-store.ts";
import { exceptionStoreOver } from "./exception-store.ts";
import { exportCursorsOver } from "./export-cursors.ts";
import { findingStoreOver } from "./finding-store.ts";
import { grantStoreOver } from "./grant-store.ts";
import { jobQueueOver } from "./job-queue.ts";
import type { JobSettings } from "./job-runner.ts";
import { liveLinkOver } from "./live-link.ts";
import { notificationStoreOver } from "./notification-store.ts";
import { numberStoreOver } from "./number-store.ts";
import { openEmbedded } from "./open-embedded.ts";
import { openInMemory, openPgliteDirectory } from "./open-pglite.ts";
import { openPostgresStore } from "./open-postgres-store.ts";
import { recordWriterOver } from "./record-writer.ts";
import { replyStoreOver } from "./reply-store.ts";
import { retentionOver } from "./retention.ts";
import { reviewStoreOver } from "./review-store.ts";
import { scanRunStoreOver } from "./scan-run-store.ts";
import { scanStoreOver } from "./scan-store.ts";
import type { Durability, Store } from "./store.ts";
import { workspaceStoreOver } from "./workspace-store.ts";

export interface OpenOptions {
  readonly clock: Clock;
  /** Hashes and signs what the audit log takes in (`makeSealer` of the audit room). */
  readonly sealer: Sealer;
  /** How long to wait for a directory that another process holds, in milliseconds. Default 10,000. */
  readonly waitMs?: number;
  /** Told when opening takes longer than people like to wait in silence: the lock is held, a new database is being made. */
  readonly onProgress?: (message: string) => void;
  /** The environment, of which only what {@link openPostgresStore} names is read: password and migration address. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Entries in one partition of a log that begins now. Default 262,144. */
  readonly partitionEntries?: number;
  /** Connections of this process to a Postgres server. Default 10. */
  readonly poolSize?: number;
  /** How long a call waits for a Postgres server that went away, in milliseconds. Default 5,000. */
  readonly patienceMs?: number;
  /** Rhythm of the job queue; for tests that do not wait. */
  readonly jobs?: Partial<JobSettings>;
}

/** A database that is up to date, with what its place means for the store over it. */
export interface OpenedDatabase {
  /** May be shown: without a password. */
  readonly address: string;
  readonly database: Database;
  readonly durability: Durability;
  readonly checkpointFile: CheckpointFile | null;
  /** Work for the owner of the tables, where that is another role than the one that uses them. */
  readonly asOwner: <T>(work: (owner: Database) => Promise<T>) => Promise<T>;
  /** Run after the database is closed. */
  readonly leave: (() => Promise<void>) | null;
}

/**
 * Opens the store at an address: `pglite:DIR`, `embedded:DIR`, `postgres://…` or `memory:`.
 * Problems: `store_address_unknown`; of directories `data_dir_unwritable`, `data_dir_in_use`, `not_a_store`, `store_other_engine`;
 * of what lies there `store_corrupt`, `store_newer`, `store_behind_checkpoint`, `store_rewritten`; of servers `store_unavailable`,
 * `store_refused`, `store_password_unreadable`, `embedded_missing`, `embedded_failed`, `embedded_as_root`. None of them changes what
 * is there.
 */
export async function openStore(address: string, options: OpenOptions): Promise<Result<Store, Problem>> {
  const opened = await openDatabase(address, options);
  return opened.ok ? { ok: true, value: await storeOver(opened.value, options) } : opened;
}

/** For `openStore` and the tests of this room. */
export async function openDatabase(
  address: string,
  options: OpenOptions,
): Promise<Result<OpenedDatabase, Problem>> {
  if (address === "memory:") return openInMemory(options);
  if (/^postgres(ql)?:\/\//.test(address)) return openPostgresStore(address, options);
  const [, engine, path] = /^(pglite|embedded):(.+)$/su.exec(address) ?? [];
  if (engine === "pglite" && path !== undefined)
    return openPgliteDirectory(address, dataDirAt(path), options);
  if (engine === "embedded" && path !== undefined) return openEmbedded(address, dataDirAt(path), options);
  return err(
    problem("store_address_unknown", `\`${address}\` is no store address`, {
      hint: "write `pglite:DIR`, `embedded:DIR` or `postgres://USER@HOST/DATABASE`, for example `pglite:.trueup`",
    }),
  );
}

async function storeOver(opened: OpenedDatabase, options: OpenOptions): Promise<Store> {
  const { database, checkpointFile } = opened;
  const { sealer } = options;
  const writer = recordWriterOver(database, { sealer, checkpointFile });
  const context = { sealer, checkpointFile, writer, origin: await readOrigin(database) };
  const live = liveLinkOver(database);
  const jobs = jobQueueOver(database, options.jobs);
  const findings = findingStoreOver(database, context);
  let closing: Promise<void> | null = null;
  return {
    address: opened.address,
    durability: opened.durability,
    findings,
    scans: scanStoreOver(database, context),
    audit: auditLogOver(database, context),
    retention: retentionOver(database, opened.asOwner),
    decisions: decisionStoreOver(database, context),
    runs: pipelineRunStoreOver(database, context),
    grants: grantStoreOver(database, context),
    exceptions: exceptionStoreOver(database, context),
    approvals: approvalStoreOver(database, context),
    reviews: reviewStoreOver(database, context),
    notifications: notificationStoreOver(database),
    exports: exportCursorsOver(database),
    accounts: accountStoreOver(database, context),
    workspaces: workspaceStoreOver(database, context),
    scanRuns: scanRunStoreOver(database),
    jobs,
    replies: replyStoreOver(database),
    live,
    numbers: numberStoreOver(database, findings),
    async backup() {
      const { dump } = database;
      if (dump !== null) return attempt("the store was not backed up", dump);
      return err(
        problem("store_backup_by_server", "only a `pglite:` store is backed up by this command", {
          hint: "use pg_dump for `postgres://`, a copy of the stopped directory for `embedded:`",
        }),
      );
    },
    close() {
      closing ??= live
        .stop()
        .then(() => jobs.stop(0))
        .then(() => database.close())
        .finally(() => opened.leave?.());
      return closing;
    },
  };
}
