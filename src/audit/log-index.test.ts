import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditEntry } from "../domain/index.ts";
import { REPORT_TIME } from "../testing/index.ts";
import { freshEntry, okValue, problemIn, testSealer } from "../testing/record.ts";
import { exportLog } from "./export.ts";
import { type FileLog, openFileLog } from "./file-log.ts";
import { verifyEd25519 } from "./signed-note.ts";
import { verifyExport } from "./verify/index.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-log-index-"));
const sealer = testSealer();
let file = "";
let index = "";
let count = 0;

beforeEach(() => {
  file = join(folder, String(++count), "checks.log");
  index = `${file}.index`;
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(): Promise<FileLog> {
  return okValue(await openFileLog(file, { sealer, now: () => REPORT_TIME, waitMs: 60_000 }));
}

async function filled(batches: readonly number[]): Promise<{ log: FileLog; entries: AuditEntry[] }> {
  const log = await open();
  const entries: AuditEntry[] = [];
  for (const size of batches) {
    const batch = Array.from({ length: size }, () => freshEntry());
    okValue(await log.append(batch));
    entries.push(...batch);
  }
  return { log, entries };
}

async function status(log: FileLog): Promise<string> {
  let text = "";
  okValue(
    await exportLog(log, (piece) => {
      text += piece;
    }),
  );
  const options = { publicKeys: [sealer.vkey], checkpoints: [], verifySignature: verifyEd25519 };
  return okValue(verifyExport({ log: text, ...options })).status;
}

/** Bytes that this process asked the system for so far; `null` where the system does not tell. */
function bytesRead(): number | null {
  if (!existsSync("/proc/self/io")) return null;
  return Number(/^rchar: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
}

describe("the index of a log file", () => {
  it("knows every entry of a log that grew past it several times", async () => {
    const { log, entries } = await filled([1, 400, 1, 900, 3, 1500]);
    for (const entry of [0, 1, 401, 700, 1304, 2804].map((i) => entries[i])) {
      if (entry === undefined) throw new Error("no such entry");
      expect(problemIn(await log.append([freshEntry(), entry])).code).toBe("audit_entry_repeated");
    }
    expect(okValue(await log.append([freshEntry()])).first).toBe(entries.length);
    expect(await status(log)).toBe("consistent");
  });

  it("spares an append the log behind the last checkpoint", async () => {
    const { log } = await filled([2000, 1]);
    const size = readFileSync(file).length;
    const before = bytesRead();
    okValue(await log.append([freshEntry()]));
    const after = bytesRead();
    if (before === null || after === null) console.log("skipped: this system does not count the bytes read");
    else expect(after - before).toBeLessThan(size / 10);
  });

  const earlier: Buffer[] = [];
  it.each<[string, (bytes: Buffer) => Buffer | null]>([
    ["is missing", () => null],
    ["is empty", () => Buffer.alloc(0)],
    ["is cut off", (bytes) => bytes.subarray(0, 70)],
    ["is something else", () => Buffer.from("my notes\n".repeat(100))],
    [
      "was written half",
      (bytes) => Buffer.concat([bytes.subarray(0, 24), Buffer.alloc(40), bytes.subarray(64)]),
    ],
    ["says nonsense", (bytes) => Buffer.from(bytes).fill(0xff, 8, 40)],
    ["says what is not so", (bytes) => Buffer.from(bytes).fill(0, 24, 32)],
    ["is older than the log", () => earlier[0] ?? null],
  ])("may be lost: it %s", async (_note, change) => {
    const { log, entries } = await filled([3, 2]);
    earlier[0] = readFileSync(index);
    const more = [freshEntry(), freshEntry()];
    okValue(await log.append(more));
    const left = change(readFileSync(index));
    if (left === null) rmSync(index);
    else writeFileSync(index, left);

    for (const entry of [entries[0], entries[4], more[1]]) {
      if (entry === undefined) throw new Error("no such entry");
      expect(problemIn(await log.append([entry])).code).toBe("audit_entry_repeated");
    }
    expect(okValue(await log.append([freshEntry()])).first).toBe(7);
    expect(await status(log)).toBe("consistent");
  });

  it("is not believed for a log that was cut off, nor for another log in its place", async () => {
    const { log, entries } = await filled([2]);
    const short = readFileSync(file);
    okValue(await log.append([freshEntry(), freshEntry()]));
    truncateSync(file, short.length);
    expect(okValue(await log.append([freshEntry()])).first).toBe(2);
    expect(problemIn(await log.append(entries.slice(0, 1))).code).toBe("audit_entry_repeated");

    const other = join(folder, `${count}-other`, "checks.log");
    const second = okValue(await openFileLog(other, { sealer, now: () => REPORT_TIME }));
    okValue(await second.append(Array.from({ length: 9 }, () => freshEntry())));
    writeFileSync(file, readFileSync(other));
    expect(okValue(await (await open()).append([freshEntry()])).first).toBe(9);
  });

  it("hides no edit from the verifier", async () => {
    const { log } = await filled([5, 1]);
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace(/"answer":"[a-z]/, (found) => `${found.slice(0, -1)}X`),
    );
    okValue(await log.append([freshEntry()]));
    expect(await status(log)).not.toBe("consistent");
  });

  it("seals what a kill left unsealed behind it", async () => {
    const { log, entries } = await filled([2]);
    const kept = readFileSync(file).length;
    const late = [freshEntry(), freshEntry()];
    const old = readFileSync(index);
    okValue(await log.append(late));
    const lines = readFileSync(file).subarray(kept).toString("utf8").split("\n");
    truncateSync(file, kept + Buffer.byteLength(`${lines[0]}\n${lines[1]}\n`) + 20);
    writeFileSync(index, old);

    expect(problemIn(await log.append(late.slice(1))).code).toBe("audit_entry_repeated");
    const appended = okValue(await log.append([freshEntry()]));
    expect(appended.warnings.map(({ code }) => code)).toEqual(["audit_log_torn", "audit_log_unsealed"]);
    expect(appended.first).toBe(4);
    expect(problemIn(await log.append(entries.slice(0, 1))).code).toBe("audit_entry_repeated");
    expect(await status(log)).toBe("consistent");
  });
});
