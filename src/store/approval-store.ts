import { canonicalJson } from "../base/index.ts";
import type { ApprovalStore } from "../govern/approvals/ports.ts";
import { attempt, type Database, searchable } from "./database.ts";
import { type GovernedContext, govern, readDocuments, writeVersion } from "./governed-rows.ts";
import { approvalDocument } from "./governed-schemas.ts";

/** The {@link ApprovalStore} of a store. */
export function approvalStoreOver(database: Database, context: GovernedContext): ApprovalStore {
  return {
    list: ({ workspace, digests, liveAt }) =>
      attempt("the approvals cannot be read", async () =>
        readDocuments(
          await database.query(
            `select document from approvals
             where ($1::text is null or workspace = $1) and ($2::text[] is null or digests && $2)
               and ($3::timestamptz is null or (not revoked and expires_at > $3))
             order by seq desc`,
            [workspace ?? null, digests ?? null, liveAt ?? null],
          ),
          approvalDocument,
        ),
      ),
    find: (id) =>
      attempt("the approval cannot be read", async () => {
        const found = await database.query("select document from approvals where id = $1", [searchable(id)]);
        return readDocuments(found, approvalDocument)[0] ?? null;
      }),
    write: ({ request, from, ...step }) =>
      govern(database, context, step, async (sql) => {
        const { id, workspace, digests, expiresAt, revoked, version } = request;
        const values = [
          id,
          searchable(workspace),
          digests,
          expiresAt,
          revoked !== null,
          version,
          canonicalJson({ ...request }),
        ];
        await writeVersion(
          sql,
          {
            insert: `insert into approvals (id, workspace, digests, expires_at, revoked, version, document)
                 values ($1, $2, $3::text[], $4, $5, $6, $7) on conflict (id) do nothing returning id`,
            update: `update approvals set workspace = $2, digests = $3::text[], expires_at = $4, revoked = $5, version = $6, document = $7
                 where id = $1 and version = $8 returning id`,
          },
          values,
          from,
        );
      }),
  };
}
