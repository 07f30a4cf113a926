import * as z from "zod";
import { rfc3339 } from "../base/index.ts";
import { type Claimed, REPLY_ABANDONED_MS, REPLY_KEPT_MS, type ReplyStore } from "../server/ports.ts";
import { attempt, type Database } from "./database.ts";

const claimedRows = z.array(z.object({ key: z.string() })).max(1);
const heldRows = z.array(z.object({ body: z.string(), reply: z.string().nullable() })).max(1);
const countRows = z.array(z.object({ key: z.string() }));

/** The {@link ReplyStore} of a store. */
export function replyStoreOver(database: Database): ReplyStore {
  return {
    claim: ({ key, body, time }) =>
      attempt("the Idempotency-Key cannot be looked up", async (): Promise<Claimed> => {
        // One statement decides between two requests that come at the same time. What is too old is taken over.
        const [fresh] = claimedRows.parse(
          await database.query(
            `insert into replies (key, body, claimed_at, reply) values ($1, $2, $3::timestamptz, null)
             on conflict (key) do update set body = excluded.body, claimed_at = excluded.claimed_at, reply = null
             where replies.claimed_at < $4::timestamptz
                or (replies.reply is null and replies.claimed_at < $5::timestamptz)
             returning key`,
            [key, body, rfc3339(time), rfc3339(time - REPLY_KEPT_MS), rfc3339(time - REPLY_ABANDONED_MS)],
          ),
        );
        if (fresh !== undefined) return { kind: "fresh" };
        const [held] = heldRows.parse(
          await database.query("select body, reply from replies where key = $1", [key]),
        );
        // Given up between the two statements: the caller may come again.
        if (held === undefined) return { kind: "running" };
        if (held.body !== body) return { kind: "mismatch" };
        return held.reply === null ? { kind: "running" } : { kind: "stored", reply: held.reply };
      }),
    keep: (key, reply) =>
      attempt("the reply was not kept", async () => {
        await database.query("update replies set reply = $2 where key = $1", [key, reply]);
      }),
    release: (key) =>
      attempt("the Idempotency-Key was not given up", async () => {
        await database.query("delete from replies where key = $1 and reply is null", [key]);
      }),
    prune: (now) =>
      attempt("old replies were not removed", async () => {
        const removed = await database.query(
          "delete from replies where claimed_at < $1::timestamptz returning key",
          [rfc3339(now - REPLY_KEPT_MS)],
        );
        return countRows.parse(removed).length;
      }),
  };
}
