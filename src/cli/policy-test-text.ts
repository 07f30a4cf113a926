import { prose } from "./output/neutral-text.ts";
import { xmlElement } from "./output/xml.ts";

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
  const suites = reports.map((report) =>
    xmlElement("testsuite", { name: report.place }, report.cases.map(caseOf)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement("testsuites", { name: "trueup policy test" }, suites)}\n`;
}

function caseOf(test: TestReportView["cases"][number]): string {
  const attributes = {
    classname: test.package,
    name: test.name,
    file: test.file,
    line: String(test.line),
    time: (test.milliseconds / 1000).toFixed(6),
  };
  const message = { message: prose(test.message ?? test.outcome) };
  switch (test.outcome) {
    case "pass":
      return xmlElement("testcase", attributes, []);
    case "fail":
      return xmlElement("testcase", attributes, [xmlElement("failure", message, [])]);
    case "error":
      return xmlElement("testcase", attributes, [xmlElement("error", message, [])]);
    case "skip":
      return xmlElement("testcase", attributes, [xmlElement("skipped", {}, [])]);
  }
}
