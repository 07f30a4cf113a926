import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/index.ts";
import { freshEntry } from "../../testing/record.ts";
import { OUTCOMES, type PlacedEntry, type ReconciledOutcome, reconcile } from "./index.ts";

interface Case {
  readonly outcome: ReconciledOutcome;
  readonly answer: string;
  readonly verdict: JsonObject;
}

const CASES: readonly Case[] = [
  { outcome: "violation", answer: "violation", verdict: { covers: [], permit: null } },
  { outcome: "review", answer: "review", verdict: { covers: [], permit: null } },
  { outcome: "pipeline", answer: "allowed", verdict: { covers: [], permit: "approved_run" } },
  { outcome: "known_and_allowed", answer: "allowed", verdict: { covers: [], permit: "low_risk" } },
  {
    outcome: "known_and_allowed",
    answer: "allowed",
    verdict: { covers: [{ kind: "exception" }], permit: "cover" },
  },
  { outcome: "approved", answer: "allowed", verdict: { covers: [{ kind: "approval" }], permit: "cover" } },
  {
    outcome: "break_glass",
    answer: "allowed",
    verdict: { covers: [{ kind: "exception" }, { kind: "grant" }], permit: "cover" },
  },
];

function verdictEntry(
  index: number,
  change: string,
  { answer, verdict }: Case,
  origin = "observed",
): PlacedEntry {
  const details = {
    origin,
    change,
    digest: `d-${change}`,
    happened_at: "2026-10-01T02:00:00.000Z",
    finding: null,
    verdict,
  };
  return { index, entry: freshEntry({ kind: "verdict", answer, details }) };
}

describe("reconcile", () => {
  it.each(CASES)("$answer with $verdict.covers and permit $verdict.permit is $outcome", (given) => {
    expect(reconcile([verdictEntry(0, "a", given)]).changes.map(({ outcome }) => outcome)).toEqual([
      given.outcome,
    ]);
  });

  it("accounts for each of a quarter's 10,000 changes once, told up to three times, and counts attempts apart", () => {
    const entries: PlacedEntry[] = [];
    const wanted = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<
      ReconciledOutcome,
      number
    >;
    for (let change = 0; change < 10_000; change++) {
      const last = CASES[(change * 7 + 3) % CASES.length];
      const first = CASES[change % CASES.length];
      if (last === undefined || first === undefined) throw new Error("no case");
      for (let told = 0; told < change % 3; told++)
        entries.push(verdictEntry(entries.length, `c${change}`, first));
      entries.push(verdictEntry(entries.length, `c${change}`, last));
      wanted[last.outcome]++;
      if (change % 10 === 0) {
        entries.push(verdictEntry(entries.length, `c${change}`, first, "planned"));
        entries.push({ index: entries.length, entry: freshEntry({ kind: "decision", answer: "deny" }) });
      }
    }
    const { changes, counts, attempts } = reconcile(entries);
    expect(changes).toHaveLength(10_000);
    expect(new Set(changes.map(({ key }) => key)).size).toBe(10_000);
    expect(counts).toEqual(wanted);
    expect(OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0)).toBe(10_000);
    expect(attempts).toEqual({ deny: 1_000 });
    const told = changes.flatMap((change) => change.entries);
    expect(told).toHaveLength(entries.length - 2_000);
  });

  it("another value of the same resource is another change", () => {
    const one = verdictEntry(0, "a", CASES[0] as Case);
    const two = {
      index: 1,
      entry: { ...one.entry, details: { ...(one.entry.details as JsonObject), digest: "other" } },
    };
    expect(reconcile([one, two]).changes).toHaveLength(2);
  });

  it("what it cannot place is for review, never dropped", () => {
    const entry = freshEntry({ kind: "verdict", answer: null, details: { origin: "observed" } });
    expect(reconcile([{ index: 0, entry }]).counts.review).toBe(1);
  });
});
