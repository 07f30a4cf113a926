import type { PolicyOutcome } from "../apply/apply.ts";
import { applyPolicies } from "../apply/apply.ts";
import { loadConfig, policiesToApply } from "../apply/load-policies.ts";
import { applyJson, applyText } from "../apply/report.ts";
import type { SentinelHost } from "../host/host.ts";
import { jsonText } from "../values/json.ts";
import type { CommandResult } from "./flags.ts";
import { parseDuration, parseFlags, parsePairs, usageError } from "./flags.ts";

const FLAGS = {
  config: "text",
  json: "bool",
  "json-rule": "text",
  global: "list",
  param: "list",
  timeout: "text",
  trace: "bool",
  color: "bool",
} as const;

const DEFAULT_TIMEOUT_MS = 5 * 60_000;
/** Pass, fail, undefined and runtime error; 9 is anything else. */
const EXIT_CODES: Readonly<Record<PolicyOutcome["status"], number>> = {
  pass: 0,
  fail: 1,
  undefined: 2,
  error: 3,
};
const EXIT_OTHER = 9;

/** `sentinel apply [flags] [POLICY]`. */
export function applyCommand(args: readonly string[], host: SentinelHost): CommandResult {
  const started = host.monotonicMs();
  const flags = parseFlags(args, FLAGS);
  if (!flags.ok) {
    return usageError(flags.error, EXIT_OTHER);
  }
  const { bool, text, list, rest } = flags.value;
  const timeoutMs = text("timeout") === null ? DEFAULT_TIMEOUT_MS : parseDuration(text("timeout") as string);
  const params = parsePairs("param", list("param"));
  const globals = parsePairs("global", list("global"));
  if (timeoutMs === null || rest.length > 1) {
    return usageError(
      timeoutMs === null ? "`-timeout` takes a duration such as `5m`" : "`apply` takes one policy",
      EXIT_OTHER,
    );
  }
  if (!params.ok || !globals.ok) {
    return usageError(params.ok ? (globals.ok ? "" : globals.error) : params.error, EXIT_OTHER);
  }
  const config = loadConfig(host, text("config"));
  if (!config.ok) {
    return usageError(config.error.text, EXIT_OTHER);
  }
  const policies = policiesToApply(config.value, host, rest[0] ?? null);
  if (!policies.ok) {
    return usageError(policies.error.text, EXIT_OTHER);
  }
  const outcomes = applyPolicies(policies.value, config.value, host, {
    params: params.value,
    globals: globals.value,
    timeoutMs,
  });
  const exitCode = exitCodeOf(outcomes);
  const rule = text("json-rule");
  if (rule !== null) {
    return ruleOutput(outcomes, rule, exitCode);
  }
  const stdout = bool("json")
    ? applyJson(outcomes, host.monotonicMs() - started)
    : applyText(outcomes, bool("trace"));
  return { stdout, stderr: "", exitCode };
}

/** The first mandatory policy that does not pass decides; files that cannot be read or parsed are no runtime errors. */
function exitCodeOf(outcomes: readonly PolicyOutcome[]): number {
  const decisive = outcomes.find(
    (outcome) => outcome.status !== "pass" && outcome.policy.level !== "advisory",
  );
  if (decisive === undefined) {
    return 0;
  }
  const code = decisive.error?.code;
  const runtime = code === undefined || code === "sentinel_runtime_error" || code === "sentinel_limit_error";
  return runtime ? EXIT_CODES[decisive.status] : EXIT_OTHER;
}

/** `-json-rule R` prints only the value of that rule. */
function ruleOutput(outcomes: readonly PolicyOutcome[], rule: string, exitCode: number): CommandResult {
  const found = outcomes.flatMap((outcome) => outcome.rules).find((one) => one.name === rule);
  return found === undefined
    ? usageError(`the rule \`${rule}\` was not evaluated`, EXIT_OTHER)
    : { stdout: `${jsonText(found.json ?? null)}\n`, stderr: "", exitCode };
}
