import type { PGlite, Transaction } from "@electric-sql/pglite";
import type { Database, Sql, SqlValue } from "./database.ts";

/**
 * Opens PGlite on a host directory, or in memory for `null`. It is loaded here and nowhere else, and only when asked for: it costs
 * 27 MB of WebAssembly and 300 MB of memory. Rejects when the directory, or the backup that it is made from, holds no sound database.
 */
export async function openPglite(dataDir: string | null, backup?: Uint8Array): Promise<Database> {
  const { PGlite } = await import("@electric-sql/pglite");
  const load = backup === undefined ? {} : { loadDataDir: new Blob([new Uint8Array(backup)]) };
  const pglite = dataDir === null ? new PGlite(load) : new PGlite(dataDir, load);
  await pglite.waitReady;
  return databaseOver(pglite);
}

function databaseOver(pglite: PGlite): Database {
  return {
    engine: "pglite",
    ...sqlOver(pglite),
    transaction: (work) => pglite.transaction((tx) => work(sqlOver(tx))),
    listen: (channel, onText) => pglite.listen(channel, onText),
    async dump() {
      const file = await pglite.dumpDataDir("gzip");
      return new Uint8Array(await file.arrayBuffer());
    },
    async close() {
      if (!pglite.closed) await pglite.close();
    },
  };
}

function sqlOver(target: PGlite | Transaction): Sql {
  return {
    async query(statement: string, values: readonly SqlValue[] = []) {
      const { rows } = await target.query(statement, [...values]);
      return rows;
    },
    async script(statements: string) {
      await target.exec(statements);
    },
  };
}
