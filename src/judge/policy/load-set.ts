import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { regoEngine } from "./adapters/rego.ts";
import { HCP_POLICIES } from "./config-files.ts";
import type { PolicyHost } from "./host.ts";
import { MANIFEST, type Manifest, parseManifest, SENTINEL_CONFIG } from "./manifest.ts";
import type {
  CompiledPolicies,
  PolicyDefinition,
  PolicyEngine,
  PolicyFile,
  SourceEngine,
} from "./policy-engine.ts";
import { type PolicySet, planSectionsIn, revisionOf } from "./policy-set.ts";

/**
 * Files of a folder (see `readPolicyFolder`) → compiled set. A set that does not compile is no set: gates fail closed.
 * `host` does what the set's policies need of the outside; without one, what needs it cannot be loaded or is an error.
 */
export async function loadPolicySet(
  name: string,
  place: string,
  files: readonly PolicyFile[],
  host: PolicyHost | null = null,
): Promise<Result<PolicySet, readonly Problem[]>> {
  const manifestFile = files.find((file) => file.path === MANIFEST);
  if (manifestFile === undefined) return loadUndeclared(name, place, files, host);
  const manifest = parseManifest(manifestFile, files, `${place}/${MANIFEST}`);
  return manifest.ok ? loadDeclared(manifest.value, place, host) : manifest;
}

async function loadDeclared(
  manifest: Manifest,
  place: string,
  host: PolicyHost | null,
): Promise<Result<PolicySet, readonly Problem[]>> {
  const engine = await engineOf(manifest, place, host);
  if (!engine.ok) return engine;
  const riskRules = manifest.files.find((file) => file.path === manifest.riskFile) ?? null;
  const { files, policies } = manifest;
  const compiled = engine.value.compile({ set: place, files, policies });
  if (!compiled.ok) return compiled;
  return ok(setOf(engine.value, manifest.name, place, files, policies, compiled.value, riskRules, host));
}

async function engineOf(
  manifest: Manifest,
  place: string,
  host: PolicyHost | null,
): Promise<Result<PolicyEngine, readonly Problem[]>> {
  if (manifest.server !== null) {
    const { checkServer, opaServerEngine } = await import("./adapters/opa-server.ts");
    const checked = checkServer(manifest.server, host?.hosts ?? [], `${place}/${MANIFEST}`);
    return checked.ok ? ok(opaServerEngine(manifest.server)) : checked;
  }
  if (manifest.engine === "opa-wasm") return ok((await import("./adapters/opa-wasm.ts")).opaWasmEngine);
  return ok(manifest.engine === "sentinel" ? await sentinel() : regoEngine(manifest.regoVersion));
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
  folder: readonly PolicyFile[],
  host: PolicyHost | null,
): Promise<Result<PolicySet, readonly Problem[]>> {
  // Nobody says what an archive is for.
  const files = folder.filter((file) => file.bytes === undefined);
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
  const loaded = setOf(engine, name, place, files, policies, compiled, null, host);
  // A query may hand `input.plan` on as a whole.
  return ok(isHcpRego ? { ...loaded, planSections: null } : loaded);
}

function setOf(
  engine: PolicyEngine,
  name: string,
  place: string,
  files: readonly PolicyFile[],
  policies: readonly PolicyDefinition[],
  compiled: CompiledPolicies,
  riskRules: PolicyFile | null,
  host: PolicyHost | null,
): PolicySet {
  // What another OPA reads of a plan cannot be told here.
  const outside = engine.name === "opa-server" || engine.name === "opa-wasm";
  return {
    name,
    place,
    engine: engine.name,
    revision: revisionOf(files),
    policies,
    compiled,
    // A set that may reach nothing is judged without one.
    host: outside || (host?.hosts.length ?? 0) > 0 ? host : null,
    planSections: outside ? null : planSectionsIn(files, policies),
    riskRules,
  };
}
