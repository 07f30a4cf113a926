import { isJsonObject, type Json } from "./json.ts";

/** Steps from the root of an attribute object: object keys and array indexes. */
export type PropertyPath = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Text of a path as people write it: `ingress[0].cidr_blocks[1]`, `tags["kubernetes.io/name"]`.
 * Keys that are not plain names are quoted as JSON strings, so that the text parses back unambiguously.
 */
export function pathText(path: PropertyPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!PLAIN_KEY.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Inverse of {@link pathText}; `null` for text that is no path. `[*]` and `*` are kept as the key `*` for patterns. */
export function parsePath(text: string): PropertyPath | null {
  const steps: (string | number)[] = [];
  const token = /\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\[(\*)\]|(?:^|\.)([^.[\]"]+)/gy;
  let at = 0;
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (match === null) return null;
    if (match[1] !== undefined) steps.push(Number(match[1]));
    else if (match[2] !== undefined) {
      const key: unknown = parseQuoted(match[2]);
      if (typeof key !== "string") return null;
      steps.push(key);
    } else steps.push(match[3] ?? match[4] ?? "");
    at = token.lastIndex;
  }
  return steps;
}

function parseQuoted(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Value at a path, `undefined` where a step is missing. Reads own properties only. */
export function valueAt(root: Json | undefined, path: PropertyPath): Json | undefined {
  let value: Json | undefined = root;
  for (const step of path) {
    if (typeof step === "number") {
      if (!Array.isArray(value)) return undefined;
      value = value[step];
    } else {
      if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
  }
  return value;
}

/**
 * Does a pattern path hold a path? Pattern steps: a name, an index, `*` (one step), `**` (any number of steps).
 * An array index in the path is also skipped freely when the pattern names no index there:
 * `ingress.cidr_blocks` holds `ingress[0].cidr_blocks[1]`. A pattern holds everything below it.
 */
export function pathMatches(pattern: PropertyPath, path: PropertyPath): boolean {
  return matchFrom(pattern, 0, path, 0);
}

function matchFrom(pattern: PropertyPath, p: number, path: PropertyPath, i: number): boolean {
  if (p === pattern.length) return true;
  const want = pattern[p];
  if (want === "**") {
    for (let k = i; k <= path.length; k++) if (matchFrom(pattern, p + 1, path, k)) return true;
    return false;
  }
  if (i === path.length) return false;
  if ((want === "*" || want === path[i]) && matchFrom(pattern, p + 1, path, i + 1)) return true;
  return typeof path[i] === "number" && typeof want !== "number" && matchFrom(pattern, p, path, i + 1);
}
