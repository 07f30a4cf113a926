import { parse as parseYaml } from "yaml";
import {
  err,
  isJsonObject,
  type Json,
  type JsonObject,
  ok,
  type Problem,
  problem,
  type Result,
  setMember,
} from "../../../base/index.ts";
import {
  compile,
  type EvaluateOptions,
  type HostCall,
  type Program,
  type RegoError,
} from "../../../engines/rego/index.ts";
import type { HostAnswers } from "../host.ts";
import type {
  CompiledPolicies,
  EngineInput,
  EvaluationBounds,
  Judgement,
  PolicyDefinition,
  PolicyFile,
  SourceEngine,
  SpokenRule,
  Suspended,
} from "../policy-engine.ts";
import { SILENT } from "../policy-engine.ts";
import { parametersOf } from "./parameters.ts";
import { collect, type Voice, voiceOf } from "./speech.ts";

const TEST_FILE = /_test\.rego$/;
const DATA_FILE = /(?:^|\/)data\.(?:json|ya?ml)$/;

interface SpeakingRule {
  readonly voice: Voice;
  /** Name in the package: `deny`, `deny_ssh`. */
  readonly name: string;
  readonly entrypoint: string;
}

/** Rego policies through the engine of this project. */
export function regoEngine(version: 0 | 1 = 1): SourceEngine {
  return {
    name: "rego",
    discover(set, files) {
      const compiled = compileModules(set, files, version, {});
      if (!compiled.ok) return compiled;
      const rules = speakingRules(compiled.value);
      return ok({
        policies: [...rules.keys()].sort().map(impliedPolicy),
        compiled: judgeBy(set, compiled.value, rules),
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
  return ok(judgeBy(input.set, program, rules));
}

type RulesByPackage = ReadonlyMap<string, readonly SpeakingRule[]>;

function judgeBy(set: string, program: Program, rules: RulesByPackage): CompiledPolicies {
  return {
    judge: (policy, document, bounds, answers) =>
      judge(set, program, rules.get(policy.entry) ?? [], document, bounds, answers),
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
    const voice = voiceOf(name);
    if (voice === null || rule.kind === "function" || rule.arity > 0) continue;
    const entry = rule.path.slice("data.".length, dot);
    const list = byPackage.get(entry) ?? [];
    list.push({ voice, name, entrypoint: rule.path });
    byPackage.set(entry, list);
  }
  return byPackage;
}

function judge(
  set: string,
  program: Program,
  rules: readonly SpeakingRule[],
  document: Json,
  bounds: EvaluationBounds,
  answers: HostAnswers,
): Judgement | Suspended {
  const said: Record<Voice, SpokenRule[]> = { deny: [], allow: [], review: [], warn: [] };
  const prints: string[] = [];
  const options = { ...evaluationOptions(bounds), ...answered(set, answers) };
  for (const rule of rules) {
    const outcome = program.evaluate(rule.entrypoint, document, options);
    if (!outcome.ok) return failed(outcome.error[0]);
    const { value, suspended } = outcome.value;
    for (const line of outcome.value.prints) prints.push(line.message);
    if (suspended !== undefined) return neededBy(set, suspended, bounds, answers);
    if (value !== undefined) collect(value as Json, rule.name, said[rule.voice]);
  }
  return { ...said, error: null, prints };
}

/** The host's answers in the engine's terms: by its own keys; a failure is a text, an error of the built-in. */
function answered(set: string, answers: HostAnswers): Pick<EvaluateOptions, "hostAnswers"> {
  if (answers.size === 0) return {};
  const known = new Map<string, Json>();
  for (const [key, answer] of answers) {
    if (key.startsWith(`${set} `) && answer.ok) known.set(key.slice(set.length + 1), answer.value);
  }
  return { hostAnswers: known };
}

/** `http.send` is asked of the host; a call that the host refused ends the policy as an error, never as a pass. */
function neededBy(
  set: string,
  call: HostCall,
  bounds: EvaluationBounds,
  answers: HostAnswers,
): Judgement | Suspended {
  const key = `${set} ${call.key}`;
  const refused = answers.get(key);
  if (refused !== undefined && !refused.ok) return { ...SILENT, error: refused.error };
  if (call.kind !== "http.send" || refused !== undefined) {
    const message = `the policy calls \`${call.kind}\`, which is off: policies see their document and nothing else`;
    return { ...SILENT, error: { code: "policy_needs_network", message } };
  }
  const { timeoutMs } = bounds;
  return { requests: [{ kind: "http_send", key, timeoutMs, request: call.argument as Json }] };
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
