import { canonicalJson, sha256Hex } from "../../base/index.ts";
import type { PolicyEngineName, PolicyRef, PolicySetSummary } from "../../domain/index.ts";
import type { PolicyHost } from "./host.ts";
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
  /** What it may have done for it; `null`: nothing. */
  readonly host: PolicyHost | null;
  /** Top-level plan members that its plan policies may read; `null` when that cannot be told from their text. */
  readonly planSections: readonly string[] | null;
  /** Text of the set's own risk rules, `null` where it has none. */
  readonly riskRules: PolicyFile | null;
}

/** Content digest of a set. File order does not matter; line endings do: content is content. */
export function revisionOf(files: readonly PolicyFile[]): string {
  const listing = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map((file) => [file.path, sha256Hex(file.bytes ?? file.text)]);
  return `sha256:${sha256Hex(canonicalJson(listing))}`;
}

export function refOf(set: PolicySet, policy: PolicyDefinition): PolicyRef {
  return { set: set.name, revision: set.revision, policy: policy.name, engine: set.engine };
}

export function summaryOf(set: PolicySet): PolicySetSummary {
  return { name: set.name, revision: set.revision, engine: set.engine, policies: set.policies.length };
}

const PLAN_SECTIONS = [
  "variables",
  "planned_values",
  "resource_drift",
  "resource_changes",
  "deferred_changes",
  "output_changes",
  "prior_state",
  "configuration",
  "relevant_attributes",
  "checks",
] as const;

type Section = (typeof PLAN_SECTIONS)[number];

/** `input` used as a whole, indexed by a variable, or handed on: then any section may be read. */
const WHOLE_INPUT = /\binput\b(?!\s*\.\s*[A-Za-z_]|\s*\[\s*")/;

/** Sections named in the text of plan policies. Too many is only slower; too few would be a wrong answer. */
export function planSectionsIn(
  files: readonly PolicyFile[],
  policies: readonly PolicyDefinition[],
): readonly string[] | null {
  if (policies.every((policy) => policy.document !== "plan")) return [];
  const code = files.filter((file) => file.path.endsWith(".rego")).map((file) => withoutComments(file.text));
  if (code.length === 0 || code.some((text) => WHOLE_INPUT.test(text))) return null;
  return PLAN_SECTIONS.filter((section) => code.some((text) => text.includes(section)));
}

function withoutComments(text: string): string {
  return text.replace(/^\s*#.*$/gm, "");
}

/** What of a plan the sets need to see, `null` for everything: very large plans are read in sections. */
export function sectionsRead(sets: readonly PolicySet[]): readonly Section[] | null {
  const named = new Set<string>();
  for (const set of sets) {
    if (set.planSections === null) return null;
    for (const section of set.planSections) named.add(section);
  }
  return PLAN_SECTIONS.filter((section) => named.has(section));
}
