import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import { SectionReader } from "./sections.ts";

const ALL = new Set(["a", "b", "c", "list", "__proto__", "format_version"]);

/** Reads a text in pieces of the given sizes (the last size again and again). */
function readIn(text: string, sizes: readonly number[], keep: ReadonlySet<string> = ALL, keptBytes = 1e9) {
  const reader = new SectionReader({ file: "f", keep, keptBytes });
  const bytes = Buffer.from(text);
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[Math.min(i, sizes.length - 1)] ?? 1);
    // The caller reads into one buffer again and again: what is kept must be copied.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    const fault = reader.push(chunk);
    chunk.fill(0x20);
    if (fault !== null) return { ok: false as const, error: fault };
    at += size;
  }
  return reader.finish();
}

describe("SectionReader", () => {
  const key = fc.constantFrom("a", "b", "c", "list", "__proto__");
  const document = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: false });

  it("reads what JSON.parse reads, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        document,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.constantFrom(0, 2),
        (value, sizes, space) => {
          const text = JSON.stringify(value, null, space);
          const parsed: Json = JSON.parse(text);
          const read = readIn(text, sizes);
          expect(read.ok ? JSON.stringify(read.value) : read.error, text).toBe(JSON.stringify(parsed));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("keeps the named members only", () => {
    const text =
      '{"format_version": "1.2", "n": 1.5 , "skip": [{"x": "}]\\"{"}], "big": {"y": [1, 2]}, "a": [ {"k": "é"} , 2 ], "t": true}';
    expect(readIn(text, [3], new Set(["a", "format_version"]))).toEqual({
      ok: true,
      value: { format_version: "1.2", a: [{ k: "é" }, 2] },
    });
  });

  it.each([
    ["nothing", "", "plan_empty"],
    ["a binary plan", "PK\u0003\u0004rest", "plan_is_binary"],
    ["half a document", '{"a": [1, 2', "plan_truncated"],
    ["half a string", '{"a": "x', "plan_truncated"],
    ["a list", "[1]", "plan_not_json"],
    ["a comma too many", '{"a": 1,}', "plan_not_json"],
    ["a comma too many in a list", '{"a": [1,]}', "plan_not_json"],
    ["an unknown word", '{"a": nil}', "plan_not_json"],
    ["no comma", '{"a": 1 "b": 2}', "plan_not_json"],
    ["no colon", '{"a" 1}', "plan_not_json"],
    ["broken content", '{"a": {x}}', "plan_not_json"],
    ["text after the end", '{"a": 1} x', "plan_not_json"],
    ["a key that never ends", `{"${"k".repeat(9000)}`, "plan_truncated"],
    ["10,000 levels", `{"a": ${"[".repeat(10_000)}${"]".repeat(10_000)}}`, "plan_too_deep"],
    ["a number beyond doubles", '{"a": [1e999]}', "plan_number_out_of_range"],
  ])("refuses %s", (_note, text, code) => {
    expect(readIn(text, [7])).toMatchObject({ ok: false, error: { code } });
  });

  it("refuses invalid UTF-8 in what it keeps", () => {
    const reader = new SectionReader({ file: "f", keep: ALL, keptBytes: 1e9 });
    expect(
      reader.push(Buffer.from([...Buffer.from('{"a": "'), 0xc3, 0x28, ...Buffer.from('"}')])),
    ).toMatchObject({
      code: "plan_not_json",
    });
  });

  it("says clearly when more is kept than memory allows", () => {
    const text = JSON.stringify({ a: ["x".repeat(100), "y".repeat(100)] });
    const read = readIn(text, [16], ALL, 150);
    expect(read).toMatchObject({
      ok: false,
      error: { code: "plan_too_large", place: { file: "f", path: "a" } },
    });
    expect(readIn(text, [16], new Set(["b"]), 150).ok).toBe(true);
  });
});
