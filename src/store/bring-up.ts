import { rfc3339 } from "../base/index.ts";
import type { Database } from "./database.ts";
import { migrate, readMigrations } from "./migrate.ts";
import type { OpenOptions } from "./open-store.ts";

/** Entries in one partition of the log: what can be pruned at once. */
const PARTITION_ENTRIES = 262_144;

/** Migrates a database and gives its log an identity. Throws a `Refusal`. Any number of processes may do it at once. */
export async function bringUp(database: Database, options: OpenOptions): Promise<void> {
  await migrate(database, rfc3339(options.clock.now()), await readMigrations());
  // Asked first: a role that may only use the tables may not write here.
  const begun = await database.query("select 1 from audit_log");
  if (begun.length > 0) return;
  await database.query(
    "insert into audit_log (origin, partition_entries) values ($1, $2) on conflict do nothing",
    [options.sealer.newOrigin(), options.partitionEntries ?? PARTITION_ENTRIES],
  );
}
