import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { openDatabase } from "../../src/store/open-store.ts";
import { schemaDump } from "../../src/testing/schema-dump.ts";
import { forEachPlace, REAL_STORES } from "../../src/testing/stores.ts";

forEachPlace(
  "the schema",
  (place) => {
    it("is what schema.sql says, when several processes make it at once", async () => {
      const schema = readFileSync(new URL("../../src/store/schema.sql", import.meta.url), "utf8");
      // Each opening migrates on connections of its own, as processes would.
      const opened = await Promise.all([1, 2, 3].map(() => openDatabase(place().address, place().options)));
      for (const result of opened) {
        if (!result.ok) throw new Error(result.error.message);
        const { database } = result.value;
        expect(await schemaDump(database)).toBe(schema);
        const values = await database.query(
          `select 1::bigint as small, 9007199254740993::bigint as big, '{1,NULL,9007199254740993}'::bigint[] as several,
             1.5::numeric as exact, '2026-01-02'::date as day, '2026-01-02 03:04:05.678'::timestamp as here,
             '2026-01-02T03:04:05.678Z'::timestamptz as there, '{a,NULL}'::text[] as texts, count(*) as rows from (select 1) as one`,
        );
        expect(values).toEqual([
          {
            small: 1,
            big: 9007199254740993n,
            several: [1, null, 9007199254740993n],
            exact: "1.5",
            day: new Date("2026-01-02T00:00:00Z"),
            here: new Date("2026-01-02T03:04:05.678Z"),
            there: new Date("2026-01-02T03:04:05.678Z"),
            texts: ["a", null],
            rows: 1,
          },
        ]);
      }
      for (const result of opened) {
        if (!result.ok) continue;
        await result.value.database.close();
        await result.value.leave?.();
      }
    });
  },
  ["memory", ...REAL_STORES],
);
