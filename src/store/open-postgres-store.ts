import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { bringUp } from "./bring-up.ts";
import { checkRecord } from "./check-record.ts";
import { type Database, Refusal } from "./database.ts";
import type { OpenedDatabase, OpenOptions } from "./open-store.ts";
import { readPostgresAddress } from "./postgres-address.ts";
import { openPostgres } from "./postgres-database.ts";

/** Environment variable with the address of the role that owns the tables; absent: the application's own role migrates. */
export const MIGRATION_VARIABLE = "TRUEUP_STORE_MIGRATION_URL";

/** A Postgres server that somebody else runs, shared by any number of processes. */
export async function openPostgresStore(
  address: string,
  options: OpenOptions,
): Promise<Result<OpenedDatabase, Problem>> {
  const variables = options.variables ?? {};
  const read = await readPostgresAddress(address, variables);
  if (!read.ok) return read;
  const { shown, connection } = read.value;
  let database: Database | null = null;
  try {
    database = await openPostgres({
      connection,
      ...(options.poolSize === undefined ? {} : { poolSize: options.poolSize }),
      ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
    });
    await bringUp(database, options);
    const fault = await checkRecord(database, null, { database: shown, checkpoint: shown });
    if (fault !== null) throw new Refusal(fault);
    return ok({ address: shown, database, durability: "power", checkpointFile: null, leave: null });
  } catch (cause) {
    await database?.close().catch(() => undefined);
    if (cause instanceof Refusal) return err(cause.problem);
    return err(problem("store_failed", `the store at \`${shown}\` cannot be opened: ${messageOf(cause)}`));
  }
}
