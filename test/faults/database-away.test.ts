import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { DecisionStep } from "../../src/govern/decisions/index.ts";
import type { Store } from "../../src/store/index.ts";
import { aDecisionStep } from "../../src/testing/decision-contract.ts";
import { okValue } from "../../src/testing/record.ts";
import { forEachPlace, REAL_STORES, type StorePlace } from "../../src/testing/stores.ts";
import { saw, verifiedSize } from "./drill.ts";

const AWAY_MS = Number(process.env["TRUEUP_FAULT_SECONDS"] ?? 4) * 1_000;

forEachPlace(
  "a database that goes away and comes back",
  (place) => {
    it("loses no decision that was given, and gives none that it lost", async () => {
      const store = await place().open({ patienceMs: 500 });
      const given: DecisionStep[] = [];
      const told = new Map<string, number>();
      let stop = false;
      const callers = Array.from({ length: 8 }, async () => {
        while (!stop) {
          const step = aDecisionStep();
          // As a caller does: asks again for the same thing until there is an answer.
          for (;;) {
            const done = await store.decisions.record(step);
            if (done.ok) {
              given.push(step);
              break;
            }
            told.set(done.error.code, (told.get(done.error.code) ?? 0) + 1);
            if (done.error.code === "decision_repeated" || done.error.code === "audit_entry_repeated") {
              given.push(step);
              break;
            }
            await sleep(50);
          }
        }
      });
      await until(() => given.length > 50);
      const before = given.length;
      await goAway(place());
      await sleep(AWAY_MS);
      const during = given.length;
      await comeBack(place(), store);
      await until(() => given.length > during + 50);
      stop = true;
      await Promise.all(callers);

      const size = await verifiedSize(store, place().options.sealer.vkey);
      for (const step of given) {
        expect(okValue(await store.decisions.find(step.record.decision.id))).not.toBeNull();
      }
      // Each decision brings one entry: none is missing, and none is there twice.
      expect(size).toBe(given.length);
      expect([...told.keys()].every((code) => CODES.has(code))).toBe(true);
      saw(
        `${place().kind}: killed after ${before} decisions, away for ${AWAY_MS / 1_000} s, ${given.length} given in the end, ` +
          `all of them in a record of ${size} entries that verifies; told meanwhile ${JSON.stringify(Object.fromEntries(told))}`,
      );
      await store.close();
    });
  },
  REAL_STORES,
);

const CODES = new Set(["store_unavailable", "decision_repeated", "audit_entry_repeated"]);

async function goAway(place: StorePlace): Promise<void> {
  if (place.server !== null) return place.server.kill();
  const data = join(place.address.replace("embedded:", ""), "pgdata");
  const pid = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  for (const one of execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).split(
    "\n",
  )) {
    if (Number(one) > 0) process.kill(Number(one), "SIGKILL");
  }
  process.kill(pid, "SIGKILL");
}

/** The embedded one is started again by whoever needs it. */
async function comeBack(place: StorePlace, store: Store): Promise<void> {
  if (place.server !== null) return place.server.start();
  await until(async () => (await store.audit.head()).ok);
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}
