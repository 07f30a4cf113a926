import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { aDecisionStep } from "../testing/decision-contract.ts";
import { aScanRecord, freshEntry, okValue, problemIn, testOptions } from "../testing/record.ts";
import { openStore } from "./open-store.ts";
import { restoreStore } from "./restore.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "trueup-restore-"));
const options = testOptions();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("makes the store again from a backup, and does not hide what was lost since", async () => {
  const from = join(folder, "from");
  const store = okValue(await openStore(`pglite:${from}`, options));
  const scan = aScanRecord();
  const step = aDecisionStep();
  okValue(await store.scans.record(scan));
  okValue(await store.decisions.record(step));
  const backup = okValue(await store.backup());
  const head = okValue(await store.audit.head());
  // Goes on while it is backed up, and after.
  okValue(await store.audit.append([freshEntry()]));
  await store.close();

  const to = join(folder, "to");
  okValue(await restoreStore(`pglite:${to}`, backup, options));
  const restored = okValue(await openStore(`pglite:${to}`, options));
  expect(okValue(await restored.audit.head())).toEqual(head);
  expect(restored.audit.origin).toBe(store.audit.origin);
  expect(okValue(await restored.scans.results(scan.id))).toEqual(scan.resultRows);
  expect(okValue(await restored.decisions.find(step.record.decision.id))).toEqual(step.record);
  expect(okValue(await restored.audit.append([freshEntry()])).first).toBe(head.size);
  expect(problemIn(await restoreStore(`pglite:${to}`, backup, { ...options, waitMs: 0 })).code).toBe(
    "data_dir_in_use",
  );
  await restored.close();
  expect(problemIn(await restoreStore(`pglite:${to}`, backup, options)).code).toBe("store_exists");

  // The directory that lost its database knows how far it had come.
  rmSync(join(from, "pgdata"), { recursive: true });
  expect(problemIn(await restoreStore(`pglite:${from}`, backup, options))).toMatchObject({
    code: "store_behind_checkpoint",
    message: expect.stringContaining(`audit entries ${head.size} to ${head.size} are missing`),
  });
  expect(existsSync(join(from, "pgdata"))).toBe(false);
  cpSync(join(from, "checkpoint"), join(from, "checkpoint.lost"));
  rmSync(join(from, "checkpoint"));
  okValue(await restoreStore(`pglite:${from}`, backup, options));
  await okValue(await openStore(`pglite:${from}`, options)).close();
  expect(readFileSync(join(from, "checkpoint.lost"), "utf8")).toContain(store.audit.origin);
});

it.each([
  ["garbage", Buffer.from("garbage"), "backup_unreadable"],
  ["nothing", Buffer.alloc(0), "backup_unreadable"],
])("refuses %s and leaves nothing that looks like a store", async (name, bytes, code) => {
  const dir = join(folder, name);
  expect(problemIn(await restoreStore(`pglite:${dir}`, bytes, options)).code).toBe(code);
  expect(existsSync(join(dir, "pgdata"))).toBe(false);
  expect(existsSync(join(dir, "pgdata.lock"))).toBe(false);
});

it("leaves other addresses to the tools of their servers", async () => {
  for (const address of ["embedded:x", "postgres://h/d"]) {
    expect(problemIn(await restoreStore(address, Buffer.alloc(0), options)).code).toBe(
      "store_restore_by_server",
    );
  }
});
