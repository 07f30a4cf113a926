import { describe, expect, it } from "vitest";
import { problem } from "../../base/index.ts";
import {
  aCheckReport,
  aDecision,
  aDeterminingRule,
  aFinding,
  aHostileChange,
  aHostileFinding,
  aJudgedChange,
  anAllowedFinding,
  anAuditEntry,
  aPlannedChange,
  aPolicyRef,
  aRedactedChange,
  aRisk,
  aScanReport,
  aVerdict,
  aViolation,
  aWaivedVerdict,
  HOSTILE_TEXTS,
} from "../../testing/index.ts";
import { displayWidth } from "./display-width.ts";
import type { Printable } from "./documents.ts";
import { renderTable } from "./table.ts";

const rich: Record<string, Printable> = {
  scan: aScanReport({
    gone: [anAllowedFinding({ delta: "gone", status: "resolved" })],
    gaps: [{ source: "tofu", subject: "aws_s3_bucket.logs", code: "unreadable", message: "access denied" }],
    noise: [
      { normaliser: "null_to_empty", path: ["tags"], address: "aws_vpc.main" },
      { normaliser: "key_order", path: ["policy"], address: "aws_vpc.main" },
      { normaliser: "null_to_empty", path: ["ingress"], address: "aws_vpc.main" },
    ],
    problems: [
      problem("exceptions_unreadable", "the exceptions file is no YAML", {
        place: { file: "ex.yaml", line: 3 },
      }),
    ],
  }),
  check: aCheckReport({
    planViolations: [aViolation({ planLevel: true, message: "the plan deletes more than ten resources" })],
    planVerdict: aVerdict({
      determining: [aDeterminingRule({ message: "the plan deletes more than ten resources" })],
      erroring: [{ policy: aPolicyRef({ policy: "cost" }), message: "`input.costs` is not there" }],
    }),
  }),
  "check-warn": aCheckReport({
    changes: [aJudgedChange({ verdict: aWaivedVerdict() })],
    decision: aDecision({ kind: "allow", action: "warn", reasons: [] }),
  }),
  "scan-empty": aScanReport({ findings: [], audit: null }),
  finding: {
    schema: "trueup.finding/v1",
    ...aFinding({ group: "dana@example.com, one session, 3 findings" }),
  },
  findings: {
    schema: "trueup.findings/v1",
    workspace: "prod-edge",
    time: "2026-11-24T10:00:00Z",
    findings: aScanReport().findings,
  },
  risk: {
    schema: "trueup.risk/v1",
    source: "plan.json",
    changes: [{ change: aRedactedChange(), risk: aRisk() }],
  },
  "risk-trace": {
    schema: "trueup.risk/v1",
    source: "plan.json",
    changes: [
      {
        change: aRedactedChange(),
        risk: aRisk(),
        explanation: {
          type: {
            name: "aws_security_group",
            known: true,
            group: "aws/network-access",
            category: "network",
            class: "high",
            stateful: false,
            says: "who can reach what",
          },
          sources: ["common", "aws", "risk.yaml"],
          environments: ["production"],
          assessment: aRisk(),
          whole: [],
          properties: [],
        },
      },
    ],
  },
  audit: { schema: "trueup.audit-list/v1", size: 7, entries: [{ index: 3, entry: anAuditEntry() }] },
};

describe("renderTable", () => {
  it.each(Object.entries(rich))("prints %s as agreed", async (name, document) => {
    await expect(renderTable(document, {})).toMatchFileSnapshot(`fixtures/table-${name}.txt`);
  });

  it.each([40, 80, 120])("keeps within %d columns", (width) => {
    for (const document of Object.values(rich)) {
      for (const line of renderTable(document, { width }).split("\n")) {
        expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }
    }
  });

  it("uses ANSI codes only when colour is asked for, and then for the same text", () => {
    for (const document of Object.values(rich)) {
      const plain = renderTable(document, {});
      const coloured = renderTable(document, { colour: true });
      expect(plain).not.toContain("\u001b");
      expect(coloured).toContain("\u001b[");
      expect(coloured.replace(/\u001b\[[0-9;]*m/g, "").replace(/ +$/gm, "")).toBe(plain);
    }
  });

  it.each(HOSTILE_TEXTS)("cannot be forged by: %s", (_name, text) => {
    const honest = renderTable(aScanReport({ findings: [aHostileFinding("honest")] }), { width: 200 });
    const documents: Printable[] = [
      aScanReport({
        findings: [aHostileFinding(text)],
        gaps: [{ source: text, subject: text, code: text, message: text }],
        problems: [problem("x", text, { hint: text, place: { file: text } })],
      }),
      aCheckReport({ changes: [aHostileChange(text)], decision: aDecision({ reasons: [text] }) }),
      { schema: "trueup.finding/v1", ...aHostileFinding(text) },
      {
        schema: "trueup.audit-list/v1",
        size: 1,
        entries: [{ index: 0, entry: anAuditEntry({ subject: text, because: text }) }],
      },
    ];
    for (const document of documents) {
      for (const line of renderTable(document, { width: 200 }).split("\n")) {
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
        expect(line).not.toMatch(/^\s*::/);
        expect(line).not.toMatch(/##(\[|vso\[|teamcity\[)/i);
        expect(line).not.toMatch(/^(No drift|ALLOWED|\/approve)/);
      }
    }
    expect(honest).toContain("1 to act on now");
  });

  it("cannot be forged by a line break in the wrong place of a narrow page", () => {
    const text = `${"x".repeat(40)} ::error::forged`;
    for (let width = 40; width < 90; width++) {
      expect(renderTable(aScanReport({ findings: [aHostileFinding(text)] }), { width })).not.toMatch(
        /^\s*::/m,
      );
    }
  });

  it("lists every violation and shortens only what is allowed, saying how much", () => {
    const many = (build: (id: string) => ReturnType<typeof aFinding>) =>
      Array.from({ length: 30 }, (_, i) => build(`fnd_${String(i).padStart(12, "0")}`));
    const report = aScanReport({
      findings: [
        ...many((id) => aFinding({ id })),
        ...many((id) => anAllowedFinding({ id: id.replace("0", "f") })),
      ],
    });
    const text = renderTable(report, {});
    expect(text.match(/^ {2}CRITICAL/gm)).toHaveLength(30);
    expect(text.match(/^ {2}low/gm)).toHaveLength(20);
    expect(text).toContain("… and 10 more; the JSON format lists all");
    expect(renderTable(report, { all: true }).match(/^ {2}low/gm)).toHaveLength(30);
  });

  it("shows a huge value shortened", () => {
    const property = {
      path: ["a"],
      before: "x".repeat(5_000_000),
      after: "y",
      sensitive: false,
      unknown: false,
    };
    const report = aCheckReport({
      changes: [aJudgedChange({ change: aPlannedChange({ properties: [property] }) })],
    });
    const text = renderTable(report, {});
    expect(text.length).toBeLessThan(4_000);
    expect(text).toContain("(shortened)");
  });

  it("gathers what is filled in at apply, but never what a rule watches", () => {
    const later = (name: string) => ({
      path: [name],
      before: null,
      after: null,
      sensitive: false,
      unknown: true,
    });
    const change = aPlannedChange({
      action: "create",
      before: null,
      properties: [later("id"), later("cidr"), later("arn")],
    });
    const report = aCheckReport({
      changes: [aJudgedChange({ change, risk: aRisk({ properties: { cidr: "critical" } }) })],
    });
    const text = renderTable(report, {});
    expect(text).toContain("    + cidr: (known after apply)\n    + known after apply: id, arn\n");
  });

  it("names a few reasons and says how many more there are", () => {
    const text = renderTable(aCheckReport({ decision: aDecision({ reasons: Array(500).fill("no") }) }), {});
    expect(text.match(/^ {2}- no$/gm)).toHaveLength(5);
    expect(text).toContain("… and 495 more reasons, all told below");
  });

  it("shows the gravest properties first when it cannot show all", () => {
    const properties = Array.from({ length: 40 }, (_, i) => ({
      path: [`p${i}`],
      before: 1,
      after: 2,
      sensitive: false,
      unknown: false,
    }));
    const report = aScanReport({
      findings: [
        aFinding({
          change: aRedactedChange({ properties }),
          risk: aRisk({ properties: { p39: "critical" } }),
        }),
      ],
    });
    const text = renderTable(report, {});
    expect(text.indexOf("p39")).toBeLessThan(text.indexOf("p0:"));
    expect(text).toContain("… and 28 more properties");
  });
});
