import type { Finding } from "../../domain/index.ts";

type Advised = Pick<
  Finding,
  "status" | "delta" | "triage" | "change" | "results" | "verdict" | "cause" | "owner"
>;

/** One sentence for people: what to do about a finding. Lower-case start, no final full stop. */
export function adviceFor(finding: Advised): string {
  if (finding.delta === "gone") return "nothing to do: reality and code agree again";
  if (finding.status === "accepted") {
    return "nothing to do: accepted in the baseline, and told again when it moves";
  }
  if (finding.triage === "known_and_allowed") return allowedAdvice(finding);
  const { verdict } = finding;
  if (verdict.kind === "review" && verdict.attributionDeadline !== null) {
    return `wait until ${verdict.attributionDeadline} for the audit log to say who did it; after that it counts as a violation`;
  }
  const broken = verdict.kind === "review" ? verdict.erroring[0] : undefined;
  if (broken !== undefined) {
    return `repair policy \`${broken.policy.set}/${broken.policy.policy}\`, which could not be evaluated, and scan again`;
  }
  if (finding.cause.kind === "unapplied_commit") {
    return "apply the code: it moved and what is there did not follow";
  }
  if (finding.cause.kind === "break_glass_pending_adoption") {
    return `end the emergency change: adopt it into the code or roll it back${askHolder(finding)}`;
  }
  return verdict.kind === "violation" ? violationAdvice(finding) : reviewAdvice(finding);
}

function allowedAdvice({ verdict }: Advised): string {
  const permit = verdict.permit;
  switch (permit?.kind) {
    case "low_risk":
      return "nothing to do: the change is of low risk; adopt it into the code when you pass by";
    case "allow_rule":
      return `nothing to do: rule \`${permit.rule}\` of \`${permit.policy.set}/${permit.policy.policy}\` allows it`;
    case "cover":
      return `nothing to do while ${permit.cover.kind} \`${permit.cover.id}\` lasts; adopt it or roll it back before it ends`;
    case "approved_run":
      return `nothing to do: the approved pipeline run \`${permit.run}\` made it`;
    case "planned":
    case undefined:
      return "nothing to do: known and allowed";
  }
}

function violationAdvice(finding: Advised): string {
  const { change } = finding;
  if (!introduced(finding)) {
    return `correct the code and apply it: the rule fails for what \`${change.resource.address}\` declares as well, so rolling back does not cure it`;
  }
  const who = change.actor.person ?? change.actor.principal;
  const first =
    change.drift === "unmanaged"
      ? "delete the resource, or import it into the code in a form that the rules accept"
      : change.drift === "missing" || change.action === "delete"
        ? "apply the code to create the resource again, or remove it from the code"
        : "roll back by applying the code again, or adopt a form of it that the rules accept";
  const ask =
    who === null
      ? "; no recorded event says who did it: look at the platform's audit log"
      : `; ask ${who} why`;
  return `${first}${ask}`;
}

function reviewAdvice(finding: Advised): string {
  const { change } = finding;
  const who = change.actor.person ?? change.actor.principal ?? finding.owner;
  const ask = who === null ? "find out who did it and why" : `ask ${who} whether it is meant`;
  if (change.drift === "unmanaged") return `${ask}, then import the resource into the code or delete it`;
  if (change.drift === "missing" || change.action === "delete") {
    return `${ask}, then remove the resource from the code or apply the code to create it again`;
  }
  return `${ask}, then adopt it into the code or roll it back`;
}

function askHolder({ change }: Advised): string {
  const who = change.actor.person ?? change.actor.principal;
  return who === null ? "" : ` together with ${who}`;
}

/** Did the change bring at least one of the determining failures? Unknown counts as brought. */
function introduced({ results, verdict }: Advised): boolean {
  const failures = results
    .flatMap((result) => result.violations)
    .filter((violation) =>
      verdict.determining.some(
        (rule) => rule.rule === violation.rule && rule.policy.policy === violation.policy.policy,
      ),
    );
  return failures.length === 0 || failures.some((violation) => violation.introduced !== false);
}
