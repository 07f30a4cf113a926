import { writeFile } from "node:fs/promises";
import { codeOf, type Problem, problem } from "../base/index.ts";
import type { Format } from "./formats.ts";
import { MACHINE_FORMATS, type Printable, renderPieces } from "./output/index.ts";
import { endingInNewline, type Terminal } from "./terminal.ts";
import { version } from "./version.ts";

/** One `-f FORMAT [-o FILE]` of the command line; no file means standard output. */
export interface OutputTarget {
  readonly format: Format;
  readonly file: string | null;
}

export interface OutputOptions {
  readonly format: readonly OutputTarget[];
  readonly all?: boolean;
}

/**
 * Prints a document as asked. A machine format on standard output is alone there: what is for people then goes to
 * standard error. Gives the problems of targets that could not be written; the others are written all the same.
 */
export async function deliver(
  document: Printable,
  options: OutputOptions,
  terminal: Terminal,
): Promise<readonly Problem[]> {
  const targets = options.format.length === 0 ? [TABLE] : options.format;
  const machineOnStdout = targets.some(
    ({ format, file }) => file === null && MACHINE_FORMATS.includes(format),
  );
  const problems: Problem[] = [];
  for (const { format, file } of targets) {
    // In pieces: the JSON of a very large plan is longer than one string can be.
    const rendered = renderPieces(document, format, {
      colour: file === null && terminal.colour,
      width: file === null ? terminal.width : 100,
      all: options.all === true,
      toolVersion: version(),
    });
    if (!rendered.ok) problems.push(rendered.error);
    else if (file !== null) problems.push(...(await save(file, rendered.value)));
    else if (machineOnStdout && !MACHINE_FORMATS.includes(format))
      terminal.note([...rendered.value].join(""));
    else await terminal.outPieces(rendered.value);
  }
  return problems;
}

/** The same for what has its own few formats: `text` makes each of them. */
export async function saveText(
  text: (target: OutputTarget) => string,
  options: OutputOptions,
  terminal: Terminal,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const target of options.format.length === 0 ? [TABLE] : options.format) {
    if (target.file === null) terminal.out(text(target));
    else problems.push(...(await save(target.file, [text(target)])));
  }
  return problems;
}

const TABLE: OutputTarget = { format: "table", file: null };

async function save(file: string, pieces: Iterable<string>): Promise<readonly Problem[]> {
  try {
    await writeFile(file, endingInNewline(pieces));
    return [];
  } catch (cause) {
    const code = codeOf(cause) ?? "unknown error";
    const hint = "name a file in a folder that exists and can be written";
    return [
      problem("output_unwritable", `the report cannot be written (${code})`, { place: { file }, hint }),
    ];
  }
}
