import { pathText } from "../../base/index.ts";
import {
  type Change,
  compareRisk,
  type Environment,
  maxRisk,
  type RiskAssessment,
  type RiskClass,
  type RiskRuleHit,
} from "../../domain/index.ts";
import { type Assessed, assess } from "./assess.ts";
import type { RiskRules } from "./risk-rules.ts";

/**
 * RiskClass of a Change: the worst of what its action, each changed property, the environment and the values unknown at
 * plan time are worth. Another changed property never lowers it; a type that no rule knows is never `low`.
 * The same inputs always give the same answer, rules in the same order.
 */
export function classify(change: Change, environment: Environment, rules: RiskRules): RiskAssessment {
  const assessed = assess(change, environment, rules);
  const properties: Record<string, RiskClass> = Object.create(null);
  for (const { text, class: riskClass } of assessed.properties) {
    properties[text] = maxRisk(properties[text] ?? "low", riskClass);
  }
  return {
    class: assessed.class,
    rules: firedRules(assessed),
    properties,
    unknownType: !assessed.type.known,
  };
}

/** Rules that fired, worst first; low ones only where nothing worse fired. */
function firedRules(assessed: Assessed): readonly RiskRuleHit[] {
  const quiet = assessed.class === "low";
  const fired = new Map<string, RiskRuleHit>();
  const note = (hit: RiskRuleHit): void => {
    if (hit.class === "low" && !quiet) return;
    // A modifier is told once a place, any other rule once.
    const key =
      hit.path !== null && hit.rule.startsWith("modifier/") ? `${hit.rule} ${pathText(hit.path)}` : hit.rule;
    const old = fired.get(key);
    if (old === undefined || compareRisk(hit.class, old.class) > 0) fired.set(key, hit);
  };
  for (const hit of assessed.whole) note(hit);
  for (const property of assessed.properties) for (const hit of property.hits) note(hit);
  return fired.size < 2 ? [...fired.values()] : [...fired.values()].sort(byWeight);
}

function byWeight(left: RiskRuleHit, right: RiskRuleHit): number {
  const weight = compareRisk(right.class, left.class);
  if (weight !== 0) return weight;
  if (left.rule !== right.rule) return left.rule < right.rule ? -1 : 1;
  const [a, b] = [left.path, right.path].map((path) => (path === null ? "" : pathText(path)));
  return (a ?? "") < (b ?? "") ? -1 : (a ?? "") > (b ?? "") ? 1 : 0;
}
