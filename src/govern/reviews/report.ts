import type { Review, ReviewItem } from "../../domain/index.ts";

/** A finished (or running) review as Markdown, for an auditor: who decided what, when, why, and what shows it. */
export function reviewReport(review: Review): string {
  const held = review.holder === null ? "" : ` of ${review.holder.name}`;
  const decided = review.items.filter((item) => item.decision !== null).length;
  const lines = [
    `# Review ${review.id}`,
    "",
    `${review.kind === "grant" ? `After break-glass grant ${review.subject}${cell(held)}` : `Regular review \`${cell(review.subject)}\``}, opened ${review.openedAt}, due ${review.due}.`,
    review.closed === null
      ? `**Open**: ${decided} of ${review.items.length} items decided.`
      : `**Closed** by ${cell(review.closed.by.name)} at ${review.closed.at}.`,
    "",
    "| item | class | by | decision | decided by | when | because | proof |",
    "|---|---|---|---|---|---|---|---|",
    ...review.items.map(row),
  ];
  return `${lines.join("\n")}\n`;
}

function row(item: ReviewItem): string {
  const { decision, proof } = item;
  const cells = [
    `${item.title} (${item.id})`,
    item.riskClass,
    item.by,
    decision?.choice ?? "–",
    decision?.by.name ?? "–",
    decision?.at ?? "–",
    decision?.because ?? "–",
    proof === null ? "–" : `${proof.kind} ${proof.ref}: ${proof.says} (${proof.at})`,
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

/** Text of people inside a table must not end the cell, start a tag or become a link. */
function cell(text: string): string {
  return text.replace(/[\\|<>[\]`*_]/g, (character) => `\\${character}`).replace(/\s+/g, " ");
}
