import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { parse as parseYaml } from "yaml";
import { err, type Json, ok, type Problem, problem, type Result } from "../base/index.ts";
import {
  loadPolicySet,
  type PolicyFile,
  type PolicyHost,
  type PolicySet,
  readPolicyFolder,
} from "../judge/policy/index.ts";
import { mergeRiskRules, parseRiskRules, type RiskRules, shippedRiskRules } from "../judge/risk/index.ts";
import type { PolicyPlace, Variables } from "./config/index.ts";
import type { Grant } from "./policy-host/policy-host.ts";

/** A folder to load a set from. `shown` is how the person wrote it: absolute paths of a machine belong in no record. */
export interface PolicyFolder {
  readonly folder: string;
  readonly shown: string;
  readonly name: string | null;
  /** Hosts that the set may reach; none by default. */
  readonly hosts?: readonly string[];
}

/** What sets that ask something outside are given. */
export interface Outside {
  readonly variables: Variables;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
}

export interface LoadedPolicies {
  readonly sets: readonly PolicySet[];
  readonly riskRules: RiskRules;
}

/** The starter library, beside `src/` and `dist/` alike. */
const SHIPPED = fileURLToPath(new URL("../../policies", import.meta.url));

/** Where a configured set lies; `fromRoot` resolves paths of the configuration. */
export function policyFolder(place: PolicyPlace, fromRoot: (path: string) => string): PolicyFolder {
  return place.kind === "shipped"
    ? { folder: SHIPPED, shown: `trueup:${place.set}`, name: null }
    : { folder: fromRoot(place.path), shown: place.path, name: place.name, hosts: place.hosts };
}

/**
 * Policy sets and risk rules as configured. All or nothing: a set that cannot be loaded means that nothing is judged,
 * so that a gate never decides with fewer policies than it was given.
 */
export async function loadPolicies(
  folders: readonly PolicyFolder[],
  riskRulesFile: PolicyFolder | null,
  outside: Outside,
): Promise<Result<LoadedPolicies, readonly Problem[]>> {
  const loaded = await Promise.all(folders.map((folder) => loadFolder(folder, outside)));
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
  const riskRules = await loadRiskRules(sets, riskRulesFile);
  return riskRules.ok ? ok({ sets, riskRules: riskRules.value }) : riskRules;
}

async function loadFolder(
  place: PolicyFolder,
  outside: Outside,
): Promise<Result<PolicySet, readonly Problem[]>> {
  const files = await readPolicyFolder(place.folder);
  if (!files.ok) return err([shownAs(files.error, place)]);
  const name = place.name ?? setName(basename(place.folder));
  const host = lazyHost({ ...outside, folder: place.folder, hosts: place.hosts ?? [] });
  const set = await loadPolicySet(name, place.shown, files.value, host);
  if (!set.ok || set.value.engine !== "opa-wasm") return set;
  const { wasmLibrary } = await import("./policy-host/wasm-runner.ts");
  return wasmLibrary() === null ? err([libraryMissing(place.shown)]) : set;
}

/** Most sets ask nothing: what performs requests is loaded by the first one. */
function lazyHost(grant: Grant): PolicyHost {
  let host: Promise<PolicyHost> | null = null;
  return {
    hosts: grant.hosts,
    async perform(request) {
      host ??= import("./policy-host/policy-host.ts").then(({ policyHost }) => policyHost(grant));
      return (await host).perform(request);
    },
  };
}

function libraryMissing(shown: string): Problem {
  const hint = "npm install @open-policy-agent/opa-wasm";
  return problem("opa_wasm_missing", "a set of the engine `opa-wasm` needs a package that is not installed", {
    place: { file: shown },
    hint,
  });
}

function shownAs(found: Problem, place: PolicyFolder): Problem {
  const file = found.place?.file?.replace(place.folder, place.shown) ?? place.shown;
  return { ...found, place: { ...found.place, file } };
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
  sets: readonly PolicySet[],
  riskRulesFile: PolicyFolder | null,
): Promise<Result<RiskRules, readonly Problem[]>> {
  const files: { file: PolicyFile; shown: string }[] = [];
  for (const set of sets) {
    if (set.riskRules !== null)
      files.push({ file: set.riskRules, shown: `${set.place}/${set.riskRules.path}` });
  }
  if (riskRulesFile !== null) {
    const read = await readPolicyFolder(riskRulesFile.folder);
    if (!read.ok) return err([shownAs(read.error, riskRulesFile)]);
    const file = read.value[0];
    if (file !== undefined) files.push({ file, shown: riskRulesFile.shown });
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
