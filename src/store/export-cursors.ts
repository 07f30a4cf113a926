import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { ExportCursors, HeldExport } from "../audit/index.ts";
import { attempt, type Database } from "./database.ts";

const index = z.coerce.number().int();
const instant = z.date().transform((date) => date.toISOString());
const cursorRows = z.array(
  z.object({
    name: z.string(),
    next_index: index,
    pending_to: index.nullable(),
    updated_at: instant,
    tries: z.number().int(),
    failed_at: instant.nullable(),
    next_try: instant.nullable(),
    says: z.string().nullable(),
  }),
);
const heldRows = z
  .array(
    z.object({
      name: z.string(),
      holder: z.string(),
      next_index: index,
      pending_to: index.nullable(),
      tries: z.number().int(),
    }),
  )
  .max(1);
const nameRows = z.array(z.object({ name: z.string() }));

const HELD = "name, holder, next_index, pending_to, tries";

/** The {@link ExportCursors} of a store. A random holder is the fence: whoever lost the lease finds another one. */
export function exportCursorsOver(database: Database): ExportCursors {
  return {
    list: () =>
      attempt("the exports cannot be read", async () => {
        const rows = cursorRows.parse(
          await database.query(
            `select name, next_index, pending_to, updated_at, tries, failed_at, next_try, says
             from export_cursors order by name`,
          ),
        );
        return rows.map((row) => ({
          name: row.name,
          nextIndex: row.next_index,
          pendingTo: row.pending_to,
          updatedAt: row.updated_at,
          tries: row.tries,
          failedAt: row.failed_at,
          nextTry: row.next_try,
          says: row.says,
        }));
      }),
    take: (name, start, now, leaseUntil) =>
      attempt("the export cannot be taken", () =>
        database.transaction(async (sql) => {
          await sql.query(
            "insert into export_cursors (name, next_index, updated_at) values ($1, $2, $3) on conflict (name) do nothing",
            [name, start, now],
          );
          return held(
            await sql.query(
              `update export_cursors set holder = $3, lease_until = $4
               where name = $1 and (lease_until is null or lease_until <= $2) and (next_try is null or next_try <= $2)
               returning ${HELD}`,
              [name, now, randomBytes(12).toString("hex"), leaseUntil],
            ),
          );
        }),
      ),
    plan: ({ name, holder }, to, leaseUntil) =>
      attempt("the export cannot be planned", async () =>
        held(
          await database.query(
            `update export_cursors set pending_to = $3, lease_until = $4 where name = $1 and holder = $2 returning ${HELD}`,
            [name, holder, to, leaseUntil],
          ),
        ),
      ),
    advance: ({ name, holder }, says, now) =>
      attempt("the export was not recorded", async () =>
        held(
          await database.query(
            `update export_cursors set next_index = pending_to, pending_to = null, updated_at = $4, tries = 0,
               failed_at = null, next_try = null, says = $3
             where name = $1 and holder = $2 and pending_to is not null returning ${HELD}`,
            [name, holder, says, now],
          ),
        ),
      ),
    fail: ({ name, holder }, says, now, nextTry) =>
      attempt("the export was not recorded", async () => {
        const rows = await database.query(
          `update export_cursors set tries = tries + 1, failed_at = $4, next_try = $5, says = $3, holder = null,
             lease_until = null
           where name = $1 and holder = $2 returning name`,
          [name, holder, says, now, nextTry],
        );
        return nameRows.parse(rows).length > 0;
      }),
    release: ({ name, holder }) =>
      attempt("the export was not given back", async () => {
        const rows = await database.query(
          "update export_cursors set holder = null, lease_until = null where name = $1 and holder = $2 returning name",
          [name, holder],
        );
        return nameRows.parse(rows).length > 0;
      }),
    forget: (name) =>
      attempt("the export was not forgotten", async () => {
        const rows = await database.query("delete from export_cursors where name = $1 returning name", [
          name,
        ]);
        return nameRows.parse(rows).length > 0;
      }),
  };
}

function held(rows: readonly unknown[]): HeldExport | null {
  const [row] = heldRows.parse(rows);
  if (row === undefined) return null;
  return {
    name: row.name,
    holder: row.holder,
    nextIndex: row.next_index,
    pendingTo: row.pending_to,
    tries: row.tries,
  };
}
