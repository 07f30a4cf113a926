import type { FileCoverage } from "../api.ts";
import { type Json, record } from "./json.ts";

/** Coverage of several runs of one program, row by row. */
export class CoverageTotal {
  private readonly files = new Map<string, { readonly covered: Set<number>; readonly seen: Set<number> }>();

  add(coverage: ReadonlyMap<string, FileCoverage> | undefined): void {
    for (const [file, { covered, notCovered }] of coverage ?? []) {
      const held = this.files.get(file) ?? { covered: new Set(), seen: new Set() };
      for (const row of covered) held.covered.add(row);
      for (const row of [...covered, ...notCovered]) held.seen.add(row);
      this.files.set(file, held);
    }
  }

  /** Percent of all rows that can run, 0 where there are none. */
  get percent(): number {
    const { covered, all } = this.counts();
    return all === 0 ? 0 : (100 * covered) / all;
  }

  /** The report of the opa tool; ranges are whole rows. */
  json(): Json {
    const { covered, all } = this.counts();
    const files = [...this.files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, rows]) => [name, fileJson(rows)] as const);
    return record({
      files: new Map(files),
      covered_lines: covered,
      not_covered_lines: all - covered,
      coverage: this.percent,
    });
  }

  private counts(): { readonly covered: number; readonly all: number } {
    let covered = 0;
    let all = 0;
    for (const rows of this.files.values()) {
      covered += rows.covered.size;
      all += rows.seen.size;
    }
    return { covered, all };
  }
}

function fileJson(rows: { readonly covered: ReadonlySet<number>; readonly seen: ReadonlySet<number> }): Json {
  const missed = [...rows.seen].filter((row) => !rows.covered.has(row));
  const { size } = rows.covered;
  return record({
    covered: size === 0 ? undefined : ranges([...rows.covered]),
    not_covered: missed.length === 0 ? undefined : ranges(missed),
    covered_lines: size === 0 ? undefined : size,
    not_covered_lines: missed.length === 0 ? undefined : missed.length,
    coverage: size === 0 ? undefined : (100 * size) / rows.seen.size,
  });
}

function ranges(rows: readonly number[]): Json {
  const out: { start: number; end: number }[] = [];
  for (const row of [...rows].sort((a, b) => a - b)) {
    const last = out.at(-1);
    if (last !== undefined && last.end + 1 === row) last.end = row;
    else out.push({ start: row, end: row });
  }
  return out.map(({ start, end }) => record({ start: record({ row: start }), end: record({ row: end }) }));
}
