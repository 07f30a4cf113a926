import { rfc3339 } from "../base/index.ts";
import type { Database } from "./database.ts";
import { migrate, readMigrations } from "./migrate.ts";
import type { OpenOptions } from "./open-store.ts";

/** Migrates a database and gives its log an identity. Throws a `Refusal`. Any number of processes may do it at once. */
export async function bringUp(database: Database, options: OpenOptions): Promise<void> {
  await migrate(database, rfc3339(options.clock.now()), await readMigrations());
  await database.query("insert into audit_log (origin) values ($1) on conflict do nothing", [
    options.sealer.newOrigin(),
  ]);
}
