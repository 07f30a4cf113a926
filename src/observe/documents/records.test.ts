import { describe, expect, it } from "vitest";
import { readRecords } from "./records.ts";

describe("readRecords", () => {
  it.each([
    ["one document", '{"a":1}', [{ value: { a: 1 }, line: null }], []],
    [
      "a list",
      '[{"a":1},{"b":2}]',
      [
        { value: { a: 1 }, line: null },
        { value: { b: 2 }, line: null },
      ],
      [],
    ],
    [
      "JSON lines",
      '{"a":1}\n\n{"b":2}\n',
      [
        { value: { a: 1 }, line: 1 },
        { value: { b: 2 }, line: 3 },
      ],
      [],
    ],
    ["lines of which the last is cut off", '{"a":1}\n{"b":', [{ value: { a: 1 }, line: 1 }], [2]],
    ["a line of another kind", 'starting\n{"a":1}\n[1]', [{ value: { a: 1 }, line: 2 }], [1, 3]],
  ])("%s", (_note, text, records, badLines) => {
    expect(readRecords(text, "f")).toEqual({ ok: true, value: { records, badLines } });
  });

  it.each([
    ["nothing", "", "log_empty"],
    ["gzip", "\u001f\ufffd\b", "log_is_compressed"],
    ["words", "no log at all", "log_not_json"],
    ["a document in many lines, cut off", '{\n "a": 1,\n "b": 2,\n "c":', "log_truncated"],
    ["10,000 levels", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, "log_too_deep"],
  ])("refuses %s", (_note, text, code) => {
    expect(readRecords(text, "f")).toMatchObject({ ok: false, error: { code } });
  });
});
