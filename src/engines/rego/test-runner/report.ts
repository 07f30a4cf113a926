import type { ModuleSource } from "../api.ts";
import { errorsText, testErrorJson } from "../cli/error-output.ts";
import { type Json, jsonText, record } from "../cli/json.ts";
import { traceLines } from "../cli/trace-output.ts";
import type { SubResult, TestResult } from "./run-tests.ts";

const LINE = `${"-".repeat(80)}\n`;

/** The results as the opa tool's JSON. */
export function testsJson(results: readonly TestResult[], sources: readonly ModuleSource[]): string {
  return jsonText(results.map((result) => resultJson(result, sources)));
}

function resultJson(result: TestResult, sources: readonly ModuleSource[]): Json {
  const { test, outcome } = result;
  const errors = result.errors.map((error) => testErrorJson(error, sources, test.query));
  const output = result.prints.map((line) => `${line}\n`).join("");
  return record({
    location: record({ file: test.location.file, row: test.location.row, col: test.location.col }),
    package: test.package,
    name: test.name,
    error: outcome === "error" ? (result.duringCompile ? errors : errors[0]) : undefined,
    fail: outcome === "fail" ? true : undefined,
    skip: outcome === "skip" ? true : undefined,
    duration: result.durationNs,
    output: output === "" ? undefined : base64(output),
    sub_results: casesJson(result.cases),
  });
}

function casesJson(cases: readonly SubResult[]): Json | undefined {
  if (cases.length === 0) return undefined;
  return new Map(
    cases.map((found) => [
      found.name,
      record({
        name: found.name,
        fail: found.failed ? true : undefined,
        sub_results: casesJson(found.cases),
      }),
    ]),
  );
}

function base64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** The results for people: what did not pass, all of them when `verbose`, and the sums. */
export function testsText(results: readonly TestResult[], verbose: boolean): string {
  let out = "";
  for (const result of results) {
    if (result.outcome === "pass" && !verbose) continue;
    const { file, row } = result.test.location;
    out += `${file}:${row}:\n${headline(result)}\n`;
    out += casesText(result.cases, verbose, 1);
    if (result.duringCompile) out += `  ${errorsText(result.errors)}`;
    else for (const error of result.errors) out += `  ${error.text}\n`;
    if (result.prints.length > 0) out += `\n${indented(result.prints.join("\n"))}\n\n`;
  }
  const failures = results.filter(({ outcome }) => outcome === "fail");
  if (verbose && failures.length > 0) {
    out += `${LINE}FAILURES\n${LINE}`;
    for (const result of failures) out += `${headline(result)}\n\n${failureText(result)}\n`;
  }
  if (out !== "") out += LINE;
  const counted = results.flatMap(outcomesOf);
  for (const [word, outcome] of SUMS) {
    const count = counted.filter((found) => found === outcome).length;
    if (count > 0) out += `${word}: ${count}/${counted.length}\n`;
  }
  return out;
}

/** What led to the failed expressions, and the cases that failed. */
function failureText(result: TestResult): string {
  // The query of a test is the runner's own.
  const trace = traceLines(result.trace, "fails").filter((line) => !line.startsWith("query:"));
  const cases = casesText(result.cases, false, 1);
  const lines = trace.map((line) => `  ${line}\n`).join("");
  return lines + (lines !== "" && cases !== "" ? "\n" : "") + cases;
}

/** A test with cases counts as its cases. */
function outcomesOf(result: TestResult): readonly TestResult["outcome"][] {
  const leaves = (cases: readonly SubResult[]): readonly TestResult["outcome"][] =>
    cases.flatMap((found) =>
      found.cases.length > 0 ? leaves(found.cases) : [found.failed ? "fail" : "pass"],
    );
  return result.cases.length > 0 ? leaves(result.cases) : [result.outcome];
}

const SUMS = [
  ["PASS", "pass"],
  ["FAIL", "fail"],
  ["SKIPPED", "skip"],
  ["ERROR", "error"],
] as const;

const WORDS = { pass: "PASS", fail: "FAIL", error: "ERROR", skip: "SKIPPED" } as const;

export function fullName(result: TestResult): string {
  return `${result.test.package}.${result.test.name}`;
}

export function headline(result: TestResult): string {
  const time = result.outcome === "skip" ? "" : ` (${goDuration(result.durationNs)})`;
  return `${fullName(result)}: ${WORDS[result.outcome]}${time}`;
}

function casesText(cases: readonly SubResult[], all: boolean, depth: number): string {
  return cases
    .filter((found) => all || found.failed)
    .map((found) => {
      const line = `${"  ".repeat(depth)}${found.name}: ${found.failed ? "FAIL" : "PASS"}\n`;
      return line + casesText(found.cases, all, depth + 1);
    })
    .join("");
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
}

/** A duration as Go prints it: `412.058µs`, `7.471236ms`, `1.5s`. */
export function goDuration(ns: number): string {
  if (ns < 1_000) return `${ns}ns`;
  if (ns < 1_000_000) return `${ns / 1_000}µs`;
  return ns < 1_000_000_000 ? `${ns / 1_000_000}ms` : `${ns / 1_000_000_000}s`;
}

/** JUnit's XML, one suite for each package. */
export function testsJunit(results: readonly TestResult[]): string {
  const packages = [...new Set(results.map(({ test }) => test.package))];
  const suites = packages.map((name) => {
    const own = results.filter(({ test }) => test.package === name);
    const count = (outcome: TestResult["outcome"]): number => own.filter((r) => r.outcome === outcome).length;
    const seconds = own.reduce((sum, r) => sum + r.durationNs, 0) / 1e9;
    const head = `  <testsuite name="${xml(name)}" tests="${own.length}" failures="${count("fail")}" errors="${count("error")}" skipped="${count("skip")}" time="${seconds.toFixed(6)}">\n`;
    return `${head}${own.map(junitCase).join("")}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function junitCase(result: TestResult): string {
  const { test } = result;
  const open = `    <testcase classname="${xml(test.package)}" name="${xml(test.name)}" file="${xml(test.location.file)}" line="${test.location.row}" time="${(result.durationNs / 1e9).toFixed(6)}"`;
  const parts: string[] = [];
  if (result.outcome === "skip") parts.push("      <skipped/>\n");
  if (result.outcome === "fail") {
    const cases = casesText(result.cases, false, 0).trim();
    parts.push(`      <failure message="${xml(cases === "" ? "the test does not hold" : cases)}"/>\n`);
  }
  for (const error of result.outcome === "error" ? result.errors : [])
    parts.push(`      <error message="${xml(error.text)}"/>\n`);
  if (result.prints.length > 0)
    parts.push(`      <system-out>${xml(result.prints.join("\n"))}</system-out>\n`);
  return parts.length === 0 ? `${open}/>\n` : `${open}>\n${parts.join("")}    </testcase>\n`;
}

function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/\n/g, "&#10;");
}
