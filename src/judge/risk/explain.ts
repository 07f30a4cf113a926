import type { PropertyPath } from "../../base/index.ts";
import type { Change, Environment, RiskAssessment, RiskClass, RiskRuleHit } from "../../domain/index.ts";
import { assess } from "./assess.ts";
import { classify } from "./classify.ts";
import type { RiskRules } from "./risk-rules.ts";

/** How a class came about, for `trueup risk explain`: nothing in it is a value of the resource. */
export interface RiskExplanation {
  readonly assessment: RiskAssessment;
  readonly type: {
    readonly name: string;
    readonly known: boolean;
    /** `aws/network-access`; `null` when no group holds the type. */
    readonly group: string | null;
    readonly category: string;
    readonly class: RiskClass;
    readonly stateful: boolean;
    /** Ends the sentence "this decides …"; may be empty. */
    readonly says: string;
  };
  /** Rule files that took part, in order: the later lie over the earlier. */
  readonly sources: readonly string[];
  /** Environments whose labels matched. */
  readonly environments: readonly string[];
  /** Rules about the resource as a whole: that it comes, goes, is unknown, or has values unknown at plan time. */
  readonly whole: readonly RiskRuleHit[];
  readonly properties: readonly {
    readonly path: PropertyPath;
    readonly text: string;
    readonly class: RiskClass;
    readonly hits: readonly RiskRuleHit[];
  }[];
}

export function explainRisk(change: Change, environment: Environment, rules: RiskRules): RiskExplanation {
  const { type, base, stateful, environments, whole, properties } = assess(change, environment, rules);
  return {
    assessment: classify(change, environment, rules),
    type: {
      name: type.type,
      known: type.known,
      group: type.group,
      category: type.category,
      class: base,
      stateful,
      says: type.says,
    },
    sources: rules.sources,
    environments: environments.map((rule) => rule.name),
    whole,
    properties,
  };
}
