import {
  doubleText,
  isArray,
  isNumber,
  isObject,
  isSet,
  jsonEntries,
  num,
  type Value,
} from "../../values/index.ts";
import { compareYamlKeys } from "./key-order.ts";
import { resolvePlain } from "./scalars.ts";

/** YAML text of a value as go-yaml v3 writes it with an indent of 2. */
export function writeYaml(value: Value): string {
  return `${block(value, 0, "root")}\n`;
}

type Place = "root" | "key" | "item";

/** The text after a `key:` or `-`, with its own leading space or line end; at the root without. */
function block(value: Value, indent: number, place: Place): string {
  const items = isArray(value) ? value : isSet(value) ? value.sortedItems() : undefined;
  const lead = place === "root" ? "" : " ";
  if (items !== undefined) {
    if (items.length === 0) return `${lead}[]`;
    const lines = items.map((item) => `-${block(item, indent + 2, "item")}`);
    return join(lines, indent, place);
  }
  if (isObject(value)) {
    const entries = [...jsonEntries(value)].sort((a, b) => compareYamlKeys(a[0], b[0]));
    if (entries.length === 0) return `${lead}{}`;
    const lines = entries.map(([key, item]) => `${keyText(key)}:${block(item, indent + 2, "key")}`);
    return join(lines, indent, place);
  }
  return lead + scalar(value, indent + (place === "root" ? 2 : 0));
}

/** Lines of a collection: the first stands behind a dash, or on a line of its own behind a key. */
function join(lines: readonly string[], indent: number, place: Place): string {
  const pad = `\n${" ".repeat(indent)}`;
  if (place === "root") return lines.join("\n");
  return (place === "item" ? " " : pad) + lines.join(pad);
}

function scalar(value: Value, indent: number): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value.toString();
  if (isNumber(value)) return numberText(value);
  return typeof value === "string" ? stringText(value, indent) : "";
}

function numberText(value: num.Numeric): string {
  const integer = /^-?\d+$/.test(num.toText(value)) ? num.toBigInt(value) : undefined;
  if (integer !== undefined && integer >= -(2n ** 63n) && integer < 2n ** 64n) return integer.toString();
  return doubleText(num.toDouble(value), "g", -1);
}

function keyText(key: string): string {
  return isPlain(key) ? plainOrQuoted(key) : doubleQuoted(key);
}

function stringText(text: string, indent: number): string {
  if (!text.includes("\n")) return isPlain(text) ? plainOrQuoted(text) : doubleQuoted(text);
  // A literal block cannot hold spaces before a line end, or characters that need escapes.
  if (/ $/.test(text) || / \n/.test(text) || hasSpecial(text)) return doubleQuoted(text);
  const hint = /^[ \n]/.test(text) ? "2" : "";
  const chomp = !text.endsWith("\n") ? "-" : text === "\n" || text.endsWith("\n\n") ? "+" : "";
  const body = text.endsWith("\n") ? text.slice(0, -1) : text;
  const pad = " ".repeat(indent);
  const lines = body.split("\n").map((line) => (line === "" ? "" : pad + line));
  return `|${hint}${chomp}\n${lines.join("\n")}`;
}

const OLD_BOOLEANS: ReadonlySet<string> = new Set(
  ["y", "yes", "on", "n", "no", "off"].flatMap((word) => [
    word,
    word.toUpperCase(),
    word.slice(0, 1).toUpperCase() + word.slice(1),
  ]),
);
const BASE_60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;

/** Whether a plain scalar of this text would be read as text, by YAML 1.1 readers too. */
function isPlain(text: string): boolean {
  const kind = resolvePlain(text).kind;
  return (kind === "string" || kind === "merge") && !OLD_BOOLEANS.has(text) && !BASE_60.test(text);
}

function plainOrQuoted(text: string): string {
  if (/[\t\n]/.test(text) || hasSpecial(text)) return doubleQuoted(text);
  const indicator =
    /^[#,[\]{}&*!|>'"%@`]/.test(text) ||
    /^[?:-](?:\s|$)/.test(text) ||
    /^(?:---|\.\.\.)/.test(text) ||
    /:(?:\s|$)/.test(text) ||
    /\s#/.test(text) ||
    /^ | $/.test(text);
  return indicator ? `'${text.replaceAll("'", "''")}'` : text;
}

const SPECIAL = /[^\t\n\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u0085\u2028\u2029]/;

function hasSpecial(text: string): boolean {
  return SPECIAL.test(text);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\u0000": "\\0",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\v": "\\v",
  "\f": "\\f",
  "\r": "\\r",
  "\u001b": "\\e",
  '"': '\\"',
  "\\": "\\\\",
  "\u0085": "\\N",
  "\u2028": "\\L",
  "\u2029": "\\P",
};

function doubleQuoted(text: string): string {
  let result = '"';
  for (const char of text) {
    if (Object.hasOwn(ESCAPES, char)) result += ESCAPES[char];
    else if (!SPECIAL.test(char)) result += char;
    else result += escapeCode(char.codePointAt(0)!);
  }
  return `${result}"`;
}

function escapeCode(code: number): string {
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
