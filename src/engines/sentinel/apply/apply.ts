import { parseValue } from "../cli/flags.ts";
import type { SentinelConfig, Values } from "../config/config.ts";
import type { ProgramCache } from "../config/resolve-imports.ts";
import { readProgram, resolveImports } from "../config/resolve-imports.ts";
import type { SentinelError } from "../errors.ts";
import type { EvaluateOptions, Evaluation, RuleResult } from "../evaluator/evaluate.ts";
import { evaluateWithHost } from "../host/evaluate-with-host.ts";
import type { SentinelHost } from "../host/host.ts";
import type { Program } from "../program.ts";
import type { PolicyToApply } from "./load-policies.ts";

export type ApplyStatus = "pass" | "fail" | "undefined" | "error";

export interface PolicyOutcome {
  readonly policy: PolicyToApply;
  readonly path: string;
  readonly status: ApplyStatus;
  readonly error: SentinelError | null;
  readonly program: Program | null;
  readonly evaluation: Evaluation | null;
  readonly rules: readonly RuleResult[];
  readonly prints: readonly string[];
  readonly durationMs: number;
}

export interface ApplyInputs {
  readonly params: Readonly<Record<string, unknown>>;
  readonly globals: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

/**
 * Applies policies in order. A failure of a mandatory policy ends the set unless the feature `apply-all` is on; an
 * advisory one never does.
 */
export function applyPolicies(
  policies: readonly PolicyToApply[],
  config: SentinelConfig,
  host: SentinelHost,
  inputs: ApplyInputs,
): PolicyOutcome[] {
  const cache: ProgramCache = new Map();
  const outcomes: PolicyOutcome[] = [];
  for (const policy of policies) {
    const started = host.monotonicMs();
    const outcome = applyOne(policy, config, host, inputs, cache);
    outcomes.push({ ...outcome, policy, durationMs: host.monotonicMs() - started });
    if (outcome.status !== "pass" && policy.level !== "advisory" && config.features["apply-all"] !== true) {
      break;
    }
  }
  return outcomes;
}

type Outcome = Omit<PolicyOutcome, "policy" | "durationMs">;

function applyOne(
  policy: PolicyToApply,
  config: SentinelConfig,
  host: SentinelHost,
  inputs: ApplyInputs,
  cache: ProgramCache,
): Outcome {
  const context = { host, base: "", cache, compileOptions: {} };
  const broken = (error: SentinelError, program: Program | null = null): Outcome => ({
    path: program?.file.name ?? policy.source,
    status: "error",
    error,
    program,
    evaluation: null,
    rules: [],
    prints: [],
  });
  const compiled = readProgram(policy.source, context);
  if (!compiled.ok) {
    return broken(compiled.error[0] as SentinelError);
  }
  const program = compiled.value;
  const imports = resolveImports(config, context);
  if (!imports.ok) {
    return broken(imports.error, program);
  }
  const options: EvaluateOptions = {
    imports: imports.value.sources,
    importConfig: imports.value.config,
    params: paramsOf(program, config.params, policy.params, host, inputs.params),
    globals: { ...config.globals, ...inputs.globals },
    nowNs: host.nowNs(),
    limits: { monotonicMs: host.monotonicMs, deadlineMs: host.monotonicMs() + inputs.timeoutMs },
  };
  const evaluated = evaluateWithHost(program, options, host);
  const path = program.file.name;
  if (!evaluated.ok) {
    const { error, rules, prints } = evaluated.error;
    return { path, status: "error", error, program, evaluation: null, rules, prints };
  }
  const { status, rules, prints } = evaluated.value;
  return { path, status, error: null, program, evaluation: evaluated.value, rules, prints };
}

/** Environment, then configuration, then the policy's own, then the command line; the last given wins. */
function paramsOf(
  program: Program,
  shared: Values,
  own: Values,
  host: SentinelHost,
  commandLine: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values = Object.create(null) as Record<string, unknown>;
  for (const { name } of program.params) {
    const fromEnvironment = host.environment[`SENTINEL_PARAM_${name}`];
    if (fromEnvironment !== undefined) {
      values[name] = parseValue(fromEnvironment);
    }
  }
  return Object.assign(values, shared, own, commandLine);
}
