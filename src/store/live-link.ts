import type { LiveLink } from "../server/ports.ts";
import { attempt, type Database } from "./database.ts";

const CHANNEL = "trueup_live";
/** `pg_notify` takes less than 8,000 bytes. */
const LONGEST = 7_900;

/** The {@link LiveLink} of a store. Texts of one moment travel together: a busy server sends one statement, not hundreds. */
export function liveLinkOver(database: Database): LiveLink {
  let waiting: string[] = [];
  let sending = false;
  let unlisten: (() => Promise<void>) | null = null;

  async function flush(): Promise<void> {
    sending = true;
    while (waiting.length > 0) {
      const texts = waiting.splice(0, 500);
      await database
        .query("select pg_notify($1, t) from unnest($2::text[]) as u (t)", [CHANNEL, texts])
        .catch(() => undefined);
    }
    sending = false;
  }

  return {
    send(text) {
      if (Buffer.byteLength(text) > LONGEST) return;
      waiting.push(text);
      // A database that is away must not fill the memory: what is this old interests nobody.
      if (waiting.length > 5_000) waiting = waiting.slice(-2_500);
      if (!sending) void flush();
    },
    receive: (listener) =>
      attempt("changes of other processes cannot be heard", async () => {
        unlisten = await database.listen(CHANNEL, listener);
      }),
    async stop() {
      await unlisten?.();
      unlisten = null;
    },
  };
}
