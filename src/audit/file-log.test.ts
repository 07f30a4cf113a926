import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { auditLogContract } from "../testing/audit-log-contract.ts";
import { REPORT_TIME } from "../testing/index.ts";
import { freshEntry, okValue, problemIn, testSealer } from "../testing/record.ts";
import { type FileLog, openFileLog } from "./file-log.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-file-log-"));
const sealer = testSealer();
let file = "";
let count = 0;

beforeEach(() => {
  file = join(folder, String(++count), "checks.log");
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(waitMs = 60_000): Promise<FileLog> {
  return okValue(await openFileLog(file, { sealer, now: () => REPORT_TIME, waitMs }));
}

auditLogContract("file log", () => open());

describe("openFileLog", () => {
  it("goes on with the log that is there", async () => {
    const first = await open();
    okValue(await first.append([freshEntry(), freshEntry()]));
    const second = await open();
    expect(second.origin).toBe(first.origin);
    expect(okValue(await second.append([freshEntry()]))).toMatchObject({ first: 2, warnings: [] });
  });

  it("cuts off a last line torn at any byte, keeps what was acknowledged, and tells", async () => {
    const log = await open();
    okValue(await log.append([freshEntry()]));
    const whole = readFileSync(file);
    okValue(await log.append([freshEntry({ because: "\u00fcber" })]));
    const more = readFileSync(file);
    for (let end = whole.length + 1; end < more.length; end += 37) {
      writeFileSync(file, more.subarray(0, end));
      const torn = more[end - 1] !== 0x0a;
      const kept = okValue(await log.head()).size;
      const appended = okValue(await log.append([freshEntry()]));
      expect(appended.first).toBe(kept);
      expect(kept).toBeGreaterThanOrEqual(1);
      expect(appended.warnings.some(({ code }) => code === "audit_log_torn")).toBe(torn);
      expect(readFileSync(file).subarray(0, whole.length).equals(whole)).toBe(true);
      expect(okValue(await log.head())).toMatchObject({ size: kept + 1, root: appended.root });
    }
  });

  it("leaves nothing of a torn line that is longer than what comes next", async () => {
    const log = await open();
    okValue(await log.append([freshEntry()]));
    appendFileSync(file, `{"entry":{"because":"${"x".repeat(100_000)}`);
    okValue(await log.append([freshEntry()]));
    expect(readFileSync(file, "utf8")).not.toContain("xxx");
    expect(okValue(await log.head()).size).toBe(2);
  });

  it("seals whole entries that a kill left unsealed", async () => {
    const log = await open();
    okValue(await log.append([freshEntry(), freshEntry()]));
    const lines = readFileSync(file, "utf8").split("\n");
    truncateSync(file, Buffer.byteLength(`${lines.slice(0, 3).join("\n")}\n`));

    const appended = okValue(await log.append([freshEntry()]));
    expect(appended).toMatchObject({ first: 2, warnings: [{ code: "audit_log_unsealed" }] });
    expect(appended.checkpoint.size).toBe(3);
  });

  it("makes the header again when a kill tore it", async () => {
    await open();
    truncateSync(file, 9);
    const log = await open();
    expect(okValue(await log.append([freshEntry()])).first).toBe(0);
  });

  it.each([
    ["text without a line end", "my notes"],
    ["other lines", "my notes\nare here\n"],
    ["a header of another format", '{"format":"trueup-audit/v9","origin":"x"}\n'],
  ])("refuses %s and leaves it as it is", async (_name, text) => {
    await open();
    writeFileSync(file, text);
    const opened = await openFileLog(file, { sealer, now: () => REPORT_TIME });
    expect(problemIn(opened)).toMatchObject({ code: "audit_log_broken", place: { file } });
    expect(readFileSync(file, "utf8")).toBe(text);
  });

  it("refuses to append behind a line that is none of its own", async () => {
    const log = await open();
    okValue(await log.append([freshEntry()]));
    appendFileSync(file, "garbage\n");
    expect(problemIn(await log.append([freshEntry()])).code).toBe("audit_log_broken");
  });

  it("refuses to go on from peaks that do not make the signed root", async () => {
    const log = await open();
    okValue(await log.append([freshEntry()]));
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace(
        /"peaks":\["[0-9a-f]/,
        (peaks) => `${peaks.slice(0, -1)}${peaks.endsWith("0") ? "1" : "0"}`,
      ),
    );
    expect(problemIn(await log.append([freshEntry()])).code).toBe("audit_log_broken");
  });

  it("names the folder that cannot be made", async () => {
    writeFileSync(join(folder, "plain"), "");
    const opened = await openFileLog(join(folder, "plain", "checks.log"), { sealer, now: () => REPORT_TIME });
    expect(problemIn(opened).code).toBe("audit_log_unwritable");
  });
});
