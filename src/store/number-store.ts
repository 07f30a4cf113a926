import * as z from "zod";
import { rfc3339 } from "../base/index.ts";
import type { FindingStore } from "../govern/findings/ports.ts";
import type { NumberStore } from "../server/ports.ts";
import { attempt, type Database } from "./database.ts";

const ageRows = z.array(z.object({ workspace: z.string(), seconds: z.coerce.number() }));

const countRows = z.tuple([z.object({ overdue: z.number() })]);

/** The {@link NumberStore} of a store. */
export function numberStoreOver(database: Database, findings: FindingStore): NumberStore {
  return {
    async read(now) {
      const counts = await findings.counts(rfc3339(now));
      if (!counts.ok) return counts;
      const open = counts.value.filter(({ status }) => status === "open");
      return attempt("the numbers cannot be read", async () => {
        const scanAges = ageRows.parse(
          await database.query(
            `select workspace, greatest(0, extract(epoch from $1::timestamptz - max(made_at)))::float8 as seconds
             from scans where kind = 'scan' group by workspace order by workspace`,
            [rfc3339(now)],
          ),
        );
        const [reviews] = countRows.parse(
          await database.query(
            "select count(*)::int as overdue from reviews where not closed and due < $1::timestamptz",
            [rfc3339(now)],
          ),
        );
        return {
          overdueReviews: reviews.overdue,
          openFindings: open.map(({ triage, riskClass, count }) => ({ triage, risk: riskClass, count })),
          overdueFindings: open.reduce((sum, { overdue }) => sum + overdue, 0),
          scanAges,
        };
      });
    },
  };
}
