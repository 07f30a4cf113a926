import { err, type Json, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import type { EnforcementLevel } from "../../../domain/index.ts";
import type { Program } from "../../../engines/rego/index.ts";
import { type RawBlock, readRawConfig } from "../../../engines/sentinel/index.ts";
import { HCP_POLICIES } from "../config-files.ts";
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
import { compileModules, evaluationOptions } from "./rego.ts";
import { collect } from "./speech.ts";

/** HCP Terraform knows two levels; a mandatory failure can be overridden there. Without a level a policy is advisory. */
const LEVELS: ReadonlyMap<string, EnforcementLevel> = new Map([
  ["advisory", "advisory"],
  ["mandatory", "soft-mandatory"],
]);
const ATTRIBUTES: ReadonlySet<string> = new Set(["query", "enforcement_level", "description"]);
const QUERY = /^data(?:\.[A-Za-z_]\w*)+$/;

/** Rego as HCP Terraform runs it: one query a policy over `{plan, run}`; what the query lists are the violations. */
export const hcpPoliciesEngine: SourceEngine = {
  name: "rego",
  discover(set, files) {
    const policies = readPolicies(set, files);
    if (!policies.ok) return policies;
    const compiled = compileQueries({ set, files, policies: policies.value });
    return compiled.ok ? ok({ policies: policies.value, compiled: compiled.value }) : compiled;
  },
  compile: compileQueries,
};

function readPolicies(
  set: string,
  files: readonly PolicyFile[],
): Result<readonly PolicyDefinition[], readonly Problem[]> {
  const file = `${set}/${HCP_POLICIES}`;
  const text = files.find((candidate) => candidate.path === HCP_POLICIES)?.text ?? "";
  const config = readRawConfig({ name: file, text });
  const problems: Problem[] = [];
  const complain = (
    message: string,
    place: { readonly line: number; readonly column: number } | null,
  ): void => {
    problems.push(
      problem("policy_config_invalid", message, {
        place: place === null ? { file } : { file, line: place.line, column: place.column },
        hint: 'a policy is written `policy "name" { query = "data.package.rule", enforcement_level = "mandatory" }`',
      }),
    );
  };
  if (!config.ok) {
    complain(config.error.message, config.error.place);
    return err(problems);
  }
  const names = new Set<string>();
  const policies = config.value.blocks.flatMap((block) => {
    const [name] = block.labels;
    const wrong =
      name === undefined || block.type !== "policy"
        ? `a block \`${block.type}\` cannot stand here`
        : names.has(name)
          ? `policy \`${name}\` is declared twice`
          : wrongIn(block, name);
    if (wrong !== null) {
      complain(wrong, block.place);
      return [];
    }
    names.add(name as string);
    return [definitionOf(block, name as string)];
  });
  return problems.length > 0 ? err(problems) : ok(policies);
}

/** What is wrong with the attributes of a policy, `null` for nothing. */
function wrongIn({ attributes, blocks }: RawBlock, name: string): string | null {
  const { query, enforcement_level: level = "advisory", description = "" } = attributes;
  const unknown = [
    ...Object.keys(attributes).filter((key) => !ATTRIBUTES.has(key)),
    ...blocks.map((inner) => inner.type),
  ];
  if (unknown.length > 0) return `policy \`${name}\` has no setting \`${unknown[0]}\``;
  if (typeof query !== "string" || !QUERY.test(query))
    return `\`query\` of policy \`${name}\` must name a rule, as \`data.package.rule\` does`;
  if (typeof level !== "string" || !LEVELS.has(level))
    return `\`enforcement_level\` of policy \`${name}\` must be advisory or mandatory`;
  return typeof description === "string" ? null : `\`description\` of policy \`${name}\` must be a text`;
}

function definitionOf({ attributes }: RawBlock, name: string): PolicyDefinition {
  const { query, enforcement_level: level, description } = attributes;
  return {
    name,
    description: typeof description === "string" ? description : "",
    level: LEVELS.get(String(level)) ?? "advisory",
    document: "plan",
    entry: String(query),
    parameters: {},
    applies: {},
  };
}

/** The file names no version of the language: what does not compile as OPA 1.0 reads it is read as older versions did. */
function compileQueries({ set, files, policies }: EngineInput): Result<CompiledPolicies, readonly Problem[]> {
  const current = compileModules(set, files, 1, {});
  const older = current.ok ? current : compileModules(set, files, 0, {});
  if (!older.ok) return current.ok ? older : current;
  const program = older.value;
  const known = new Set(program.rules.filter((rule) => rule.kind !== "function").map((rule) => rule.path));
  const missing = policies.filter((policy) => !known.has(policy.entry));
  if (missing.length > 0) {
    const place = { file: `${set}/${HCP_POLICIES}` };
    const hint = "correct `query`, or the package line of the policy";
    return err(
      missing.map(({ name, entry }) =>
        problem("policy_missing", `no rule of the set is \`${entry}\`, the query of policy \`${name}\``, {
          place,
          hint,
        }),
      ),
    );
  }
  return ok({ judge: (policy, document, bounds) => judge(program, policy, document, bounds) });
}

function judge(program: Program, policy: PolicyDefinition, plan: Json, bounds: EvaluationBounds): Judgement {
  // Facts of a run are known in HCP Terraform only.
  const input = { plan, run: {} };
  const outcome = program.evaluate(policy.entry, input, evaluationOptions(bounds));
  if (!outcome.ok) {
    const [error] = outcome.error;
    const message = error?.message ?? "the policy could not be evaluated";
    return { ...SILENT, error: { code: error?.code ?? "eval_internal_error", message } };
  }
  const prints = outcome.value.prints.map((line) => line.message);
  if (outcome.value.suspended !== undefined) {
    const message = `the policy calls \`${outcome.value.suspended.kind}\`, which is off: policies see their document and nothing else`;
    return { ...SILENT, error: { code: "policy_needs_network", message }, prints };
  }
  const { value } = outcome.value;
  if (!Array.isArray(value)) {
    const message = `\`${policy.entry}\` is ${value === undefined ? "undefined" : "no list"}: the query of a policy must give a list of violations, empty where it passes`;
    return { ...SILENT, error: { code: "policy_result_invalid", message }, prints };
  }
  return { ...SILENT, deny: (value as Json[]).map((item) => violation(item, policy)), prints };
}

/** Anything that is listed is a violation, whatever it looks like. */
function violation(item: Json, policy: PolicyDefinition): SpokenRule {
  const said: SpokenRule[] = [];
  if (item !== null && (typeof item === "string" || (typeof item === "object" && !Array.isArray(item))))
    collect([item], policy.entry.slice(policy.entry.lastIndexOf(".") + 1), said);
  return said[0] ?? { rule: null, message: JSON.stringify(item), path: null, severity: null };
}
