import { parse as parseYaml } from "yaml";
import {
  err,
  isJsonObject,
  type Json,
  type JsonObject,
  ok,
  type Problem,
  parsePath,
  problem,
  type Result,
  setMember,
} from "../../../base/index.ts";
import { compile, type EvaluateOptions, type Program, type RegoError } from "../../../engines/rego/index.ts";
import type {
  CompiledPolicies,
  EngineInput,
  EvaluationBounds,
  Judgement,
  PolicyDefinition,
  PolicyEngine,
  PolicyFile,
  SpokenRule,
} from "../policy-engine.ts";
import { SILENT } from "../policy-engine.ts";

/** Rule names that speak, as conftest reads them: the word alone or with `_suffix`. */
const SPEAKING = /^(deny|violation|allow|review|warn)(?:_[A-Za-z0-9_]+)?$/;
const TEST_FILE = /_test\.rego$/;
const DATA_FILE = /(?:^|\/)data\.(?:json|ya?ml)$/;

type Voice = "deny" | "allow" | "review" | "warn";

interface SpeakingRule {
  readonly voice: Voice;
  /** Name in the package: `deny`, `deny_ssh`. */
  readonly name: string;
  readonly entrypoint: string;
}

/** Rego policies through the engine of this project. */
export function regoEngine(version: 0 | 1 = 1): PolicyEngine {
  return {
    name: "rego",
    discover(set, files) {
      const compiled = compileModules(set, files, version, {});
      if (!compiled.ok) return compiled;
      const rules = speakingRules(compiled.value);
      return ok({
        policies: [...rules.keys()].sort().map(impliedPolicy),
        compiled: judgeBy(compiled.value, rules),
      });
    },
    compile(input) {
      return compileSet(input, version);
    },
  };
}

function impliedPolicy(entry: string): PolicyDefinition {
  return {
    name: entry,
    description: "",
    level: "soft-mandatory",
    document: entry === "trueup" || entry.startsWith("trueup.") ? "change" : "plan",
    entry,
    parameters: {},
    applies: {},
  };
}

function compileSet(input: EngineInput, version: 0 | 1): Result<CompiledPolicies, readonly Problem[]> {
  const compiled = compileModules(input.set, input.files, version, parametersOf(input.policies));
  if (!compiled.ok) return compiled;
  const program = compiled.value;
  const rules = speakingRules(program);
  const silent = input.policies.filter((policy) => (rules.get(policy.entry) ?? []).length === 0);
  if (silent.length > 0) {
    return err(
      silent.map((policy) =>
        problem(
          "policy_missing",
          `policy \`${policy.name}\` has no deny, review, allow or warn rule in package \`${policy.entry}\``,
          {
            place: { file: input.set },
            hint: "correct `package` in the set's manifest, or the package line of the policy",
          },
        ),
      ),
    );
  }
  return ok(judgeBy(program, rules));
}

type RulesByPackage = ReadonlyMap<string, readonly SpeakingRule[]>;

function judgeBy(program: Program, rules: RulesByPackage): CompiledPolicies {
  return {
    judge: (policy, document, bounds) => judge(program, rules.get(policy.entry) ?? [], document, bounds),
  };
}

export function compileModules(
  set: string,
  files: readonly PolicyFile[],
  version: 0 | 1,
  parameters: JsonObject,
  tests: "with tests" | "without tests" = "without tests",
): Result<Program, readonly Problem[]> {
  const modules = files
    .filter((file) => file.path.endsWith(".rego") && (tests === "with tests" || !TEST_FILE.test(file.path)))
    .map((file) => ({ name: `${set}/${file.path}`, source: file.text }));
  const data = dataOf(set, files, parameters);
  if (!data.ok) return data;
  const compiled = compile({ modules, data: data.value, version, entrypoints: [] });
  return compiled.ok ? ok(compiled.value) : err(compiled.error.map((error) => problemOf(error, version)));
}

function problemOf(error: RegoError, version: 0 | 1): Problem {
  const place = { file: error.file, line: error.row, column: error.col };
  const hint =
    version === 1 && error.stage === "parse"
      ? "mend the policy, or say `rego_version: 0` in the set's manifest if it is written in the older syntax"
      : "mend the policy; `trueup policy test` shows all errors";
  return problem(error.code, `policy cannot be compiled: ${[error.message, ...error.details].join("; ")}`, {
    place,
    hint,
  });
}

/** Parameters stand at `data.trueup.params["<policy>"]`, where no policy text can overwrite them. */
export function parametersOf(policies: readonly PolicyDefinition[]): JsonObject {
  const all: Record<string, Json> = {};
  for (const policy of policies) setMember(all, policy.name, policy.parameters);
  return all;
}

/** `data.json` and `data.yaml` files stand at the path of their folder, as `opa -d FOLDER` reads them. */
function dataOf(
  set: string,
  files: readonly PolicyFile[],
  parameters: JsonObject,
): Result<JsonObject, readonly Problem[]> {
  const root: Record<string, Json> = {};
  for (const file of files.filter((candidate) => DATA_FILE.test(candidate.path))) {
    const parsed = parseData(file);
    if (!isJsonObject(parsed)) {
      const place = { file: `${set}/${file.path}` };
      const hint = "data files hold one JSON or YAML object";
      return err([problem("policy_data_unreadable", "the data file is no object", { place, hint })]);
    }
    let node = root;
    for (const folder of file.path.split("/").slice(0, -1)) node = childObject(node, folder);
    for (const [key, value] of Object.entries(parsed)) setMember(node, key, value);
  }
  setMember(childObject(root, "trueup"), "params", parameters);
  return ok(root);
}

function childObject(node: Record<string, Json>, key: string): Record<string, Json> {
  const found = Object.hasOwn(node, key) ? node[key] : undefined;
  if (isJsonObject(found)) return found as Record<string, Json>;
  const child: Record<string, Json> = {};
  setMember(node, key, child);
  return child;
}

function parseData(file: PolicyFile): Json | undefined {
  try {
    return file.path.endsWith(".json")
      ? (JSON.parse(file.text) as Json)
      : (parseYaml(file.text, { maxAliasCount: 100 }) as Json);
  } catch {
    return undefined;
  }
}

function speakingRules(program: Program): Map<string, SpeakingRule[]> {
  const byPackage = new Map<string, SpeakingRule[]>();
  for (const rule of program.rules) {
    const dot = rule.path.lastIndexOf(".");
    const name = rule.path.slice(dot + 1);
    const word = SPEAKING.exec(name)?.[1];
    if (word === undefined || rule.kind === "function" || rule.arity > 0) continue;
    const entry = rule.path.slice("data.".length, dot);
    const voice: Voice = word === "violation" ? "deny" : (word as Voice);
    const list = byPackage.get(entry) ?? [];
    list.push({ voice, name, entrypoint: rule.path });
    byPackage.set(entry, list);
  }
  return byPackage;
}

function judge(
  program: Program,
  rules: readonly SpeakingRule[],
  document: Json,
  bounds: EvaluationBounds,
): Judgement {
  const said: Record<Voice, SpokenRule[]> = { deny: [], allow: [], review: [], warn: [] };
  const prints: string[] = [];
  const options = evaluationOptions(bounds);
  for (const rule of rules) {
    const outcome = program.evaluate(rule.entrypoint, document, options);
    if (!outcome.ok) return failed(outcome.error[0]);
    const { value, suspended } = outcome.value;
    for (const line of outcome.value.prints) prints.push(line.message);
    if (suspended !== undefined) {
      const message = `the policy calls \`${suspended.kind}\`, which is off: policies see their document and nothing else`;
      return { ...SILENT, error: { code: "policy_needs_network", message } };
    }
    if (value !== undefined) collect(value as Json, rule.name, said[rule.voice]);
  }
  return { ...said, error: null, prints };
}

export function evaluationOptions(bounds: EvaluationBounds): EvaluateOptions {
  return {
    nowNs: BigInt(bounds.now) * 1_000_000n,
    monotonicMs: bounds.monotonic,
    deadlineMs: bounds.monotonic() + bounds.timeoutMs,
  };
}

function failed(error: RegoError | undefined): Judgement {
  const code = error?.code ?? "eval_internal_error";
  return { ...SILENT, error: { code, message: error?.message ?? "the policy could not be evaluated" } };
}

/**
 * A speaking rule's value: a set of strings or objects; an object whose keys are messages (a v1 rule without `contains`);
 * one string; or `true`. Anything else says nothing.
 */
function collect(value: Json, ruleName: string, into: SpokenRule[]): void {
  if (Array.isArray(value)) {
    for (const item of value) collectOne(item, ruleName, into);
  } else if (isJsonObject(value) && !Object.hasOwn(value, "msg")) {
    for (const [message, holds] of Object.entries(value))
      if (holds !== false) collectOne(message, ruleName, into);
  } else collectOne(value, ruleName, into);
}

function collectOne(item: Json, ruleName: string, into: SpokenRule[]): void {
  if (typeof item === "string")
    into.push({ rule: suffixName(ruleName), message: item, path: null, severity: null });
  else if (item === true)
    into.push({ rule: suffixName(ruleName), message: `rule ${ruleName} holds`, path: null, severity: null });
  else if (isJsonObject(item)) into.push(fromObject(item, ruleName));
}

function fromObject(item: JsonObject, ruleName: string): SpokenRule {
  const text = (key: string): string | null => {
    const value = Object.hasOwn(item, key) ? item[key] : undefined;
    return typeof value === "string" ? value : null;
  };
  const path = text("path");
  return {
    rule: text("rule") ?? suffixName(ruleName),
    message: text("msg") ?? text("message") ?? `rule ${ruleName} holds`,
    path: path === null ? null : parsePath(path),
    severity: text("severity"),
  };
}

/** `deny_open_ssh` names its rule `open_ssh`; a plain `deny` names none. */
function suffixName(ruleName: string): string | null {
  const at = ruleName.indexOf("_");
  return at === -1 ? null : ruleName.slice(at + 1);
}
