import { RegoSet } from "./containers.ts";
import { objectEntriesSorted } from "./objects.ts";
import { RegoNum } from "./rego-num.ts";
import { isArray, type Value } from "./value.ts";

const PLAIN = /^[ !#-[\]-~]*$/;
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Rego text of a value as OPA prints it: `{1, 2}`, `set()`, `{"a": [1]}`. */
export function termText(value: Value): string {
  const out: string[] = [];
  const stack: (string | { readonly value: Value })[] = [{ value }];
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    if (typeof task === "string") out.push(task);
    else write(task.value, out, stack);
  }
  return out.join("");
}

/** A string literal as Go's `strconv.Quote` writes it. */
export function quoteGo(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let result = '"';
  for (const char of text) result += escapeChar(char);
  return `${result}"`;
}

function write(value: Value, out: string[], stack: (string | { readonly value: Value })[]): void {
  if (typeof value === "string") out.push(quoteGo(value));
  else if (typeof value !== "object" || value === null) out.push(String(value));
  else if (value instanceof RegoNum) out.push(value.text);
  else if (isArray(value)) list("[", "]", value, stack);
  else if (value instanceof RegoSet) {
    if (value.size === 0) out.push("set()");
    else list("{", "}", value.sortedItems(), stack);
  } else {
    const entries = objectEntriesSorted(value);
    stack.push("}");
    for (let i = entries.length - 1; i >= 0; i--) {
      const [key, item] = entries[i]!;
      stack.push({ value: item }, ": ", { value: key });
      if (i > 0) stack.push(", ");
    }
    stack.push("{");
  }
}

function list(
  open: string,
  close: string,
  items: readonly Value[],
  stack: (string | { readonly value: Value })[],
): void {
  stack.push(close);
  for (let i = items.length - 1; i >= 0; i--) {
    stack.push({ value: items[i]! });
    if (i > 0) stack.push(", ");
  }
  stack.push(open);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\v", "\\v"],
]);

function escapeChar(char: string): string {
  const known = ESCAPES.get(char);
  if (known !== undefined) return known;
  const code = char.codePointAt(0)!;
  if (code >= 0xd800 && code < 0xe000) return "\ufffd";
  if (PRINTABLE.test(char)) return char;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff
    ? `\\U${code.toString(16).padStart(8, "0")}`
    : `\\u${code.toString(16).padStart(4, "0")}`;
}
