import type { PropertyPath } from "../base/index.ts";

export type EnforcementLevel = "advisory" | "soft-mandatory" | "hard-mandatory";

export type PolicyEngineName = "rego" | "sentinel" | "built-in" | "opa-server" | "opa-wasm";

/** Which document a policy wants to see. */
export type PolicyDocument = "change" | "plan" | "admission";

/** Names one policy in one loaded set. */
export interface PolicyRef {
  readonly set: string;
  /** Content digest of the set: `sha256:…`. */
  readonly revision: string;
  readonly policy: string;
  readonly engine: PolicyEngineName;
}

/** One rule that failed, or one `allow`/`review`/`warn` that spoke. */
export interface RuleMessage {
  /** Stable rule name: the rule's own `rule` field, or the rule's path in the policy text. */
  readonly rule: string;
  readonly message: string;
  readonly path: PropertyPath | null;
  /** What the policy's author calls it (`high`); never changes a level. */
  readonly severity: string | null;
}

/** One failing rule on one change. Immutable; *waived* when covered, never hidden. */
export interface Violation extends RuleMessage {
  readonly policy: PolicyRef;
  readonly level: EnforcementLevel;
  /** Does the rule pass on `before`? `true`: this change brought it; `false`: it was there already; `null`: not known. */
  readonly introduced: boolean | null;
  /** The rule judged the plan as a whole and could not be attributed to one change. */
  readonly planLevel: boolean;
}

/** One policy on one change. */
export interface PolicyResult {
  readonly policy: PolicyRef;
  readonly level: EnforcementLevel;
  readonly outcome: "pass" | "fail" | "error" | "not_applicable";
  readonly violations: readonly Violation[];
  readonly allows: readonly RuleMessage[];
  readonly reviews: readonly RuleMessage[];
  readonly warnings: readonly RuleMessage[];
  /** Why it could not be evaluated; `null` unless `outcome` is `error`. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Text that the policy printed, already scrubbed of secrets. */
  readonly prints: readonly string[];
}
