import { RegoObject, RegoSet } from "./containers.ts";
import { jsonKeysSorted } from "./objects.ts";
import { RegoNum } from "./rego-num.ts";
import { compareStrings } from "./strings.ts";
import { isArray, type JsonObject, type Value } from "./value.ts";

const NEEDS_ESCAPE = /[\u0000-\u001f"\\<>&\u2028\u2029\ud800-\udfff]/;
const ESCAPED =
  /[\u0000-\u001f"\\<>&\u2028\u2029]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export interface JsonLayout {
  /** Put before each line but the first. */
  readonly prefix: string;
  readonly indent: string;
}

/**
 * JSON text as Go's `encoding/json` writes it: keys sorted, `<`, `>`, `&`, U+2028 and U+2029 escaped, numbers as
 * they are spelt, sets as sorted arrays, keys that are no strings as their JSON text.
 */
export function marshal(value: Value, layout?: JsonLayout): string {
  const out: string[] = [];
  // Tasks on an explicit stack: a document may be nested deeper than the JS stack bears.
  const stack: Task[] = [{ value, depth: 0 }];
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    if (typeof task === "string") out.push(task);
    else write(task.value, task.depth, layout, out, stack);
  }
  return out.join("");
}

/** A JSON string literal with Go's escapes. */
export function quoteJson(text: string): string {
  return NEEDS_ESCAPE.test(text) ? `"${text.replace(ESCAPED, escapeUnit)}"` : `"${text}"`;
}

/** Entries as they stand in JSON: keys as text, in order of their bytes; of keys that collide the last stays. */
export function jsonEntries(object: JsonObject | RegoObject): readonly (readonly [string, Value])[] {
  if (!(object instanceof RegoObject))
    return jsonKeysSorted(object).map((key) => [key, object[key]!] as const);
  const byText = new Map<string, Value>();
  for (const [key, value] of object.sortedEntries()) byText.set(jsonKey(key), value);
  return [...byText].sort((a, b) => compareStrings(a[0], b[0]));
}

/** The text under which a key of any type stands in JSON. */
export function jsonKey(key: Value): string {
  return typeof key === "string" ? key : marshal(key);
}

type Task = string | { readonly value: Value; readonly depth: number };

function write(
  value: Value,
  depth: number,
  layout: JsonLayout | undefined,
  out: string[],
  stack: Task[],
): void {
  switch (typeof value) {
    case "string":
      out.push(quoteJson(value));
      return;
    case "number":
    case "boolean":
      out.push(value.toString());
      return;
  }
  if (value === null) out.push("null");
  else if (value instanceof RegoNum) out.push(value.text);
  else if (isArray(value))
    writeList(
      "[",
      "]",
      value.map((item) => ["", item] as const),
      depth,
      layout,
      stack,
    );
  else if (value instanceof RegoSet) {
    const items = value.sortedItems().map((item) => ["", item] as const);
    writeList("[", "]", items, depth, layout, stack);
  } else {
    const colon = layout === undefined ? ":" : ": ";
    const entries = jsonEntries(value).map(([key, item]) => [quoteJson(key) + colon, item] as const);
    writeList("{", "}", entries, depth, layout, stack);
  }
}

function writeList(
  open: string,
  close: string,
  items: readonly (readonly [lead: string, value: Value])[],
  depth: number,
  layout: JsonLayout | undefined,
  stack: Task[],
): void {
  const line = (level: number): string =>
    layout === undefined || items.length === 0 ? "" : `\n${layout.prefix}${layout.indent.repeat(level)}`;
  const before = line(depth + 1);
  stack.push(line(depth) + close);
  for (let i = items.length - 1; i >= 0; i--) {
    const [lead, value] = items[i]!;
    stack.push({ value, depth: depth + 1 }, (i === 0 ? open : ",") + before + lead);
  }
  if (items.length === 0) stack.push(open);
}

function escapeUnit(unit: string): string {
  switch (unit) {
    case '"':
      return '\\"';
    case "\\":
      return "\\\\";
    case "\n":
      return "\\n";
    case "\r":
      return "\\r";
    case "\t":
      return "\\t";
    case "\b":
      return "\\b";
    case "\f":
      return "\\f";
  }
  const code = unit.charCodeAt(0);
  return code >= 0xd800 && code < 0xe000 ? "\ufffd" : `\\u${code.toString(16).padStart(4, "0")}`;
}
