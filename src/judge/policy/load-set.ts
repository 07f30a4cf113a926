import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { PolicyEngineName } from "../../domain/index.ts";
import { regoEngine } from "./adapters/rego.ts";
import { MANIFEST, type Manifest, parseManifest } from "./manifest.ts";
import type { CompiledPolicies, PolicyDefinition, PolicyEngine, PolicyFile } from "./policy-engine.ts";
import { type PolicySet, planSectionsIn, revisionOf } from "./policy-set.ts";

/** Files of a folder (see `readPolicyFolder`) → compiled set. A set that does not compile is no set: gates fail closed. */
export function loadPolicySet(
  name: string,
  place: string,
  files: readonly PolicyFile[],
): Result<PolicySet, readonly Problem[]> {
  const manifestFile = files.find((file) => file.path === MANIFEST);
  if (manifestFile === undefined) return loadPlainFolder(name, place, files);
  const manifest = parseManifest(manifestFile, files, `${place}/${MANIFEST}`);
  return manifest.ok ? loadDeclared(manifest.value, place) : manifest;
}

function loadDeclared(manifest: Manifest, place: string): Result<PolicySet, readonly Problem[]> {
  const engine = engineNamed(manifest.engine, manifest.regoVersion);
  if (engine === null) {
    const hint = "run it with `trueup sentinel`";
    return err([
      problem("engine_unsupported", `no adapter for engine \`${manifest.engine}\``, {
        place: { file: place },
        hint,
      }),
    ]);
  }
  const riskRules = manifest.files.find((file) => file.path === manifest.riskFile) ?? null;
  return compileSet(engine, manifest.name, place, manifest.files, manifest.policies, riskRules);
}

/** A folder of Rego without a manifest: each package that speaks is a policy, soft-mandatory. */
function loadPlainFolder(
  name: string,
  place: string,
  files: readonly PolicyFile[],
): Result<PolicySet, readonly Problem[]> {
  const engine = regoEngine();
  if (!files.some((file) => file.path.endsWith(".rego"))) {
    const hint = `name a folder with .rego files or with a ${MANIFEST}`;
    return err([
      problem("policy_missing", "there is no policy in the folder", { place: { file: place }, hint }),
    ]);
  }
  const discovered = engine.discover(place, files);
  if (!discovered.ok) return discovered;
  const { policies, compiled } = discovered.value;
  if (policies.length === 0) {
    const hint = "a policy has a rule named deny, violation, review, allow or warn";
    return err([
      problem("policy_missing", "no rule in the folder decides anything", { place: { file: place }, hint }),
    ]);
  }
  return ok(setOf(engine, name, place, files, policies, compiled, null));
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
    planSections,
    riskRules,
  };
}

function engineNamed(name: PolicyEngineName, regoVersion: 0 | 1): PolicyEngine | null {
  return name === "rego" ? regoEngine(regoVersion) : null;
}
