import type { Program } from "../api.ts";
import { Regex } from "../builtins/regex/regex.ts";
import { load } from "../bundle/index.ts";
import { fail, type Outcome, ok } from "../errors.ts";
import { fullName, headline, testsJson, testsJunit, testsText } from "../test-runner/report.ts";
import { runTests, type TestResult, type TestRun } from "../test-runner/run-tests.ts";
import { errorsText, messagesText } from "./error-output.ts";
import { evaluationOptions } from "./eval.ts";
import { type FlagSpecs, type Flags, parseFlags } from "./flags.ts";
import { type CommandOutput, misused, type RegoHost, said } from "./host.ts";
import { compilerOptions, readVerification, VERIFICATION_FLAGS, versionOf } from "./inputs.ts";
import { jsonText } from "./json.ts";
import { histogram, type Measured, measure } from "./measure.ts";

const FLAGS = {
  ...VERIFICATION_FLAGS,
  bench: { kind: "bool" },
  benchmem: { kind: "bool", ignored: true },
  bundle: { kind: "bool", short: "b" },
  capabilities: { kind: "string" },
  count: { kind: "whole" },
  coverage: { kind: "bool", short: "c" },
  "exit-zero-on-skipped": { kind: "bool", short: "z" },
  explain: { kind: "string", oneOf: ["fails", "full", "notes", "debug"], ignored: true },
  "fail-on-empty": { kind: "bool" },
  format: { kind: "string", short: "f", oneOf: ["pretty", "json", "gobench", "junit"] },
  ignore: { kind: "list" },
  "max-errors": { kind: "whole", short: "m" },
  parallel: { kind: "whole", short: "p", ignored: true },
  run: { kind: "string", short: "r" },
  schema: { kind: "string", short: "s" },
  sort: { kind: "string", oneOf: ["none", "duration"] },
  threshold: { kind: "float" },
  timeout: { kind: "duration" },
  "v0-compatible": { kind: "bool" },
  verbose: { kind: "bool", short: "v" },
  watch: { kind: "bool", short: "w" },
} as const satisfies FlagSpecs;

const USAGE =
  "test <path> [path [...]] [-v] [--run PATTERN] [--coverage] [--threshold N] [--format pretty|json|junit] [--watch]";

/** One test takes five seconds at most, as in the opa tool. */
const TIMEOUT_MS = 5_000;

/** `test`: exit 0 when all pass, 1 when nothing could run, 2 when a test failed or was skipped, or coverage is low. */
export function testCommand(args: readonly string[], host: RegoHost): CommandOutput {
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) return misused(flags.error, USAGE);
  const f = flags.value;
  if (f.positional.length === 0) return misused("specify at least one file", USAGE);
  const output = runOnce(f, host);
  // Data may be led by a path below `data` and a colon.
  return f.is("watch")
    ? { ...output, watch: f.positional.map((path) => path.replace(/^[^/]*:/, "")) }
    : output;
}

function runOnce(f: Flags, host: RegoHost): CommandOutput {
  const paths = f.positional;
  const pattern = runPattern(f.text("run"));
  if (!pattern.ok) return said("", 1, `${pattern.error}\n`);
  const bundle = f.is("bundle");
  const verification = readVerification(host, f);
  if (!verification.ok) return said("", 1, messagesText([verification.error]));
  const loaded = load(host, {
    ...verification.value,
    data: bundle ? [] : paths,
    bundles: bundle ? paths : [],
    ignore: f.list("ignore"),
    version: versionOf(f),
  });
  if (!loaded.ok) return said("", 1, messagesText(loaded.error, " during loading"));
  const options = compilerOptions(host, f);
  if (!options.ok) return said("", 1, messagesText([options.error]));
  const withCoverage = f.is("coverage") || f.number("threshold") !== undefined;
  const run = runTests({
    compile: { ...options.value, data: loaded.value.data },
    modules: loaded.value.modules,
    holds: pattern.value,
    evaluation: () => ({
      ...evaluationOptions(f, host),
      monotonicMs: () => host.monotonic(),
      deadlineMs: host.monotonic() + (f.number("timeout") || TIMEOUT_MS),
      coverage: withCoverage,
      trace: f.is("verbose"),
    }),
    monotonic: () => host.monotonic(),
  });
  if (!run.ok) {
    const during = run.error[0]?.stage === "parse" ? " during loading" : "";
    return said("", 1, errorsText(run.error, during));
  }
  if (run.value.results.length === 0 && f.is("fail-on-empty")) return said("", 1, "no tests were run\n");
  return withCoverage
    ? coverageReport(f, run.value)
    : said(report(f, host, run.value, loaded.value.modules), exitCode(f, run.value.results));
}

function runPattern(pattern: string | undefined): Outcome<(name: string) => boolean, string> {
  if (pattern === undefined || pattern === "") return ok(() => true);
  try {
    const regex = new Regex(pattern);
    return ok((name) => regex.test(name));
  } catch (thrown) {
    return fail(thrown instanceof Error ? thrown.message : `\`${pattern}\` is no regular expression`);
  }
}

function exitCode(flags: Flags, results: readonly TestResult[]): number {
  const bad = results.some(({ outcome }) => outcome === "fail" || outcome === "error");
  const skipped = results.some(({ outcome }) => outcome === "skip");
  return bad || (skipped && !flags.is("exit-zero-on-skipped")) ? 2 : 0;
}

function report(
  flags: Flags,
  host: RegoHost,
  run: TestRun,
  modules: Parameters<typeof testsJson>[1],
): string {
  if (flags.is("bench")) return benchReport(flags, host, run);
  const sorted =
    flags.text("sort") === "duration"
      ? [...run.results].sort((a, b) => b.durationNs - a.durationNs)
      : run.results;
  switch (flags.text("format")) {
    case "json":
      return testsJson(sorted, modules);
    case "junit":
      return testsJunit(sorted);
    default:
      return testsText(run.results, flags.is("verbose"));
  }
}

/** The first test that does not pass ends the report; then the coverage, which is the report itself. */
function coverageReport(flags: Flags, run: TestRun): CommandOutput {
  const first = run.results.find(({ outcome }) => outcome === "fail" || outcome === "error");
  if (first?.outcome === "error") {
    const text = first.duringCompile
      ? errorsText(first.errors)
      : `${first.errors.map((e) => e.text).join("\n")}\n`;
    return said("", 1, text);
  }
  if (first !== undefined) return said(testsText([first], flags.is("verbose")), 1, `${headline(first)}\n\n`);
  const threshold = flags.number("threshold");
  if (threshold !== undefined && run.coverage.percent < threshold) {
    const figures = `got ${run.coverage.percent.toFixed(2)} instead of ${threshold.toFixed(2)}`;
    return said("", 2, `Code coverage threshold not met: ${figures}\n`);
  }
  return said(jsonText(run.coverage.json()));
}

function benchReport(flags: Flags, host: RegoHost, run: TestRun): string {
  const passed = run.results.filter(({ outcome }) => outcome === "pass");
  const rest = run.results.filter(({ outcome }) => outcome !== "pass");
  const lines = passed.map((result) => {
    const measured = benchmark(host, run.program, result, flags);
    const name = flags.text("format") === "gobench" ? goName(fullName(result)) : fullName(result);
    const perRun = Math.round(measured.totalNs / measured.runs);
    const timer = histogram(measured).get("histogram_timer_rego_query_eval_ns_mean") ?? 0;
    return `${name}\t${String(measured.runs).padStart(8)}\t${String(perRun).padStart(10)} ns/op\t${Math.round(timer)} timer_rego_query_eval_ns/op\n`;
  });
  const sums = testsText(run.results, false);
  return lines.join("") + (rest.length === 0 && lines.length > 0 ? `${"-".repeat(80)}\n` : "") + sums;
}

function benchmark(host: RegoHost, program: Program, result: TestResult, flags: Flags): Measured {
  const query = `${result.test.query} = value`;
  const options = evaluationOptions(flags, host);
  return measure(host, () => void program.query(query, undefined, options));
}

/** `data.a_test.test_x` as a benchmark's name of Go: `BenchmarkDataATestTestX`. */
function goName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return `Benchmark${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
}
