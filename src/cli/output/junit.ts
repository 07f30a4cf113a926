import { problemText } from "../../base/index.ts";
import { becauseText, planText, ruleTexts, warningTexts, whoText } from "./describe.ts";
import { type ChangeReport, type Item, itemsOf, planHits } from "./items.ts";
import { prose, withoutRunnerCommands } from "./neutral-text.ts";
import { propertyName, sideText } from "./value-text.ts";
import { xmlAttributes, xmlElement, xmlText } from "./xml.ts";

/**
 * JUnit XML as CI services read it: a test case a change. A case fails when it is a reason for the command not to exit 0;
 * what a point in `warn` or `dryrun` let through is skipped, with the verdict it has.
 */
export function renderJunit(report: ChangeReport): string {
  const passing = report.schema === "trueup.check/v1" && report.decision.kind === "allow";
  const cases = [
    ...planCases(report, passing),
    ...itemsOf(report).map((item) => caseOf(item, passing)),
    ...failures(report),
  ];
  const count = (kind: Outcome["kind"]) => cases.filter((each) => each.outcome.kind === kind).length;
  const totals = {
    tests: String(cases.length),
    failures: String(count("failure")),
    errors: String(count("error")),
    skipped: String(count("skipped")),
  };
  const name = `trueup ${report.schema.split(/[./]/)[1]}`;
  const suite = xmlElement(
    "testsuite",
    { name: `${name} ${prose(workspaceOf(report))}`, ...totals, ...timestampOf(report) },
    cases.map(xmlOf),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement("testsuites", { name, ...totals }, [suite])}\n`;
}

interface Outcome {
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly type?: string;
  readonly message?: string;
}

interface Case {
  readonly group: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly details: readonly string[];
}

function planCases(report: ChangeReport, passing: boolean): readonly Case[] {
  if (report.schema !== "trueup.check/v1") return [];
  const quiet = passing || report.planVerdict?.kind === "allowed";
  return planHits(report).map((hit) => ({
    group: "plan",
    name: prose(hit.rule),
    outcome: {
      kind: quiet || hit.level === "advisory" ? "skipped" : hit.erroring ? "error" : "failure",
      type: hit.erroring ? "erroring" : "violation",
      message: prose(hit.message),
    },
    details: [planText(hit)],
  }));
}

function caseOf(item: Item, passing: boolean): Case {
  const { change, verdict } = item.judged;
  const erroring = verdict.erroring.length > 0 && verdict.kind !== "violation";
  const kind =
    item.standing === "allowed" ? "passed" : passing ? "skipped" : erroring ? "error" : ("failure" as const);
  const type = erroring ? "erroring" : verdict.kind;
  // A passed case tells only what was waived or advised: there may be 100,000 of them.
  const said = [...ruleTexts(item), ...warningTexts(item).map((text) => `advice: ${text}`)];
  return {
    group: prose(change.resource.type),
    name: `${prose(change.resource.address)} (${change.action})`,
    outcome: kind === "passed" ? { kind } : { kind, type, message: becauseText(item) },
    details: kind === "passed" ? said : [...said, ...factsOf(item)],
  };
}

const PROPERTIES_SHOWN = 20;

function factsOf(item: Item): readonly string[] {
  const { change } = item.judged;
  return [
    ...change.properties
      .slice(0, PROPERTIES_SHOWN)
      .map((p) => `${propertyName(p.path)}: ${sideText(p, "before", 200)} → ${sideText(p, "after", 200)}`),
    ...(change.properties.length > PROPERTIES_SHOWN
      ? [`… and ${change.properties.length - PROPERTIES_SHOWN} more properties`]
      : []),
    ...(change.origin === "planned"
      ? []
      : [`who: ${whoText(change)}; when: ${prose(change.time ?? "unknown")}`]),
    ...(item.finding === null ? [] : [`${item.finding.id}: ${prose(item.finding.advice)}`]),
  ];
}

/** What could not be done fails; what could not be compared is skipped. */
function failures(report: ChangeReport): readonly Case[] {
  if (!("problems" in report)) return [];
  const problems = report.problems.map((problem): Case => {
    const text = prose(problemText(problem));
    return {
      group: "problems",
      name: prose(problem.code),
      outcome: { kind: "error", type: "problem", message: text },
      details: [text],
    };
  });
  const gaps = report.gaps.map((gap): Case => {
    const name = `${prose(gap.source)} ${prose(gap.subject ?? "")}`.trim();
    return {
      group: "not compared",
      name,
      outcome: { kind: "skipped", type: prose(gap.code), message: prose(gap.message) },
      details: [],
    };
  });
  return [...problems, ...gaps];
}

function workspaceOf(report: ChangeReport): string {
  return "environment" in report ? report.environment.workspace : report.workspace;
}

function timestampOf(report: ChangeReport): { readonly timestamp?: string } {
  const time = "time" in report ? Date.parse(report.time) : Number.NaN;
  return Number.isNaN(time) ? {} : { timestamp: new Date(time).toISOString().slice(0, 19) };
}

function xmlOf(each: Case): string {
  const { kind, type, message } = each.outcome;
  const details = each.details.map((line) => xmlText(withoutRunnerCommands(line))).join("\n");
  const attributes = { classname: `trueup.${each.group}`, name: each.name };
  if (kind === "passed") {
    return xmlElement("testcase", attributes, details === "" ? [] : [`<system-out>${details}</system-out>`]);
  }
  const head = xmlAttributes({
    ...(kind === "skipped" ? {} : { type: type ?? kind }),
    message: message ?? "",
  });
  if (kind !== "skipped") return xmlElement("testcase", attributes, [`<${kind}${head}>${details}</${kind}>`]);
  const out = details === "" ? [] : [`<system-out>${details}</system-out>`];
  return xmlElement("testcase", attributes, [`<skipped${head}/>`, ...out]);
}
