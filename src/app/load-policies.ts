import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import { err, type Json, ok, type Problem, problem, type Result } from "../base/index.ts";
import { loadPolicySet, type PolicyFile, type PolicySet, readPolicyFolder } from "../judge/policy/index.ts";
import { mergeRiskRules, parseRiskRules, type RiskRules, shippedRiskRules } from "../judge/risk/index.ts";
import type { PolicyPlace } from "./config/index.ts";

export interface LoadedPolicies {
  readonly sets: readonly PolicySet[];
  readonly riskRules: RiskRules;
}

/** The starter library, beside `src/` and `dist/` alike. */
const SHIPPED = fileURLToPath(new URL("../../policies", import.meta.url));

/**
 * Policy sets and risk rules as configured. All or nothing: a set that cannot be loaded means that nothing is judged,
 * so that a gate never decides with fewer policies than it was given.
 */
export async function loadPolicies(
  root: string,
  places: readonly PolicyPlace[],
  riskRulesFile: string | null,
): Promise<Result<LoadedPolicies, readonly Problem[]>> {
  const loaded = await Promise.all(places.map((place) => loadPlace(root, place)));
  const sets: PolicySet[] = [];
  const problems: Problem[] = [];
  for (const set of loaded) {
    if (set.ok) sets.push(set.value);
    else problems.push(...set.error);
  }
  for (const name of repeated(sets.map((set) => set.name))) {
    const hint = "give one of them another `name` in its manifest";
    problems.push(problem("policy_set_repeated", `two policy sets are named \`${name}\``, { hint }));
  }
  if (problems.length > 0) return err(problems);
  const riskRules = await loadRiskRules(root, sets, riskRulesFile);
  return riskRules.ok ? ok({ sets, riskRules: riskRules.value }) : riskRules;
}

async function loadPlace(root: string, place: PolicyPlace): Promise<Result<PolicySet, readonly Problem[]>> {
  const folder = place.kind === "shipped" ? SHIPPED : resolve(root, place.path);
  // Shown as it was written: absolute paths of a machine belong in no record.
  const shown = place.kind === "shipped" ? `trueup:${place.set}` : place.path;
  const name = place.kind === "path" && place.name !== null ? place.name : setName(basename(folder));
  const files = await readPolicyFolder(folder);
  if (!files.ok) {
    const seen = files.error.place?.file?.replace(folder, shown);
    return err([{ ...files.error, place: { ...files.error.place, file: seen ?? shown } }]);
  }
  return loadPolicySet(name, shown, files.value);
}

/** A folder's name as the name of a set: `My Policies` → `my-policies`. */
function setName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "policies" : name;
}

function repeated(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** Shipped rules, then those of each set in order, then the project's own: the later one wins. */
async function loadRiskRules(
  root: string,
  sets: readonly PolicySet[],
  riskRulesFile: string | null,
): Promise<Result<RiskRules, readonly Problem[]>> {
  const files: { file: PolicyFile; shown: string }[] = [];
  for (const set of sets) {
    if (set.riskRules !== null)
      files.push({ file: set.riskRules, shown: `${set.place}/${set.riskRules.path}` });
  }
  if (riskRulesFile !== null) {
    const read = await readPolicyFolder(resolve(root, riskRulesFile));
    if (!read.ok) return err([{ ...read.error, place: { file: riskRulesFile } }]);
    const file = read.value[0];
    if (file !== undefined) files.push({ file, shown: riskRulesFile });
  }
  let rules = shippedRiskRules;
  for (const { file, shown } of files) {
    const parsed = parseRiskFile(file, shown);
    if (!parsed.ok) return parsed;
    rules = mergeRiskRules(rules, parsed.value);
  }
  return ok(rules);
}

function parseRiskFile(file: PolicyFile, shown: string): Result<RiskRules, readonly Problem[]> {
  let raw: Json;
  try {
    raw = parseYaml(file.text, { maxAliasCount: 100 }) as Json;
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "";
    return err([
      problem("risk_rules_invalid", `the risk rules are no YAML: ${message}`, { place: { file: shown } }),
    ]);
  }
  const parsed = parseRiskRules(raw);
  if (parsed.ok) return parsed;
  return err(parsed.error.map((found) => ({ ...found, place: { ...found.place, file: shown } })));
}
