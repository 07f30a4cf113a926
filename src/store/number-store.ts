import * as z from "zod";
import { rfc3339 } from "../base/index.ts";
import type { NumberStore } from "../server/ports.ts";
import { attempt, type Database } from "./database.ts";

const ageRows = z.array(z.object({ workspace: z.string(), seconds: z.coerce.number() }));

/** The {@link NumberStore} of a store. */
export function numberStoreOver(database: Database): NumberStore {
  return {
    read: (now) =>
      attempt("the numbers cannot be read", async () => {
        const scanAges = ageRows.parse(
          await database.query(
            `select workspace, greatest(0, extract(epoch from $1::timestamptz - max(made_at)))::float8 as seconds
             from scans where kind = 'scan' group by workspace order by workspace`,
            [rfc3339(now)],
          ),
        );
        return { openFindings: [], overdueFindings: 0, scanAges };
      }),
  };
}
