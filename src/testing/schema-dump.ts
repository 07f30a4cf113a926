import { z } from "zod";
import type { Sql } from "../store/database.ts";

const lines = z.array(z.object({ line: z.string() }));

/** Tables, constraints, indexes, functions and triggers as statements, the same on every version of Postgres. */
export async function schemaDump(sql: Sql): Promise<string> {
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
       || case when a.attnotnull then ' not null' else '' end, E',\\n' order by a.attnum) || E'\\n)' || case when c.relkind = 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end || ';' as line
   from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
   join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
   where c.relkind in ('r', 'p') and not c.relispartition group by c.oid, c.relname, c.relkind order by c.relname`,
  `select 'alter table ' || conrelid::regclass || ' add constraint ' || conname || ' ' || pg_get_constraintdef(oid) || ';' as line
   from pg_constraint where connamespace = 'public'::regnamespace and contype not in ('n', 't')
     and not coalesce((select relispartition from pg_class c where c.oid = conrelid), false) order by conrelid::regclass::text, conname`,
  `select pg_get_indexdef(i.indexrelid) || ';' as line from pg_index i join pg_class c on c.oid = i.indexrelid
   where c.relnamespace = 'public'::regnamespace and not c.relispartition
     and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid) order by c.relname`,
  `select pg_get_functiondef(oid) || ';' as line from pg_proc where pronamespace = 'public'::regnamespace order by proname`,
  `select pg_get_triggerdef(t.oid) || ';' as line from pg_trigger t join pg_class c on c.oid = tgrelid
   where not tgisinternal and not c.relispartition order by tgname, c.relname`,
];
