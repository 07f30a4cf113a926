import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aCheckReport, aHostileChange, aScanReport, HOSTILE_TEXTS } from "../../testing/index.ts";
import { jsonPieces, renderJson, safeJson } from "./json.ts";

describe("renderJson", () => {
  it("puts the schema first and keeps everything else", () => {
    const report = aScanReport();
    const { schema, ...rest } = report;
    const shuffled = { ...rest, schema };
    const text = renderJson(shuffled);
    expect(text).toMatch(/^\{\n {2}"schema": "trueup\.scan\/v1",\n/);
    expect(JSON.parse(text)).toEqual(report);
    expect(text.endsWith("}\n")).toBe(true);
  });

  it("is laid out as `JSON.stringify` does, piece by piece", () => {
    for (const report of [aScanReport(), aCheckReport(), aScanReport({ findings: [], audit: null })]) {
      expect(renderJson(report)).toBe(`${safeJson(report)}\n`);
      const counted = "findings" in report ? report.findings.length : report.changes.length;
      expect([...jsonPieces(report)].length).toBeGreaterThan(counted);
    }
  });

  it("is the same for the same report", () => {
    expect(renderJson(aCheckReport())).toBe(renderJson(aCheckReport()));
  });
});

describe("safeJson", () => {
  it.each(HOSTILE_TEXTS)("is safe to print and reads back unchanged: %s", (_name, text) => {
    const report = aCheckReport({ changes: [aHostileChange(text)] });
    const printed = renderJson(report);
    expect(JSON.parse(printed)).toEqual(report);
    expect(printed).not.toMatch(
      /[<>\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
    );
    expect(printed).not.toMatch(/^\s*::/m);
    expect(printed).not.toMatch(/##(\[|vso\[|teamcity\[)/i);
  });

  it("reads back as it was, for any value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(safeJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
