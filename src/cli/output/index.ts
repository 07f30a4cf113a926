import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { FORMATS, type Format } from "../formats.ts";
import type { Printable, RenderOptions } from "./documents.ts";
import type { ChangeReport } from "./items.ts";
import { jsonPieces, renderJson } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderSarif } from "./sarif.ts";
import { renderTable } from "./table.ts";

export { FORMATS, type Format } from "../formats.ts";
export type {
  AuditList,
  FindingDetail,
  FindingList,
  Printable,
  RenderOptions,
  RiskExplanation,
} from "./documents.ts";
export { neutral, prose, withoutRunnerCommands } from "./neutral-text.ts";

/** Formats that are read by programs: they go to stdout whatever it is. */
export const MACHINE_FORMATS: readonly Format[] = ["json", "sarif", "junit"];

export function isFormat(name: string): name is Format {
  return FORMATS.some((format) => format === name);
}

/** Formats in which a kind of document can be had: SARIF and JUnit tell of judged changes only. */
export function formatsFor(schema: Printable["schema"]): readonly Format[] {
  return isChangeSchema(schema) ? FORMATS : ["table", "json", "markdown"];
}

/** A document in a format. Fails only where the format cannot carry that kind of document. */
export function render(
  document: Printable,
  format: Format,
  options: RenderOptions = {},
): Result<string, Problem> {
  switch (format) {
    case "table":
      return ok(renderTable(document, options));
    case "json":
      return ok(renderJson(document));
    case "markdown":
      return ok(renderMarkdown(document));
    case "sarif":
      return isChangeReport(document) ? ok(renderSarif(document, options)) : unfit(document, format);
    case "junit":
      return isChangeReport(document) ? ok(renderJunit(document)) : unfit(document, format);
  }
}

/**
 * The same in pieces, for reports that are too long for one string (about 500 million characters). Write them as they come.
 */
export function renderPieces(
  document: Printable,
  format: Format,
  options: RenderOptions = {},
): Result<Iterable<string>, Problem> {
  if (format === "json") return ok(jsonPieces(document));
  const rendered = render(document, format, options);
  return rendered.ok ? ok([rendered.value]) : rendered;
}

function isChangeReport(document: Printable): document is ChangeReport {
  return isChangeSchema(document.schema);
}

function isChangeSchema(schema: Printable["schema"]): boolean {
  return schema !== "trueup.risk/v1" && schema !== "trueup.audit-list/v1";
}

function unfit(document: Printable, format: Format): Result<string, Problem> {
  const hint = `use ${formatsFor(document.schema).join(", ")}`;
  return err(problem("format_unfit", `\`${document.schema}\` cannot be written as ${format}`, { hint }));
}
