import type { SentinelError } from "../errors.ts";
import { lex } from "../lexer/lexer.ts";
import type { Token } from "../lexer/token.ts";
import { parse } from "../parser/parse.ts";
import type { Result } from "../result.ts";
import { ok } from "../result.ts";
import type { SourceFile } from "../source-file.ts";
import type { Line } from "./align.ts";
import { align } from "./align.ts";
import type { Roles } from "./brackets.ts";
import { rolesOf } from "./brackets.ts";
import type { BracketKind, Item } from "./items.ts";
import { itemsOf } from "./items.ts";

/**
 * The canonical form of a file: tabs, one statement a line, blanks around operators, aligned values of maps. The author's
 * line breaks stay, at most one blank line at a time. Formatting its own output changes nothing.
 */
export function format(file: SourceFile): Result<string, SentinelError> {
  const parsed = parse(file);
  if (!parsed.ok) {
    return parsed;
  }
  const { tokens, comments } = lex(file.text);
  const items = itemsOf(file.text, tokens, comments);
  const lines = layOut(items, rolesOf(items));
  const text = align(lines)
    .map(({ blankBefore, text: line }) => `${blankBefore ? "\n" : ""}${line}\n`)
    .join("");
  return ok(text.replaceAll("\r", ""));
}

interface Open {
  readonly kind: BracketKind;
  /** Indentation of the line that opened it. */
  readonly indent: number;
}

function layOut(items: readonly Item[], roles: readonly Roles[]): Line[] {
  const lines: Line[] = [];
  const open: Open[] = [];
  const indents: number[] = [];
  let start = 0;
  let continued: { readonly depth: number; readonly indent: number } | null = null;
  while (start < items.length) {
    let end = start + 1;
    while (end < items.length && (items[end] as Item).breaks === 0) {
      end += 1;
    }
    const first = items[start] as Item;
    const previous = lastToken(items, start);
    const depthBefore = open.length;
    const indent = indentOf(items, roles, start, open, previous, continued);
    // A continuation keeps its indentation until the expression's bracket depth is left.
    const continues: boolean = previous !== null && isBinary(previous, roles, items);
    if (!continues) {
      continued = null;
    } else if (continued === null || continued.depth !== depthBefore) {
      continued = { depth: depthBefore, indent };
    }
    for (let i = start; i < end; i += 1) {
      indents.push(indent);
    }
    lines.push(lineOf(items, roles, start, end, indents, open, start > 0 && first.breaks === 2));
    start = end;
  }
  return lines;
}

function lastToken(items: readonly Item[], before: number): number | null {
  for (let i = before - 1; i >= 0; i -= 1) {
    if ((items[i] as Item).token !== null) {
      return i;
    }
  }
  return null;
}

const BINARY_WORDS: ReadonlySet<string> = new Set([
  "and",
  "or",
  "xor",
  "else",
  "is",
  "not",
  "in",
  "contains",
  "matches",
]);
const BINARY_OPS: ReadonlySet<string> = new Set([
  "+",
  "-",
  "*",
  "/",
  "%",
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "=",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  ".",
]);

/** Whether the token at `at` asks for a right operand, so that the next line continues the expression. */
function isBinary(at: number, roles: readonly Roles[], items: readonly Item[]): boolean {
  const token = items[at]?.token;
  if (token === null || token === undefined || roles[at]?.unary === true) {
    return false;
  }
  return token.kind === "word"
    ? BINARY_WORDS.has(token.text)
    : token.kind === "op" && BINARY_OPS.has(token.text);
}

function indentOf(
  items: readonly Item[],
  roles: readonly Roles[],
  start: number,
  open: readonly Open[],
  previous: number | null,
  continued: { readonly depth: number; readonly indent: number } | null,
): number {
  const first = items[start] as Item;
  const closing =
    roles[start]?.bracket !== null && first.token?.kind === "op" && /^[)\]}]$/.test(first.token.text);
  const top = open[open.length - 1];
  if (closing) {
    return top?.indent ?? 0;
  }
  const base = top === undefined ? 0 : top.indent + (top.kind === "case" && !startsClause(first) ? 2 : 1);
  if (previous === null || !isBinary(previous, roles, items)) {
    return base;
  }
  if (continued !== null && continued.depth === open.length) {
    return continued.indent;
  }
  // Inside parentheses the bracket's own step is enough; a chain of bare names is not indented.
  if (top !== undefined && (top.kind === "group" || top.kind === "call")) {
    return base;
  }
  return startsWithName(items, start) ? base : base + 1;
}

function startsClause(item: Item): boolean {
  return item.token?.kind === "word" && (item.token.text === "when" || item.token.text === "else");
}

/** Whether the line before is only `name and` (or another word operator). */
function startsWithName(items: readonly Item[], start: number): boolean {
  let from = start - 1;
  while (from > 0 && (items[from] as Item).breaks === 0) {
    from -= 1;
  }
  const line = items.slice(from, start).map((item) => item.token);
  const operator = line[line.length - 1];
  const operands = line.slice(0, -1);
  return (
    operator?.kind === "word" &&
    operands.length > 0 &&
    operands.every((token, i) => (i % 2 === 0 ? token?.kind === "ident" : token?.text === "."))
  );
}

/** The text of one line in pieces, and the brackets as they stand after it. */
function lineOf(
  items: readonly Item[],
  roles: readonly Roles[],
  start: number,
  end: number,
  indents: readonly number[],
  open: Open[],
  blankBefore: boolean,
): Line {
  const indent = indents[start] as number;
  const depth = open.length;
  const mapAtStart = open[depth - 1]?.kind === "map";
  let text = "";
  let key: string | null = null;
  let comment: string | null = null;
  let lowest = depth;
  for (let i = start; i < end; i += 1) {
    const item = items[i] as Item;
    if (item.token === null && i === end - 1 && i > start && !item.text.startsWith("/*")) {
      comment = item.text;
      break;
    }
    // Published files show two blanks in a `case` without a subject.
    const bare =
      item.token?.text === "{" && items[i - 1]?.token?.text === "case" && roles[i]?.bracket === "case";
    text += (i > start && spaced(items, roles, i) ? (bare ? "  " : " ") : "") + item.text;
    const role = roles[i] as Roles;
    if (role.bracket !== null && item.token !== null) {
      if (/^[([{]$/.test(item.token.text)) {
        // A body is indented from the line of the word that opens it, not from the end of a long condition.
        open.push({
          kind: role.bracket,
          indent: role.opener === null ? indent : (indents[role.opener] as number),
        });
      } else {
        open.pop();
        lowest = Math.min(lowest, open.length);
      }
    }
    if (
      item.token?.text === ":" &&
      item.token.kind === "op" &&
      key === null &&
      mapAtStart &&
      open.length === depth
    ) {
      key = text;
    }
  }
  const closed = open.length === depth && lowest === depth;
  return {
    blankBefore,
    indent,
    key: key !== null && closed ? key : null,
    rest: key !== null && closed ? text.slice(key.length).trimStart() : text,
    comment,
  };
}

/** Whether a blank stands between the item and the one before it on the same line. */
function spaced(items: readonly Item[], roles: readonly Roles[], at: number): boolean {
  const left = (items[at - 1] as Item).token;
  const right = (items[at] as Item).token;
  if (left === null || right === null) {
    return true;
  }
  const [l, r] = [roles[at - 1] as Roles, roles[at] as Roles];
  return !tight(left, right, l, r);
}

function tight(left: Token, right: Token, l: Roles, r: Roles): boolean {
  if (left.kind === "op") {
    if (left.text === "(" || left.text === "[" || left.text === "." || l.unary) {
      return true;
    }
    if (left.text === "{" && (l.bracket === "map" || right.text === "}")) {
      return true;
    }
    if (left.text === ":" && l.inside === "index") {
      return true;
    }
  }
  if (right.kind !== "op") {
    return false;
  }
  switch (right.text) {
    case ")":
    case "]":
    case ",":
    case ".":
    case ":":
      return true;
    case "}":
      return r.bracket === "map";
    case "(":
      return r.bracket === "call";
    case "[":
      return r.bracket === "index";
    default:
      return false;
  }
}
