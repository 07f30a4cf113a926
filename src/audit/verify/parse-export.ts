/* Lines of the audit format (docs/audit-format.md), read strictly: each line has one spelling, so that no byte can change unseen. */

export type ExportLine =
  | { readonly kind: "entry"; readonly text: string; readonly index: number; readonly leaf: string }
  | {
      readonly kind: "checkpoint";
      readonly note: string;
      readonly number: number;
      readonly peaks: readonly string[];
    }
  | { readonly kind: "malformed" };

const MALFORMED: ExportLine = { kind: "malformed" };
const ENTRY_START = '{"entry":';

export interface ExportHeader {
  readonly origin: string;
  /** Where the log begins, when its beginning was taken off: entries before it, their subtrees, the entry that says so. */
  readonly start: {
    readonly size: number;
    readonly peaks: readonly string[];
    readonly tombstone: string;
  } | null;
}

/** The header line; `null` when it is none. */
export function parseHeader(line: string): ExportHeader | null {
  const value = parsed(line);
  const origin = field(value, "origin");
  if (typeof origin !== "string") return null;
  const head = `{"format":"trueup-audit/v1","origin":${JSON.stringify(origin)}`;
  if (line === `${head}}`) return { origin, start: null };
  const start = field(value, "start");
  const size = field(start, "size");
  const tombstone = field(start, "tombstone");
  const peaks = texts(field(start, "peaks"));
  if (typeof size !== "number" || typeof tombstone !== "string" || peaks === null) return null;
  if (!Number.isSafeInteger(size) || size <= 0 || !peaks.every((peak) => /^[0-9a-f]{64}$/.test(peak)))
    return null;
  const said = `{"peaks":${JSON.stringify(peaks)},"size":${size},"tombstone":${JSON.stringify(tombstone)}}`;
  return line === `${head},"start":${said}}` ? { origin, start: { size, peaks, tombstone } } : null;
}

function texts(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  const found = value.filter((item) => typeof item === "string");
  return found.length === value.length ? found : null;
}

/** What a tombstone entry says that was taken off; `null` when the entry is none. */
export function parseTombstone(
  text: string,
): { readonly id: string; readonly upto: number; readonly root: string; readonly time: string } | null {
  const value = parsed(text);
  const details = field(value, "details");
  const upto = field(details, "prunedTo");
  const root = field(details, "root");
  const id = field(value, "id");
  const time = field(value, "time");
  if (field(value, "kind") !== "tombstone" || typeof upto !== "number" || typeof root !== "string")
    return null;
  return typeof id === "string" && typeof time === "string" ? { id, upto, root, time } : null;
}

export function parseLine(line: string): ExportLine {
  if (line.startsWith(ENTRY_START)) return parseEntry(line);
  const value = parsed(line);
  const note = field(value, "checkpoint");
  const number = field(value, "number");
  const peaks = field(value, "peaks");
  if (typeof note !== "string" || typeof number !== "number" || !Array.isArray(peaks)) return MALFORMED;
  const texts = peaks.filter((peak) => typeof peak === "string");
  const spelled = `{"checkpoint":${JSON.stringify(note)},"number":${number},"peaks":${JSON.stringify(texts)}}`;
  return line === spelled ? { kind: "checkpoint", note, number, peaks: texts } : MALFORMED;
}

function parseEntry(line: string): ExportLine {
  const frame = /,"index":(0|[1-9]\d{0,15}),"leaf":"([0-9a-f]{64})"\}$/.exec(line);
  if (frame === null || typeof field(parsed(line), "entry") !== "object") return MALFORMED;
  const text = line.slice(ENTRY_START.length, frame.index);
  return { kind: "entry", text, index: Number(frame[1]), leaf: frame[2] ?? "" };
}

/** The entry's own id, when its text is JSON that has one. */
export function entryId(text: string): string | null {
  const id = field(parsed(text), "id");
  return typeof id === "string" ? id : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}
