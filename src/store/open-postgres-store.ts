import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { bringUp } from "./bring-up.ts";
import { checkRecord } from "./check-record.ts";
import { type Database, Refusal } from "./database.ts";
import { grantsFor } from "./grants.ts";
import type { OpenedDatabase, OpenOptions } from "./open-store.ts";
import { PASSWORD_VARIABLES, readPostgresAddress } from "./postgres-address.ts";
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
  const { shown, connection, user } = read.value;
  const ownerAddress = variables[MIGRATION_VARIABLE];
  let database: Database | null = null;
  try {
    // First: the database may not be up to date, or the role not be let in yet.
    if (ownerAddress !== undefined && ownerAddress !== "") {
      await onceAs(ownerAddress, variables, async (owner) => {
        await bringUp(owner, options);
        if (user !== null) await owner.script(grantsFor(user));
      });
    }
    const opened = await openPostgres({
      connection,
      ...(options.poolSize === undefined ? {} : { poolSize: options.poolSize }),
      ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
    });
    database = opened;
    await bringUp(opened, options);
    const fault = await checkRecord(opened, null, { database: shown, checkpoint: shown });
    if (fault !== null) throw new Refusal(fault);
    return ok({
      address: shown,
      database: opened,
      durability: "power",
      checkpointFile: null,
      asOwner: (work) =>
        ownerAddress === undefined || ownerAddress === ""
          ? work(opened)
          : onceAs(ownerAddress, variables, work),
      leave: null,
    });
  } catch (cause) {
    await database?.close().catch(() => undefined);
    if (cause instanceof Refusal) return err(cause.problem);
    return err(problem("store_failed", `the store at \`${shown}\` cannot be opened: ${messageOf(cause)}`));
  }
}

/** A connection of the owner for one piece of work: it is not kept, so that a process that serves requests does not hold it. */
async function onceAs<T>(
  address: string,
  variables: Readonly<Record<string, string | undefined>>,
  work: (owner: Database) => Promise<T>,
): Promise<T> {
  const read = await readPostgresAddress(address, { ...variables, ...NO_PASSWORD });
  if (!read.ok) throw new Refusal(read.error);
  const owner = await openPostgres({ connection: read.value.connection, poolSize: 1 });
  try {
    return await work(owner);
  } finally {
    await owner.close();
  }
}

/** The password variables are the application's own: the owner's password stands in its address, or in Postgres's own PGPASSFILE. */
const NO_PASSWORD = { [PASSWORD_VARIABLES.value]: undefined, [PASSWORD_VARIABLES.file]: undefined };
