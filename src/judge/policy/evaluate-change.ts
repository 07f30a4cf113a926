import { globMatches, type JsonObject } from "../../base/index.ts";
import type {
  Change,
  ChangeAction,
  PolicyResult,
  RiskAssessment,
  RuleMessage,
  Violation,
} from "../../domain/index.ts";
import { ask } from "./ask.ts";
import { outsidePipeline } from "./built-in-risk.ts";
import { changeDocument, type DocumentContext, documentBefore } from "./change-document.ts";
import type { HostExchange } from "./host.ts";
import {
  type Applies,
  type EvaluationBounds,
  type Judgement,
  type PolicyDefinition,
  SILENT,
  type SpokenRule,
} from "./policy-engine.ts";
import { type PolicySet, refOf } from "./policy-set.ts";

export interface EvaluationContext extends DocumentContext, EvaluationBounds {
  /** What the host answered, and where it is asked. An attempt that asked is to be made again. */
  readonly exchange: HostExchange;
  /** Removes every secret value from text that leaves an engine. */
  readonly scrub: (text: string) => string;
}

const PROPERTY_ACTIONS: readonly ChangeAction[] = ["create", "update", "replace"];

/** Every change policy of every set on one change, and the built-in set `risk`. */
export function evaluateChange(
  sets: readonly PolicySet[],
  change: Change,
  risk: RiskAssessment,
  context: EvaluationContext,
): PolicyResult[] {
  const results = [outsidePipeline(change, risk)];
  let document: JsonObject | null = null;
  for (const set of sets) {
    for (const policy of set.policies) {
      if (policy.document !== "change") continue;
      if (!appliesTo(policy.applies, change, context.point)) {
        results.push(emptyResult(set, policy, "not_applicable"));
        continue;
      }
      document ??= changeDocument(change, risk, context);
      results.push(resultOf(set, policy, document, change, context));
    }
  }
  return results;
}

function resultOf(
  set: PolicySet,
  policy: PolicyDefinition,
  document: JsonObject,
  change: Change,
  context: EvaluationContext,
): PolicyResult {
  const judgement = ask(set, policy, document, context, context.exchange);
  // Asked only on failure: most changes fail nothing, and the second evaluation is the price of telling who is to blame.
  const before =
    judgement.deny.length > 0 && change.before !== null
      ? ask(set, policy, documentBefore(document), context, context.exchange)
      : null;
  const introducedOf = (said: SpokenRule): boolean | null => {
    if (change.before === null) return true;
    if (before === null || before.error !== null) return null;
    return !before.deny.some((old) => sameRule(old, said));
  };
  if (isSilent(judgement)) return emptyResult(set, policy, "pass");
  return policyResult(set, policy, judgement, context.scrub, (said) => ({
    introduced: introducedOf(said),
    planLevel: false,
  }));
}

function isSilent(judgement: Judgement): boolean {
  const { deny, allow, review, warn, prints, error } = judgement;
  return error === null && deny.length + allow.length + review.length + warn.length + prints.length === 0;
}

/** Named rules are compared by name; unnamed ones by message, the only thing that tells them apart. */
export function sameRule(left: SpokenRule, right: SpokenRule): boolean {
  return left.rule === right.rule && (left.rule !== null || left.message === right.message);
}

export function policyResult(
  set: PolicySet,
  policy: PolicyDefinition,
  judgement: Judgement,
  scrub: (text: string) => string,
  blame: (said: SpokenRule) => Pick<Violation, "introduced" | "planLevel">,
): PolicyResult {
  const message = (said: SpokenRule, voice: string): RuleMessage => ({
    // A rule without a name of its own is known by the word it speaks with: `set/policy/deny`.
    rule: said.rule ?? voice,
    message: scrub(said.message),
    path: said.path,
    severity: said.severity,
  });
  const ref = refOf(set, policy);
  const { error } = judgement;
  return {
    policy: ref,
    level: policy.level,
    outcome: error !== null ? "error" : judgement.deny.length > 0 ? "fail" : "pass",
    violations: judgement.deny.map((said) => ({
      ...message(said, "deny"),
      ...blame(said),
      policy: ref,
      level: policy.level,
    })),
    allows: judgement.allow.map((said) => message(said, "allow")),
    reviews: judgement.review.map((said) => message(said, "review")),
    warnings: judgement.warn.map((said) => message(said, "warn")),
    error: error === null ? null : { code: error.code, message: scrub(error.message) },
    prints: judgement.prints.map(scrub),
  };
}

const EMPTY = new WeakMap<PolicySet, Map<string, PolicyResult>>();

/** One shared object a policy and outcome: a large plan has millions of results that say nothing. */
export function emptyResult(
  set: PolicySet,
  policy: PolicyDefinition,
  outcome: "pass" | "not_applicable",
): PolicyResult {
  const cache = EMPTY.get(set) ?? new Map<string, PolicyResult>();
  EMPTY.set(set, cache);
  const key = `${outcome}/${policy.name}`;
  const found = cache.get(key);
  if (found !== undefined) return found;
  const made: PolicyResult = { ...policyResult(set, policy, SILENT, String, NO_BLAME), outcome };
  cache.set(key, made);
  return made;
}

const NO_BLAME = () => ({ introduced: null, planLevel: false });

function appliesTo(applies: Applies, change: Change, point: DocumentContext["point"]): boolean {
  return (
    (applies.actions ?? PROPERTY_ACTIONS).includes(change.action) &&
    anyGlob(applies.types, change.resource.type) &&
    anyGlob(applies.addresses, change.resource.address) &&
    (applies.origins === undefined || applies.origins.includes(change.origin)) &&
    (applies.points === undefined || applies.points.includes(point))
  );
}

function anyGlob(patterns: readonly string[] | undefined, value: string): boolean {
  return patterns === undefined || patterns.some((pattern) => globMatches(pattern, value));
}
