import { isJsonArray, type Json, type JsonObject, member } from "../../base/index.ts";
import type { Change, PolicyResult } from "../../domain/index.ts";
import { ask } from "./ask.ts";
import { type Attribution, attribute } from "./attribute.ts";
import { entryBefore, planWithChanges } from "./drift-plan.ts";
import { type EvaluationContext, emptyResult, policyResult, sameRule } from "./evaluate-change.ts";
import { type PolicyDefinition, SILENT, type SpokenRule } from "./policy-engine.ts";
import type { PolicySet } from "./policy-set.ts";

export interface PlanEvaluation {
  /** Results of plan policies by change id; a change that a policy does not blame passes. */
  readonly byChange: ReadonlyMap<string, readonly PolicyResult[]>;
  /** One result a policy: failures of the plan as a whole, errors, and everything said that belongs to no change. */
  readonly plan: readonly PolicyResult[];
  /** One sentence for each policy whose attribution ran out of budget. */
  readonly notes: readonly string[];
}

/** A plan, its `resource_changes`, and which of them are Changes that are judged (reads and no-ops are not). */
interface JudgedPlan {
  readonly document: JsonObject;
  readonly entries: readonly Json[];
  readonly changeAt: ReadonlyMap<number, Change>;
  /** The document as it would be with these entries alone. */
  readonly withEntries: (entries: readonly Json[]) => JsonObject;
}

/** Every plan policy of every set on the plan as a whole, its failures attributed to the changes that bring them. */
export function evaluatePlan(
  sets: readonly PolicySet[],
  document: JsonObject,
  changes: readonly Change[],
  context: EvaluationContext,
  withEntries: (plan: JsonObject, entries: readonly Json[]) => JsonObject = planWithChanges,
): PlanEvaluation {
  const found = member(document, "resource_changes");
  const plan: JudgedPlan = {
    document,
    entries: isJsonArray(found) ? found : [],
    changeAt: new Map(changes.map((change) => [change.planIndex ?? -1, change])),
    withEntries: (entries) => withEntries(document, entries),
  };
  const byChange = new Map<string, PolicyResult[]>(changes.map((change) => [change.id, []]));
  const planResults: PolicyResult[] = [];
  const notes: string[] = [];
  for (const set of sets) {
    for (const policy of set.policies) {
      if (policy.document !== "plan" || !isAskedAt(policy, context)) continue;
      const evaluation = evaluatePolicy(set, policy, plan, context);
      const pass = emptyResult(set, policy, "pass");
      for (const change of changes) byChange.get(change.id)?.push(evaluation.blamed.get(change.id) ?? pass);
      planResults.push(evaluation.plan);
      if (evaluation.exhausted) notes.push(exhaustedText(policy));
    }
  }
  return { byChange, plan: planResults, notes };
}

function isAskedAt(policy: PolicyDefinition, context: EvaluationContext): boolean {
  return policy.applies.points === undefined || policy.applies.points.includes(context.point);
}

function evaluatePolicy(
  set: PolicySet,
  policy: PolicyDefinition,
  plan: JudgedPlan,
  context: EvaluationContext,
) {
  const denied = (entries: readonly Json[]): readonly SpokenRule[] =>
    ask(set, policy, plan.withEntries(entries), context, context.exchange).deny;
  const whole = ask(set, policy, plan.document, context, context.exchange);
  const { failures, exhausted } = attributeToChanges(plan, whole.deny, denied);
  const byIndex = new Map<number, SpokenRule[]>();
  const ofThePlan: SpokenRule[] = [];
  for (const { said, entries } of failures) {
    if (entries.length === 0) ofThePlan.push(said);
    for (const index of entries) byIndex.set(index, [...(byIndex.get(index) ?? []), said]);
  }
  const blamed = new Map<string, PolicyResult>();
  for (const [index, deny] of byIndex) {
    const change = plan.changeAt.get(index);
    if (change === undefined) continue;
    const old = change.before === null ? [] : denied([entryBefore(plan.entries[index] ?? null)]);
    const blame = (said: SpokenRule) => ({
      introduced: !old.some((earlier) => sameRule(earlier, said)),
      planLevel: false,
    });
    blamed.set(change.id, policyResult(set, policy, { ...SILENT, deny }, context.scrub, blame));
  }
  const planResult = policyResult(set, policy, { ...whole, deny: ofThePlan }, context.scrub, () => ({
    introduced: null,
    planLevel: true,
  }));
  return { plan: planResult, blamed, exhausted };
}

/** As {@link attribute}; what sits only on entries that are no Change stays a failure, told of the plan. */
function attributeToChanges(
  plan: JudgedPlan,
  whole: readonly SpokenRule[],
  denied: (entries: readonly Json[]) => readonly SpokenRule[],
): Attribution {
  if (whole.length === 0) return { failures: [], exhausted: false };
  const { failures, exhausted } = attribute(plan.entries, whole, denied);
  return {
    failures: failures.map(({ said, entries }) => ({
      said,
      entries: entries.filter((index) => plan.changeAt.has(index)),
    })),
    exhausted,
  };
}

function exhaustedText(policy: PolicyDefinition): string {
  return `policy \`${policy.name}\`: too many changes to tell which of them brings each failure; what was not placed in time is told of the plan as a whole`;
}
