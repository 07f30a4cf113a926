import { expect, it, vi } from "vitest";
import { REPORT_TIME } from "../testing/index.ts";
import { schemaDump } from "../testing/schema-dump.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { openPglite } from "./pglite-database.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/**
 * The schema as all migrations leave it, so that a review sees their effect. After a new migration:
 * `npx vitest run src/store/schema.test.ts -u`.
 */
it("is what schema.sql says, however often it is migrated, and refuses what it does not know", async () => {
  const database = await openPglite(null);
  const migrations = await readMigrations();
  await migrate(database, REPORT_TIME, migrations);
  const schema = await schemaDump(database);
  await migrate(database, REPORT_TIME, migrations);
  expect(await schemaDump(database)).toBe(schema);
  await expect(schema).toMatchFileSnapshot("./schema.sql");

  const more = {
    version: migrations.length + 1,
    name: "9999_more.sql",
    statements: "create table more (a text)",
  };
  const broken = { ...more, statements: "create table more (a text); create table more (a text)" };
  await expect(migrate(database, REPORT_TIME, [...migrations, broken])).rejects.toThrow("already exists");
  expect(await schemaDump(database)).toBe(schema);
  await migrate(database, REPORT_TIME, [...migrations, more]);
  await expect(migrate(database, REPORT_TIME, migrations)).rejects.toMatchObject({
    problem: { code: "store_newer" },
  });
  const edited = [...migrations, { ...more, statements: "create table other (a text)" }];
  await expect(migrate(database, REPORT_TIME, edited)).rejects.toMatchObject({
    problem: { code: "store_corrupt" },
  });

  for (const [table, column] of APPEND_ONLY) {
    await expect(database.query(`update ${table} set ${column} = ''`)).rejects.toThrow("append-only: UPDATE");
    await expect(database.query(`delete from ${table}`)).rejects.toThrow("append-only: DELETE");
    await expect(database.query(`truncate ${table}`)).rejects.toThrow("append-only: TRUNCATE");
  }
  await database.close();
});

const APPEND_ONLY = [
  ["audit_log", "origin"],
  ["audit_entries", "entry_text"],
  ["audit_ids", "id"],
  ["audit_pruned", "root"],
  ["audit_checkpoints", "root"],
  ["scan_results", "row_text"],
] as const;
