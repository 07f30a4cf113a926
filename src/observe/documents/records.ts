import { err, type Json, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { findUnsound, mayHoldBrokenText, parseJsonText } from "./document.ts";

/** One record of a log. */
export interface LogRecord {
  readonly value: Json;
  /** 1-based line in a log of JSON lines, `null` in a single document. */
  readonly line: number | null;
}

export interface LogRecords {
  readonly records: readonly LogRecord[];
  /** Lines that hold no usable JSON. */
  readonly badLines: readonly number[];
}

/**
 * Records of an audit log's text: a JSON document (the members of a top-level list, else the document
 * itself), or JSON lines. A log that is still being written ends in half a line: bad lines are told, they do
 * not make the log unreadable.
 */
export function readRecords(text: string, file: string): Result<LogRecords, Problem> {
  const plain = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (plain.charCodeAt(0) === 0x1f) return err(compressedLog(file));
  const whole = parseJsonText(plain, file, "log");
  if (whole.ok) {
    const values: readonly Json[] = Array.isArray(whole.value) ? whole.value : [whole.value];
    return ok({ records: values.map((value) => ({ value, line: null })), badLines: [] });
  }
  const records: LogRecord[] = [];
  const badLines: number[] = [];
  const lines = plain.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const line = (lines[i] ?? "").trim();
    if (line === "") continue;
    const value = parseLine(line);
    if (value === undefined) badLines.push(i + 1);
    else records.push({ value, line: i + 1 });
    // A document in many lines is no log of lines: its own fault says more.
    if (records.length === 0 && badLines.length === 3) return err(whole.error);
  }
  return records.length === 0 ? err(whole.error) : ok({ records, badLines });
}

/** Delivered log files come compressed; nothing else begins with this control character. */
function compressedLog(file: string): Problem {
  const hint = "decompress it first: `gunzip FILE.gz`";
  return problem("log_is_compressed", `\`${file}\` is compressed with gzip`, { place: { file }, hint });
}

/** One line's object, `undefined` for anything else. */
function parseLine(line: string): Json | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: Json = JSON.parse(line);
    return findUnsound(value, mayHoldBrokenText(line)) === null ? value : undefined;
  } catch {
    return undefined;
  }
}
