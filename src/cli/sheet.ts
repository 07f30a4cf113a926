import { columns } from "./columns.ts";
import { type OutputOptions, saveText } from "./deliver.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { safeJson } from "./output/json.ts";
import { mdText } from "./output/markdown-text.ts";
import { prose } from "./output/neutral-text.ts";
import { noteProblems, type Terminal } from "./terminal.ts";

/** Rows under a heading. */
export interface Rows {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Said instead where there are no rows. */
  readonly none: string;
}

/** A small document: facts by name, then rows. All of its text may be hostile. */
export interface Sheet {
  readonly title: string | null;
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly tables: readonly Rows[];
  /** What to do next. */
  readonly next: string | null;
}

/** Prints it as table, Markdown or JSON (`document`, as programs read it). */
export async function printSheet(
  sheet: Sheet,
  document: { readonly schema: string },
  options: OutputOptions,
  terminal: Terminal,
  code: ExitCode = EXIT.ok,
): Promise<ExitCode> {
  const problems = await saveText(
    ({ format }) => {
      if (format === "json") return safeJson(document);
      return format === "markdown" ? sheetMarkdown(sheet) : sheetText(sheet);
    },
    options,
    terminal,
  );
  noteProblems(terminal, problems);
  return problems.length > 0 ? EXIT.failed : code;
}

export function sheetText({ title, facts, tables, next }: Sheet): string {
  const wide = Math.max(0, ...facts.map(([label]) => label.length));
  const blocks = [
    ...(title === null ? [] : [prose(title)]),
    ...(facts.length === 0
      ? []
      : [facts.map(([label, text]) => `  ${label.padEnd(wide)}  ${prose(text)}`).join("\n")]),
    ...tables.map(({ heading, rows, none }) =>
      rows.length === 0 ? none : `${title === null ? "" : "\n"}${columns(heading, rows)}\n`,
    ),
    ...(next === null ? [] : [`next: ${next}`]),
  ];
  return blocks.join("\n").trimEnd();
}

export function sheetMarkdown({ title, facts, tables, next }: Sheet): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const table = ({ heading, rows, none }: Rows): string =>
    rows.length === 0
      ? none
      : [
          row(heading.map((cell) => cell.toLowerCase())),
          row(heading.map(() => "---")),
          ...rows.map((cells) => row(cells.map((cell) => mdText(cell)))),
        ].join("\n");
  const blocks = [
    ...(title === null ? [] : [`## ${mdText(title)}`]),
    ...(facts.length === 0
      ? []
      : [facts.map(([label, text]) => `- **${label}**: ${mdText(text)}`).join("\n")]),
    ...tables.map(table),
    ...(next === null ? [] : [`Next: ${mdText(next)}`]),
  ];
  return `${blocks.join("\n\n")}\n`;
}
