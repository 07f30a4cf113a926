import { ruleLines, TEST_WIDTH } from "../trace/trace-text.ts";
import type { CaseResult } from "./run-case.ts";
import type { PolicyStatus, TestReport } from "./run-tests.ts";

const COLORS: Readonly<Record<PolicyStatus, string>> = {
  PASS: "\u001b[32m",
  FAIL: "\u001b[31m",
  ERROR: "\u001b[31m",
  "?": "\u001b[33m",
};

/** The published text form. Traces only for cases that do not pass, unless `verbose`. */
export function testText(
  report: TestReport,
  options: { readonly verbose: boolean; readonly color: boolean },
): string {
  const paint = (status: PolicyStatus): string =>
    options.color ? `${COLORS[status]}${status}\u001b[0m` : status;
  const lines: string[] = [];
  for (const policy of report.policies) {
    if (policy.status === "?") {
      lines.push(`${paint("?")} - ${policy.path} [no test files]`);
      continue;
    }
    lines.push(`${paint(policy.status)} - ${policy.path}`);
    for (const one of policy.cases) {
      lines.push(
        `  ${paint(one.status)} - ${one.path}`,
        ...caseLines(one, options.verbose || one.status !== "PASS"),
      );
    }
  }
  const tested = report.policies.filter((policy) => policy.status !== "?").length;
  lines.push(`${tested} tests completed in ${duration(report.durationMs)}`);
  return `${lines.join("\n")}\n`;
}

function caseLines(one: CaseResult, detailed: boolean): string[] {
  const lines: string[] = [];
  if (one.legacy) {
    lines.push(
      "legacy warning:",
      "  test case uses legacy config, please migrate it to an HCL configuration.",
    );
  }
  if (detailed) {
    lines.push(
      ...one.errors.map((error) => `Error: ${error}`),
      ...one.failed.map((failed) => failed.message),
      "",
    );
    if (one.prints.length > 0) {
      lines.push("logs:", ...one.prints.flatMap((print) => print.split("\n")).map((line) => `  ${line}`));
    }
    const rules = one.program === null ? [] : ruleLines(one.rules, one.program.compiled, TEST_WIDTH, true);
    lines.push("trace:", ...(rules.length === 0 ? ["no rules evaluated"] : rules).map((line) => `  ${line}`));
    // A trace ends with a blank line; the next case follows directly.
    while (lines[lines.length - 1]?.trim() === "") {
      lines.pop();
    }
  }
  return lines.map((line) => `    ${line}`.trimEnd());
}

/** As Go prints durations: `3.568391ms`, `1.5s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${trimmed(ms, 6)}ms` : `${trimmed(ms / 1000, 9)}s`;
}

function trimmed(n: number, digits: number): string {
  return String(Number(n.toFixed(digits)));
}
