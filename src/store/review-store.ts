import { canonicalJson } from "../base/index.ts";
import type { Review } from "../domain/index.ts";
import type { ReviewStore } from "../govern/reviews/ports.ts";
import { attempt, type Database, type Sql, searchable } from "./database.ts";
import { type GovernedContext, govern, readDocuments, writeVersion } from "./governed-rows.ts";
import { reviewDocument } from "./governed-schemas.ts";

/** The {@link ReviewStore} of a store. */
export function reviewStoreOver(database: Database, context: GovernedContext): ReviewStore {
  return {
    list: ({ open, kind, subject }) =>
      attempt("the reviews cannot be read", async () =>
        readDocuments(
          await database.query(
            `select document from reviews
             where (not $1::boolean or not closed) and ($2::text is null or kind = $2) and ($3::text is null or subject = $3)
             order by seq desc`,
            [open ?? false, kind ?? null, subject ?? null],
          ),
          reviewDocument,
        ),
      ),
    find: (id) =>
      attempt("the review cannot be read", async () => {
        const found = await database.query("select document from reviews where id = $1", [searchable(id)]);
        return readDocuments(found, reviewDocument)[0] ?? null;
      }),
    write: ({ review, from, ...step }) =>
      govern(database, context, step, (sql) => writeReview(sql, review, from)),
  };
}

/** Within the transaction of whatever opens or closes the review with it. */
export async function writeReview(sql: Sql, review: Review, from: number | null): Promise<void> {
  const { id, kind, subject, due, closed, version } = review;
  const values = [id, kind, searchable(subject), due, closed !== null, version, canonicalJson({ ...review })];
  await writeVersion(
    sql,
    {
      insert: `insert into reviews (id, kind, subject, due, closed, version, document) values ($1, $2, $3, $4, $5, $6, $7)
           on conflict do nothing returning id`,
      update: `update reviews set kind = $2, subject = $3, due = $4, closed = $5, version = $6, document = $7
           where id = $1 and version = $8 returning id`,
    },
    values,
    from,
  );
}
