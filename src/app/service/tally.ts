import type { DecisionKind, EnforcementPoint, VerdictKind } from "../../domain/index.ts";

export interface TallyRow {
  readonly point: EnforcementPoint;
  readonly decision: DecisionKind;
  readonly verdict: VerdictKind;
  readonly count: number;
}

/** Decisions that this process has given since it began: what a counter is. */
export interface Tally {
  decided(point: EnforcementPoint, decision: DecisionKind, verdict: VerdictKind): void;
  rows(): readonly TallyRow[];
}

export function tally(): Tally {
  const rows = new Map<
    string,
    { point: EnforcementPoint; decision: DecisionKind; verdict: VerdictKind; count: number }
  >();
  return {
    decided(point, decision, verdict) {
      const key = `${point} ${decision} ${verdict}`;
      const row = rows.get(key);
      if (row === undefined) rows.set(key, { point, decision, verdict, count: 1 });
      else row.count += 1;
    },
    rows: () => [...rows.values()],
  };
}
