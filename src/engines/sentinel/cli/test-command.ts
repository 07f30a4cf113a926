import type { SentinelHost } from "../host/host.ts";
import { regexTest } from "../imports/regex.ts";
import { coverageOf, coverageText } from "../test-runner/coverage.ts";
import { findTests } from "../test-runner/find-tests.ts";
import { testJson } from "../test-runner/report-json.ts";
import { testJunit } from "../test-runner/report-junit.ts";
import { testText } from "../test-runner/report-text.ts";
import type { TestOptions, TestReport } from "../test-runner/run-tests.ts";
import { DEFAULT_TIMEOUT_MS, runTests } from "../test-runner/run-tests.ts";
import type { CommandResult } from "./flags.ts";
import { parseDuration, parseFlags, usageError } from "./flags.ts";

const FLAGS = {
  run: "text",
  verbose: "bool",
  json: "bool",
  junit: "bool",
  coverage: "bool",
  color: "bool",
  maxConcurrency: "text",
  timeout: "text",
  summary: "bool",
} as const;

/**
 * `sentinel test [flags] [FILE|DIR…]`. `isTerminal` says whether standard output is one: elsewhere a closing line
 * `N passed, N failed` is always written, to standard error where standard output holds a machine format.
 */
export function testCommand(args: readonly string[], host: SentinelHost, isTerminal: boolean): CommandResult {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) {
    return usageError(flags.error, 9);
  }
  const { bool, text, enabled, rest } = flags.value;
  const timeoutMs = text("timeout") === null ? DEFAULT_TIMEOUT_MS : parseDuration(text("timeout") as string);
  if (timeoutMs === null) {
    return usageError("`-timeout` takes a duration such as `5m`", 9);
  }
  // A bound that one case at a time always keeps: a thousand cases take three seconds, less than starting threads is worth.
  if (text("maxConcurrency") !== null && !/^0*[1-9]\d*$/.test(text("maxConcurrency") as string)) {
    return usageError("`-maxConcurrency` takes how many cases may run at once, 1 or more", 9);
  }
  const found = findTests(host, rest);
  if ("missing" in found) {
    return usageError(`\`${found.missing}\` is neither a policy nor a folder`, 9);
  }
  const only = caseFilter(text("run"));
  if (typeof only === "string") {
    return usageError(only, 9);
  }
  const options: TestOptions = { timeoutMs, coverage: bool("coverage"), ...(only === null ? {} : { only }) };
  const report = runTests(found.policies, host, options);
  return render(report, {
    machine: bool("json") ? "json" : bool("junit") ? "junit" : null,
    coverage: bool("coverage"),
    verbose: bool("verbose"),
    color: isTerminal && enabled("color"),
    summary: bool("summary") || !isTerminal,
  });
}

interface RenderOptions {
  readonly machine: "json" | "junit" | null;
  readonly coverage: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
  readonly summary: boolean;
}

function render(report: TestReport, options: RenderOptions): CommandResult {
  const summary = options.summary ? `${report.passed} passed, ${report.failed} failed\n` : "";
  const coverage = options.coverage ? coverageText(coverageOf(report)) : "";
  const exitCode = report.failed === 0 ? 0 : 1;
  if (options.machine !== null) {
    const stdout = options.machine === "json" ? testJson(report) : testJunit(report);
    return { stdout, stderr: coverage + summary, exitCode };
  }
  return { stdout: testText(report, options) + coverage + summary, stderr: "", exitCode };
}

/** A filter for `policy/case`; a message when the expression is not valid. */
function caseFilter(pattern: string | null): ((name: string) => boolean) | null | string {
  if (pattern === null) {
    return null;
  }
  return regexTest(pattern) ?? `\`-run\` takes a regular expression, not \`${pattern}\``;
}
