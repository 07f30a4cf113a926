import { pathText } from "../../base/index.ts";
import { compareRisk, type PropertyChange, type RiskClass } from "../../domain/index.ts";
import {
  becauseText,
  causeText,
  coverText,
  dueText,
  ruleTexts,
  timeText,
  verdictText,
  warningTexts,
  whoText,
} from "./describe.ts";
import { displayWidth } from "./display-width.ts";
import type { Item } from "./items.ts";
import { prose } from "./neutral-text.ts";
import type { Page, Style } from "./page.ts";
import { propertyName, sideText } from "./value-text.ts";

const INDENT = 4;
const LABEL = 8;
/** Properties and characters of a value shown when not everything is asked for. */
const PROPERTIES_SHOWN = 12;
const RISK_RULES_SHOWN = 2;
const VALUE_SHOWN = 400;
const VALUE_SHOWN_ALL = 4_000;

const RISK_STYLE: Readonly<Record<RiskClass, Style>> = {
  critical: "alarm",
  high: "red",
  medium: "yellow",
  low: "dim",
};

export function riskStyle(risk: RiskClass): Style {
  return RISK_STYLE[risk];
}

/** One item on one or two lines: class, address, what happened, id. */
export function writeItemLine(page: Page, item: Item, now: string | null = null): void {
  const { change, risk, verdict } = item.judged;
  page.labelled(risk.class, prose(change.resource.address), {
    indent: 2,
    labelWidth: 10,
    labelStyle: riskStyle(risk.class),
  });
  const parts = [
    change.action,
    ...(item.finding === null ? [] : [item.finding.id]),
    ...(item.finding === null || now === null ? [] : [item.finding.delta]),
    ...(item.finding?.owner == null ? [] : [prose(item.finding.owner)]),
    ...(item.finding?.due == null ? [] : [`due ${dueText(item.finding.due, now)}`]),
    item.standing === "allowed" ? becauseText(item) : prose(verdict.because),
  ];
  page.text(parts.join(", "), "dim", 12);
  for (const cover of verdict.covers) page.text(`held by ${coverText(cover)}`, "yellow", 12, 2);
}

/** One item in full: the diff, who, when, from where, the rules that decided, what to do. */
export function writeItem(
  page: Page,
  item: Item,
  options: { readonly now: string | null; readonly all: boolean; readonly history?: boolean },
): void {
  const { change, risk } = item.judged;
  const { finding } = item;
  page.gap();
  page.labelled(risk.class.toUpperCase(), prose(change.resource.address), {
    indent: 2,
    labelWidth: 10,
    style: "bold",
    labelStyle: riskStyle(risk.class),
  });
  const identity = [
    change.action,
    ...(change.drift === null || change.drift === "managed" ? [] : [change.drift]),
    ...(finding === null ? [] : [finding.delta, finding.id]),
    ...(change.resource.account === null ? [] : [`account ${prose(change.resource.account)}`]),
    ...(change.resource.region === null ? [] : [prose(change.resource.region)]),
    ...(change.resource.id === null ? [] : [prose(change.resource.id)]),
  ];
  page.text(identity.join(", "), "dim", 12);
  writeProperties(page, item, options.all);
  const field = (label: string, text: string, style: Style = "plain") =>
    page.labelled(label, text, { indent: INDENT, labelWidth: LABEL, style });
  if (change.origin !== "planned" || change.actor.kind !== "unknown") field("who", whoText(change));
  if (change.origin !== "planned") {
    field("when", change.time === null ? "unknown" : timeText(change.time, options.now));
  }
  if (finding !== null) field("cause", causeText(finding.cause));
  field("verdict", verdictText(item));
  for (const rule of ruleTexts(item)) field("rule", rule);
  for (const warning of warningTexts(item)) field("advice", warning);
  const decisive = risk.rules.filter((hit) => hit.class === risk.class);
  const hits = options.all ? decisive : decisive.slice(0, RISK_RULES_SHOWN);
  for (const hit of hits) field("risk", `${hit.class}: ${prose(hit.reason)} [${prose(hit.rule)}]`);
  if (hits.length < decisive.length)
    field("", `… and ${decisive.length - hits.length} more rules of that class`, "dim");
  if (finding === null) return;
  if (options.history === true) {
    field("seen", `first ${timeText(finding.firstSeen, null)}, last ${timeText(finding.lastSeen, null)}`);
    field("status", `${finding.status}, ${finding.triage}`);
  }
  if (finding.group !== null) field("group", prose(finding.group));
  if (finding.owner !== null) field("owner", prose(finding.owner));
  if (finding.due !== null) field("due", dueText(finding.due, options.now));
  field("to do", prose(finding.advice), "cyan");
}

function writeProperties(page: Page, item: Item, all: boolean): void {
  const { change, risk } = item.judged;
  const classOf = (property: PropertyChange): RiskClass => {
    const text = pathText(property.path);
    return (Object.hasOwn(risk.properties, text) ? risk.properties[text] : undefined) ?? "low";
  };
  // What the platform fills in and nobody watches is told in one line, so that it hides nothing.
  const filledIn = (property: PropertyChange) =>
    !all && property.unknown && property.before === null && compareRisk(classOf(property), "high") < 0;
  const told = change.properties.filter((property) => !filledIn(property));
  const gravest = told.sort((left, right) => compareRisk(classOf(right), classOf(left)));
  const shown = all ? gravest : gravest.slice(0, PROPERTIES_SHOWN);
  const max = all ? VALUE_SHOWN_ALL : VALUE_SHOWN;
  for (const property of shown) writeProperty(page, property, max);
  if (shown.length < gravest.length) {
    page.text(`… and ${gravest.length - shown.length} more properties`, "dim", INDENT);
  }
  const later = change.properties.filter(filledIn).map(({ path }) => propertyName(path));
  if (later.length === 0) return;
  const names = later.slice(0, PROPERTIES_SHOWN).join(", ");
  const more = later.length > PROPERTIES_SHOWN ? ` and ${later.length - PROPERTIES_SHOWN} more` : "";
  page.labelled("+", `known after apply: ${names}${more}`, { indent: INDENT, labelWidth: 2, style: "dim" });
}

function writeProperty(page: Page, property: PropertyChange, max: number): void {
  const before = sideText(property, "before", max);
  const after = sideText(property, "after", max);
  const name = propertyName(property.path);
  const sign = property.before === null ? "+" : property.after === null && !property.unknown ? "-" : "~";
  const labelStyle: Style = sign === "+" ? "green" : sign === "-" ? "red" : "yellow";
  const line = sign === "~" ? `${before} → ${after}` : sign === "+" ? after : before;
  const short = `${name}: ${line}`;
  if (sign !== "~" || displayWidth(short) + INDENT + 2 <= page.width) {
    page.labelled(sign, short, { indent: INDENT, labelWidth: 2, labelStyle });
    return;
  }
  page.labelled(sign, name, { indent: INDENT, labelWidth: 2, labelStyle });
  page.labelled("-", before, { indent: INDENT + 2, labelWidth: 2, labelStyle: "red" });
  page.labelled("+", after, { indent: INDENT + 2, labelWidth: 2, labelStyle: "green" });
}
