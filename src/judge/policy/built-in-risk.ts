import type {
  Change,
  PolicyRef,
  PolicyResult,
  RiskAssessment,
  RuleMessage,
  Violation,
} from "../../domain/index.ts";

/** Name of the built-in policy set. Its rules can be excepted like any other: `risk/outside-pipeline/high`. */
export const RISK_SET = "risk";

/** Changes with the day the built-in rules change, so that every Decision names the rules that made it. */
export const RISK_SET_REVISION = "built-in:1";

const POLICY: PolicyRef = {
  set: RISK_SET,
  revision: RISK_SET_REVISION,
  policy: "outside-pipeline",
  engine: "built-in",
};

/**
 * High and critical changes go through the pipeline: attempted or observed outside of it they fail, soft-mandatory.
 * What nobody changed is not judged here: an unapplied commit is code that moved, not a change made outside.
 */
export function outsidePipeline(change: Change, risk: RiskAssessment): PolicyResult {
  const applies =
    change.origin !== "planned" &&
    change.cause?.kind !== "unapplied_commit" &&
    (risk.class === "high" || risk.class === "critical");
  if (!applies) return result("not_applicable", []);
  if (change.pipeline?.verified === true) return result("pass", []);
  const said: RuleMessage = {
    rule: risk.class,
    message: `a change of class ${risk.class} was made outside the pipeline${by(change)}`,
    path: risk.rules[0]?.path ?? null,
    severity: null,
  };
  return result("fail", [
    { ...said, policy: POLICY, level: "soft-mandatory", introduced: true, planLevel: false },
  ]);
}

function by(change: Change): string {
  if (change.channel === "unknown") return "";
  return change.channel === "console" ? ", from the console" : `, through the ${change.channel} channel`;
}

function result(outcome: PolicyResult["outcome"], violations: readonly Violation[]): PolicyResult {
  return {
    policy: POLICY,
    level: "soft-mandatory",
    outcome,
    violations,
    allows: [],
    reviews: [],
    warnings: [],
    error: null,
    prints: [],
  };
}
