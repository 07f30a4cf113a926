import type { VerifyReport } from "./report.ts";

/** Entries [from, to) as words. */
export function span(from: number, to: number): string {
  return to - from === 1 ? `entry ${from}` : `entries ${from} to ${to - 1}`;
}

export function are(from: number, to: number): string {
  return `${span(from, to)} ${to - from === 1 ? "is" : "are"}`;
}

/** A report in one sentence for people. It never says more than was proven. */
export function says(report: Omit<VerifyReport, "says">): string {
  const { status, entries: sealed, completeTo, firstWrong, faults, unsealed, pruned } = report;
  if (status === "broken") {
    const first = firstWrong === null ? "" : `; entry ${firstWrong} is the first that is wrong`;
    return `broken: ${faults[0]?.message ?? ""}${first}`;
  }
  const head =
    pruned === null
      ? ""
      : `; ${span(0, pruned.entries)} were pruned on ${pruned.time.slice(0, 10)}, as the log itself says (\`${pruned.tombstone}\`)`;
  const unfinished =
    unsealed === 0 ? "" : "; an append that was not finished stands behind them and proves nothing";
  const tail = `${head}${unfinished}`;
  const held = sealed - (pruned?.entries ?? 0);
  if (completeTo === null) {
    return `consistent; completeness not proven: ${held} entries hold together, and no checkpoint kept elsewhere was given${tail}`;
  }
  const upTo =
    completeTo === sealed
      ? ""
      : `; complete up to entry ${completeTo - 1}, behind it completeness is not proven`;
  return `verified: ${held} entries are unchanged${upTo}${tail}`;
}
