import { err, type Json, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import {
  compile,
  type EvaluateOptions,
  type Evaluation,
  type ImportSource,
  type Program,
  readConfig,
  type SentinelConfig,
  type SentinelError,
  terraformImports,
} from "../../../engines/sentinel/index.ts";
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
} from "../policy-engine.ts";

type Imports = Readonly<Record<string, ImportSource>>;

interface CompiledPolicy {
  readonly program: Program;
  readonly imports: Imports;
}

/** Sentinel policies through the engine of this project. */
export const sentinelEngine: SourceEngine = {
  name: "sentinel",
  discover(set, files) {
    const config = configOf(set, files);
    if (!config.ok) return config;
    const policies = config.value === null ? [] : config.value.policies.map(definitionOf);
    const compiled = compileSet({ set, files, policies });
    return compiled.ok ? ok({ policies, compiled: compiled.value }) : compiled;
  },
  compile: compileSet,
};

/** A policy of `sentinel.hcl` sees the plan, as in HCP Terraform; without a level it is advisory, as in Sentinel. */
function definitionOf(policy: SentinelConfig["policies"][number]): PolicyDefinition {
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

function compileSet(input: EngineInput): Result<CompiledPolicies, readonly Problem[]> {
  const config = configOf(input.set, input.files);
  if (!config.ok) return config;
  const modules = modulesOf(input, config.value);
  if (!modules.ok) return modules;
  const compiled = new Map<string, CompiledPolicy>();
  const problems: Problem[] = [];
  for (const policy of input.policies) {
    const file = fileAt(input.files, policy.entry);
    if (file === null) problems.push(missing(input.set, policy));
    else {
      const program = compileFile(input.set, file);
      if (program.ok) compiled.set(policy.name, { program: program.value, imports: modules.value });
      else problems.push(...program.error);
    }
  }
  if (problems.length > 0) return err(problems);
  return ok({
    judge(policy, document, bounds) {
      const found = compiled.get(policy.name);
      return found === undefined ? SILENT : judge(found, policy, document, bounds);
    },
  });
}

function configOf(
  set: string,
  files: readonly PolicyFile[],
): Result<SentinelConfig | null, readonly Problem[]> {
  const file = fileAt(files, SENTINEL_CONFIG);
  if (file === null) return ok(null);
  const config = readConfig({ name: `${set}/${file.path}`, text: file.text });
  return config.ok ? config : err([problemOf(config.error)]);
}

/** Modules and static data: as `sentinel.hcl` names them, else every other Sentinel file of the set by its own name. */
function modulesOf(input: EngineInput, config: SentinelConfig | null): Result<Imports, readonly Problem[]> {
  const imports: Record<string, ImportSource> = Object.create(null);
  const entries = new Set(input.policies.map((policy) => policy.entry));
  const implied = input.files.filter((file) => file.path.endsWith(".sentinel") && !entries.has(file.path));
  const named: readonly (readonly [name: string, kind: string, path: string])[] =
    config === null
      ? implied.map((file) => [baseName(file.path), "module", file.path])
      : [...config.imports].map(([name, entry]) => [name, entry.kind, withoutDot(entry.source ?? "")]);
  for (const [name, kind, path] of named) {
    const file = fileAt(input.files, path);
    if (file === null) {
      const hint = "put it into the folder of the set: nothing is fetched from elsewhere";
      const place = { file: `${input.set}/${SENTINEL_CONFIG}` };
      return err([
        problem("policy_missing", `import \`${name}\` needs \`${path}\`, which is not there`, {
          place,
          hint,
        }),
      ]);
    }
    const source = kind === "static" ? staticData(input.set, file) : moduleSource(input.set, file);
    if (!source.ok) return source;
    imports[name] = source.value;
  }
  return ok(imports);
}

function moduleSource(set: string, file: PolicyFile): Result<ImportSource, readonly Problem[]> {
  const program = compileFile(set, file);
  return program.ok ? ok({ kind: "module", program: program.value }) : program;
}

function staticData(set: string, file: PolicyFile): Result<ImportSource, readonly Problem[]> {
  try {
    return ok({ kind: "static", data: JSON.parse(file.text) as Json });
  } catch {
    const place = { file: `${set}/${file.path}` };
    return err([problem("policy_data_unreadable", "the static import is no JSON", { place })]);
  }
}

function compileFile(set: string, file: PolicyFile): Result<Program, readonly Problem[]> {
  const program = compile({ name: `${set}/${file.path}`, text: file.text });
  return program.ok ? program : err(program.error.map(problemOf));
}

function judge(
  found: CompiledPolicy,
  policy: PolicyDefinition,
  document: Json,
  bounds: EvaluationBounds,
): Judgement {
  const start = bounds.monotonic();
  const options: EvaluateOptions = {
    imports: { ...found.imports, ...documentImports(policy, document) },
    params: policy.parameters,
    nowNs: BigInt(bounds.now) * 1_000_000n,
    limits: { monotonicMs: bounds.monotonic, deadlineMs: start + bounds.timeoutMs },
  };
  const outcome = found.program.evaluate(options);
  if (!outcome.ok) {
    const { error, prints } = outcome.error;
    return { ...SILENT, error: { code: error.code, message: error.message }, prints };
  }
  const { status, suspended, prints } = outcome.value;
  if (suspended !== null) {
    const message = "the policy calls `http`, which is off: policies see their document and nothing else";
    return { ...SILENT, error: { code: "policy_needs_network", message }, prints };
  }
  if (status === "undefined") {
    const message = "the policy's result is undefined: it reads something that is not there";
    return { ...SILENT, error: { code: "sentinel_undefined", message }, prints };
  }
  return { ...SILENT, deny: status === "fail" ? failingRules(policy, outcome.value) : [], prints };
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

function problemOf(error: SentinelError): Problem {
  const { place } = error;
  return problem(error.code, `policy cannot be compiled: ${error.message}`, {
    ...(place === null ? {} : { place: { file: place.file, line: place.line, column: place.column } }),
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

function fileAt(files: readonly PolicyFile[], path: string): PolicyFile | null {
  return files.find((file) => file.path === path) ?? null;
}

function withoutDot(path: string): string {
  return path.replace(/^\.\//, "");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.sentinel$/, "");
}
