import { readdir, readFile } from "node:fs/promises";
import * as z from "zod";
import { problem, sha256Hex } from "../base/index.ts";
import { type Database, Refusal, type Sql } from "./database.ts";

const FOLDER = new URL("./migrations/", import.meta.url);
/** Any number will do as long as every Trueup uses the same one. */
const MIGRATION_LOCK = 7_277_001;

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly statements: string;
}

/** `NNNN_name.sql` in order. Numbers are without gaps, so that a lost file is noticed. */
export async function readMigrations(folder: URL = FOLDER): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (version !== index + 1) throw new TypeError(`migrations: \`${name}\` is not number ${index + 1}`);
      return { version, name, statements: await readFile(new URL(name, folder), "utf8") };
    }),
  );
}

const MIGRATIONS_TABLE = `create table schema_migrations (
  version integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null)`;
const madeRow = z.tuple([z.object({ made: z.boolean() })]);
const appliedRows = z.array(z.object({ version: z.number().int(), name: z.string(), sha256: z.string() }));

/**
 * Brings a database up to date, forward only, in one transaction under an advisory lock.
 * Refuses (`store_newer`) one that a newer Trueup has migrated, and (`store_corrupt`) one whose migrations were other ones.
 */
export async function migrate(
  database: Database,
  now: string,
  migrations: readonly Migration[],
): Promise<void> {
  await database.transaction(async (sql) => {
    // Waiting for another process that migrates, and building an index, may take as long as they take.
    await sql.script("set local statement_timeout = 0");
    await sql.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    const [{ made }] = madeRow.parse(
      await sql.query("select to_regclass('schema_migrations') is not null as made"),
    );
    if (!made) await sql.script(MIGRATIONS_TABLE);
    const applied = appliedRows.parse(
      await sql.query("select version, name, sha256 from schema_migrations order by version"),
    );
    checkApplied(applied, migrations);
    for (const migration of migrations.slice(applied.length)) await apply(sql, migration, now);
  });
}

function checkApplied(applied: z.infer<typeof appliedRows>, migrations: readonly Migration[]): void {
  if (applied.length > migrations.length) {
    throw new Refusal(
      problem(
        "store_newer",
        `the store has schema ${applied.length}, this Trueup knows ${migrations.length}`,
        {
          hint: "use the newer Trueup that wrote it",
        },
      ),
    );
  }
  applied.forEach((row, index) => {
    const known = migrations[index];
    if (known === undefined || row.version !== known.version || row.sha256 !== sha256Hex(known.statements)) {
      throw new Refusal(
        problem(
          "store_corrupt",
          `migration \`${row.name}\` of the store is not the one that this Trueup has`,
        ),
      );
    }
  });
}

async function apply(sql: Sql, migration: Migration, now: string): Promise<void> {
  await sql.script(migration.statements);
  await sql.query(
    "insert into schema_migrations (version, name, sha256, applied_at) values ($1, $2, $3, $4)",
    [migration.version, migration.name, sha256Hex(migration.statements), now],
  );
}
