import type { Stmt } from "../ast/ast.ts";
import { blocksOf, walk } from "../ast/visit.ts";
import type { Program } from "../program.ts";
import { placeAt } from "../source-file.ts";
import type { TestReport } from "./run-tests.ts";

export interface FileCoverage {
  readonly path: string;
  /** Statements and rule bodies. */
  readonly total: number;
  readonly covered: number;
  /** Lines with a statement or rule body that no case ran. */
  readonly missedLines: readonly number[];
}

/** Which statements and rule bodies of the policies and modules ran, over all cases. Mocks are left out. */
export function coverageOf(report: TestReport): FileCoverage[] {
  const ran = new Map<string, Set<number>>();
  for (const one of report.policies.flatMap((policy) => policy.cases)) {
    for (const [file, offsets] of one.evaluation?.covered ?? []) {
      const known = ran.get(file.name) ?? new Set<number>();
      for (const offset of offsets) {
        known.add(offset);
      }
      ran.set(file.name, known);
    }
  }
  const files: FileCoverage[] = [];
  for (const [path, { result }] of report.programs) {
    const points = result.ok ? pointsOf(result.value) : new Set<number>();
    const offsets = ran.get(path);
    if (!result.ok || points.size === 0 || /(?:^|\/)(?:test|testdata|mocks?)\//.test(path)) {
      continue;
    }
    const missed = [...points].filter((point) => !offsets?.has(point));
    const { file } = result.value;
    const missedLines = [...new Set(missed.map((point) => placeAt(file, point).line))].sort((a, b) => a - b);
    files.push({ path, total: points.size, covered: points.size - missed.length, missedLines });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function coverageText(files: readonly FileCoverage[]): string {
  const lines = files.map(({ path, total, covered, missedLines }) => {
    const percent = total === 0 ? 100 : (covered / total) * 100;
    return `${percent.toFixed(1).padStart(5)}%  ${path}${missedLines.length === 0 ? "" : `  (not run: ${missedLines.join(", ")})`}`;
  });
  return lines.length === 0 ? "" : `coverage:\n${lines.join("\n")}\n`;
}

function pointsOf(program: Program): Set<number> {
  const points = new Set<number>();
  const { body } = program.compiled.ast;
  const statements = (list: readonly Stmt[]): void => {
    for (const statement of list) {
      points.add(statement.pos);
      if (statement.kind === "funcdecl") {
        statements(statement.func.body);
      }
      blocksOf(statement).forEach(statements);
    }
  };
  statements(body);
  walk(body, (expr) => {
    if (expr.kind === "func") {
      statements(expr.body);
    } else if (expr.kind === "rule") {
      points.add(expr.body.pos);
    }
  });
  return points;
}
