import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { regoEngine } from "./adapters/rego.ts";
import { HCP_POLICIES } from "./config-files.ts";
import { MANIFEST, type Manifest, parseManifest, SENTINEL_CONFIG } from "./manifest.ts";
import type {
  CompiledPolicies,
  PolicyDefinition,
  PolicyEngine,
  PolicyFile,
  SourceEngine,
} from "./policy-engine.ts";
import { type PolicySet, planSectionsIn, revisionOf } from "./policy-set.ts";

/** Files of a folder (see `readPolicyFolder`) → compiled set. A set that does not compile is no set: gates fail closed. */
export async function loadPolicySet(
  name: string,
  place: string,
  files: readonly PolicyFile[],
): Promise<Result<PolicySet, readonly Problem[]>> {
  const manifestFile = files.find((file) => file.path === MANIFEST);
  if (manifestFile === undefined) return loadUndeclared(name, place, files);
  const manifest = parseManifest(manifestFile, files, `${place}/${MANIFEST}`);
  return manifest.ok ? loadDeclared(manifest.value, place) : manifest;
}

async function loadDeclared(
  manifest: Manifest,
  place: string,
): Promise<Result<PolicySet, readonly Problem[]>> {
  const engine = manifest.engine === "rego" ? regoEngine(manifest.regoVersion) : await sentinel();
  const riskRules = manifest.files.find((file) => file.path === manifest.riskFile) ?? null;
  return compileSet(engine, manifest.name, place, manifest.files, manifest.policies, riskRules);
}

/** Most checks run no Sentinel: its engine is loaded by the first set that needs it. */
async function sentinel(): Promise<SourceEngine> {
  return (await import("./adapters/sentinel.ts")).sentinelEngine;
}

async function hcpPolicies(): Promise<SourceEngine> {
  return (await import("./adapters/hcp-policies.ts")).hcpPoliciesEngine;
}

/** A folder without our manifest: HCP Terraform's `sentinel.hcl` or `policies.hcl`, else Rego whose packages speak, soft-mandatory. */
async function loadUndeclared(
  name: string,
  place: string,
  files: readonly PolicyFile[],
): Promise<Result<PolicySet, readonly Problem[]>> {
  const isSentinel = files.some((file) => file.path === SENTINEL_CONFIG);
  const isHcpRego = files.some((file) => file.path === HCP_POLICIES);
  if (isSentinel && isHcpRego) {
    const hint = "put each into a folder of its own";
    return err([
      problem(
        "policy_config_invalid",
        `the folder holds a ${SENTINEL_CONFIG} and a ${HCP_POLICIES}: a set has one language`,
        {
          place: { file: `${place}/${HCP_POLICIES}` },
          hint,
        },
      ),
    ]);
  }
  if (!isSentinel && !files.some((file) => file.path.endsWith(".rego"))) {
    const hint = `name a folder with .rego files, a ${SENTINEL_CONFIG}, a ${HCP_POLICIES} or a ${MANIFEST}`;
    return err([
      problem("policy_missing", "there is no policy in the folder", { place: { file: place }, hint }),
    ]);
  }
  const engine = isSentinel ? await sentinel() : isHcpRego ? await hcpPolicies() : regoEngine();
  const discovered = engine.discover(place, files);
  if (!discovered.ok) return discovered;
  const { policies, compiled } = discovered.value;
  if (policies.length === 0) {
    const hint = "a policy has a rule named deny, violation, review, allow or warn";
    return err([
      problem("policy_missing", "no rule in the folder decides anything", { place: { file: place }, hint }),
    ]);
  }
  const loaded = setOf(engine, name, place, files, policies, compiled, null);
  // A query may hand `input.plan` on as a whole.
  return ok(isHcpRego ? { ...loaded, planSections: null } : loaded);
}

function compileSet(
  engine: PolicyEngine,
  name: string,
  place: string,
  files: readonly PolicyFile[],
  policies: readonly PolicyDefinition[],
  riskRules: PolicyFile | null,
): Result<PolicySet, readonly Problem[]> {
  const compiled = engine.compile({ set: place, files, policies });
  return compiled.ok ? ok(setOf(engine, name, place, files, policies, compiled.value, riskRules)) : compiled;
}

function setOf(
  engine: PolicyEngine,
  name: string,
  place: string,
  files: readonly PolicyFile[],
  policies: readonly PolicyDefinition[],
  compiled: CompiledPolicies,
  riskRules: PolicyFile | null,
): PolicySet {
  const planSections = planSectionsIn(files, policies);
  return {
    name,
    place,
    engine: engine.name,
    revision: revisionOf(files),
    policies,
    compiled,
    host: null,
    planSections,
    riskRules,
  };
}
