import { expect, it, vi } from "vitest";
import { z } from "zod";
import { REPORT_TIME } from "../testing/index.ts";
import type { Sql } from "./database.ts";
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
  const schema = await dump(database);
  await migrate(database, REPORT_TIME, migrations);
  expect(await dump(database)).toBe(schema);
  await expect(schema).toMatchFileSnapshot("./schema.sql");

  const more = {
    version: migrations.length + 1,
    name: "0002_more.sql",
    statements: "create table more (a text)",
  };
  const broken = { ...more, statements: "create table more (a text); create table more (a text)" };
  await expect(migrate(database, REPORT_TIME, [...migrations, broken])).rejects.toThrow("already exists");
  expect(await dump(database)).toBe(schema);
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
  ["audit_checkpoints", "root"],
  ["scan_results", "row_text"],
] as const;

const lines = z.array(z.object({ line: z.string() }));

async function dump(sql: Sql): Promise<string> {
  const parts: string[] = [];
  for (const statement of PARTS) {
    parts.push(
      lines
        .parse(await sql.query(statement))
        .map(({ line }) => line)
        .join("\n"),
    );
  }
  return `${parts.join("\n\n")}\n`;
}

const PARTS = [
  `select 'create table ' || c.relname || E' (\\n' || string_agg(
     '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || case when a.attidentity = 'a' then ' generated always as identity' else '' end
       || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
       || case when a.attnotnull then ' not null' else '' end, E',\\n' order by a.attnum) || E'\\n);' as line
   from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
   join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relkind = 'r' group by c.relname order by c.relname`,
  `select 'alter table ' || conrelid::regclass || ' add constraint ' || conname || ' ' || pg_get_constraintdef(oid) || ';' as line
   from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' order by conrelid::regclass::text, conname`,
  `select pg_get_indexdef(i.indexrelid) || ';' as line from pg_index i join pg_class c on c.oid = i.indexrelid
   where c.relnamespace = 'public'::regnamespace
     and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid) order by c.relname`,
  `select pg_get_functiondef(oid) || ';' as line from pg_proc where pronamespace = 'public'::regnamespace order by proname`,
  `select pg_get_triggerdef(oid) || ';' as line from pg_trigger where not tgisinternal order by tgname`,
];
