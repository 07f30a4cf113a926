import { entryLine, type LoggedEntry } from "../../../audit/index.ts";
import { isJsonObject, type Json, member } from "../../../base/index.ts";
import type { ExportFormatName } from "../../config/exports.ts";
import { ocsfEvent } from "./ocsf.ts";

/** How entries of the record are written for others: one line an entry, without a line end in it. */
export interface ExportFormat {
  readonly name: ExportFormatName;
  /** End of file names. */
  readonly extension: string;
  line(logged: LoggedEntry, origin: string): string;
  /** The index that a line says; `null` when it is no line of this format. */
  indexIn(line: string): number | null;
  /** The lines as one HTTP body. */
  body(lines: readonly string[]): { readonly type: string; readonly text: string };
}

const asLines = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const asArray = (lines: readonly string[]): string => `[${lines.join(",")}]`;

/** Entry lines of the audit format (docs/audit-format.md): the entry as it was hashed, with its index and leaf hash. */
const jsonl: ExportFormat = {
  name: "jsonl",
  extension: "jsonl",
  line: (logged) => entryLine(logged).trimEnd(),
  indexIn: (line) => indexAt(line, ["index"]),
  body: (lines) => ({ type: "application/jsonl; charset=utf-8", text: asLines(lines) }),
};

/** CloudEvents 1.0 in structured mode. `sequence` is the extension of that name: it orders as text. */
const cloudevents: ExportFormat = {
  name: "cloudevents",
  extension: "cloudevents.jsonl",
  line({ index, entry, leaf }, origin) {
    return JSON.stringify({
      specversion: "1.0",
      id: entry.id,
      source: `urn:trueup:log:${encodeURIComponent(origin)}`,
      type: `trueup.audit.${entry.kind}`,
      ...(entry.subject === "" ? {} : { subject: entry.subject }),
      time: entry.time,
      datacontenttype: "application/json",
      sequence: String(index).padStart(16, "0"),
      data: { index, leaf, entry },
    });
  },
  indexIn: (line) => indexAt(line, ["data", "index"]),
  body: (lines) => ({ type: "application/cloudevents-batch+json; charset=utf-8", text: asArray(lines) }),
};

const ocsf: ExportFormat = {
  name: "ocsf",
  extension: "ocsf.jsonl",
  line: (logged, origin) => JSON.stringify(ocsfEvent(logged, origin)),
  indexIn: (line) => indexAt(line, ["metadata", "sequence"]),
  body: (lines) => ({ type: "application/json; charset=utf-8", text: asArray(lines) }),
};

const FORMATS: Readonly<Record<ExportFormatName, ExportFormat>> = { jsonl, ocsf, cloudevents };

export function exportFormat(name: ExportFormatName): ExportFormat {
  return FORMATS[name];
}

function indexAt(line: string, path: readonly string[]): number | null {
  let value: Json | undefined;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  for (const key of path) value = isJsonObject(value) ? member(value, key) : undefined;
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
