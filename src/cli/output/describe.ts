import { rfc3339 } from "../../base/index.ts";
import type {
  Actor,
  Cause,
  CoverRef,
  Decision,
  DecisionKind,
  DeterminingRule,
  PolicySetSummary,
  RedactedChange,
  RemovedNoise,
} from "../../domain/index.ts";
import { type Item, levelOf, type PlanHit, ruleId } from "./items.ts";
import { prose } from "./neutral-text.ts";

/** Phrases shared by the formats for people. Everything returned here is neutral, one line, and not yet escaped for a format. */

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `dana@example.com (arn:…) from 198.51.100.23 through the console`. */
export function whoText(change: RedactedChange): string {
  const { actor } = change;
  const from = actor.sourceIp === null ? "" : ` from ${prose(actor.sourceIp)}`;
  return `${nameText(actor)}${from}${channelText(change)}`;
}

/** Person and principal of an actor: `dana@example.com (arn:…)`. */
export function nameText(actor: Actor): string {
  const principal = actor.principal === null ? null : prose(actor.principal);
  const kind = actor.kind === "unknown" || actor.kind === "human" ? "" : `${actor.kind} `;
  if (actor.person === null) return principal === null ? "unknown" : `${kind}${principal}`;
  return principal === null || principal === actor.person
    ? `${kind}${prose(actor.person)}`
    : `${kind}${prose(actor.person)} (${principal})`;
}

function channelText(change: RedactedChange): string {
  const run = change.pipeline;
  if (run !== null) {
    const authority = run.approved ? "approved" : run.verified ? "verified, not approved" : "not verified";
    return ` in pipeline run ${prose(run.run)} (${authority})`;
  }
  switch (change.channel) {
    case "unknown":
      return ", channel unknown";
    case "console":
      return " through the console";
    case "iac":
      return " through infrastructure code";
    default:
      return ` through ${change.channel}`;
  }
}

/** `2026-11-03 02:07 UTC (21 days ago)`; text that is no date is shown as it is. */
export function timeText(time: string, now: string | null): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return prose(time);
  const shown = `${rfc3339(at).slice(0, 16).replace("T", " ")} UTC`;
  const from = now === null ? Number.NaN : Date.parse(now);
  return Number.isNaN(from) ? shown : `${shown} (${distance(at - from)})`;
}

function distance(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes === 0) return "now";
  const length =
    minutes < 120
      ? plural(minutes, "minute")
      : minutes < 48 * 60
        ? plural(Math.floor(minutes / 60), "hour")
        : plural(Math.floor(minutes / 1440), "day");
  return ms < 0 ? `${length} ago` : `in ${length}`;
}

/** When something is due, and whether that has passed. */
export function dueText(due: string, now: string | null): string {
  const late = now !== null && Date.parse(due) < Date.parse(now);
  return `${late ? "overdue since " : ""}${timeText(due, now)}`;
}

const CAUSES: Readonly<Record<Cause["kind"], string>> = {
  break_glass_pending_adoption: "made under break-glass, not yet adopted into code",
  bypassed_pipeline: "made directly, past the pipeline",
  unapplied_commit: "the code moved and was not applied",
  platform: "made by the platform itself",
  unknown: "not known",
};

/** Cause, confidence and evidence in one sentence. */
export function causeText(cause: Cause): string {
  if (cause.kind === "unknown" && cause.evidence.length === 0) return CAUSES.unknown;
  const evidence = cause.evidence.map((e) => `${prose(e.says)} [${prose(e.ref)}]`).join("; ");
  return `${CAUSES[cause.kind]} (${cause.kind}, ${cause.confidence} confidence)${evidence === "" ? "" : `: ${evidence}`}`;
}

/** One line for each rule that decided: id, level, message, and the cover that waives it. */
export function ruleTexts(item: Item): readonly string[] {
  const { judged } = item;
  const rules = judged.verdict.determining.map((rule) =>
    ruleText(rule, levelOf(judged, rule), introducedText(item, rule)),
  );
  const errors = judged.verdict.erroring.map(
    (e) => `${prose(e.policy.set)}/${prose(e.policy.policy)} could not be evaluated: ${prose(e.message)}`,
  );
  return [...rules, ...errors];
}

function ruleText(rule: DeterminingRule, level: string | null, introduced: string): string {
  const waived = rule.waivedBy === null ? "" : ` [waived by ${coverText(rule.waivedBy)}]`;
  const head = prose(ruleId(rule.policy, rule.rule));
  return `${head}${level === null ? "" : ` (${level})`}: ${prose(rule.message)}${introduced}${waived}`;
}

function introducedText(item: Item, rule: DeterminingRule): string {
  const violation = item.judged.results
    .flatMap((r) => r.violations)
    .find((v) => ruleId(v.policy, v.rule) === ruleId(rule.policy, rule.rule) && v.message === rule.message);
  return violation?.introduced === false ? " (already failing before this change)" : "";
}

/** One failure of the plan as a whole. */
export function planText(hit: PlanHit): string {
  const level = hit.level === null ? "" : ` (${hit.level})`;
  const waived = hit.waivedBy === null ? "" : ` [waived by ${coverText(hit.waivedBy)}]`;
  const said = hit.erroring ? `could not be evaluated: ${prose(hit.message)}` : `: ${prose(hit.message)}`;
  return `${prose(hit.rule)}${level}${hit.erroring ? " " : ""}${said}${waived}`;
}

export function coverText(cover: CoverRef): string {
  return `${cover.kind} ${prose(cover.id)}${cover.verified ? "" : ", unverified"}`;
}

/** What the policies advise without deciding. */
export function warningTexts(item: Item): readonly string[] {
  return item.judged.results.flatMap((result) => [
    ...result.warnings.map((w) => `${prose(ruleId(result.policy, w.rule))}: ${prose(w.message)}`),
    ...(result.level === "advisory"
      ? result.violations.map(
          (v) => `${prose(ruleId(result.policy, v.rule))} (advisory): ${prose(v.message)}`,
        )
      : []),
  ]);
}

/** Why, with what it would be if nothing covered it. */
export function becauseText(item: Item): string {
  const { verdict } = item.judged;
  const waived =
    verdict.withoutCovers.kind === verdict.kind
      ? ""
      : `; without covers it would be \`${verdict.withoutCovers.kind}\``;
  const baseline = item.finding?.status === "accepted" ? "; accepted in the baseline" : "";
  return `${verdict.kind} (row ${verdict.row}): ${prose(verdict.because)}${waived}${baseline}`;
}

/** As {@link becauseText}, without the reason where the rule that is told beside it says the same. */
export function verdictText(item: Item): string {
  const { verdict } = item.judged;
  const repeated = verdict.determining.some((rule) => rule.message === verdict.because);
  return repeated ? becauseText(item).replace(`: ${prose(verdict.because)}`, "") : becauseText(item);
}

/** What each decision means for the one who reads it, first word the decision itself. */
export function decisionText(decision: Decision): string {
  if (decision.kind === decision.wouldBe) return decisionWord(decision.kind);
  return `${decisionWord(decision.kind)} (action \`${decision.action}\`; otherwise ${decisionWord(decision.wouldBe)})`;
}

function decisionWord(kind: DecisionKind): string {
  return kind === "require_approval" ? "APPROVAL REQUIRED" : kind === "deny" ? "DENIED" : "ALLOWED";
}

export function setText(set: PolicySetSummary): string {
  return `${prose(set.name)} (${plural(set.policies, "policy", "policies")}, ${prose(set.engine)}, revision ${shortDigest(set.revision)})`;
}

/** `sha256:0123456789ab`: enough to compare by eye; the JSON format has the whole. */
export function shortDigest(digest: string): string {
  const clean = prose(digest);
  const colon = clean.indexOf(":") + 1;
  return clean.slice(0, colon + 12);
}

/** `null_to_empty 12, key_order 3`. */
export function noiseText(noise: readonly RemovedNoise[]): string {
  const counts = new Map<string, number>();
  for (const { normaliser } of noise) counts.set(normaliser, (counts.get(normaliser) ?? 0) + 1);
  return [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, count]) => `${prose(name)} ${count}`)
    .join(", ");
}
