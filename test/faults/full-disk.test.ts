import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore } from "../../src/store/index.ts";
import { aDecisionStep } from "../../src/testing/decision-contract.ts";
import { okValue, testOptions } from "../../src/testing/record.ts";
import { saw, verifiedSize, workshop } from "./drill.ts";

/* A disk that is really full: a small one in memory, filled by a file beside the store. */

let shop: Awaited<ReturnType<typeof workshop>>;
let mounted: string[] = [];
beforeAll(async () => {
  shop = await workshop();
});
afterAll(() => {
  for (const path of mounted) spawnSync("umount", ["-l", path]);
  shop.remove();
});

const trial = spawnSync("sh", [
  "-c",
  "d=$(mktemp -d) && mount -t tmpfs -o size=1m tmpfs $d && umount $d && rmdir $d",
]);
const reason = trial.status === 0 ? null : "a file system of its own cannot be mounted here (needs root)";
if (reason !== null) process.stdout.write(`SKIPPED a full disk: ${reason}\n`);

describe.skipIf(reason !== null)("a full disk", () => {
  it.each([
    ["pglite", 120],
    ["embedded", 200],
  ])("is told, loses nothing, and is over when there is room again (%s)", async (kind, megabytes) => {
    const disk = join(shop.folder, `disk-${kind}`);
    mkdirSync(disk);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", disk]).status).toBe(0);
    mounted = [...mounted, disk];
    chmodSync(disk, 0o711);
    const address = `${kind}:${join(disk, "store")}`;
    const options = testOptions({ sealer: shop.sealer, waitMs: 60_000, patienceMs: 2_000 });
    const opened = await openStore(address, options);
    if (!opened.ok && opened.error.code === "embedded_missing") {
      saw(`${kind}: skipped, ${opened.error.message}`);
      return;
    }
    let store = okValue(opened);
    const given: string[] = [];
    const record = async () => {
      const step = aDecisionStep({ document: { filler: filler() } });
      const done = await store.decisions.record(step);
      if (done.ok) given.push(step.record.decision.id);
      return done;
    };
    for (let n = 0; n < 20; n++) okValue(await record());
    const free = statfsSync(disk);
    const ballast = join(disk, "ballast");
    writeFileSync(ballast, Buffer.alloc(Math.max(0, free.bavail * free.bsize - 300_000), 1));

    const codes = new Map<string, number>();
    for (let n = 0; n < 400 && (codes.size === 0 || n % 20 !== 0); n++) {
      const done = await record();
      if (!done.ok) codes.set(done.error.code, (codes.get(done.error.code) ?? 0) + 1);
    }
    expect([...codes.keys()].length).toBeGreaterThan(0);
    for (const code of codes.keys())
      expect(["store_full", "store_unavailable", "store_failed"]).toContain(code);
    const whenFull = given.length;

    rmSync(ballast);
    let again = await record();
    // Where the server itself gave up, it or this process is started again.
    for (let tries = 0; !again.ok && tries < 5; tries++) {
      await store.close().catch(() => undefined);
      store = okValue(await openStore(address, options));
      again = await record();
    }
    okValue(again);
    for (const id of given) expect(okValue(await store.decisions.find(id))).not.toBeNull();
    const size = await verifiedSize(store, shop.sealer.vkey);
    expect(size).toBeGreaterThanOrEqual(given.length);
    saw(
      `${kind}: ${whenFull} decisions until the disk was full, then ${JSON.stringify(Object.fromEntries(codes))}; ` +
        `with room again it goes on, ${given.length} given, record of ${size} entries verifies`,
    );
    await store.close();
  });
});

/** Text that does not compress away. */
function filler(): string {
  return Array.from({ length: 2_000 }, () => Math.random().toString(36).slice(2)).join("");
}
