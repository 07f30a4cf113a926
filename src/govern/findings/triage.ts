import { sha256Hex } from "../../base/index.ts";
import {
  type Cause,
  compareRisk,
  type Finding,
  type JudgedChange,
  type ReadGap,
  type RedactedChange,
  resourceKey,
  type Triage,
  type Verdict,
  type VerdictKind,
} from "../../domain/index.ts";
import { adviceFor } from "./advice.ts";
import { type Baseline, canBeAccepted } from "./baseline.ts";
import { compareText, groupFindings } from "./grouping.ts";
import { type DueRules, dueAfter, type OwnerRule, ownerOf } from "./rules.ts";

export interface TriageInput {
  readonly workspace: string;
  /** Observed changes of this scan, judged. */
  readonly judged: readonly JudgedChange[];
  /** Every finding of the workspace so far, resolved ones included, so that one that comes back is reopened. */
  readonly known: readonly Finding[];
  readonly baseline: Baseline;
  readonly owners: readonly OwnerRule[];
  readonly dueRules: DueRules;
  /** What this scan could not read: findings there are not gone, they were not looked at. */
  readonly gaps: readonly ReadGap[];
  /** RFC 3339. */
  readonly now: string;
  /** See `groupFindings`. */
  readonly groupWindowMs?: number;
}

export interface TriageOutcome {
  /** One for each changed resource: new, changed or unchanged. Ordered by address. */
  readonly findings: readonly Finding[];
  /** Findings of earlier scans that are no longer there; now resolved. */
  readonly gone: readonly Finding[];
  /** Findings of earlier scans at places that this scan could not read; left as they were. */
  readonly unseen: readonly Finding[];
}

/**
 * Turns judged observed changes into the next state of the workspace's findings. Pure, independent of input order; the same
 * changes triaged again are all `unchanged`.
 */
export function triage(input: TriageInput): TriageOutcome {
  const known = new Map(input.known.map((finding) => [finding.id, finding]));
  const present = worstPerFinding(input.workspace, input.judged);
  const findings = [...present].map(([id, judged]) => nextState(id, judged, known.get(id), input));
  const groups = groupFindings(findings, input.groupWindowMs);
  const absent = input.known.filter((finding) => finding.status !== "resolved" && !present.has(finding.id));
  return {
    findings: findings
      .map((finding) => ({ ...finding, group: groups.get(finding.id) ?? null }))
      .sort(byAddress),
    gone: absent
      .filter((finding) => !unread(finding, input.gaps))
      .map(resolve)
      .sort(byAddress),
    unseen: absent.filter((finding) => unread(finding, input.gaps)).sort(byAddress),
  };
}

/** `fnd_` and 12 hexadecimal characters: the same resource in the same workspace is the same Finding in every scan. */
export function findingId(workspace: string, change: Pick<RedactedChange, "id" | "resource">): string {
  // The change id tells a deposed object from the current one at the same address.
  return `fnd_${sha256Hex(JSON.stringify([workspace, resourceKey(change.resource), change.id])).slice(0, 12)}`;
}

const SEVERITY: Readonly<Record<VerdictKind, number>> = { allowed: 0, review: 1, violation: 2 };

/** A source that tells one resource twice must not lose the worse half. */
function worstPerFinding(workspace: string, judged: readonly JudgedChange[]): Map<string, JudgedChange> {
  const worst = new Map<string, JudgedChange>();
  for (const next of judged) {
    const id = findingId(workspace, next.change);
    const held = worst.get(id);
    if (held === undefined || isWorse(next, held)) worst.set(id, next);
  }
  return worst;
}

function isWorse(next: JudgedChange, held: JudgedChange): boolean {
  const bySeverity = SEVERITY[next.verdict.kind] - SEVERITY[held.verdict.kind];
  if (bySeverity !== 0) return bySeverity > 0;
  const byRisk = compareRisk(next.risk.class, held.risk.class);
  if (byRisk !== 0) return byRisk > 0;
  const byDigest = compareText(next.change.digest, held.change.digest);
  // Only so that the choice does not depend on the order of input.
  return (byDigest || compareText(JSON.stringify(next), JSON.stringify(held))) < 0;
}

function nextState(
  id: string,
  judged: JudgedChange,
  before: Finding | undefined,
  input: TriageInput,
): Finding {
  const { change, verdict } = judged;
  const accepted = input.baseline.get(id)?.digest === change.digest && canBeAccepted(judged);
  const status = accepted ? "accepted" : "open";
  const delta =
    before === undefined || before.status === "resolved"
      ? "new"
      : moved(before, judged)
        ? "changed"
        : "unchanged";
  const cause: Cause = change.cause ?? { kind: "unknown", confidence: "low", evidence: [] };
  const state = {
    id,
    workspace: input.workspace,
    status,
    triage: accepted ? "known_and_allowed" : TRIAGE[verdict.kind],
    delta,
    change,
    risk: judged.risk,
    results: judged.results,
    verdict,
    cause,
    owner: ownerOf(change, input.owners),
    due: null,
    firstSeen: before?.firstSeen ?? input.now,
    lastSeen: input.now,
    group: null,
  } as const;
  return { ...state, due: dueOf(state, before, input), advice: adviceFor(state) };
}

const TRIAGE: Readonly<Record<VerdictKind, Triage>> = {
  allowed: "known_and_allowed",
  violation: "remediate",
  review: "review",
};

/** Another value, another judgement, or another answer to who did it and when: each is news, and is recorded. */
function moved(before: Finding, judged: JudgedChange): boolean {
  return (
    before.change.digest !== judged.change.digest ||
    verdictSignature(before.verdict) !== verdictSignature(judged.verdict) ||
    attribution(before.change) !== attribution(judged.change)
  );
}

function attribution({ actor, time, cause }: RedactedChange): string {
  return JSON.stringify([actor.principal, actor.person, time, cause?.kind ?? "unknown"]);
}

/** What must stay the same for a verdict not to have moved. Revisions are left out: a policy edit that changes nothing is no news. */
function verdictSignature(verdict: Verdict): string {
  const rules = verdict.determining.map((rule) =>
    JSON.stringify([rule.policy.set, rule.policy.policy, rule.rule, rule.waivedBy?.id ?? null]),
  );
  return JSON.stringify([verdict.kind, verdict.row, [...new Set(rules)].sort(compareText)]);
}

/**
 * Nothing is due for what is known and allowed. Otherwise the clock starts when the finding is first told, and moving the drift
 * again does not stop it: only a lower risk class, or having been allowed meanwhile, gives new time.
 */
function dueOf(
  state: Pick<Finding, "triage" | "risk" | "delta">,
  before: Finding | undefined,
  input: TriageInput,
): string | null {
  if (state.triage === "known_and_allowed") return null;
  const fresh = dueAfter(input.now, input.dueRules[state.risk.class]);
  if (before === undefined || before.due === null || state.delta === "new") return fresh;
  const lowered = compareRisk(state.risk.class, before.risk.class) < 0;
  return lowered || Date.parse(fresh) < Date.parse(before.due) ? fresh : before.due;
}

function unread(finding: Finding, gaps: readonly ReadGap[]): boolean {
  const { address, type } = finding.change.resource;
  return gaps.some((gap) => gap.subject === null || gap.subject === address || gap.subject === type);
}

function resolve(finding: Finding): Finding {
  const state = { ...finding, status: "resolved", delta: "gone", due: null, group: null } as const;
  return { ...state, advice: adviceFor(state) };
}

function byAddress(a: Finding, b: Finding): number {
  return compareText(a.change.resource.address, b.change.resource.address) || compareText(a.id, b.id);
}
