import type { SentinelConfig } from "../config/config.ts";
import { readConfig } from "../config/config.ts";
import { directoryOf } from "../config/paths.ts";
import type { ProgramCache } from "../config/resolve-imports.ts";
import { readProgram, resolveImports } from "../config/resolve-imports.ts";
import type { SentinelError } from "../errors.ts";
import type { EvaluateOptions, Evaluation, FailedEvaluation, RuleResult } from "../evaluator/evaluate.ts";
import { Meter } from "../evaluator/meter.ts";
import { evaluateWithHost } from "../host/evaluate-with-host.ts";
import type { SentinelHost } from "../host/host.ts";
import type { Program } from "../program.ts";
import type { Result } from "../result.ts";
import { equal } from "../values/equal.ts";
import { fromJson } from "../values/json.ts";
import { printForm } from "../values/text.ts";
import type { Value } from "../values/value.ts";

export type CaseStatus = "PASS" | "FAIL" | "ERROR";

export interface FailedRule {
  readonly rule: string;
  readonly message: string;
}

export interface CaseResult {
  readonly path: string;
  readonly status: CaseStatus;
  readonly errors: readonly string[];
  /** Failed assertions of the `test` block. */
  readonly failed: readonly FailedRule[];
  readonly rules: readonly RuleResult[];
  readonly prints: readonly string[];
  readonly legacy: boolean;
  readonly program: Program | null;
  readonly evaluation: Evaluation | null;
  readonly durationMs: number;
}

export interface RunContext {
  readonly host: SentinelHost;
  readonly cache: ProgramCache;
  readonly coverage: boolean;
  /** Milliseconds that one case may take. */
  readonly timeoutMs: number;
}

/** Runs one case of a policy. A bad file or a runtime error is ERROR, whatever the case expects. */
export function runCase(policyPath: string, casePath: string, context: RunContext): CaseResult {
  const started = context.host.monotonicMs();
  const result = run(policyPath, casePath, context);
  return { ...result, path: casePath, durationMs: context.host.monotonicMs() - started };
}

type Outcome = Omit<CaseResult, "path" | "durationMs">;

function broken(errors: readonly SentinelError[], legacy: boolean): Outcome {
  const texts = errors.map((error) => error.text);
  return {
    status: "ERROR",
    errors: texts,
    failed: [],
    rules: [],
    prints: [],
    legacy,
    program: null,
    evaluation: null,
  };
}

function run(policyPath: string, casePath: string, context: RunContext): Outcome {
  const { host, cache } = context;
  const text = host.readFile(casePath);
  if (text === null) {
    return broken(
      [
        {
          code: "sentinel_config_error",
          message: "",
          place: null,
          text: `the file \`${casePath}\` cannot be read`,
        },
      ],
      false,
    );
  }
  const config = readConfig({ name: casePath, text });
  if (!config.ok) {
    return broken([config.error], casePath.endsWith(".json"));
  }
  const { legacy } = config.value;
  const compileOptions = { coverage: context.coverage };
  const program = readProgram(policyPath, { host, base: "", cache, compileOptions });
  if (!program.ok) {
    return broken(program.error, legacy);
  }
  const imports = resolveImports(config.value, { host, base: directoryOf(casePath), cache, compileOptions });
  if (!imports.ok) {
    return broken([imports.error], legacy);
  }
  const options: EvaluateOptions = {
    imports: imports.value.sources,
    importConfig: imports.value.config,
    params: config.value.params,
    globals: config.value.globals,
    nowNs: host.nowNs(),
    limits: { monotonicMs: host.monotonicMs, deadlineMs: host.monotonicMs() + context.timeoutMs },
  };
  return judge(program.value, config.value, evaluateWithHost(program.value, options, host));
}

function judge(
  program: Program,
  config: SentinelConfig,
  evaluated: Result<Evaluation, FailedEvaluation>,
): Outcome {
  const { legacy } = config;
  if (!evaluated.ok) {
    const { error, rules, prints } = evaluated.error;
    return {
      status: "ERROR",
      errors: [error.text],
      failed: [],
      rules,
      prints,
      legacy,
      program,
      evaluation: null,
    };
  }
  const evaluation = evaluated.value;
  const failed = failedRules(config, evaluation);
  const { rules, prints } = evaluation;
  return {
    status: failed.length === 0 ? "PASS" : "FAIL",
    errors: [],
    failed,
    rules,
    prints,
    legacy,
    program,
    evaluation,
  };
}

function failedRules(config: SentinelConfig, evaluation: Evaluation): FailedRule[] {
  const expected = Object.entries(config.test?.rules ?? {});
  if (expected.length === 0) {
    // Without listed rules the policy must pass; for an empty `test` block that is undetermined.
    return evaluation.status === "pass"
      ? []
      : [{ rule: "main", message: unexpected("main", true, evaluation.main) }];
  }
  const values = new Map(evaluation.rules.map((rule) => [rule.name, rule.value]));
  values.set("main", evaluation.main);
  const failed: FailedRule[] = [];
  for (const [rule, json] of expected) {
    const wanted = fromJson(json);
    const value = values.get(rule);
    if (value === undefined) {
      failed.push({
        rule,
        message: `expected "${rule}" to be ${shown(wanted)}, but the rule was not evaluated`,
      });
    } else if (equal(value, wanted, new Meter()) !== true) {
      failed.push({ rule, message: unexpected(rule, wanted, value) });
    }
  }
  return failed;
}

function unexpected(rule: string, wanted: Value, got: Value): string {
  return `expected "${rule}" to be ${shown(wanted)}, got: ${shown(got)}`;
}

function shown(value: Value): string {
  return typeof value === "string"
    ? JSON.stringify(printForm(value, new Meter()))
    : printForm(value, new Meter());
}
