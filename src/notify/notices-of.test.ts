import { expect, it } from "vitest";
import type { Finding, ScanReport } from "../domain/index.ts";
import { aFinding } from "../testing/index.ts";
import { noticesOf } from "./notices-of.ts";

const TIME = "2026-11-24T12:00:00.000Z";
const environment: ScanReport["environment"] = {
  workspace: "prod-edge",
  labels: { env: "prod" },
  account: null,
};

function told(findings: readonly Finding[], gone: readonly Finding[] = []) {
  let made = 0;
  return noticesOf({ time: TIME, environment, findings, gone }, () => `ntf_${++made}`);
}

/** delta, status, triage → what people hear of it. */
const CASES: readonly (readonly [
  delta: Finding["delta"],
  status: Finding["status"],
  triage: Finding["triage"],
  kind: string | null,
])[] = [
  ["new", "open", "remediate", "finding.violation"],
  ["changed", "open", "remediate", "finding.violation"],
  ["unchanged", "open", "remediate", null],
  ["new", "open", "review", "finding.review"],
  ["changed", "open", "review", "finding.review"],
  ["unchanged", "open", "review", null],
  ["new", "open", "known_and_allowed", null],
  ["changed", "open", "known_and_allowed", "finding.settled"],
  ["new", "accepted", "remediate", null],
  ["changed", "accepted", "remediate", "finding.settled"],
];

it.each(CASES)("%s, %s, %s: %s", (delta, status, triage, kind) => {
  const notices = told([aFinding({ delta, status, triage })]);
  expect(notices.map((notice) => notice.kind)).toEqual(kind === null ? [] : [kind]);
  for (const notice of notices) expect(notice.state).toBe(kind === "finding.settled" ? "ended" : "open");
});

it("tells of what is gone, but not of what was known and allowed", () => {
  const gone = [aFinding({ triage: "remediate" }), aFinding({ triage: "known_and_allowed" })];
  expect(told([], gone)).toMatchObject([
    { kind: "finding.gone", state: "ended", severity: "info", due: null },
  ]);
});

it.each([
  ["critical", "critical"],
  ["high", "error"],
  ["medium", "warning"],
  ["low", "info"],
] as const)("says %s as %s", (riskClass, severity) => {
  const finding = aFinding({ delta: "new", status: "open", triage: "remediate" });
  const risk = { ...finding.risk, class: riskClass };
  expect(told([{ ...finding, risk }])).toMatchObject([{ severity, class: riskClass, subject: finding.id }]);
});

it("shows no secret, and few properties", () => {
  const finding = aFinding({ delta: "new", status: "open", triage: "remediate" });
  const [first] = finding.change.properties;
  if (first === undefined) throw new Error("no property");
  const properties = Array.from({ length: 8 }, (_, index) => ({
    ...first,
    path: ["password", index],
    before: "canary-before",
    after: "canary-after",
    sensitive: true,
  }));
  const [notice] = told([{ ...finding, change: { ...finding.change, properties } }]);
  expect(JSON.stringify(notice)).not.toContain("canary");
  expect(notice?.facts.filter(({ value }) => value === "(secret)")).toHaveLength(5);
  expect(notice?.facts.at(-1)).toEqual({ name: "and", value: "3 more properties" });
});
