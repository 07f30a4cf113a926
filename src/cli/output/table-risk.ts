import type { ExplainedRisk, RiskTrace } from "./documents.ts";
import { prose } from "./neutral-text.ts";
import type { Page } from "./page.ts";
import { riskStyle } from "./table-item.ts";
import { propertyName } from "./value-text.ts";

/** Which rules fired on a change, and the class that each changed property has. */
export function writeRisk(page: Page, explained: ExplainedRisk): void {
  const { change, risk, explanation } = explained;
  page.gap();
  page.labelled(risk.class.toUpperCase(), prose(change.resource.address), {
    indent: 2,
    labelWidth: 10,
    style: "bold",
    labelStyle: riskStyle(risk.class),
  });
  page.text(`${change.action} of ${prose(change.resource.type)}`, "dim", 12);
  if (explanation !== undefined) writeType(page, explanation);
  if (risk.unknownType) page.text("no rule knows this resource type; it is never low", "yellow", 4);
  for (const hit of risk.rules) {
    const where = hit.path === null ? "" : ` at ${propertyName(hit.path)}`;
    page.labelled(hit.class, `${prose(hit.rule)}${where}: ${prose(hit.reason)}`, {
      indent: 4,
      labelWidth: 10,
      labelStyle: riskStyle(hit.class),
    });
  }
  const properties = Object.entries(risk.properties);
  if (properties.length === 0) return;
  page.text("by property", "dim", 4);
  for (const [path, riskClass] of properties) {
    page.labelled(riskClass, prose(path), { indent: 6, labelWidth: 10, labelStyle: riskStyle(riskClass) });
  }
}

function writeType(page: Page, { type, environments, sources }: RiskTrace): void {
  const group = type.group === null ? "" : `, group ${prose(type.group)}`;
  const says = type.says === "" ? "" : `; this decides ${prose(type.says)}`;
  const stateful = type.stateful ? ", stateful" : "";
  const facts: [label: string, text: string][] = [
    ["type", `${type.class}${stateful}, ${prose(type.category)}${group}${says}`],
  ];
  if (environments.length > 0)
    facts.push(["where", `raised for ${environments.map((name) => prose(name)).join(", ")}`]);
  facts.push(["rules", sources.map((name) => prose(name)).join(", ")]);
  for (const [label, text] of facts) page.labelled(label, text, { indent: 4, labelWidth: 10 });
}
