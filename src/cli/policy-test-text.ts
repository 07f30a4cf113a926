import { newBuilder } from "junit-report-builder";
import { prose } from "./output/neutral-text.ts";

/** Reports of `policy test` as the command line shows them. */
export interface TestReportView {
  readonly place: string;
  readonly cases: readonly {
    readonly package: string;
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly outcome: "pass" | "fail" | "error" | "skip";
    readonly message: string | null;
    readonly prints: readonly string[];
    readonly milliseconds: number;
  }[];
}

/** Failures in full, passes as a count; closes with `N passed, N failed`. */
export function policyTestText(reports: readonly TestReportView[], all: boolean): string {
  const lines: string[] = [];
  for (const report of reports) {
    if (report.cases.length === 0) lines.push(`${report.place}: no tests`);
    for (const test of report.cases) {
      if (test.outcome === "pass" && !all) continue;
      const why = test.message === null ? "" : `: ${prose(test.message)}`;
      lines.push(
        `${test.outcome.toUpperCase()}  ${test.package}.${test.name}  ${test.file}:${test.line}${why}`,
      );
      for (const print of test.prints) lines.push(`      ${prose(print)}`);
    }
  }
  const cases = reports.flatMap((report) => report.cases);
  const failed = cases.filter(({ outcome }) => outcome === "fail" || outcome === "error").length;
  const skipped = cases.filter(({ outcome }) => outcome === "skip").length;
  const passed = cases.length - failed - skipped;
  lines.push(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return lines.join("\n");
}

export function policyTestJunit(reports: readonly TestReportView[]): string {
  const builder = newBuilder();
  for (const report of reports) {
    const suite = builder.testSuite().name(report.place);
    for (const test of report.cases) {
      const element = suite
        .testCase()
        .className(test.package)
        .name(test.name)
        .file(test.file)
        .time(test.milliseconds / 1000);
      const message = prose(test.message ?? test.outcome);
      if (test.outcome === "fail") element.failure(message);
      else if (test.outcome === "error") element.error(message);
      else if (test.outcome === "skip") element.skipped();
    }
  }
  return builder.build();
}
