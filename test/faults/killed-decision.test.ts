import { afterAll, beforeAll, expect, it } from "vitest";
import { okValue } from "../../src/testing/record.ts";
import { forEachPlace } from "../../src/testing/stores.ts";
import { child, saw, verifiedSize, workshop } from "./drill.ts";

let shop: Awaited<ReturnType<typeof workshop>>;
beforeAll(async () => {
  shop = await workshop();
});
afterAll(() => shop.remove());

/** Steps of a record: each statement of its transaction, then its commit, then the answer. */
const MOST_STEPS = 12;

forEachPlace(
  "a process that is killed in every step of a decision",
  (place) => {
    it("leaves it whole or not at all, and never given without being there", async () => {
      const seen: string[] = [];
      let step = 1;
      for (; step <= MOST_STEPS; step++) {
        const id = `dec_${step.toString(16).padStart(24, "0")}`;
        const end = await child(shop.keyFile, recorder(place().address, id, step));
        const store = await place().open({ sealer: shop.sealer });
        const before = await verifiedSize(store, shop.sealer.vkey);
        const kept = okValue(await store.decisions.find(id)) !== null;
        const entries = okValue(await store.audit.entriesFrom(0, 1_000)).filter(
          ({ entry }) => JSON.stringify(entry.details) === JSON.stringify({ decision: id }),
        );
        await store.close();
        const given = end.lines.includes("given");
        expect(entries).toHaveLength(kept ? 1 : 0);
        if (given) expect(kept).toBe(true);
        const at = end.lines.findLast((line) => line.startsWith("at ")) ?? "at the answer";
        const what = end.signal === null ? "not killed any more" : `killed in step ${step} ${at}`;
        seen.push(
          `${what}: ${kept ? "kept" : "nothing kept"}, ${given ? "given" : "not given"}, ${before} entries`,
        );
        if (end.signal === null) {
          expect([end.code, given]).toEqual([0, true]);
          break;
        }
        expect(end.signal).toBe("SIGKILL");
      }
      expect(step).toBeGreaterThan(4);
      expect(step).toBeLessThan(MOST_STEPS);
      for (const line of seen) saw(`${place().kind}: ${line}`);
    });
  },
  ["pglite", "postgres"],
);

/** Records one decision through the store's own code, over a database that kills the process in its n-th step. */
function recorder(address: string, id: string, step: number): string {
  return `
    const { database } = must(await openDatabase(${JSON.stringify(address)}, options));
    let steps = 0;
    const reach = (what) => {
      console.log("at " + what.trim().split("\\n")[0].slice(0, 60));
      if (++steps === ${step}) {
        process.kill(process.pid, "SIGKILL");
        return new Promise(() => {});
      }
    };
    const doomed = {
      ...database,
      transaction: async (work) => {
        await reach("begin");
        const value = await database.transaction((sql) =>
          work({ ...sql, query: async (statement, values) => { await reach(statement); return sql.query(statement, values); } }).then(
            async (value) => { await reach("commit"); return value; }));
        await reach("the answer, after the commit");
        return value;
      },
    };
    const writer = recordWriterOver(doomed, { sealer, checkpointFile: null });
    const record = aDecisionStep();
    const decision = { ...record.record.decision, id: ${JSON.stringify(id)} };
    must(await decisionStoreOver(doomed, { writer }).record({
      record: { ...record.record, decision }, run: null,
      audit: [freshEntry({ kind: "decision", details: { decision: decision.id } })],
    }));
    console.log("given");
    await database.close();
    process.exit(0);`;
}
