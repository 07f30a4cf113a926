import type { PropertyPath } from "../base/index.ts";

export type RiskClass = "low" | "medium" | "high" | "critical";

const ORDER: readonly RiskClass[] = ["low", "medium", "high", "critical"];

/** Negative when `left` is the lesser risk, zero when equal. */
export function compareRisk(left: RiskClass, right: RiskClass): number {
  return ORDER.indexOf(left) - ORDER.indexOf(right);
}

export function maxRisk(left: RiskClass, right: RiskClass): RiskClass {
  return compareRisk(left, right) >= 0 ? left : right;
}

/** One risk rule that fired. */
export interface RiskRuleHit {
  /** Stable rule id: `aws/security-group/ingress`, `modifier/public-cidr`. */
  readonly rule: string;
  readonly class: RiskClass;
  /** Property that made it fire; `null` for rules about the whole resource. */
  readonly path: PropertyPath | null;
  /** One sentence for people. */
  readonly reason: string;
}

/** RiskClass of a Change, with the rules that gave it and the class of each changed property. */
export interface RiskAssessment {
  readonly class: RiskClass;
  readonly rules: readonly RiskRuleHit[];
  /** By path text (see `pathText`) of each PropertyChange. */
  readonly properties: Readonly<Record<string, RiskClass>>;
  /** No rule knows the resource type: never `low`. */
  readonly unknownType: boolean;
}
