import { problemText } from "../../base/index.ts";
import type { CheckReport, ScanReport } from "../../domain/index.ts";
import {
  causeText,
  decisionText,
  dueText,
  nameText,
  planText,
  plural,
  ruleTexts,
  setText,
  shortDigest,
  timeText,
  verdictText,
  warningTexts,
  whoText,
} from "./describe.ts";
import type { AuditList, Printable, RiskExplanation } from "./documents.ts";
import { type ChangeReport, type Item, itemsOf, type PlanHit, planHits } from "./items.ts";
import { byteLength, mdCode, mdText } from "./markdown-text.ts";
import { prose } from "./neutral-text.ts";
import { propertyName, sideText } from "./value-text.ts";

/** Forges refuse comments above 65,536 characters; this leaves room for what a workflow adds around it. */
export const MARKDOWN_LIMIT = 60_000;

const PROPERTIES_SHOWN = 20;
const LINES_SHOWN = 10;
/** Characters of a line in head and foot: together they must leave room for the rest, whatever stands in them. */
const LINE_MAX = 400;

/** Markdown fit for a pull-request comment: what matters in one line, a table, and the details folded. Never above the limit. */
export function renderMarkdown(document: Printable): string {
  switch (document.schema) {
    case "trueup.risk/v1":
      return riskPage(document);
    case "trueup.audit-list/v1":
      return auditPage(document);
    default:
      return changePage(document);
  }
}

/** Blocks that are made one by one, as long as there is room for them. */
interface Blocks {
  readonly count: number;
  readonly make: () => Iterable<string>;
}

function blocks<T>(items: readonly T[], one: (item: T) => string): Blocks {
  return {
    count: items.length,
    *make() {
      for (const item of items) yield one(item);
    },
  };
}

/** A page that may have to be shortened. */
interface Parts {
  readonly head: string;
  readonly tableHead: string;
  readonly rows: Blocks;
  readonly details: Blocks;
  readonly foot: string;
}

/** Head and foot always; rows up to half of the room; details as far as they fit. Says how many are left out. */
function fitted(parts: Parts): string {
  const { rows, details } = parts;
  const room =
    MARKDOWN_LIMIT - byteLength(parts.head) - byteLength(parts.foot) - byteLength(parts.tableHead) - 400;
  const taken = prefix(rows, details.count === 0 ? room : room / 2);
  const folded = prefix(details, room - taken.bytes);
  const note =
    taken.count === rows.count && folded.count === details.count
      ? ""
      : `\n> Shortened to stay below ${MARKDOWN_LIMIT / 1_000} kB: ` +
        `${rows.count - taken.count} of ${rows.count} table rows and ` +
        `${details.count - folded.count} of ${details.count} details are left out. ` +
        "The JSON format has all of them.\n";
  const table = taken.count === 0 ? "" : `\n${parts.tableHead}${taken.text}`;
  return `${parts.head}${table}${folded.text}${note}${parts.foot}`;
}

function prefix(
  { make }: Blocks,
  room: number,
): { readonly text: string; readonly count: number; readonly bytes: number } {
  let text = "";
  let count = 0;
  let bytes = 0;
  for (const block of make()) {
    const more = byteLength(block);
    if (bytes + more > room) break;
    text += block;
    bytes += more;
    count++;
  }
  return { text, count, bytes };
}

function changePage(report: ChangeReport): string {
  const now = "time" in report ? report.time : null;
  const items = itemsOf(report);
  const told = items.filter((item) => item.standing !== "allowed" || item.judged.verdict.covers.length > 0);
  const plan = report.schema === "trueup.check/v1" ? planHits(report) : [];
  return fitted({
    head: headOf(report, items),
    tableHead: "| | Risk | Resource | Rule |\n|---|---|---|---|\n",
    rows: blocks([...plan, ...told], (each) => ("judged" in each ? rowOf(each) : planRow(each))),
    details: blocks(told, (item) => detailsOf(item, now)),
    foot: footOf(report),
  });
}

function planRow(hit: PlanHit): string {
  return `| ${planWord(hit)} | | the whole plan | ${mdText(planText(hit))} |\n`;
}

function planWord(hit: PlanHit): string {
  return hit.erroring
    ? "erroring"
    : hit.waivedBy !== null
      ? "waived"
      : hit.level === "advisory"
        ? "advice"
        : "violation";
}

function headOf(report: ChangeReport, items: readonly Item[]): string {
  if (report.schema === "trueup.check/v1") return checkHead(report);
  const of = (standing: Item["standing"]) => items.filter((item) => item.standing === standing).length;
  const counts = `${of("action")} to act on now, ${of("review")} waiting for review, ${of("allowed")} known and allowed`;
  if (report.schema === "trueup.scan/v1") {
    const { counts: c } = report;
    return (
      `### Trueup scan of ${mdCode(prose(report.environment.workspace))}: ${counts}\n\n` +
      `${c.drifted} of ${plural(c.compared, "resource")} drifted, ${c.new} new since the last scan.\n`
    );
  }
  return `### Trueup findings in ${mdCode(prose(report.workspace))}: ${counts}\n`;
}

function checkHead(report: CheckReport): string {
  const { counts, decision } = report;
  const reasons = decision.reasons.slice(0, LINES_SHOWN).map((reason) => `- ${mdText(reason, LINE_MAX)}\n`);
  const more = decision.reasons.length - reasons.length;
  return (
    `### Trueup: ${mdText(decisionText(decision))}\n\n` +
    `${plural(counts.changes, "change")} in ${mdCode(prose(report.plan.file))} for ${mdCode(prose(report.environment.workspace))}: ` +
    `**${plural(counts.violations, "violation")}**, ${counts.review} to review, ${counts.allowed} allowed` +
    `${counts.waived > 0 ? ` (${counts.waived} by a cover)` : ""}.\n` +
    (reasons.length === 0 ? "" : `\n${reasons.join("")}`) +
    (more > 0 ? `- … and ${plural(more, "more reason")}\n` : "")
  );
}

function rowOf(item: Item): string {
  const { change, risk, verdict } = item.judged;
  const [first, ...rest] = ruleTexts(item);
  const rule = first === undefined ? mdText(verdict.because) : mdText(first, 300);
  const more = rest.length > 0 ? ` and ${rest.length} more` : "";
  const word = item.standing === "allowed" ? "waived" : verdict.kind;
  return `| ${word} | ${risk.class} | ${mdCode(prose(change.resource.address, 200))} | ${rule}${more} |\n`;
}

function detailsOf(item: Item, now: string | null): string {
  const { change, risk } = item.judged;
  const { finding } = item;
  const facts: [label: string, text: string][] = [["Verdict", verdictText(item)]];
  for (const rule of ruleTexts(item).slice(0, LINES_SHOWN)) facts.push(["Rule", rule]);
  for (const warning of warningTexts(item).slice(0, LINES_SHOWN)) facts.push(["Advice", warning]);
  if (change.origin !== "planned") {
    facts.push(
      ["Who", whoText(change)],
      ["When", change.time === null ? "unknown" : timeText(change.time, now)],
    );
  }
  if (finding !== null) {
    facts.push(["Cause", causeText(finding.cause)], ["Finding", finding.id]);
    if (finding.owner !== null) facts.push(["Owner", finding.owner]);
    if (finding.due !== null) facts.push(["Due", dueText(finding.due, now)]);
    facts.push(["To do", finding.advice]);
  }
  const title = `${risk.class}: ${change.action} ${mdCode(prose(change.resource.address, 200))}`;
  return (
    `\n<details><summary>${title}</summary>\n\n${propertiesOf(item)}` +
    `${facts.map(([label, text]) => `- **${label}:** ${mdText(text)}\n`).join("")}\n</details>\n`
  );
}

function propertiesOf(item: Item): string {
  const { properties } = item.judged.change;
  if (properties.length === 0) return "";
  const shown = properties.slice(0, PROPERTIES_SHOWN).map((property) => {
    const [before, after] = [sideText(property, "before", 300), sideText(property, "after", 300)];
    return `| ${mdCode(prose(propertyName(property.path), 200))} | ${mdCode(before)} | ${mdCode(after)} |\n`;
  });
  const more = properties.length - shown.length;
  const rest = more > 0 ? `| … and ${plural(more, "more property", "more properties")} | | |\n` : "";
  return `| Property | Before | After |\n|---|---|---|\n${shown.join("")}${rest}\n`;
}

function footOf(report: ChangeReport): string {
  if (!("problems" in report)) return "";
  return (
    listOf(
      "Problems",
      report.problems.map((problem) => problemText(problem)),
    ) +
    listOf(
      "Not compared",
      report.gaps.map((gap) => `${gap.source} ${gap.subject ?? ""}: ${gap.message} [${gap.code}]`),
    ) +
    `\n<sub>${subOf(report)}</sub>\n`
  );
}

function listOf(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const shown = lines.slice(0, LINES_SHOWN).map((line) => `- ${mdText(line, LINE_MAX)}\n`);
  const more = lines.length - shown.length;
  return `\n**${title}** (${lines.length})\n\n${shown.join("")}${more > 0 ? `- … and ${more} more\n` : ""}`;
}

function subOf(report: ScanReport | CheckReport): string {
  const shown = report.policySets.slice(0, LINES_SHOWN).map(setText);
  const more = report.policySets.length - shown.length;
  const sets = `Policies: ${shown.join("; ") || "none"}${more > 0 ? ` and ${more} more` : ""}`;
  const id = report.schema === "trueup.check/v1" ? `, decision ${report.decision.id}` : `, scan ${report.id}`;
  const root = report.audit === null ? "" : `, record root ${shortDigest(report.audit.root)}`;
  return mdText(`${sets}${id}${root}.`);
}

function riskPage(explanation: RiskExplanation): string {
  return fitted({
    head: `### Risk of ${plural(explanation.changes.length, "change")} in ${mdCode(prose(explanation.source))}\n`,
    tableHead: "| Risk | Resource | Property | Rule | Why |\n|---|---|---|---|---|\n",
    rows: blocks(explanation.changes, riskRows),
    details: NOTHING,
    foot: "",
  });
}

const NOTHING = blocks([], () => "");

function riskRows({ change, risk }: RiskExplanation["changes"][number]): string {
  const address = mdCode(prose(change.resource.address, 200));
  if (risk.rules.length === 0) return `| ${risk.class} | ${address} | | | no rule fired |\n`;
  return risk.rules
    .map((hit) => {
      const path = hit.path === null ? "" : mdCode(prose(propertyName(hit.path), 200));
      return `| ${hit.class} | ${address} | ${path} | ${mdText(hit.rule)} | ${mdText(hit.reason)} |\n`;
    })
    .join("");
}

function auditPage(list: AuditList): string {
  return fitted({
    head: `### ${list.entries.length} of ${plural(list.size, "audit entry", "audit entries")}\n`,
    tableHead: "| # | Time | Kind | Subject | Answer | Who | Why |\n|---|---|---|---|---|---|---|\n",
    rows: blocks(list.entries, auditRow),
    details: NOTHING,
    foot: "",
  });
}

function auditRow({ index, entry }: AuditList["entries"][number]): string {
  return (
    `| ${index} | ${timeText(entry.time, null)} | ${entry.kind} | ${mdCode(prose(entry.subject, 200))} | ` +
    `${mdText(entry.answer ?? "")} | ${mdText(nameText(entry.actor))} | ${mdText(entry.because)} |\n`
  );
}
