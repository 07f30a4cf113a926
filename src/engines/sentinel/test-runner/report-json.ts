import { traceJson } from "../trace/trace-json.ts";
import type { Json } from "../values/json.ts";
import { jsonText } from "../values/json.ts";
import type { CaseResult } from "./run-case.ts";
import type { TestReport } from "./run-tests.ts";

const LEGACY = "test case uses legacy config, please migrate it to an HCL configuration.";

/** The published JSON form; durations in milliseconds, empty lists of errors null. */
export function testJson(report: TestReport): string {
  const policies = Object.create(null) as { [key: string]: Json };
  for (const policy of report.policies) {
    const cases = Object.create(null) as { [key: string]: Json };
    for (const one of policy.cases) {
      cases[one.path] = caseJson(one);
    }
    policies[policy.path] = {
      path: policy.path,
      status: policy.status,
      errors: null,
      duration: policy.durationMs,
      cases: policy.cases.length === 0 ? null : cases,
    };
  }
  return `${jsonText({ policies, duration: report.durationMs }, "  ")}\n`;
}

function caseJson(one: CaseResult): Json {
  const result =
    one.evaluation === null
      ? null
      : one.evaluation.status === "undefined"
        ? null
        : one.evaluation.status === "pass";
  const detail = Object.create(null) as { [key: string]: Json };
  for (const failed of one.failed) {
    detail[failed.rule] = failed.message;
  }
  return {
    path: one.path,
    status: one.status,
    errors: one.errors.length === 0 ? null : [...one.errors],
    trace:
      one.program === null
        ? null
        : traceJson(one.program.compiled, one.rules, one.prints, result, one.errors[0] ?? null),
    rule_detail: one.failed.length === 0 ? null : detail,
    config_warnings: one.legacy ? [LEGACY] : null,
    config_legacy: one.legacy,
  };
}
