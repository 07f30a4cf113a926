import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openFileLog } from "../audit/file-log.ts";
import {
  exportLog,
  loadSigningKey,
  makeSealer,
  resultsRoot,
  type Sealer,
  verifyEd25519,
} from "../audit/index.ts";
import { verifyExport } from "../audit/verify/index.ts";
import { fixedClock } from "../base/index.ts";
import { REPORT_TIME } from "../testing/index.ts";
import { okValue } from "../testing/record.ts";
import { openStore } from "./open-store.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/*
 * Kills a writing process at moments that chance picks. What is asserted holds whatever the moment was: the store opens, nothing
 * acknowledged is lost, nothing is there by halves, and the log verifies.
 */

const folder = mkdtempSync(join(tmpdir(), "trueup-kill-"));
const keyFile = join(folder, "keys", "audit-key.pem");
let sealer: Sealer;

beforeAll(async () => {
  sealer = makeSealer(okValue(await loadSigningKey({ file: keyFile })).signer);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const PRELUDE = `
  import { loadSigningKey, makeSealer, openFileLog } from ${module("../audit/index.ts")};
  import { openStore } from ${module("./open-store.ts")};
  import { aScanRecord, freshEntry } from ${module("../testing/record.ts")};
  const sealer = makeSealer((await loadSigningKey({ file: ${JSON.stringify(keyFile)} })).value.signer);
  const must = (result) => { if (!result.ok) throw new Error(result.error.message); return result.value; };
`;

function module(path: string): string {
  return JSON.stringify(new URL(path, import.meta.url).href);
}

function start(code: string): ChildProcessByStdio<null, Readable, null> {
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", PRELUDE + code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

async function run(code: string): Promise<void> {
  const child = start(code);
  const exit = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  expect(exit).toBe(0);
}

/** Runs a writer, kills it after `acks` lines and a little more, and gives back the last size that it acknowledged. */
async function killed(code: string, acks: number, moreMs: number): Promise<number> {
  const child = start(code);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let last = 0;
  let seen = 0;
  if (acks === 0) void sleep(moreMs).then(() => child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (++seen === acks) void sleep(moreMs).then(() => child.kill("SIGKILL"));
  }
  // `null` is a signal: a writer that ended by itself has failed, and would prove nothing.
  expect([null, acks === 0 ? 0 : null]).toContain(await ended);
  return last;
}

/** Rounds of each kind; `TRUEUP_KILLS=20` for a longer look. */
const ROUNDS = Array.from({ length: Number(process.env["TRUEUP_KILLS"] ?? 2) }, (_, round) => round + 1);

function random(below: number): number {
  return Math.floor(Math.random() * below);
}

describe("a store whose process is killed", () => {
  const dir = join(folder, "store");
  const writer = `
    const store = must(await openStore("pglite:" + ${JSON.stringify(dir)}, { clock: { now: () => 0 }, sealer }));
    console.log(must(await store.audit.head()).size);
    for (;;) {
      const id = "scn_" + must(await store.audit.head()).size.toString(16).padStart(24, "0");
      const resultRows = Array.from({ length: 50 }, (_, n) => JSON.stringify({ id, n }));
      const record = aScanRecord({ id, resultRows, summary: { rows: resultRows.length } });
      console.log(must(await store.scans.record(record)).size);
    }`;

  it.each(ROUNDS)("opens and verifies (kill %i)", async () => {
    const acknowledged = await killed(writer, 1 + random(25), random(40));
    const store = okValue(
      await openStore(`pglite:${dir}`, { clock: fixedClock(Date.parse(REPORT_TIME)), sealer, waitMs: 0 }),
    );
    const { size } = okValue(await store.audit.head());
    expect(size).toBeGreaterThanOrEqual(acknowledged);

    let text = "";
    const exported = await exportLog(store.audit, (piece) => {
      text += piece;
    });
    expect(okValue(exported).entries).toBe(size);
    expect(verified(text)).toMatchObject({ status: "consistent", entries: size });

    const scan = okValue(await store.scans.last("prod-edge"));
    if (scan !== null) {
      const rows = okValue(await store.scans.results(scan.id));
      expect(rows).toHaveLength(scan.resultCount);
      expect(resultsRoot(rows)).toBe(scan.resultsRoot);
      const [entry] = okValue(await store.audit.entriesFrom(size - 2, 1));
      expect(entry?.entry.details).toEqual({ resultsRoot: scan.resultsRoot });
    }
    await store.close();
  });
});

describe("a store whose first start is killed", () => {
  it.each(ROUNDS)("opens (kill %i)", async (round) => {
    const dir = join(folder, `first-${round}`);
    const starter = `must(await openStore("pglite:" + ${JSON.stringify(dir)}, { clock: { now: () => 0 }, sealer }));`;
    await killed(starter, 0, 300 + random(5_000));
    const store = okValue(
      await openStore(`pglite:${dir}`, { clock: fixedClock(Date.parse(REPORT_TIME)), sealer, waitMs: 0 }),
    );
    expect(okValue(await store.audit.head()).size).toBe(0);
    await store.close();
  });
});

describe("a log file whose appender is killed", () => {
  const file = join(folder, "checks.log");
  const appender = `
    const log = must(await openFileLog(${JSON.stringify(file)}, { sealer, now: () => "2026-11-24T09:30:00.000Z" }));
    for (;;) {
      const done = must(await log.append(Array.from({ length: 30 }, () => freshEntry())));
      console.log(done.first + done.count);
    }`;

  it.each(ROUNDS)("goes on and verifies (kill %i)", async () => {
    const acknowledged = await killed(appender, 1 + random(20), random(20));
    const log = okValue(await openFileLog(file, { sealer, now: () => REPORT_TIME, waitMs: 0 }));
    const { size } = okValue(await log.head());
    expect(size).toBeGreaterThanOrEqual(acknowledged);
    let text = "";
    okValue(
      await exportLog(log, (piece) => {
        text += piece;
      }),
    );
    expect(verified(text).status).toBe("consistent");
  });
});

describe("a log file with several appenders at once", () => {
  it("holds everything that each of them was told is written", async () => {
    const file = join(folder, "shared.log");
    const appender = `
      const log = must(await openFileLog(${JSON.stringify(file)}, { sealer, now: () => "2026-11-24T09:30:00.000Z", waitMs: 120_000 }));
      for (let n = 0; n < 15; n++) must(await log.append([freshEntry(), freshEntry()]));`;
    await Promise.all([1, 2, 3].map(() => run(appender)));
    const bytes = readFileSync(file);
    expect(verified(bytes)).toMatchObject({ status: "consistent", entries: 3 * 15 * 2, checkpoints: 3 * 15 });
  });
});

function verified(log: string | Uint8Array) {
  return okValue(
    verifyExport({ log, publicKeys: [sealer.vkey], checkpoints: [], verifySignature: verifyEd25519 }),
  );
}
