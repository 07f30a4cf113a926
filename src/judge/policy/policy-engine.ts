import type { Json, JsonObject, Problem, PropertyPath, Result } from "../../base/index.ts";
import type {
  ChangeAction,
  ChangeOrigin,
  EnforcementLevel,
  EnforcementPoint,
  PolicyDocument,
  PolicyEngineName,
} from "../../domain/index.ts";
import type { HostAnswers, HostRequest } from "./host.ts";

/** One file of a policy set. `path` is relative to the set's folder, with `/`. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
  /** Of a file that is no text, a bundle; `text` is then empty. */
  readonly bytes?: Uint8Array;
}

/** Changes that a policy is asked about. An absent list asks about all. Types and addresses are globs. */
export interface Applies {
  readonly types?: readonly string[];
  readonly addresses?: readonly string[];
  /** Absent: create, update and replace. Property policies say nothing about what is being removed. */
  readonly actions?: readonly ChangeAction[];
  readonly origins?: readonly ChangeOrigin[];
  readonly points?: readonly EnforcementPoint[];
}

/** One policy of a set as its manifest declares it, or as a plain folder implies it. */
export interface PolicyDefinition {
  readonly name: string;
  readonly description: string;
  readonly level: EnforcementLevel;
  readonly document: PolicyDocument;
  /** What the engine evaluates: a Rego package (`trueup.aws.open_ssh`), a Sentinel file. */
  readonly entry: string;
  readonly parameters: JsonObject;
  readonly applies: Applies;
}

/** A rule that failed or spoke, as an engine returns it: clear text, not yet scrubbed of secrets. */
export interface SpokenRule {
  /** The rule's own name, `null` where the policy gave none. */
  readonly rule: string | null;
  readonly message: string;
  readonly path: PropertyPath | null;
  readonly severity: string | null;
}

/** What one policy says of one document. An error excludes everything else. */
export interface Judgement {
  readonly deny: readonly SpokenRule[];
  readonly allow: readonly SpokenRule[];
  readonly review: readonly SpokenRule[];
  readonly warn: readonly SpokenRule[];
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly prints: readonly string[];
}

/** What bounds one evaluation. Policies are hostile text: every evaluation has an end. */
export interface EvaluationBounds {
  /** Epoch milliseconds shown to the policy as "now"; the same for a whole scan or check. */
  readonly now: number;
  /** Monotonic milliseconds, injected. */
  readonly monotonic: () => number;
  /** Longest time that one policy may take on one document, in milliseconds. */
  readonly timeoutMs: number;
}

/** An evaluation that cannot end before the host answered: answer all of it and judge again. */
export interface Suspended {
  readonly requests: readonly HostRequest[];
}

/** Compiled policies of one set. */
export interface CompiledPolicies {
  /** Synchronous and pure. The same arguments give the same answer; what the host must do comes back as {@link Suspended}. */
  judge(
    policy: PolicyDefinition,
    document: Json,
    bounds: EvaluationBounds,
    answers: HostAnswers,
  ): Judgement | Suspended;
}

export function isSuspended(outcome: Judgement | Suspended): outcome is Suspended {
  return "requests" in outcome;
}

export interface EngineInput {
  readonly set: string;
  readonly files: readonly PolicyFile[];
  readonly policies: readonly PolicyDefinition[];
}

export interface DiscoveredPolicies {
  readonly policies: readonly PolicyDefinition[];
  readonly compiled: CompiledPolicies;
}

/**
 * What evaluates policies: an engine of this project, or one outside that is asked through the host.
 * Pure: files in, judgements or needs out; every implementation passes the same contract suite.
 */
export interface PolicyEngine {
  readonly name: PolicyEngineName;
  compile(input: EngineInput): Result<CompiledPolicies, readonly Problem[]>;
}

/** An engine that reads policy source, so that a folder without a manifest tells what it holds. */
export interface SourceEngine extends PolicyEngine {
  /** Policies that a folder without a manifest implies, compiled. `set` is the folder as it is shown. */
  discover(set: string, files: readonly PolicyFile[]): Result<DiscoveredPolicies, readonly Problem[]>;
}

export const SILENT: Judgement = { deny: [], allow: [], review: [], warn: [], error: null, prints: [] };
