import { app, type EvidenceReport } from "../../app/index.ts";
import { columns } from "../columns.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { runAction } from "../run-action.ts";

export interface EvidenceOptions {
  readonly from: string;
  readonly to: string;
  readonly samples: number;
  readonly format: "markdown" | "json";
}

/** `trueup evidence`: the report on standard output, to be kept as it is. */
export function evidence({ from, to, samples, format }: EvidenceOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runAction(
      invocation,
      (context) => app.evidence(context, { from, to, samples }),
      (report) => {
        invocation.terminal.out(format === "json" ? JSON.stringify(report, null, 2) : asMarkdown(report));
        return EXIT.ok;
      },
    );
}

function asMarkdown(report: EvidenceReport): string {
  const { log, counts, attempts, stories, checklist, population } = report;
  const rows = Object.entries(counts).map(([outcome, count]) => `| ${outcome} | ${count} |`);
  const tries = Object.entries(attempts).map(([answer, count]) => `| ${answer} | ${count} |`);
  return [
    `# Evidence ${report.from} to ${report.to}`,
    "",
    `Made ${report.madeAt} over log \`${log.origin}\` of ${log.size} entries, root \`${log.root}\`.`,
    ...report.problems.map(({ message }) => `\n> ${message}`),
    "",
    `## Population: ${population} observed changes, each reconciled once`,
    "",
    "| outcome | changes |",
    "|---|---|",
    ...rows,
    `| **sum** | **${Object.values(counts).reduce((sum, count) => sum + count, 0)}** |`,
    ...(tries.length === 0
      ? []
      : ["", "## Decisions at enforcement points", "", "| answer | decisions |", "|---|---|", ...tries]),
    "",
    `## Samples: ${stories.length} changes in full`,
    ...stories.flatMap(({ change, entries }) => [
      "",
      `### ${cell(change.subject)} in ${cell(change.workspace)}: ${change.outcome}`,
      "",
      `${cell(change.because)}. By ${cell(change.who)}${change.happenedAt === null ? "" : ` at ${change.happenedAt}`}.`,
      "",
      "```",
      columns(
        ["ENTRY", "TIME", "ANSWER", "PROVEN BY"],
        entries.map(({ index, entry, proof }) => [
          String(index),
          entry.time,
          entry.answer ?? "–",
          proof === null ? "no proof" : `${proof.path.length} hashes up to the root`,
        ]),
      ).trimEnd(),
      "```",
    ]),
    "",
    "## Where each thing that is asked for is held",
    "",
    "| asked | by | held |",
    "|---|---|---|",
    ...checklist.map(({ asked, by, held }) => `| ${asked} | ${by} | ${held} |`),
  ].join("\n");
}

function cell(text: string): string {
  return text.replace(/[\\|<>[\]`*_]/g, (character) => `\\${character}`).replace(/\s+/g, " ");
}
