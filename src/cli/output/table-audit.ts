import type { AuditEntry } from "../../domain/index.ts";
import { nameText, timeText } from "./describe.ts";
import { prose } from "./neutral-text.ts";
import type { Page } from "./page.ts";

/** One entry of the log: when, what kind, on what, with which answer, by whom, why. */
export function writeAuditEntry(page: Page, index: number, entry: AuditEntry): void {
  page.gap();
  const answer = entry.answer === null ? "" : ` → ${prose(entry.answer)}`;
  page.labelled(
    String(index),
    `${timeText(entry.time, null)}  ${entry.kind}  ${prose(entry.subject)}${answer}`,
    {
      indent: 0,
      labelWidth: 8,
    },
  );
  const from = entry.actor.sourceIp === null ? "" : ` from ${prose(entry.actor.sourceIp)}`;
  const field = (label: string, text: string) => page.labelled(label, text, { indent: 8, labelWidth: 8 });
  field("who", `${nameText(entry.actor)}${from}, channel ${entry.channel}`);
  field("why", prose(entry.because));
  field("id", `${prose(entry.id)}, workspace ${prose(entry.workspace)}`);
}
