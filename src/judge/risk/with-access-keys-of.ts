import { accessKeysIn, type LabelReader } from "./access-keys.ts";
import { mergeRiskRules } from "./merge-risk-rules.ts";
import { EMPTY_RISK_RULES, type RiskRules } from "./risk-rules.ts";

/**
 * The rules, with the tag and label keys that this estate itself reads to decide access (see {@link accessKeysIn}).
 * The same object when the estate reads none, so that what was derived from the rules is kept.
 */
export function withAccessKeysOf(rules: RiskRules, declared: readonly LabelReader[]): RiskRules {
  const accessKeys = accessKeysIn(declared);
  return accessKeys.length === 0 ? rules : mergeRiskRules(rules, { ...EMPTY_RISK_RULES, accessKeys });
}
