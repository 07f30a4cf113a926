import { constants, isUtf8 } from "node:buffer";
import {
  err,
  isJsonObject,
  type Json,
  type JsonObject,
  ok,
  type Problem,
  problem,
  type Result,
} from "../../base/index.ts";
import { findJsonFault, lineAndColumn } from "./json-fault.ts";

/** What the document should be: names the problems (`plan_empty`, `state_empty`) and their advice. */
export type DocumentKind = "plan" | "state" | "log";

/** Deeper than any real document; every later walk relies on it. */
export const MAX_DEPTH = 256;

/**
 * What the first bytes show to be something else than text: a binary plan (zip), gzip. `null` for all others.
 */
export function foreignFormat(bytes: Uint8Array, file: string, kind: DocumentKind): Problem | null {
  const place = { file };
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04) {
    const hint = `run \`tofu show -json ${file} > plan.json\` in the workspace and pass the JSON`;
    return problem(`${kind}_is_binary`, `\`${file}\` is a binary plan file, not JSON`, { place, hint });
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const hint = "decompress it first";
    return problem(`${kind}_is_compressed`, `\`${file}\` is compressed with gzip`, { place, hint });
  }
  return null;
}

/**
 * Bytes of a document → its text: UTF-8 (a byte order mark is skipped) or UTF-16 as shells on Windows write
 * it.
 */
export function decodeDocument(bytes: Uint8Array, file: string, kind: DocumentKind): Result<string, Problem> {
  const place = { file };
  if (bytes.length === 0) return err(emptyDocument(file, kind));
  const foreign = foreignFormat(bytes, file, kind);
  if (foreign !== null) return err(foreign);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return ok(new TextDecoder("utf-16le").decode(bytes));
  if (!isUtf8(bytes)) {
    const offset = firstBadByte(bytes);
    const what = `\`${file}\` is not valid UTF-8: byte ${offset} (0x${(bytes[offset] ?? 0).toString(16)}) begins no character`;
    return err(problem(`${kind}_not_utf8`, what, { place, hint: "write the file again as UTF-8" }));
  }
  if (bytes.length > constants.MAX_STRING_LENGTH) {
    const most = Math.floor(constants.MAX_STRING_LENGTH / 2 ** 20);
    return err(
      problem(`${kind}_too_large`, `\`${file}\` is larger than the ${most} MB that one text can hold`, {
        place,
      }),
    );
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return ok(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
}

/** Text → the document's object. Refuses what no later step should have to think about. */
export function parseDocument(text: string, file: string, kind: DocumentKind): Result<JsonObject, Problem> {
  const value = parseJsonText(withoutWrapper(text), file, kind);
  if (!value.ok) return value;
  return isJsonObject(value.value) ? ok(value.value) : err(wrongShape(value.value, file, kind));
}

/**
 * The setup action of Terraform on GitHub wraps the tool: its command line stands before the output, workflow
 * commands after it. Of such a text the first line that begins an object; any other text as it is.
 */
function withoutWrapper(text: string): string {
  if (!text.startsWith("[command]")) return text;
  const start = text.indexOf("\n{") + 1;
  if (start === 0) return text;
  const end = text.indexOf("\n", start);
  return end === -1 ? text.slice(start) : text.slice(start, end);
}

/** Text → any JSON value, with the same refusals. */
export function parseJsonText(text: string, file: string, kind: DocumentKind): Result<Json, Problem> {
  if (/^\s*$/.test(text)) return err(emptyDocument(file, kind));
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return err(parseFailure(text, file, kind, error));
  }
  const fault = findUnsound(value, mayHoldBrokenText(text));
  return fault === null ? ok(value) : err(unsoundProblem(fault, file, kind));
}

/** Half a surrogate pair can come into decoded text only by an escape. */
export function mayHoldBrokenText(text: string): boolean {
  // Most texts hold no such escape at all: one pass says so.
  return text.includes("\\u") && (text.includes("\\ud") || text.includes("\\uD"));
}

export function emptyDocument(file: string, kind: DocumentKind): Problem {
  const hint = {
    plan: "check that `tofu show -json PLANFILE` succeeded before its output was written there",
    state: "check that `tofu show -json` succeeded before its output was written there",
    log: "check that the export of the audit log has ended",
  }[kind];
  return problem(`${kind}_empty`, `\`${file}\` is empty`, { place: { file }, hint });
}

function wrongShape(value: Json, file: string, kind: DocumentKind): Problem {
  const got = Array.isArray(value) ? "a list" : value === null ? "null" : `a ${typeof value}`;
  return problem(`not_a_${kind}`, `\`${file}\` holds ${got}, a ${kind} is a JSON object`, {
    place: { file },
  });
}

function parseFailure(text: string, file: string, kind: DocumentKind, error: unknown): Problem {
  const fault = findJsonFault(text);
  if (fault === null) {
    const what = error instanceof Error ? error.message : String(error);
    return problem(`${kind}_unreadable`, `\`${file}\` cannot be parsed: ${what}`, { place: { file } });
  }
  const place = { file, ...lineAndColumn(text, fault.offset) };
  if (kind !== "log" && isEventStream(text)) {
    const hint =
      "use `tofu plan -out=FILE`, then `tofu show -json FILE`: the stream of `plan -json` has no values";
    return problem(`${kind}_is_stream`, `\`${file}\` is the event stream of \`plan -json\`, not a ${kind}`, {
      place,
      hint,
    });
  }
  if (fault.kind === "ends_early") {
    const what = `\`${file}\` is cut off: the JSON ends too early at character ${fault.offset}`;
    return problem(`${kind}_truncated`, what, {
      place,
      hint: "write the file again and check that the disk is not full",
    });
  }
  const found = JSON.stringify(text.slice(fault.offset, fault.offset + 1));
  const hint =
    fault.offset === 0 && kind === "plan"
      ? "pass the output of `tofu show -json PLANFILE`, not the text of `tofu plan`"
      : undefined;
  const what = `\`${file}\` is not JSON: unexpected ${found} at character ${fault.offset}`;
  return problem(`${kind}_not_json`, what, { place, ...(hint === undefined ? {} : { hint }) });
}

function isEventStream(text: string): boolean {
  const line = text.slice(0, text.indexOf("\n"));
  return line.startsWith("{") && line.includes('"@level"') && line.includes('"@message"');
}

export type Unsound = "too_deep" | "number_out_of_range" | "broken_text";

export function unsoundProblem(fault: Unsound, file: string, kind: DocumentKind): Problem {
  const said = {
    too_deep: `\`${file}\` nests deeper than ${MAX_DEPTH} levels`,
    number_out_of_range: `\`${file}\` holds a number beyond the range of a double (1.8e308)`,
    broken_text: `\`${file}\` holds half a surrogate pair (\`\\ud800\`-like), which is no Unicode text`,
  }[fault];
  return problem(`${kind}_${fault}`, said, {
    place: { file },
    hint: `no tool writes such a ${kind}; check where it comes from`,
  });
}

/**
 * First thing that later code could trip over: the stack, canonical JSON, text encoders. One walk over the
 * whole value.
 */
export function findUnsound(root: Json, checkText: boolean): Unsound | null {
  let fault: Unsound | null = null;
  const walk = (value: Json, depth: number): void => {
    if (typeof value === "number") {
      if (!Number.isFinite(value)) fault = "number_out_of_range";
    } else if (typeof value === "string") {
      if (checkText && LONE_SURROGATE.test(value)) fault = "broken_text";
    } else if (typeof value === "object" && value !== null) {
      if (depth >= MAX_DEPTH) {
        fault = "too_deep";
        return;
      }
      if (Array.isArray(value)) for (const item of value) walk(item, depth + 1);
      else if (isJsonObject(value)) {
        for (const key in value) {
          if (checkText && LONE_SURROGATE.test(key)) fault = "broken_text";
          walk(value[key] ?? null, depth + 1);
        }
      }
    }
  };
  walk(root, 0);
  return fault;
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Offset of the first byte that starts no UTF-8 character (RFC 3629), by halving with the native check. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, characterStart(bytes, middle)))) good = middle;
    else bad = middle;
  }
  return characterStart(bytes, bad - 1);
}

/** Moves an offset back to the start of the character that it lies in, at most three bytes. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  for (let i = 0; i < 3 && start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80; i++) start--;
  return start;
}
