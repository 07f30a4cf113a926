import { canonicalJson, sha256Hex } from "../../base/index.ts";
import type { PolicyEngineName, PolicyRef, PolicySetSummary } from "../../domain/index.ts";
import type { CompiledPolicies, PolicyDefinition, PolicyFile } from "./policy-engine.ts";

/** A loaded, compiled set: policies of one engine with parameters, scope and level. */
export interface PolicySet {
  readonly name: string;
  /** Folder or file that it came from, for people. */
  readonly place: string;
  readonly engine: PolicyEngineName;
  /** `sha256:…` over names and contents of every file of the set; each Decision names it. */
  readonly revision: string;
  readonly policies: readonly PolicyDefinition[];
  readonly compiled: CompiledPolicies;
  /** Text of the set's own risk rules, `null` where it has none. */
  readonly riskRules: PolicyFile | null;
}

/** Content digest of a set. File order does not matter; line endings do: content is content. */
export function revisionOf(files: readonly PolicyFile[]): string {
  const listing = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => [file.path, sha256Hex(file.text)]);
  return `sha256:${sha256Hex(canonicalJson(listing))}`;
}

export function refOf(set: PolicySet, policy: PolicyDefinition): PolicyRef {
  return { set: set.name, revision: set.revision, policy: policy.name, engine: set.engine };
}

export function summaryOf(set: PolicySet): PolicySetSummary {
  return { name: set.name, revision: set.revision, engine: set.engine, policies: set.policies.length };
}
