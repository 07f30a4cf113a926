import { canonicalJson } from "../base/index.ts";
import type { ExceptionStore } from "../govern/exceptions/ports.ts";
import { attempt, type Database, searchable } from "./database.ts";
import { type GovernedContext, govern, readDocuments, writeVersion } from "./governed-rows.ts";
import { exceptionDocument } from "./governed-schemas.ts";

/** The {@link ExceptionStore} of a store. */
export function exceptionStoreOver(database: Database, context: GovernedContext): ExceptionStore {
  return {
    list: ({ liveAt, rule, owner }) =>
      attempt("the exceptions cannot be read", async () =>
        readDocuments(
          await database.query(
            `select document from exceptions
             where ($1::timestamptz is null or (not revoked and until > $1)) and ($2::text is null or rule = $2)
               and ($3::text is null or owner = $3)
             order by seq desc`,
            [liveAt ?? null, rule ?? null, owner ?? null],
          ),
          exceptionDocument,
        ),
      ),
    find: (id) =>
      attempt("the exception cannot be read", async () => {
        const found = await database.query("select document from exceptions where id = $1", [searchable(id)]);
        return readDocuments(found, exceptionDocument)[0] ?? null;
      }),
    write: ({ exception, from, ...step }) =>
      govern(database, context, step, async (sql) => {
        const { id, rule, owner, until, revoked, version } = exception;
        const values = [
          id,
          searchable(rule),
          searchable(owner),
          until,
          revoked !== null,
          version,
          canonicalJson({ ...exception }),
        ];
        await writeVersion(
          sql,
          {
            insert: `insert into exceptions (id, rule, owner, until, revoked, version, document)
                 values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id`,
            update: `update exceptions set rule = $2, owner = $3, until = $4, revoked = $5, version = $6, document = $7
                 where id = $1 and version = $8 returning id`,
          },
          values,
          from,
        );
      }),
  };
}
