import { globMatches } from "../../base/index.ts";
import { compareRisk, type DeclaredState, type RiskClass } from "../../domain/index.ts";
import type { RiskRules } from "./risk-rules.ts";
import { indexOf } from "./type-index.ts";

/** Which resource types a policy looks at. No globs: every type. */
export interface PolicyCoverage {
  /** `set/policy`. */
  readonly policy: string;
  readonly types: readonly string[];
}

/** One resource type of an estate. */
export interface SurveyRow {
  readonly type: string;
  readonly count: number;
  readonly class: RiskClass;
  readonly category: string;
  /** No rule knows the type: it is judged as {@link SurveyRow.class}, never low. */
  readonly unknownType: boolean;
  /** Policies that name the type, sorted. */
  readonly policies: readonly string[];
  /** Policies that look at every type. They cover, but say nothing about this one in particular. */
  readonly generalPolicies: readonly string[];
  /** High or critical, and no policy names it: the place to write the next policy. */
  readonly gap: boolean;
}

/** The types of an estate with counts, class and covering policies; the riskiest first, then the most frequent. */
export function survey(
  declared: readonly DeclaredState[],
  rules: RiskRules,
  coverage: readonly PolicyCoverage[],
): SurveyRow[] {
  const counts = new Map<string, number>();
  for (const { resource } of declared) counts.set(resource.type, (counts.get(resource.type) ?? 0) + 1);
  const index = indexOf(rules);
  const rows = [...counts].map(([type, count]): SurveyRow => {
    const rule = index.typeOf(type);
    const policies = coverage
      .filter(({ types }) => types.length > 0 && types.some((glob) => globMatches(glob, type)))
      .map(({ policy }) => policy)
      .sort();
    return {
      type,
      count,
      class: rule.class,
      category: rule.category,
      unknownType: !rule.known,
      policies,
      generalPolicies: coverage
        .filter(({ types }) => types.length === 0)
        .map(({ policy }) => policy)
        .sort(),
      gap: policies.length === 0 && compareRisk(rule.class, "high") >= 0,
    };
  });
  return rows.sort(
    (left, right) =>
      compareRisk(right.class, left.class) || right.count - left.count || (left.type < right.type ? -1 : 1),
  );
}
