import type { CaseResult } from "./run-case.ts";
import type { TestReport } from "./run-tests.ts";

/** JUnit XML: a suite for each policy, a test case for each case. ERROR is an `error`, FAIL a `failure`. */
export function testJunit(report: TestReport): string {
  const suites = report.policies.map((policy) => {
    const failures = policy.cases.filter((one) => one.status === "FAIL").length;
    const errors = policy.cases.filter((one) => one.status === "ERROR").length;
    return [
      `  <testsuite name="${escapeXml(policy.path)}" tests="${policy.cases.length}" failures="${failures}" errors="${errors}" time="${seconds(policy.durationMs)}">`,
      ...policy.cases.map((one) => caseXml(one, policy.path)),
      "  </testsuite>",
    ].join("\n");
  });
  const total = report.passed + report.failed;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sentinel test" tests="${total}" time="${seconds(report.durationMs)}">`,
    ...suites,
    "</testsuites>",
    "",
  ].join("\n");
}

function caseXml(one: CaseResult, policy: string): string {
  const head = `    <testcase name="${escapeXml(one.path)}" classname="${escapeXml(policy)}" time="${seconds(one.durationMs)}"`;
  if (one.status === "PASS") {
    return `${head}/>`;
  }
  const tag = one.status === "FAIL" ? "failure" : "error";
  const text = [...one.errors, ...one.failed.map((failed) => failed.message)].join("\n");
  return `${head}>\n      <${tag} message="${escapeXml(text)}"/>\n    </testcase>`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Control characters have no place in XML 1.0. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;");
}
