import type { FileCoverage } from "../api.ts";
import type { Plan } from "./plan.ts";

/** Rows of heads and expressions by file, those that ran and those that did not. */
export function coverageOf(plan: Plan, reached: ReadonlySet<number>): Map<string, FileCoverage> {
  const files = new Map<string, { covered: Set<number>; all: Set<number> }>();
  for (const [at, mark] of plan.marks) {
    const loc = plan.locations[at];
    // A head counts when its rule had a value, not when it was tried.
    if (loc === undefined || loc.file === "" || mark.kind === "enter") continue;
    const file = files.get(loc.file) ?? { covered: new Set(), all: new Set() };
    files.set(loc.file, file);
    file.all.add(loc.row);
    if (reached.has(at)) file.covered.add(loc.row);
  }
  const ascending = (rows: Iterable<number>): number[] => [...rows].sort((a, b) => a - b);
  return new Map(
    [...files].map(([name, { covered, all }]) => [
      name,
      { covered: ascending(covered), notCovered: ascending([...all].filter((row) => !covered.has(row))) },
    ]),
  );
}
