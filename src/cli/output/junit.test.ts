import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { problem } from "../../base/index.ts";
import {
  aCheckReport,
  aDecision,
  aHostileChange,
  aHostileFinding,
  aJudgedChange,
  aPlannedChange,
  aPolicyRef,
  aReviewVerdict,
  aScanReport,
  aVerdict,
  aViolation,
  HOSTILE_TEXTS,
} from "../../testing/index.ts";
import type { ChangeReport } from "./items.ts";
import { renderJunit } from "./junit.ts";

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly parent: string | null;
}

/** Parses strictly: anything that is not well-formed XML 1.0 throws. */
function parsed(report: ChangeReport): { readonly elements: readonly Element[]; readonly text: string } {
  const parser = new SaxesParser();
  const elements: Element[] = [];
  const open: string[] = [];
  let text = "";
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    elements.push({ name: tag.name, attributes: { ...tag.attributes }, parent: open.at(-1) ?? null });
    open.push(tag.name);
  });
  parser.on("closetag", () => void open.pop());
  parser.on("text", (part) => {
    text += part;
  });
  parser.write(renderJunit(report)).close();
  return { elements, text };
}

function count(report: ChangeReport): Record<string, string | undefined> {
  const { elements } = parsed(report);
  const suite = elements.find((e) => e.name === "testsuite")?.attributes ?? {};
  for (const [attribute, name] of [
    ["tests", "testcase"],
    ["failures", "failure"],
    ["errors", "error"],
    ["skipped", "skipped"],
  ] as const) {
    expect(suite[attribute]).toBe(String(elements.filter((e) => e.name === name).length));
  }
  const { tests, failures, errors, skipped } = suite;
  return { tests, failures, errors, skipped };
}

describe("renderJunit", () => {
  it.each<[string, ChangeReport]>([
    [
      "scan",
      aScanReport({
        problems: [problem("x_y", "it broke")],
        gaps: [{ source: "tofu", subject: "a.b", code: "unreadable", message: "no" }],
      }),
    ],
    ["check", aCheckReport({ planViolations: [aViolation({ planLevel: true })] })],
  ])("writes a %s as agreed", async (name, report) => {
    parsed(report);
    await expect(renderJunit(report)).toMatchFileSnapshot(`fixtures/junit-${name}.xml`);
  });

  it("counts what it holds", () => {
    expect(count(aScanReport())).toEqual({ tests: "3", failures: "2", errors: "0", skipped: "0" });
    expect(count(aCheckReport({ planViolations: [aViolation()] }))).toMatchObject({
      tests: "4",
      failures: "3",
    });
    expect(count(aScanReport({ findings: [] }))).toMatchObject({ tests: "0" });
    expect(count(aScanReport({ findings: [], problems: [problem("x", "y")] }))).toMatchObject({
      errors: "1",
    });
  });

  it("skips, and does not fail, what the decision lets through", () => {
    const decision = aDecision({ kind: "allow", action: "warn" });
    expect(count(aCheckReport({ decision }))).toEqual({
      tests: "3",
      failures: "0",
      errors: "0",
      skipped: "2",
    });
  });

  it("tells a policy that could not be evaluated from one that failed", () => {
    const erroring = [{ policy: aPolicyRef(), message: "timeout" }];
    const changes = [
      aJudgedChange({ verdict: aReviewVerdict({ row: 2, erroring }) }),
      aJudgedChange({ verdict: aVerdict({ erroring }) }),
    ];
    expect(count(aCheckReport({ changes }))).toMatchObject({ failures: "1", errors: "1" });
  });

  it.each([...HOSTILE_TEXTS, ["characters that XML forbids", "a\u0001b\ufffe\uffffc\ud800"] as const])(
    "stays well-formed, with nothing forged, with: %s",
    (_name, text) => {
      const reports: ChangeReport[] = [
        aScanReport({
          findings: [aHostileFinding(text)],
          problems: [problem("x", text)],
          gaps: [{ source: text, subject: text, code: text, message: text }],
        }),
        aCheckReport({
          changes: [aHostileChange(text)],
          planViolations: [aViolation({ message: text, rule: text })],
        }),
      ];
      for (const report of reports) {
        const { elements } = parsed(report);
        const known = ["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"];
        for (const element of elements) expect(known).toContain(element.name);
        expect(renderJunit(report)).not.toMatch(/##(\[|vso\[|teamcity\[)|^\s*::/im);
      }
    },
  );

  it("keeps a huge value short", () => {
    const property = {
      path: ["a"],
      before: "x".repeat(2_000_000),
      after: null,
      sensitive: false,
      unknown: false,
    };
    const report = aCheckReport({
      changes: [aJudgedChange({ change: aPlannedChange({ properties: [property] }) })],
    });
    expect(renderJunit(report).length).toBeLessThan(5_000);
  });
});
