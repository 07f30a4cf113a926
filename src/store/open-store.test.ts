import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { REPORT_TIME } from "../testing/index.ts";
import { aScanRecord, freshEntry, okValue, problemIn, testOptions } from "../testing/record.ts";
import { openStore } from "./open-store.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "trueup-store-"));
const template = join(folder, "template");
const options = testOptions();
let dir = "";
let count = 0;

beforeAll(async () => {
  const store = okValue(await openStore(`pglite:${template}`, options));
  okValue(await store.scans.record(aScanRecord()));
  await store.close();
});
beforeEach(() => {
  dir = join(folder, String(++count));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of a store that holds one scan with two audit entries. */
function copied(): string {
  cpSync(template, dir, { recursive: true });
  return `pglite:${dir}`;
}

describe("openStore", () => {
  it("keeps what was recorded from one opening to the next and gives the lock back", async () => {
    const address = copied();
    const store = okValue(await openStore(address, options));
    expect(store.durability).toBe("process");
    expect(okValue(await store.audit.head()).size).toBe(2);
    const { checkpoint } = okValue(await store.audit.append([freshEntry()]));
    await store.close();
    await store.close();

    expect(existsSync(join(dir, "pgdata.lock"))).toBe(false);
    expect(readFileSync(join(dir, "checkpoint"), "utf8")).toBe(checkpoint.note);
    const again = okValue(await openStore(address, options));
    expect(okValue(await again.audit.head()).size).toBe(3);
    expect(again.audit.origin).toBe(store.audit.origin);
    await again.close();
  });

  it.each([["mysql://x"], ["postgres://:::"], ["pglite:"], [""]])(
    "refuses the address %j",
    async (address) => {
      expect(problemIn(await openStore(address, options)).code).toBe("store_address_unknown");
    },
  );
});

describe("a directory in use", () => {
  const holder = { host: hostname(), pid: process.pid, since: REPORT_TIME, processStart: null, token: "t" };

  it("is waited for and then refused, naming the holder", async () => {
    const address = copied();
    const store = okValue(await openStore(address, options));
    const told: string[] = [];
    const refused = await openStore(address, {
      ...options,
      waitMs: 100,
      onProgress: (text) => told.push(text),
    });
    expect(problemIn(refused)).toMatchObject({
      code: "data_dir_in_use",
      message: expect.stringContaining(`process ${process.pid} since ${REPORT_TIME}`),
    });
    expect(told).toHaveLength(1);
    await store.close();
    await okValue(await openStore(address, options)).close();
  });

  it("is taken when its holder ends while one waits", async () => {
    const address = copied();
    const store = okValue(await openStore(address, options));
    const waiting = openStore(address, { ...options, waitMs: 60_000, onProgress: () => void store.close() });
    await okValue(await waiting).close();
  });

  it.each([
    ["a dead process", { ...holder, pid: deadPid() }],
    ["a process whose number was given out again", { ...holder, processStart: "1" }],
  ])("is taken over from %s", async (_name, dead) => {
    const address = copied();
    writeFileSync(join(dir, "pgdata.lock"), JSON.stringify(dead));
    const store = okValue(await openStore(address, options));
    expect(JSON.parse(readFileSync(join(dir, "pgdata.lock"), "utf8"))).toMatchObject({ pid: process.pid });
    await store.close();
    expect(readdirSync(dir).filter((name) => name.startsWith("pgdata."))).toEqual([]);
  });

  it("is taken over once when several see the same dead holder", async () => {
    const address = copied();
    writeFileSync(join(dir, "pgdata.lock"), JSON.stringify({ ...holder, pid: deadPid() }));
    const opened = await Promise.all([1, 2, 3, 4].map(() => openStore(address, { ...options, waitMs: 200 })));
    expect(opened.filter((result) => result.ok)).toHaveLength(1);
    for (const result of opened) if (result.ok) await result.value.close();
  });

  it.each([
    ["another host", JSON.stringify({ ...holder, host: "elsewhere", pid: 1 }), "on host `elsewhere`"],
    ["nobody that can be read", "{", "did not say which"],
  ])("stays with %s", async (_name, text, says) => {
    const address = copied();
    writeFileSync(join(dir, "pgdata.lock"), text);
    const refused = problemIn(await openStore(address, options));
    expect(refused).toMatchObject({ code: "data_dir_in_use", message: expect.stringContaining(says) });
    expect(readFileSync(join(dir, "pgdata.lock"), "utf8")).toBe(text);
  });
});

describe("a directory that cannot be used", () => {
  it("is refused when it is a file", async () => {
    writeFileSync(dir, "mine");
    expect(problemIn(await openStore(`pglite:${dir}`, options)).code).toBe("data_dir_unwritable");
    expect(problemIn(await openStore(`pglite:${dir}/below`, options)).code).toBe("data_dir_unwritable");
    expect(readFileSync(dir, "utf8")).toBe("mine");
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(isRoot)(
    "is refused when it may not be written (skipped for root, who may write everywhere)",
    async () => {
      mkdirSync(dir, { mode: 0o500 });
      expect(problemIn(await openStore(`pglite:${dir}`, options)).code).toBe("data_dir_unwritable");
    },
  );

  it.each([
    ["a stranger's files", { "notes.txt": "mine" }, "`notes.txt`"],
    ["a Postgres directory", { PG_VERSION: "18" }, "`PG_VERSION`"],
    ["a database without its mark", { "pgdata/PG_VERSION": "18" }, "`pgdata`"],
    ["another mark", { "store.json": '{"format":"other"}' }, "mark of a Trueup store"],
    ["a mark that is no JSON", { "store.json": "{" }, "mark of a Trueup store"],
  ])("is refused with %s and left as it is", async (_name, files, says) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(dir, name, ".."), { recursive: true });
      writeFileSync(join(dir, name), text);
    }
    const before = readdirSync(dir, { recursive: true }).sort();
    const refused = problemIn(await openStore(`pglite:${dir}`, options));
    expect(refused).toMatchObject({ code: "not_a_store", message: expect.stringContaining(says) });
    expect(readdirSync(dir, { recursive: true }).sort()).toEqual(before);
  });

  it("is refused when the other engine made it", async () => {
    const refused = problemIn(await openStore(copied().replace("pglite:", "embedded:"), options));
    expect(["store_other_engine", "embedded_missing"]).toContain(refused.code);
  });

  it("is refused when a newer Trueup wrote it", async () => {
    const address = copied();
    writeFileSync(join(dir, "store.json"), '{"format":"trueup-store","version":2}');
    expect(problemIn(await openStore(address, options)).code).toBe("store_newer");
  });

  it.each([
    ["pg_control is gone", (at: string) => rmSync(join(at, "pgdata", "global", "pg_control"))],
    [
      "PG_VERSION is of another age",
      (at: string) => writeFileSync(join(at, "pgdata", "PG_VERSION"), "9.1\n"),
    ],
    ["the log is gone", (at: string) => rmSync(join(at, "pgdata", "pg_wal"), { recursive: true })],
    ["the checkpoint file is garbage", (at: string) => writeFileSync(join(at, "checkpoint"), "garbage")],
  ])("is called corrupt when %s", async (_name, spoil) => {
    const address = copied();
    spoil(dir);
    expect(problemIn(await openStore(address, options)).code).toBe("store_corrupt");
    expect(existsSync(join(dir, "pgdata.lock"))).toBe(false);
  });
});

describe("the checkpoint file", () => {
  it("shows a database that lost its newest entries", async () => {
    const address = copied();
    const store = okValue(await openStore(address, options));
    okValue(await store.audit.append([freshEntry(), freshEntry()]));
    await store.close();
    rmSync(join(dir, "pgdata"), { recursive: true });
    cpSync(join(template, "pgdata"), join(dir, "pgdata"), { recursive: true });

    expect(problemIn(await openStore(address, options))).toMatchObject({
      code: "store_behind_checkpoint",
      message: expect.stringContaining("audit entries 2 to 3 are missing"),
    });
  });

  it("shows a power cut: the synced file was written, the database's own log was not", async () => {
    const address = copied();
    const store = okValue(await openStore(address, options));
    okValue(await store.audit.append([freshEntry()]));
    const wal = join(dir, "pgdata", "pg_wal");
    cpSync(wal, join(dir, "..", `${count}-wal`), { recursive: true });
    okValue(await store.audit.append([freshEntry(), freshEntry()]));
    // What the disk holds when the power fails: every file as it is now, the log as it was synced last.
    const cut = join(folder, `${count}-cut`);
    cpSync(dir, cut, { recursive: true });
    await store.close();
    rmSync(join(cut, "pgdata.lock"));
    rmSync(join(cut, "pgdata", "pg_wal"), { recursive: true });
    cpSync(join(dir, "..", `${count}-wal`), join(cut, "pgdata", "pg_wal"), { recursive: true });

    expect(problemIn(await openStore(`pglite:${cut}`, options))).toMatchObject({
      code: "store_behind_checkpoint",
      message: expect.stringContaining("audit entries 3 to 4 are missing"),
    });
  });

  it("shows a database that is gone, and does not make a new one", async () => {
    const address = copied();
    rmSync(join(dir, "pgdata"), { recursive: true });
    expect(problemIn(await openStore(address, options))).toMatchObject({
      code: "store_behind_checkpoint",
      message: expect.stringContaining("over 2 audit entries"),
    });
    expect(existsSync(join(dir, "pgdata"))).toBe(false);
  });

  it("shows another history of the same length and another log", async () => {
    const address = copied();
    const note = readFileSync(join(dir, "checkpoint"), "utf8");
    const root = note.split("\n")[2] ?? "";
    writeFileSync(join(dir, "checkpoint"), note.replace(root, Buffer.alloc(32, 7).toString("base64")));
    expect(problemIn(await openStore(address, options))).toMatchObject({
      code: "store_rewritten",
      message: expect.stringContaining("first 2 audit entries"),
    });
    writeFileSync(join(dir, "checkpoint"), note.replace(/^.*\n/, "elsewhere\n"));
    expect(problemIn(await openStore(address, options))).toMatchObject({
      code: "store_rewritten",
      message: expect.stringContaining("`elsewhere`"),
    });
  });

  it("may be behind the database: a kill between commit and file", async () => {
    const address = copied();
    const note = readFileSync(join(dir, "checkpoint"));
    const store = okValue(await openStore(address, options));
    okValue(await store.audit.append([freshEntry()]));
    await store.close();
    writeFileSync(join(dir, "checkpoint"), note);
    await okValue(await openStore(address, options)).close();
  });
});

function deadPid(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}
