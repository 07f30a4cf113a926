import { describe, expect, it } from "vitest";
import { aCheckReport, aFinding, anAuditEntry, aRedactedChange, aScanReport } from "../../testing/index.ts";
import { FORMATS, formatsFor, isFormat, type Printable, render } from "./index.ts";

const documents: readonly Printable[] = [
  aScanReport(),
  aCheckReport(),
  { schema: "trueup.audit-list/v1", size: 1, entries: [{ index: 0, entry: anAuditEntry() }] },
  { schema: "trueup.risk/v1", source: "plan.json", changes: [] },
];

describe("render", () => {
  it("writes each document in exactly the formats that it names", () => {
    for (const document of documents) {
      for (const format of FORMATS) {
        const result = render(document, format);
        expect(result.ok).toBe(formatsFor(document.schema).includes(format));
        if (result.ok) expect(result.value.endsWith("\n")).toBe(true);
        else expect(result.error.hint).toBe("use table, json, markdown");
      }
    }
  });

  it("shows the value of a secret in no format for people or CI, even when redaction failed", () => {
    const property = {
      path: ["password"],
      before: "canary-1",
      after: "canary-2",
      sensitive: true,
      unknown: false,
    };
    const change = aRedactedChange({ properties: [property], before: null, after: null });
    const report = aScanReport({ findings: [aFinding({ change })] });
    for (const format of FORMATS.filter((each) => each !== "json")) {
      const result = render(report, format);
      expect(result.ok && result.value).toContain("aws_security_group.bastion");
      expect(result.ok && result.value).not.toContain("canary");
    }
  });

  it("knows its formats by name", () => {
    expect(FORMATS.every(isFormat)).toBe(true);
    expect(isFormat("constructor")).toBe(false);
  });
});
