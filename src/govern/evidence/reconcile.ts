import { isJsonObject, type Json, member, stringMember } from "../../base/index.ts";
import type { AuditEntry } from "../../domain/index.ts";

/** Exactly one of these for each observed change. */
export const OUTCOMES = [
  "pipeline",
  "approved",
  "break_glass",
  "known_and_allowed",
  "violation",
  "review",
] as const;
export type ReconciledOutcome = (typeof OUTCOMES)[number];

/** An entry at its place in the log. */
export interface PlacedEntry {
  readonly index: number;
  readonly entry: AuditEntry;
}

/** One observed change of the period, with the latest judgement of it. */
export interface ReconciledChange {
  /** Workspace, change and digest: the same drift seen again is the same change, another value is another one. */
  readonly key: string;
  readonly outcome: ReconciledOutcome;
  readonly subject: string;
  readonly workspace: string;
  readonly happenedAt: string | null;
  readonly who: string;
  readonly because: string;
  readonly finding: string | null;
  /** Places in the log of every entry about it, oldest first. */
  readonly entries: readonly number[];
}

export interface Reconciliation {
  readonly changes: readonly ReconciledChange[];
  readonly counts: Readonly<Record<ReconciledOutcome, number>>;
  /** Attempts at enforcement points, by their Decisions' answers. */
  readonly attempts: Readonly<Record<string, number>>;
}

/** Complete by construction: each observed change of the entries is in the answer once, and the counts add up to their number. */
export function reconcile(entries: Iterable<PlacedEntry>): Reconciliation {
  const latest = new Map<string, { readonly placed: PlacedEntry; readonly all: number[] }>();
  const attempts: Record<string, number> = {};
  for (const placed of entries) {
    const { entry, index } = placed;
    if (entry.kind === "decision" || entry.kind === "fail_open") {
      const answer = entry.kind === "fail_open" ? "fail_open" : (entry.answer ?? "none");
      attempts[answer] = (attempts[answer] ?? 0) + 1;
    }
    const key = changeKey(entry);
    if (key === null) continue;
    const all = latest.get(key)?.all ?? [];
    all.push(index);
    latest.set(key, { placed, all });
  }
  const changes = [...latest].map(([key, { placed, all }]) => reconciled(key, placed.entry, all));
  const counts = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<
    ReconciledOutcome,
    number
  >;
  for (const { outcome } of changes) counts[outcome]++;
  return { changes, counts, attempts };
}

function changeKey({ kind, workspace, details }: AuditEntry): string | null {
  if (kind !== "verdict" || stringMember(details, "origin") !== "observed") return null;
  return JSON.stringify([workspace, stringMember(details, "change"), stringMember(details, "digest")]);
}

function reconciled(key: string, entry: AuditEntry, entries: readonly number[]): ReconciledChange {
  const { actor, details, subject, workspace, because } = entry;
  return {
    key,
    outcome: outcomeOf(entry),
    subject,
    workspace,
    happenedAt: stringMember(details, "happened_at"),
    who: actor.person ?? actor.principal ?? "unknown",
    because,
    finding: stringMember(details, "finding"),
    entries,
  };
}

/** By what the verdict rests on; what nobody answered for yet is for review. */
function outcomeOf({ answer, details }: AuditEntry): ReconciledOutcome {
  if (answer === "violation") return "violation";
  if (answer !== "allowed") return "review";
  const verdict = isJsonObject(details) ? member(details, "verdict") : undefined;
  const covers = coverKinds(isJsonObject(verdict) ? member(verdict, "covers") : undefined);
  if (covers.includes("grant")) return "break_glass";
  if (covers.includes("approval")) return "approved";
  const permit = stringMember(verdict, "permit");
  return covers.length === 0 && permit === "approved_run" ? "pipeline" : "known_and_allowed";
}

function coverKinds(covers: Json | undefined): readonly (string | null)[] {
  return Array.isArray(covers) ? covers.map((cover) => stringMember(cover, "kind")) : [];
}
