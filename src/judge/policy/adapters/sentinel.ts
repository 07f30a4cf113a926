import {
  err,
  isJsonObject,
  type Json,
  member,
  ok,
  type Problem,
  problem,
  type Result,
  stringMember,
} from "../../../base/index.ts";
import {
  compile,
  type EvaluateOptions,
  type Evaluation,
  type HostCall,
  type HttpAnswer,
  type ImportSource,
  type LoadedPolicy,
  type LoadedSet,
  loadPolicySet,
  memoryHost,
  type Program,
  type SentinelError,
  terraformImports,
} from "../../../engines/sentinel/index.ts";
import type { HostAnswers, HttpSend } from "../host.ts";
import { SENTINEL_CONFIG } from "../manifest.ts";
import {
  type CompiledPolicies,
  type EngineInput,
  type EvaluationBounds,
  type Judgement,
  type PolicyDefinition,
  type PolicyFile,
  SILENT,
  type SourceEngine,
  type SpokenRule,
  type Suspended,
} from "../policy-engine.ts";

type Imports = Readonly<Record<string, ImportSource>>;

/** A policy, and all that its evaluations have in common. */
interface CompiledPolicy {
  readonly program: Program;
  readonly options: Pick<EvaluateOptions, "imports" | "importConfig" | "globals">;
}

/** Sentinel policies through the engine of this project. */
export const sentinelEngine: SourceEngine = {
  name: "sentinel",
  discover(set, files) {
    const loaded = configured(set, files);
    if (!loaded.ok) return loaded;
    const { policies = [] } = loaded.value ?? {};
    const compiled = new Map(policies.map((policy) => [policy.name, sharing(loaded.value, policy.program)]));
    return ok({ policies: policies.map(definitionOf), compiled: judgeBy(set, compiled) });
  },
  compile: compileSet,
};

/** A policy of `sentinel.hcl` sees the plan, as in HCP Terraform; without a level it is advisory, as in Sentinel. */
function definitionOf(policy: LoadedPolicy): PolicyDefinition {
  return {
    name: policy.name,
    description: "",
    level: policy.level,
    document: "plan",
    entry: withoutDot(policy.source),
    parameters: policy.params as PolicyDefinition["parameters"],
    applies: {},
  };
}

/** Policies of our manifest. What they import is as `sentinel.hcl` names it, else every other file of the set by its name. */
function compileSet(input: EngineInput): Result<CompiledPolicies, readonly Problem[]> {
  const loaded = configured(input.set, input.files);
  if (!loaded.ok) return loaded;
  const implied = loaded.value === null ? impliedModules(input) : ok({});
  if (!implied.ok) return implied;
  const compiled = new Map<string, CompiledPolicy>();
  const problems: Problem[] = [];
  for (const policy of input.policies) {
    const file = input.files.find((candidate) => candidate.path === policy.entry);
    if (file === undefined) problems.push(missing(input.set, policy));
    else {
      const program = compileFile(input.set, file);
      if (program.ok) compiled.set(policy.name, sharing(loaded.value, program.value, implied.value));
      else problems.push(...program.error);
    }
  }
  return problems.length > 0 ? err(problems) : ok(judgeBy(input.set, compiled));
}

function sharing(set: LoadedSet | null, program: Program, imports: Imports = {}): CompiledPolicy {
  if (set === null) return { program, options: { imports } };
  const { importConfig, globals } = set;
  return { program, options: { imports: set.imports, importConfig, globals } };
}

function judgeBy(set: string, compiled: ReadonlyMap<string, CompiledPolicy>): CompiledPolicies {
  return {
    judge(policy, document, bounds, answers) {
      const found = compiled.get(policy.name);
      return found === undefined ? SILENT : judge(set, found, policy, document, bounds, answers);
    },
  };
}

/**
 * The set that `sentinel.hcl` and its overrides describe, by the engine's own loader; `null` without one. Other `*.hcl` of
 * the folder belong to other tools, and a mock stands for no real document.
 */
function configured(set: string, files: readonly PolicyFile[]): Result<LoadedSet | null, readonly Problem[]> {
  if (!files.some((file) => file.path === SENTINEL_CONFIG)) return ok(null);
  const texts: Record<string, string> = Object.create(null);
  for (const { path, text } of files) {
    if (!/^[^/]*\.hcl$/.test(path) || CONFIG_FILE.test(path)) texts[path] = text;
  }
  const loaded = loadPolicySet(memoryHost(texts), ".", { mocks: false });
  return loaded.ok ? loaded : err(loaded.error.map((error) => problemOf(error, set)));
}

const CONFIG_FILE = /^(?:sentinel|override|.*_override)\.hcl$/;

function impliedModules(input: EngineInput): Result<Imports, readonly Problem[]> {
  const imports: Record<string, ImportSource> = Object.create(null);
  const entries = new Set(input.policies.map((policy) => policy.entry));
  for (const file of input.files) {
    if (!file.path.endsWith(".sentinel") || entries.has(file.path)) continue;
    const program = compileFile(input.set, file);
    if (!program.ok) return program;
    imports[baseName(file.path)] = { kind: "module", program: program.value };
  }
  return ok(imports);
}

function compileFile(set: string, file: PolicyFile): Result<Program, readonly Problem[]> {
  const program = compile({ name: file.path, text: file.text });
  return program.ok ? program : err(program.error.map((error) => problemOf(error, set)));
}

function judge(
  set: string,
  found: CompiledPolicy,
  policy: PolicyDefinition,
  document: Json,
  bounds: EvaluationBounds,
  answers: HostAnswers,
): Judgement | Suspended {
  const start = bounds.monotonic();
  const options: EvaluateOptions = {
    ...found.options,
    imports: { ...found.options.imports, ...documentImports(policy, document) },
    params: policy.parameters,
    nowNs: BigInt(bounds.now) * 1_000_000n,
    limits: { monotonicMs: bounds.monotonic, deadlineMs: start + bounds.timeoutMs },
    // Every request is the host's to judge: it knows which hosts are open to the set.
    allowedHosts: ["*"],
    hostAnswers: answered(set, answers),
  };
  const outcome = found.program.evaluate(options);
  if (!outcome.ok) {
    const { error, prints } = outcome.error;
    return { ...SILENT, error: { code: error.code, message: error.message }, prints };
  }
  const { status, suspended, prints } = outcome.value;
  if (suspended !== null) {
    const request = requestOf(set, suspended, bounds);
    const refused = answers.get(request.key);
    return refused?.ok === false ? { ...SILENT, error: refused.error, prints } : { requests: [request] };
  }
  if (status === "undefined") {
    const message = "the policy's result is undefined: it reads something that is not there";
    return { ...SILENT, error: { code: "sentinel_undefined", message }, prints };
  }
  return { ...SILENT, deny: status === "fail" ? failingRules(policy, outcome.value) : [], prints };
}

/** A request of the `http` import as the host takes it. It is made once: whether to try again is the host's affair. */
function requestOf(set: string, call: HostCall, bounds: EvaluationBounds): HttpSend {
  const { method, url, headers, body, timeoutSeconds, verifyCertificate } = call.request;
  const request = {
    method,
    url,
    headers,
    ...(body === "" ? {} : { raw_body: body }),
    timeout: `${timeoutSeconds}s`,
    ...(verifyCertificate ? {} : { tls_insecure_skip_verify: true }),
  };
  return { kind: "http_send", key: `${set} ${call.key}`, timeoutMs: bounds.timeoutMs, request };
}

/** The host's answers by the engine's keys. A failure stays out: the call that it belongs to ends the policy as an error. */
function answered(set: string, answers: HostAnswers): ReadonlyMap<string, HttpAnswer> {
  const known = new Map<string, HttpAnswer>();
  for (const [key, answer] of answers) {
    if (!answer.ok || !key.startsWith(`${set} `)) continue;
    const headers = member(answer.value, "headers");
    const status = member(answer.value, "status_code");
    known.set(key.slice(set.length + 1), {
      status: typeof status === "number" ? status : 0,
      headers: Object.fromEntries(
        Object.entries(isJsonObject(headers) ? headers : {}).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.map(String).join(", ") : String(value),
        ]),
      ),
      body: stringMember(answer.value, "raw_body") ?? "",
    });
  }
  return known;
}

/** A change policy imports `trueup`; a plan policy the Terraform imports. */
function documentImports(policy: PolicyDefinition, document: Json): Imports {
  return policy.document === "plan"
    ? terraformImports({ plan: document })
    : { trueup: { kind: "static", data: document } };
}

/**
 * The rules below `main` that are false, else `main`. The message is the same whatever the document holds: what was printed
 * stands beside it, and a failure of the plan is recognised in one change by it.
 */
function failingRules(policy: PolicyDefinition, evaluation: Evaluation): readonly SpokenRule[] {
  const failing = evaluation.rules.filter((rule) => rule.name !== "main" && rule.json === false);
  const names = failing.length > 0 ? failing.map((rule) => rule.name) : ["main"];
  return names.map((rule) => ({
    rule,
    message:
      policy.description === "" ? `rule \`${rule}\` of policy ${policy.name} is false` : policy.description,
    path: null,
    severity: null,
  }));
}

/** The engine sees the set's folder as the root: its places are made those of the folder again. */
function problemOf({ code, message, place }: SentinelError, set: string): Problem {
  return problem(code, `policy cannot be compiled: ${message}`, {
    place:
      place === null
        ? { file: `${set}/${SENTINEL_CONFIG}` }
        : { file: `${set}/${place.file}`, line: place.line, column: place.column },
    hint: "mend the policy; `trueup sentinel test` runs its tests",
  });
}

function missing(set: string, policy: PolicyDefinition): Problem {
  const hint = "correct its `source`: it is relative to the folder of the set";
  return problem("policy_missing", `policy \`${policy.name}\` has no file \`${policy.entry}\``, {
    place: { file: set },
    hint,
  });
}

function withoutDot(path: string): string {
  return path.replace(/^\.\//, "");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.sentinel$/, "");
}
