export { accessKeysIn } from "./access-keys.ts";
export { classify } from "./classify.ts";
export { explainRisk, type RiskExplanation } from "./explain.ts";
export { mergeRiskRules } from "./merge-risk-rules.ts";
export { parseRiskRules } from "./parse-risk-rules.ts";
export type { AccessKeyRule, EnvironmentRule, RiskRules } from "./risk-rules.ts";
export { shippedRiskRules } from "./shipped-risk-rules.generated.ts";
export { type PolicyCoverage, type SurveyRow, survey } from "./survey.ts";
export { withAccessKeysOf } from "./with-access-keys-of.ts";
