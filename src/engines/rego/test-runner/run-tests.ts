import type { CompileOptions, EvaluateOptions, ModuleSource, Program, TraceEvent } from "../api.ts";
import { CoverageTotal } from "../cli/coverage-output.ts";
import { compile } from "../compile.ts";
import { type Outcome, ok, type RegoError, regoError } from "../errors.ts";
import { isArray, isObject, jsonKey, lookup, type Value } from "../values/index.ts";
import { type FoundTest, findTests } from "./find-tests.ts";

/** A case of a test whose head has keys; cases may hold cases. */
export interface SubResult {
  readonly name: string;
  readonly failed: boolean;
  readonly cases: readonly SubResult[];
}

export interface TestResult {
  readonly test: FoundTest;
  readonly outcome: "pass" | "fail" | "error" | "skip";
  readonly errors: readonly RegoError[];
  /** Whether the error is one of the query's compilation, of which there may be many. */
  readonly duringCompile: boolean;
  readonly durationNs: number;
  readonly prints: readonly string[];
  readonly cases: readonly SubResult[];
  /** What was evaluated, where the evaluation's options ask for it. */
  readonly trace: readonly TraceEvent[];
}

export interface TestRun {
  readonly program: Program;
  readonly results: readonly TestResult[];
  readonly coverage: CoverageTotal;
}

export interface RunOptions {
  readonly compile: Omit<CompileOptions, "modules">;
  readonly modules: readonly ModuleSource[];
  readonly holds: (fullName: string) => boolean;
  /** Options of each evaluation, made anew so that each has its own deadline. */
  readonly evaluation: () => EvaluateOptions;
  readonly monotonic: () => number;
}

/** Runs the tests whose full name `holds`. Errors are those of compiling the modules. */
export function runTests(options: RunOptions): Outcome<TestRun, RegoError[]> {
  const found = findTests(options.modules);
  if (!found.ok) return found;
  const tests = found.value.tests.filter((test) => options.holds(`${test.package}.${test.name}`));
  const compiled = compile({ ...options.compile, modules: found.value.modules });
  if (!compiled.ok) return compiled;
  const naming = namingProgram(options, found.value.modules, tests);
  const coverage = new CoverageTotal();
  const results = tests.map((test) => runTest(options, compiled.value, naming, test, coverage));
  return ok({ program: compiled.value, results, coverage });
}

/** The program that knows the names of cases; absent when no test has any, or when they cannot be told from the rule. */
function namingProgram(
  options: RunOptions,
  modules: readonly ModuleSource[],
  tests: readonly FoundTest[],
): Program | undefined {
  const extra = tests.flatMap((test) => (test.cases === undefined ? [] : [test.cases.module]));
  if (extra.length === 0) return undefined;
  const { strict: _, ...rest } = options.compile;
  const compiled = compile({ ...rest, modules: [...modules, ...extra] });
  return compiled.ok ? compiled.value : undefined;
}

function runTest(
  options: RunOptions,
  program: Program,
  naming: Program | undefined,
  test: FoundTest,
  coverage: CoverageTotal,
): TestResult {
  const empty = { test, errors: [], duringCompile: false, durationNs: 0, prints: [], cases: [], trace: [] };
  if (test.skipped) return { ...empty, outcome: "skip" };
  const started = options.monotonic();
  const answer = program.query(`${test.query} = value`, undefined, {
    ...options.evaluation(),
    rawValues: true,
  });
  const durationNs = Math.max(1, Math.round((options.monotonic() - started) * 1e6));
  if (!answer.ok) {
    const duringCompile = answer.error[0]?.stage !== "eval";
    return { ...empty, outcome: "error", errors: answer.error, duringCompile, durationNs };
  }
  const { results, prints, suspended } = answer.value;
  coverage.add(answer.value.coverage);
  const done = {
    ...empty,
    durationNs,
    prints: prints.map((line) => line.message),
    trace: answer.value.trace ?? [],
  };
  if (suspended !== undefined) {
    const message = `${suspended.kind}: the network is off in tests`;
    return {
      ...done,
      outcome: "error",
      errors: [regoError("eval", "eval_builtin_error", message, undefined)],
    };
  }
  const value = results[0]?.bindings["value"] as Value | undefined;
  if (test.cases === undefined) return { ...done, outcome: value === true ? "pass" : "fail" };
  const cases = subResults(value, naming === undefined ? [] : caseKeys(naming, test.cases.query, options));
  return { ...done, cases, outcome: cases.some((found) => found.failed) ? "fail" : "pass" };
}

function caseKeys(naming: Program, query: string, options: RunOptions): readonly (readonly Value[])[] {
  const answer = naming.query(`keys = [key | ${query}[key]]`, undefined, {
    ...options.evaluation(),
    rawValues: true,
  });
  const keys = answer.ok ? (answer.value.results[0]?.bindings["keys"] as Value | undefined) : undefined;
  return isArray(keys) ? keys.filter((key) => isArray(key)) : [];
}

interface Node {
  readonly children: Map<string, Node>;
  value: Value | undefined;
}

/** The tree of cases: those that have a value, and those that only their keys tell of. */
function subResults(value: Value | undefined, keys: readonly (readonly Value[])[]): readonly SubResult[] {
  const root: Node = { children: new Map(), value };
  const child = (node: Node, name: string, held: Value | undefined): Node => {
    let next = node.children.get(name);
    if (next === undefined) {
      next = { children: new Map(), value: held };
      node.children.set(name, next);
    }
    return next;
  };
  const grow = (node: Node): void => {
    if (node.value === undefined || !isObject(node.value)) return;
    for (const key of Object.keys(node.value))
      grow(child(node, key, (node.value as Record<string, Value>)[key]));
  };
  grow(root);
  for (const path of keys) {
    let node = root;
    for (const key of path) {
      const held = node.value === undefined || !isObject(node.value) ? undefined : lookup(node.value, key);
      node = child(node, jsonKey(key), held);
    }
  }
  return listed(root);
}

function listed(node: Node): readonly SubResult[] {
  return [...node.children]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => {
      const cases = listed(inner);
      const failed = cases.length > 0 ? cases.some((found) => found.failed) : inner.value !== true;
      return { name, failed, cases };
    });
}
