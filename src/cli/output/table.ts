import type { CheckReport, ScanReport } from "../../domain/index.ts";
import { decisionText, noiseText, planText, plural, setText, shortDigest, timeText } from "./describe.ts";
import type {
  AuditList,
  FindingDetail,
  FindingList,
  Printable,
  RenderOptions,
  RiskExplanation,
} from "./documents.ts";
import { type Item, itemsOf, planHits, type Standing } from "./items.ts";
import { prose } from "./neutral-text.ts";
import { Page } from "./page.ts";
import { problemLines } from "./problems.ts";
import { writeAuditEntry } from "./table-audit.ts";
import { writeItem, writeItemLine } from "./table-item.ts";
import { writeRisk } from "./table-risk.ts";

/** Allowed items that are listed when not everything is asked for. */
const ALLOWED_SHOWN = 20;
/** Reasons named before the changes themselves are told. */
const REASONS_SHOWN = 5;

/** The format for people: aligned, wrapped to the width, plain unless colour is asked for. */
export function renderTable(document: Printable, options: RenderOptions): string {
  const page = new Page(options);
  switch (document.schema) {
    case "trueup.scan/v1":
      writeScan(page, document, options);
      break;
    case "trueup.check/v1":
      writeCheck(page, document, options);
      break;
    case "trueup.findings/v1":
      writeList(page, document, options);
      break;
    case "trueup.finding/v1":
      writeDetail(page, document);
      break;
    case "trueup.risk/v1":
      writeExplanation(page, document);
      break;
    case "trueup.audit-list/v1":
      writeAudit(page, document);
      break;
  }
  return page.toString();
}

function writeScan(page: Page, report: ScanReport, options: RenderOptions): void {
  const { counts } = report;
  const items = itemsOf(report);
  const of = (standing: Standing) => items.filter((item) => item.standing === standing).length;
  page.text(
    `Scan of workspace ${prose(report.environment.workspace)}, ${prose(report.source.name)} ${prose(report.source.place)}, ${timeText(report.time, null)}`,
    "bold",
  );
  page.gap();
  page.text(
    items.length === 0
      ? `No drift in ${plural(counts.compared, "resource")}.`
      : `${counts.drifted} of ${plural(counts.compared, "resource")} drifted: ${of("action")} to act on now, ` +
          `${of("review")} waiting for review, ${of("allowed")} known and allowed. ${counts.new} new since the last scan.`,
    of("action") > 0 ? "alarm" : of("review") > 0 ? "yellow" : "green",
  );
  const headings = { action: "Needs action now", review: "Waiting for review", allowed: "Known and allowed" };
  writeGroups(page, items, headings, report.time, options);
  if (report.gone.length > 0) {
    page.heading(`Gone since the last scan (${report.gone.length})`);
    for (const finding of report.gone)
      page.text(`${prose(finding.change.resource.address)}  ${prose(finding.id)}`, "plain", 2, 2);
  }
  writeGaps(page, report.gaps);
  problemLines(page, report.problems);
  page.gap();
  if (counts.noise > 0) {
    const names = noiseText(report.noise);
    page.text(
      `${plural(counts.noise, "false difference")} left out${names === "" ? "" : `: ${names}`}.`,
      "dim",
    );
  }
  writeSets(page, report.policySets);
  if (report.audit !== null) {
    page.text(
      `Recorded: ${plural(report.audit.entries, "audit entry", "audit entries")}, root ${shortDigest(report.audit.root)}.`,
      "dim",
    );
  }
}

function writeCheck(page: Page, report: CheckReport, options: RenderOptions): void {
  const { counts, decision } = report;
  page.text(
    `Check of ${prose(report.plan.file)} for workspace ${prose(report.environment.workspace)}, ${timeText(report.time, null)}`,
    "bold",
  );
  page.gap();
  const style = decision.kind === "deny" ? "alarm" : decision.kind === "allow" ? "green" : "yellow";
  page.text(
    `${decisionText(decision)}. ${plural(counts.changes, "change")}: ${plural(counts.violations, "violation")}, ` +
      `${counts.review} to review, ${counts.allowed} allowed${counts.waived > 0 ? ` (${counts.waived} by a cover)` : ""}.`,
    style,
  );
  for (const reason of decision.reasons.slice(0, REASONS_SHOWN))
    page.text(`- ${prose(reason)}`, "plain", 2, 2);
  if (decision.reasons.length > REASONS_SHOWN) {
    page.text(
      `… and ${plural(decision.reasons.length - REASONS_SHOWN, "more reason")}, all told below`,
      "dim",
      2,
    );
  }
  for (const obligation of decision.obligations)
    page.text(`- to do: ${prose(obligation.text)}`, "plain", 2, 2);
  const plan = planHits(report);
  if (plan.length > 0) page.heading(`The plan as a whole (${plan.length})`);
  for (const hit of plan) page.text(planText(hit), "plain", 2, 2);
  const headings = { action: "Violations", review: "To review before apply", allowed: "Allowed" };
  writeGroups(page, itemsOf(report), headings, report.time, options);
  writeGaps(page, report.gaps);
  problemLines(page, report.problems);
  page.gap();
  writeSets(page, report.policySets);
  page.text(`Decision ${prose(decision.id)} on plan sha256:${shortDigest(report.plan.sha256)}.`, "dim");
  if (report.audit !== null) {
    page.text(
      `Recorded in ${prose(report.audit.file)}: ${plural(report.audit.entries, "audit entry", "audit entries")}, root ${shortDigest(report.audit.root)}.`,
      "dim",
    );
  }
}

function writeGroups(
  page: Page,
  items: readonly Item[],
  headings: Readonly<Record<Standing, string>>,
  now: string,
  options: RenderOptions,
): void {
  for (const standing of ["action", "review", "allowed"] as const) {
    const group = items.filter((item) => item.standing === standing);
    if (group.length === 0) continue;
    page.heading(`${headings[standing]} (${group.length})`);
    if (standing !== "allowed") {
      for (const item of group) writeItem(page, item, { now, all: options.all === true });
      continue;
    }
    const shown = options.all === true ? group : group.slice(0, ALLOWED_SHOWN);
    for (const item of shown) writeItemLine(page, item);
    if (shown.length < group.length) {
      page.text(`… and ${group.length - shown.length} more; the JSON format lists all`, "dim", 2);
    }
  }
}

function writeList(page: Page, list: FindingList, options: RenderOptions): void {
  const items = itemsOf(list);
  page.text(`${plural(items.length, "finding")} in workspace ${prose(list.workspace)}`, "bold");
  const headings = { action: "Needs action now", review: "Waiting for review", allowed: "Known and allowed" };
  for (const standing of ["action", "review", "allowed"] as const) {
    const group = items.filter((item) => item.standing === standing);
    if (group.length === 0) continue;
    page.heading(`${headings[standing]} (${group.length})`);
    const shown = standing === "allowed" && options.all !== true ? group.slice(0, ALLOWED_SHOWN) : group;
    for (const item of shown) writeItemLine(page, item, list.time);
    if (shown.length < group.length) {
      page.text(`… and ${group.length - shown.length} more; the JSON format lists all`, "dim", 2);
    }
  }
}

function writeDetail(page: Page, detail: FindingDetail): void {
  for (const item of itemsOf(detail)) writeItem(page, item, { now: null, all: true, history: true });
}

function writeExplanation(page: Page, explanation: RiskExplanation): void {
  page.text(
    `Risk of ${plural(explanation.changes.length, "change")} in ${prose(explanation.source)}`,
    "bold",
  );
  for (const explained of explanation.changes) writeRisk(page, explained);
}

function writeAudit(page: Page, list: AuditList): void {
  page.text(`${list.entries.length} of ${plural(list.size, "audit entry", "audit entries")}`, "bold");
  for (const { index, entry } of list.entries) writeAuditEntry(page, index, entry);
}

function writeGaps(page: Page, gaps: ScanReport["gaps"]): void {
  if (gaps.length === 0) return;
  page.heading(`Not compared (${gaps.length})`);
  for (const gap of gaps) {
    const subject = gap.subject === null ? "" : ` ${prose(gap.subject)}`;
    page.text(`${prose(gap.source)}${subject}: ${prose(gap.message)} [${prose(gap.code)}]`, "plain", 2, 2);
  }
}

function writeSets(page: Page, sets: ScanReport["policySets"]): void {
  if (sets.length > 0) page.text(`Policies: ${sets.map(setText).join("; ")}.`, "dim");
}
