import { canonicalJson, type Json, pathText } from "../base/index.ts";
import type {
  Actor,
  Finding,
  Notice,
  NoticeFact,
  NoticeKind,
  NoticeState,
  RiskClass,
  ScanReport,
  Severity,
} from "../domain/index.ts";

/** What a scan found, as far as somebody is to be told: violations and reviews that are new or moved, and those that ended. */
export function noticesOf(
  report: Pick<ScanReport, "time" | "environment" | "findings" | "gone">,
  newId: () => string,
): readonly Notice[] {
  const moved = report.findings.filter(({ delta }) => delta === "new" || delta === "changed");
  const now = moved.flatMap((finding) => {
    const told = kindOf(finding);
    return told === null ? [] : [noticeOf(finding, told.kind, told.state, report, newId())];
  });
  const ended = report.gone
    .filter(({ triage }) => triage !== "known_and_allowed")
    .map((finding) => noticeOf(finding, "finding.gone", "ended", report, newId()));
  return [...now, ...ended];
}

function kindOf(finding: Finding): { readonly kind: NoticeKind; readonly state: NoticeState } | null {
  if (finding.status === "open" && finding.triage === "remediate")
    return { kind: "finding.violation", state: "open" };
  if (finding.status === "open" && finding.triage === "review")
    return { kind: "finding.review", state: "open" };
  // It may have been a violation before; where nothing was told of it, channels drop the end.
  return finding.delta === "changed" ? { kind: "finding.settled", state: "ended" } : null;
}

const SEVERITY: Readonly<Record<RiskClass, Severity>> = {
  critical: "critical",
  high: "error",
  medium: "warning",
  low: "info",
};
const SAYS: Partial<Readonly<Record<NoticeKind, string>>> = {
  "finding.violation": "breaks a policy",
  "finding.review": "waits for review",
  "finding.settled": "is known and allowed",
  "finding.gone": "is as it was declared again",
};
const PROPERTIES_MAX = 5;

function noticeOf(
  finding: Finding,
  kind: NoticeKind,
  state: NoticeState,
  { time, environment }: Pick<ScanReport, "time" | "environment">,
  id: string,
): Notice {
  const { change, risk, verdict } = finding;
  return {
    id,
    kind,
    time,
    workspace: finding.workspace,
    labels: environment.labels,
    class: risk.class,
    severity: state === "ended" ? "info" : SEVERITY[risk.class],
    owner: finding.owner,
    subject: finding.id,
    state,
    title: `${change.resource.address} ${SAYS[kind] ?? "moved"}`,
    text: state === "ended" ? (SAYS[kind] ?? "it ended") : `${verdict.because}; ${finding.advice}`,
    facts: factsOf(finding),
    links: [
      {
        label: kind === "finding.review" ? "Review it" : "Open the finding",
        path: `findings/${encodeURIComponent(finding.id)}`,
      },
    ],
    due: state === "ended" ? null : finding.due,
  };
}

function factsOf({ change, risk, verdict, cause }: Finding): readonly NoticeFact[] {
  const rules = verdict.determining.filter(({ waivedBy }) => waivedBy === null);
  const shown = change.properties.slice(0, PROPERTIES_MAX);
  const more = change.properties.length - shown.length;
  return [
    { name: "Risk", value: [risk.class, risk.rules[0]?.reason].filter(Boolean).join(": ") },
    { name: "Changed by", value: `${whoIs(change.actor)} (${change.channel})` },
    ...(change.time === null ? [] : [{ name: "When", value: change.time }]),
    ...(cause.kind === "unknown" ? [] : [{ name: "Cause", value: cause.kind.replaceAll("_", " ") }]),
    ...(rules[0] === undefined
      ? []
      : [{ name: "Policy", value: `${rules[0].policy.set}/${rules[0].policy.policy}: ${rules[0].message}` }]),
    ...shown.map(({ path, before, after, sensitive, unknown }) => ({
      name: pathText(path),
      value: sensitive
        ? "(secret)"
        : `${shortly(before)} → ${unknown ? "(known after apply)" : shortly(after)}`,
    })),
    ...(more > 0 ? [{ name: "and", value: `${more} more properties` }] : []),
  ];
}

function whoIs({ person, principal }: Actor): string {
  return person ?? principal ?? "unknown";
}

function shortly(value: Json): string {
  const text = canonicalJson(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
