import * as z from "zod";
import { canonicalJson } from "../base/index.ts";
import type { BreakGlassGrant } from "../domain/index.ts";
import type { GrantLink, GrantStore } from "../govern/breakglass/ports.ts";
import { attempt, type Database, type Sql, searchable } from "./database.ts";
import { type GovernedContext, govern, readDocuments, writeVersion } from "./governed-rows.ts";
import { grantDocument } from "./governed-schemas.ts";
import { writeReview } from "./review-store.ts";

const linkRows = z.array(
  z.object({
    grant_id: z.string(),
    ref: z.string(),
    kind: z.enum(["finding", "attempt", "event"]),
    made_by: z.enum(["holder", "others"]),
    confidence: z.enum(["high", "medium", "low"]),
    says: z.string(),
    at: z.date(),
  }),
);

/** The {@link GrantStore} of a store. */
export function grantStoreOver(database: Database, context: GovernedContext): GrantStore {
  return {
    list: ({ unreviewed, holder, team, touches }) =>
      attempt("the grants cannot be read", async () =>
        readDocuments(
          await database.query(
            `select document from grants
             where (not $1::boolean or not reviewed) and ($2::text is null or holder = $2) and ($3::text is null or team = $3)
               and ($4::timestamptz is null or (starts_at < $5::timestamptz and ends_at > $4::timestamptz))
             order by seq desc`,
            [
              unreviewed ?? false,
              holder ?? null,
              team ?? null,
              touches?.from ?? null,
              touches?.until ?? null,
            ],
          ),
          grantDocument,
        ),
      ),
    find: (id) =>
      attempt("the grant cannot be read", async () => {
        const found = await database.query("select document from grants where id = $1", [searchable(id)]);
        return readDocuments(found, grantDocument)[0] ?? null;
      }),
    links: (grant) =>
      attempt("the grant's collection cannot be read", async () =>
        linkRows
          .parse(
            await database.query(
              `select grant_id, ref, kind, made_by, confidence, says, at from grant_links
               where grant_id = $1 order by at, ref`,
              [searchable(grant)],
            ),
          )
          .map(({ grant_id, made_by, at, ...rest }): GrantLink => {
            return { ...rest, grant: grant_id, by: made_by, at: at.toISOString() };
          }),
      ),
    write: ({ grant, from, review, links, ...step }) =>
      govern(database, context, step, async (sql) => {
        await writeGrant(sql, grant, from);
        if (review !== undefined) await writeReview(sql, review.review, review.from);
        for (const link of links ?? []) await writeLink(sql, link);
      }),
  };
}

async function writeGrant(sql: Sql, grant: BreakGlassGrant, from: number | null): Promise<void> {
  const { id, holder, team, startsAt, endsAt, reviewedAt, version } = grant;
  const values = [
    id,
    searchable(holder.name),
    team === null ? null : searchable(team),
    startsAt,
    endsAt,
    reviewedAt !== null,
    version,
    canonicalJson({ ...grant }),
  ];
  await writeVersion(
    sql,
    {
      insert: `insert into grants (id, holder, team, starts_at, ends_at, reviewed, version, document)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing returning id`,
      update: `update grants set holder = $2, team = $3, starts_at = $4, ends_at = $5, reviewed = $6, version = $7, document = $8
           where id = $1 and version = $9 returning id`,
    },
    values,
    from,
  );
}

async function writeLink(sql: Sql, link: GrantLink): Promise<void> {
  await sql.query(
    `insert into grant_links (grant_id, ref, kind, made_by, confidence, says, at) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (grant_id, kind, ref) do update
       set made_by = excluded.made_by, confidence = excluded.confidence, says = excluded.says, at = excluded.at`,
    [link.grant, searchable(link.ref), link.kind, link.by, link.confidence, searchable(link.says), link.at],
  );
}
