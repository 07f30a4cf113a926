import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { readTextFile } from "./read-text-file.ts";

const folder = mkdtempSync(join(tmpdir(), "trueup-read-text-"));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = '{"Records":[{"who":"Zo\u00eb"}]}\n';

async function read(bytes: Uint8Array, most?: number) {
  const file = join(folder, "log");
  writeFileSync(file, bytes);
  return readTextFile(file, "shown.gz", most);
}

describe("readTextFile", () => {
  it.each([
    ["plain text", Buffer.from(TEXT), TEXT],
    ["gzip", gzipSync(TEXT), TEXT],
    [
      "gzip in several members, as rotation appends them",
      Buffer.concat([gzipSync(TEXT), gzipSync("x")]),
      `${TEXT}x`,
    ],
    ["nothing, compressed", gzipSync(""), ""],
    ["exactly as much as may be", gzipSync("x".repeat(1000)), "x".repeat(1000)],
  ])("reads %s", async (_note, bytes, text) => {
    expect(await read(bytes, 1000)).toEqual({ ok: true, value: text });
  });

  it.each([
    ["a bomb", gzipSync(Buffer.alloc(50_000_000)), "file_too_large"],
    ["one byte too many", gzipSync("x".repeat(1001)), "file_too_large"],
    ["gzip that is cut off", gzipSync(TEXT).subarray(0, -9), "file_not_gzip"],
    ["gzip whose text was changed", Buffer.from(gzipSync(TEXT)).fill(7, 12, 20), "file_not_gzip"],
    ["compressed bytes that are no text", gzipSync(Buffer.of(0xc3, 0x28)), "file_not_utf8"],
    ["bytes that are no text", Buffer.of(0xc3, 0x28), "file_not_utf8"],
  ])("refuses %s and says so of the file as it was named", async (_note, bytes, code) => {
    expect(await read(bytes, 1000)).toMatchObject({
      ok: false,
      error: { code, place: { file: "shown.gz" } },
    });
  });

  it("tells a missing file from a folder", async () => {
    expect(await readTextFile(join(folder, "none"), "none")).toMatchObject({
      error: { code: "file_missing" },
    });
    expect(await readTextFile(folder, "f")).toMatchObject({ error: { code: "file_unreadable" } });
  });
});
