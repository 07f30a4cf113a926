import { performance } from "node:perf_hooks";
import { aDecisionStep } from "../src/testing/decision-contract.ts";
import { okValue } from "../src/testing/record.ts";
import { makePlace, type StoreKind } from "../src/testing/stores.ts";

/*
 * What durability costs: `node --import tsx bench/store-appends.ts [embedded|postgres|pglite] [SECONDS] [CALLERS]`. Records decisions
 * with their audit entries, first with every commit synced to disk and then with none, in turns, and prints both and the ratio.
 */

const kind = (process.argv[2] ?? "postgres") as StoreKind;
const seconds = Number(process.argv[3] ?? 5);
const callers = Number(process.argv[4] ?? 64);

const place = await makePlace(kind);
try {
  const rates = { synced: [] as number[], unsynced: [] as number[] };
  const alone = await measure("on", 1);
  for (let round = 0; round < 3; round++) {
    rates.synced.push(await measure("on", callers));
    if (place.server !== null) rates.unsynced.push(await measure("off", callers));
  }
  const best = (list: readonly number[]): number => Math.max(...list);
  console.log(`${place.server?.version ?? kind}: decisions a second, best of 3 rounds of ${seconds} s`);
  console.log(`  one caller, each commit synced         ${alone.toFixed(0)}`);
  console.log(`  ${callers} callers, each commit synced        ${best(rates.synced).toFixed(0)}`);
  if (rates.unsynced.length > 0) {
    const ratio = best(rates.synced) / best(rates.unsynced);
    console.log(`  ${callers} callers, nothing synced            ${best(rates.unsynced).toFixed(0)}`);
    console.log(`  durability costs ${((1 - ratio) * 100).toFixed(0)} % of the throughput`);
  }
} finally {
  await place.remove();
}

async function measure(synced: "on" | "off", at: number): Promise<number> {
  if (place.server !== null) {
    await place.server.run(place.address, `alter system set synchronous_commit = ${synced}`);
    await place.server.run(place.address, "select pg_reload_conf()");
  }
  const store = await place.open();
  const until = performance.now() + seconds * 1_000;
  let done = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: at }, async () => {
      while (performance.now() < until) {
        okValue(await store.decisions.record(aDecisionStep()));
        done++;
      }
    }),
  );
  const rate = (done * 1_000) / (performance.now() - start);
  await store.close();
  return rate;
}
