import { err, type Json, ok, type Problem, problem, type Result } from "../base/index.ts";

/** Deepest nesting that a request may have; policy documents stay far below. */
export const MAX_BODY_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * JSON of a request body. Depth is counted before anything is built from it, so that no recursion below meets hostile
 * nesting; what is no UTF-8 or no JSON is a Problem (`body_invalid`).
 */
export function readJsonBody(bytes: Uint8Array): Result<Json, Problem> {
  if (nestingOf(bytes) > MAX_BODY_DEPTH) {
    return err(problem("body_invalid", `the body is nested deeper than ${MAX_BODY_DEPTH} levels`));
  }
  try {
    return ok(JSON.parse(utf8.decode(bytes)) as Json);
  } catch {
    return err(problem("body_invalid", "the body is no JSON in UTF-8"));
  }
}

/** Deepest nesting outside of strings; stops counting just above the bound. */
function nestingOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < bytes.length && deepest <= MAX_BODY_DEPTH; at++) {
    switch (bytes[at]) {
      case QUOTE:
        at = endOfString(bytes, at);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        deepest = Math.max(deepest, ++depth);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        break;
    }
  }
  return deepest;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
