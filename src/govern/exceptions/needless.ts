import type { JudgedChange, PolicyException } from "../../domain/index.ts";

/**
 * Exceptions whose rule would pass now: over everything that was judged, some change was held by the scope, the rule was
 * evaluated there, and it failed nowhere. `holds` is the verdict's own question, so that no second opinion on scopes exists.
 */
export function needlessExceptions(
  exceptions: readonly PolicyException[],
  judged: readonly JudgedChange[],
  holds: (exception: PolicyException, judged: JudgedChange) => boolean,
): readonly PolicyException[] {
  return exceptions.filter((exception) => {
    const spoken = judged
      .filter((item) => holds(exception, item))
      .flatMap((item) => item.results)
      .filter(({ policy }) => names(exception.rule, `${policy.set}/${policy.policy}`))
      .filter(({ outcome }) => outcome !== "not_applicable");
    const needed = ({ outcome, violations }: (typeof spoken)[number]): boolean =>
      outcome === "error" || violations.some((violation) => namesRule(exception.rule, violation.rule));
    return spoken.length > 0 && !spoken.some(needed);
  });
}

function names(rule: string, policy: string): boolean {
  return rule === policy || rule.startsWith(`${policy}/`);
}

function namesRule(wanted: string, rule: string): boolean {
  const [, , ...rest] = wanted.split("/");
  return rest.length === 0 || rest.join("/") === rule;
}
