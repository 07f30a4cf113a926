import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { appendLeaves, loadSigningKey, makeSealer, rootOf } from "../../../audit/index.ts";
import { err, ok, sha256 } from "../../../base/index.ts";
import { fault } from "../../../notify/index.ts";
import { openStore, type Store } from "../../../store/index.ts";
import { freshEntry, okValue, testOptions } from "../../../testing/record.ts";
import { testClock, testConfig, testService } from "../../../testing/service.ts";
import type { ExportSettings } from "../../config/exports.ts";
import { exportDue } from "./export-due.ts";
import { exportFormat } from "./format.ts";
import { type ExportSink, openSink } from "./sink.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const ENTRIES = 23;
const PER_FILE = 5;
const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "trueup-export-"));
const clock = testClock();
let store: Store;

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
  for (let done = 0; done < ENTRIES; done++) okValue(await store.audit.append([freshEntry()]));
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const settingsOf = (name: string): ExportSettings => ({
  name,
  format: "jsonl",
  target: { kind: "file", dir: join(folder, name), entriesPerFile: PER_FILE },
  privateAddresses: false,
  timeoutMs: 5_000,
});

function run(
  names: readonly string[],
  open: (settings: ExportSettings) => Promise<ExportSink>,
  over: Partial<Store> = {},
) {
  const config = { ...testConfig(), exports: names.map(settingsOf) };
  const service = testService({ ...store, ...over }, { config, clock });
  return exportDue(service, open, new AbortController().signal);
}
const files = (settings: ExportSettings) => openSink(settings, folder, {});

function exported(name: string): string {
  const dir = join(folder, name);
  return readdirSync(dir)
    .sort()
    .map((file) => readFileSync(join(dir, file), "utf8"))
    .join("");
}

async function logged(of: Store = store): Promise<string> {
  const page = okValue(await of.audit.entriesFrom(0, 10_000));
  return page.map((entry) => `${exportFormat("jsonl").line(entry, of.audit.origin)}\n`).join("");
}

const cursorOf = async (name: string) =>
  okValue(await store.exports.list()).find((cursor) => cursor.name === name);

it("copies the whole record, verifiable, and then only what is new", async () => {
  expect(okValue(await run(["all"], files))).toEqual({ entries: ENTRIES, failed: 0 });
  expect(okValue(await run(["all"], files))).toEqual({ entries: 0, failed: 0 });
  expect(exported("all")).toBe(await logged());
  // The root that the log signs, from nothing but the lines: RFC 6962 §2.1.
  const leaves = exported("all")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const text = /^\{"entry":(.*),"index":\d+,"leaf":"[0-9a-f]{64}"\}$/.exec(line)?.[1] ?? "";
      return sha256(Buffer.concat([Buffer.of(0), Buffer.from(text)]));
    });
  const root = Buffer.from(rootOf(appendLeaves({ size: 0, peaks: [] }, leaves))).toString("hex");
  expect(root).toBe(okValue(await store.audit.head()).root);
  expect(await cursorOf("all")).toMatchObject({ nextIndex: ENTRIES, pendingTo: null, tries: 0 });
});

class Death extends Error {}

/** Counts steps and dies at one of them, before or after it has its effect; then nothing of the process goes on. */
function mortal(at: number, after: boolean) {
  let steps = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const mine = steps++;
    if (mine > at || (mine === at && !after)) throw new Death();
    const done = await work();
    if (mine === at) throw new Death();
    return done;
  };
}

it.each([false, true])(
  "leaves no gap and no entry twice wherever a process dies; after the step: %s",
  async (after) => {
    let died = true;
    for (let at = 0; died; at++) {
      const name = `dies-${after ? "after" : "before"}-${at}`;
      const step = mortal(at, after);
      const { exports } = store;
      const dying: Store["exports"] = {
        list: () => exports.list(),
        forget: (which) => exports.forget(which),
        take: (...given) => step(() => exports.take(...given)),
        plan: (...given) => step(() => exports.plan(...given)),
        advance: (...given) => step(() => exports.advance(...given)),
        fail: (...given) => step(() => exports.fail(...given)),
        release: (...given) => step(() => exports.release(...given)),
      };
      const open = async (settings: ExportSettings): Promise<ExportSink> => {
        const sink = await files(settings);
        return { ...sink, put: (batch) => step(() => sink.put(batch)) };
      };
      died = await run([name], open, { exports: dying }).then(
        () => false,
        (cause: unknown) => {
          if (cause instanceof Death) return true;
          throw cause;
        },
      );
      clock.advance(11 * MINUTE);
      okValue(await run([name], files));
      expect(exported(name)).toBe(await logged());
      if (!died) expect(at).toBeGreaterThan(Math.ceil(ENTRIES / PER_FILE) * 3);
    }
  },
);

it("sends the same range again after a failure, though the record has grown, and waits longer each time", async () => {
  const seen: (readonly [from: number, to: number])[] = [];
  let broken = true;
  const open = async (): Promise<ExportSink> => ({
    where: "here",
    end: () => Number.MAX_SAFE_INTEGER,
    async put({ from, to }) {
      seen.push([from, to]);
      return broken ? err(fault("it answered 503", { status: 503 })) : ok("taken");
    },
  });
  const size = okValue(await store.audit.head()).size;
  expect(okValue(await run(["grows"], open))).toEqual({ entries: 0, failed: 1 });
  expect(await cursorOf("grows")).toMatchObject({ tries: 1, says: "it answered 503", pendingTo: size });
  okValue(await store.audit.append([freshEntry()]));
  expect(okValue(await run(["grows"], open))).toEqual({ entries: 0, failed: 0 });
  clock.advance(MINUTE / 2);
  expect(okValue(await run(["grows"], open))).toEqual({ entries: 0, failed: 1 });
  clock.advance(MINUTE / 2);
  expect(okValue(await run(["grows"], open))).toEqual({ entries: 0, failed: 0 });
  clock.advance(MINUTE / 2);
  broken = false;
  expect(okValue(await run(["grows"], open))).toEqual({ entries: size + 1, failed: 0 });
  expect(seen).toEqual([
    [0, size],
    [0, size],
    [0, size],
    [size, size + 1],
  ]);
});

it("lets one export fail without the others", async () => {
  const open = async (settings: ExportSettings): Promise<ExportSink> =>
    settings.name === "broken"
      ? { where: "", end: () => Number.MAX_SAFE_INTEGER, put: async () => err(fault("no")) }
      : files(settings);
  expect(okValue(await run(["broken", "works"], open))).toMatchObject({ failed: 1 });
  expect(exported("works")).toBe(await logged());
});

it("never skips what the record does not hold any more", async () => {
  const held = okValue(await store.exports.take("gap", 0, "2020-01-01T00:00:00Z", "2020-01-01T00:00:01Z"));
  if (held === null) throw new Error("not taken");
  const audit: Store["audit"] = {
    ...store.audit,
    origin: store.audit.origin,
    head: () => store.audit.head(),
    start: () => store.audit.start(),
    entriesFrom: (index, limit) => store.audit.entriesFrom(Math.max(index, 4), limit),
  };
  expect(okValue(await run(["gap"], files, { audit }))).toEqual({ entries: 0, failed: 1 });
  expect(await cursorOf("gap")).toMatchObject({
    nextIndex: 0,
    says: "the record does not hold the entries from 0 on that are to be sent",
  });
});

it("goes on where a process was killed", async () => {
  const key = join(folder, "key.pem");
  const sealer = makeSealer(okValue(await loadSigningKey({ file: key })).signer);
  const address = `pglite:${join(folder, "killed-store")}`;
  const first = okValue(await openStore(address, { ...testOptions(), sealer }));
  for (let done = 0; done < 40; done++) okValue(await first.audit.append([freshEntry()]));
  await first.close();

  const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const code = `
    import { loadSigningKey, makeSealer } from ${module("../../../audit/index.ts")};
    import { openStore } from ${module("../../../store/index.ts")};
    import { okValue, testOptions } from ${module("../../../testing/record.ts")};
    import { testConfig, testService } from ${module("../../../testing/service.ts")};
    import { exportDue } from ${module("./export-due.ts")};
    import { openSink } from ${module("./sink.ts")};
    const sealer = makeSealer(okValue(await loadSigningKey({ file: ${JSON.stringify(key)} })).signer);
    const store = okValue(await openStore(${JSON.stringify(address)}, { ...testOptions(), sealer }));
    const config = { ...testConfig(), exports: [${JSON.stringify(settingsOf("killed"))}] };
    const open = async (settings) => {
      const sink = await openSink(settings, ".", {});
      return { ...sink, async put(batch) {
        const done = await sink.put(batch);
        process.stdout.write(batch.from + "\\n");
        return done;
      } };
    };
    await exportDue(testService(store, { config }), open, new AbortController().signal);
    process.exit(0);
  `;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  for await (const line of createInterface({ input: child.stdout }))
    if (Number(line) >= 15) child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  expect(exported("killed")).not.toBe("");

  const again = okValue(await openStore(address, { ...testOptions(), sealer, waitMs: 60_000 }));
  clock.advance(60 * MINUTE);
  const config = { ...testConfig(), exports: [settingsOf("killed")] };
  const done = okValue(
    await exportDue(testService(again, { config, clock }), files, new AbortController().signal),
  );
  expect(done.failed).toBe(0);
  expect(done.entries).toBeLessThan(40);
  expect(exported("killed")).toBe(await logged(again));
  await again.close();
});
