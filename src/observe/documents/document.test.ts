import { describe, expect, it } from "vitest";
import { decodeDocument, findUnsound, parseDocument } from "./document.ts";

function problemOf(bytes: Uint8Array | string): {
  code: string;
  message: string;
  place?: unknown;
  hint?: string;
} {
  const text =
    typeof bytes === "string"
      ? { ok: true as const, value: bytes }
      : decodeDocument(bytes, "plan.json", "plan");
  if (!text.ok) return text.error;
  const parsed = parseDocument(text.value, "plan.json", "plan");
  if (parsed.ok) throw new Error("expected a problem");
  return parsed.error;
}

const nested = (depth: number): string => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;

describe("bad documents", () => {
  it.each([
    ["no bytes", Buffer.alloc(0), "plan_empty"],
    ["nothing but space", " \n", "plan_empty"],
    ["a binary plan", Buffer.from("PK\u0003\u0004rest"), "plan_is_binary"],
    ["gzip", Buffer.from([0x1f, 0x8b, 8, 0]), "plan_is_compressed"],
    ["half a document", '{"format_version": "1.2", "resource_ch', "plan_truncated"],
    ["words", "Terraform will perform the following actions:", "plan_not_json"],
    ["a list", "[]", "not_a_plan"],
    ["null", "null", "not_a_plan"],
    [
      "the event stream",
      '{"@level":"info","@message":"x"}\n{"@level":"info","@message":"y"}\n',
      "plan_is_stream",
    ],
    ["a number beyond doubles", '{"a": 1e999}', "plan_number_out_of_range"],
    ["half a surrogate pair", '{"a": "\\ud800"}', "plan_broken_text"],
    ["half a surrogate pair in a key", '{"\\udc00x": 1}', "plan_broken_text"],
    ["300 levels", nested(300), "plan_too_deep"],
    ["10,000 levels", nested(10_000), "plan_too_deep"],
    ["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), "plan_not_utf8"],
  ])("%s", (_note, bytes, code) => {
    const found = problemOf(bytes);
    expect(found.code).toBe(code);
    expect(found.message).not.toMatch(/\.$|\n/);
    expect(found.place).toMatchObject({ file: "plan.json" });
  });

  it("says where", () => {
    expect(problemOf('{\n  "a": [1, 2').place).toEqual({ file: "plan.json", line: 2, column: 13 });
    expect(problemOf('{\n  "a": oops}').place).toEqual({ file: "plan.json", line: 2, column: 8 });
    expect(problemOf(Buffer.from([0x7b, 0x22, 0x61, 0xff])).message).toContain("byte 3 (0xff)");
    const euro = Buffer.concat([Buffer.from('{"a":"€'), Buffer.from([0xe2, 0x82])]);
    expect(problemOf(euro).message).toContain("byte 9 (0xe2)");
  });

  it("tells what to do with a binary plan", () => {
    expect(problemOf(Buffer.from("PK\u0003\u0004")).hint).toContain("tofu show -json plan.json");
  });
});

describe("good documents", () => {
  it.each([
    ["UTF-8", Buffer.from('{"a":"é"}')],
    ["UTF-8 with a byte order mark", Buffer.from('\ufeff{"a":"é"}')],
    [
      "the output of a wrapped tool",
      Buffer.from('[command]/tmp/terraform-bin show -json p\n{"a":"é"}\n::debug::exited with 0\n'),
    ],
    ["UTF-16 as PowerShell writes it", Buffer.from('\ufeff{"a":"é"}', "utf16le")],
  ])("%s", (_note, bytes) => {
    const text = decodeDocument(bytes, "plan.json", "plan");
    expect(text.ok && parseDocument(text.value, "plan.json", "plan")).toEqual({
      ok: true,
      value: { a: "é" },
    });
  });

  it("takes 50 levels and `__proto__` as data", () => {
    expect(parseDocument(nested(50), "f", "plan").ok).toBe(true);
    const hostile = parseDocument('{"__proto__": {"polluted": true}}', "f", "plan");
    expect(hostile.ok && Object.keys(hostile.value)).toEqual(["__proto__"]);
    expect("polluted" in {}).toBe(false);
  });

  it("a whole surrogate pair is text", () => {
    expect(findUnsound({ a: "\ud83d\ude00" }, true)).toBeNull();
  });
});
