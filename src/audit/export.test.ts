import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { canonicalJson } from "../base/index.ts";
import { aJudgedChange, aReviewChange, REPORT_TIME } from "../testing/index.ts";
import { freshEntry, okValue, problemIn, testSealer } from "../testing/record.ts";
import { exportLog } from "./export.ts";
import { type FileLog, openFileLog } from "./file-log.ts";
import { importLog } from "./import-log.ts";
import { readResultRows, writeResultRows } from "./result-files.ts";
import { resultProof, resultsRoot } from "./results.ts";
import { verifyEd25519 } from "./signed-note.ts";
import { fromHex, provesInclusion, verifyExport } from "./verify/index.ts";
import { hashLeaf } from "./verify/tree.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-export-"));
const sealer = testSealer();
let count = 0;
let log: FileLog;

beforeEach(async () => {
  log = await open();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(): Promise<FileLog> {
  const file = join(folder, String(++count), "checks.log");
  return okValue(await openFileLog(file, { sealer, now: () => REPORT_TIME }));
}

async function exported(): Promise<string> {
  let text = "";
  okValue(
    await exportLog(log, (piece) => {
      text += piece;
    }),
  );
  return text;
}

describe("exportLog", () => {
  it("gives what a log file is made of", async () => {
    for (const size of [2, 1, 4]) okValue(await log.append(Array.from({ length: size }, () => freshEntry())));
    expect(await exported()).toBe(readFileSync(log.file, "utf8"));
  });

  it("verifies, also when it has more than one page and when it is empty", async () => {
    expect(verified(await exported())).toMatchObject({ status: "consistent", entries: 0 });
    okValue(await log.append(Array.from({ length: 2_300 }, () => freshEntry())));
    expect(verified(await exported())).toMatchObject({ status: "consistent", entries: 2_300 });
  });
});

describe("importLog", () => {
  it("takes each entry once", async () => {
    okValue(await log.append([freshEntry(), freshEntry()]));
    const target = await open();
    expect(okValue(await importLog(log.file, target))).toMatchObject({
      imported: 2,
      skipped: 0,
      origin: log.origin,
    });
    okValue(await log.append([freshEntry()]));
    expect(okValue(await importLog(log.file, target))).toMatchObject({ imported: 1, skipped: 2 });
    expect(okValue(await importLog(log.file, target))).toMatchObject({ imported: 0, skipped: 3 });
    expect(okValue(await target.head()).size).toBe(3);
  });

  it("refuses another text under a known id and takes nothing", async () => {
    const entry = freshEntry();
    okValue(await log.append([freshEntry(), { ...entry, because: "something else" }]));
    const target = await open();
    okValue(await target.append([entry]));
    expect(problemIn(await importLog(log.file, target)).code).toBe("audit_import_conflict");
    expect(okValue(await target.head()).size).toBe(1);
  });

  it("names a file that is not there or not a log", async () => {
    expect(problemIn(await importLog(join(folder, "none"), log)).code).toBe("audit_log_unreadable");
    const file = join(folder, "notes.txt");
    writeFileSync(file, "notes\n");
    expect(problemIn(await importLog(file, log))).toMatchObject({
      code: "audit_log_broken",
      place: { file, line: 1 },
    });
  });
});

describe("results", () => {
  const rows = [aJudgedChange(), aReviewChange()].map(canonicalJson);
  const root = resultsRoot(rows);

  it("are each provable against the root in the audit entry, and nothing else is", () => {
    rows.forEach((row, index) => {
      const proof = resultProof(rows, index);
      const holds = (text: string) =>
        provesInclusion({
          leaf: hashLeaf(Buffer.from(text)),
          index: proof?.index ?? -1,
          size: proof?.size ?? 0,
          path: (proof?.path ?? []).map((hash) => fromHex(hash) ?? new Uint8Array(0)),
          root: fromHex(root) ?? new Uint8Array(0),
        });
      expect(holds(row)).toBe(true);
      expect(holds(row.replace('"critical"', '"low"').replace('"medium"', '"low"'))).toBe(false);
    });
    expect(resultProof(rows, 2)).toBeNull();
  });

  it("of a check without a database are kept in a file", async () => {
    const id = `chk_${"0".repeat(24)}`;
    okValue(await writeResultRows(join(folder, "checks"), id, rows));
    expect(resultsRoot(okValue(await readResultRows(join(folder, "checks"), id)) ?? [])).toBe(root);
    expect(okValue(await readResultRows(folder, id))).toBeNull();
    expect(problemIn(await writeResultRows(folder, "../escape", rows)).code).toBe("result_id_malformed");
    expect(problemIn(await writeResultRows("/dev/null", id, rows)).code).toBe("results_unwritable");
  });
});

function verified(text: string) {
  return okValue(
    verifyExport({ log: text, publicKeys: [sealer.vkey], checkpoints: [], verifySignature: verifyEd25519 }),
  );
}
