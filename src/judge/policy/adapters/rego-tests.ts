import { err, ok, type Problem, type Result } from "../../../base/index.ts";
import type { Program, RuleInfo } from "../../../engines/rego/index.ts";
import type { EvaluationBounds, PolicyDefinition, PolicyFile } from "../policy-engine.ts";
import type { PolicyTestCase } from "../test-policies.ts";
import { parametersOf } from "./parameters.ts";
import { compileModules, evaluationOptions } from "./rego.ts";

/** Rego rules named `test_…` pass when they are defined and not false; `todo_test_…` are skipped (as `opa test` does). */
const TEST = /^(todo_)?test_/;

export function runRegoTests(
  set: string,
  files: readonly PolicyFile[],
  policies: readonly PolicyDefinition[],
  version: 0 | 1,
  bounds: EvaluationBounds,
  holds: (name: string) => boolean,
): Result<readonly PolicyTestCase[], readonly Problem[]> {
  const compiled = compileModules(set, files, version, parametersOf(policies), "with tests");
  if (!compiled.ok) return err(compiled.error);
  const program = compiled.value;
  return ok(
    program.rules
      .filter((rule) => rule.arity === 0 && rule.kind !== "function" && TEST.test(nameOf(rule)))
      .filter((rule) => holds(rule.path.slice("data.".length)))
      .map((rule) => runTest(program, rule, bounds)),
  );
}

function nameOf(rule: RuleInfo): string {
  return rule.path.slice(rule.path.lastIndexOf(".") + 1);
}

function runTest(program: Program, rule: RuleInfo, bounds: EvaluationBounds): PolicyTestCase {
  const name = nameOf(rule);
  const place = rule.locations[0];
  const about = {
    package: rule.path.slice("data.".length, -name.length - 1),
    name,
    file: place?.file ?? "",
    line: place?.row ?? 0,
  };
  if (name.startsWith("todo_"))
    return { ...about, outcome: "skip", message: null, prints: [], milliseconds: 0 };
  const started = bounds.monotonic();
  const outcome = program.evaluate(rule.path, undefined, evaluationOptions(bounds));
  const milliseconds = bounds.monotonic() - started;
  if (!outcome.ok) {
    const message = outcome.error[0]?.message ?? "the test could not be evaluated";
    return { ...about, outcome: "error", message, prints: [], milliseconds };
  }
  const { value, suspended } = outcome.value;
  const prints = outcome.value.prints.map((line) => line.message);
  if (suspended !== undefined) {
    const message = `it calls \`${suspended.kind}\`, which is off`;
    return { ...about, outcome: "error", message, prints, milliseconds };
  }
  const passes = value !== undefined && value !== false;
  const message = passes ? null : value === undefined ? "the rule is undefined" : "the rule is false";
  return { ...about, outcome: passes ? "pass" : "fail", message, prints, milliseconds };
}
