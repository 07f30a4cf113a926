import type { BinaryOp, Expr, Ident, QuantifierWord } from "../ast/ast.ts";
import { COMPARISON, LEVELS } from "../ast/precedence.ts";
import type { ParserState } from "./state.ts";
import {
  acceptOp,
  acceptWord,
  expectOp,
  expectWord,
  isKind,
  isOp,
  isWord,
  MAX_CHAIN,
  nested,
  next,
  peek,
  skipInserted,
  syntaxError,
  unexpected,
} from "./state.ts";
import { parseFuncRest } from "./statements.ts";

interface Operator {
  readonly op: BinaryOp;
  /** Source words joined by one space. */
  readonly text: string;
  readonly tokens: number;
  readonly level: number;
}

export function parseExpr(p: ParserState): Expr {
  return nested(p, () => parseBinary(p, 1));
}

/** Precedence climbing; all binary operators are left-associative. */
function parseBinary(p: ParserState, lowest: number): Expr {
  let left = parseUnary(p);
  for (let length = 0; ; length += 1) {
    if (length > MAX_CHAIN) {
      throw syntaxError(p, peek(p).pos, `an expression has more than ${MAX_CHAIN} operators in a row`);
    }
    const state = lowest <= COMPARISON ? isState(p) : null;
    if (state !== null) {
      const { pos } = peek(p);
      p.at += state.tokens;
      left = { kind: "is", pos, state: state.state, negated: state.negated, operand: left };
      continue;
    }
    const operator = peekOperator(p);
    if (operator === null || operator.level < lowest) {
      return left;
    }
    const { pos } = peek(p);
    p.at += operator.tokens;
    const right = nested(p, () => parseBinary(p, operator.level + 1));
    left = { kind: "binary", pos, op: operator.op, text: operator.text, left, right };
  }
}

/** `is [not] empty|defined` reads as a postfix of the whole left operand at comparison level [undetermined]. */
function isState(p: ParserState): { state: "empty" | "defined"; negated: boolean; tokens: number } | null {
  if (!isWord(p, "is")) {
    return null;
  }
  const negated = isWord(p, "not", 1);
  const word = peek(p, negated ? 2 : 1);
  if (word.kind !== "word" || (word.text !== "empty" && word.text !== "defined")) {
    return null;
  }
  return { state: word.text, negated, tokens: negated ? 3 : 2 };
}

function peekOperator(p: ParserState): Operator | null {
  const token = peek(p);
  if (token.kind === "op") {
    return Object.hasOwn(LEVELS, token.text) ? operator(token.text as BinaryOp, token.text, 1) : null;
  }
  if (token.kind !== "word") {
    return null;
  }
  switch (token.text) {
    case "and":
    case "or":
    case "xor":
    case "else":
    case "contains":
    case "in":
    case "matches":
      return operator(token.text, token.text, 1);
    case "is":
      return isWord(p, "not", 1) ? operator("!=", "is not", 2) : operator("==", "is", 1);
    case "not": {
      const negated = peek(p, 1);
      if (
        negated.kind === "word" &&
        (negated.text === "contains" || negated.text === "in" || negated.text === "matches")
      ) {
        return operator(`not ${negated.text}`, `not ${negated.text}`, 2);
      }
      return null;
    }
    default:
      return null;
  }
}

function operator(op: BinaryOp, text: string, tokens: number): Operator {
  return { op, text, tokens, level: LEVELS[op] };
}

function parseUnary(p: ParserState): Expr {
  const token = peek(p);
  const sign = token.kind === "op" && (token.text === "+" || token.text === "-" || token.text === "!");
  if (sign || isWord(p, "not")) {
    p.at += 1;
    const operand = nested(p, () => parseUnary(p));
    return { kind: "unary", pos: token.pos, op: token.text as "+" | "-" | "!" | "not", operand };
  }
  return parsePrimary(p);
}

function parsePrimary(p: ParserState): Expr {
  let target = parseOperand(p);
  for (let length = 0; ; length += 1) {
    if (length > MAX_CHAIN) {
      throw syntaxError(p, peek(p).pos, `more than ${MAX_CHAIN} selectors and calls in a row`);
    }
    const { pos } = target;
    if (acceptOp(p, ".")) {
      const name = peek(p);
      if (name.kind !== "ident") {
        throw unexpected(p, "a name after `.`");
      }
      p.at += 1;
      target = { kind: "select", pos, target, name: name.text, namePos: name.pos };
    } else if (isOp(p, "[")) {
      target = parseIndexOrSlice(p, target);
    } else if (acceptOp(p, "(")) {
      target = { kind: "call", pos, target, args: parseItems(p, ")", "the arguments") };
    } else {
      return target;
    }
  }
}

function parseIndexOrSlice(p: ParserState, target: Expr): Expr {
  const { pos } = target;
  expectOp(p, "[", "before an index");
  const low = isOp(p, ":") ? null : parseExpr(p);
  if (acceptOp(p, ":")) {
    const high = isOp(p, "]") ? null : parseExpr(p);
    expectOp(p, "]", "after a slice");
    return { kind: "slice", pos, target, low, high };
  }
  expectOp(p, "]", "after an index");
  if (low === null) {
    throw unexpected(p, "an index");
  }
  return { kind: "index", pos, target, index: low };
}

/** Expressions up to the closing bracket, which must stand on the last one's line or follow a comma. */
function parseItems(p: ParserState, close: string, what: string): Expr[] {
  const items: Expr[] = [];
  while (!acceptOp(p, close)) {
    items.push(parseExpr(p));
    if (!acceptOp(p, ",")) {
      expectOp(p, close, `or \`,\` after ${what}`);
      break;
    }
  }
  return items;
}

function parseOperand(p: ParserState): Expr {
  const token = peek(p);
  const { pos } = token;
  switch (token.kind) {
    case "int":
      p.at += 1;
      return { kind: "int", pos, value: token.value, text: token.text };
    case "float":
      p.at += 1;
      return { kind: "float", pos, text: token.text };
    case "string":
      p.at += 1;
      return { kind: "string", pos, value: token.value, text: token.text };
    case "ident":
      p.at += 1;
      return { kind: "ident", pos, name: token.text };
    case "op":
      return parseBracketed(p);
    case "word":
      return parseWordOperand(p);
    default:
      throw unexpected(p, "an expression");
  }
}

function parseBracketed(p: ParserState): Expr {
  const { pos } = peek(p);
  if (acceptOp(p, "(")) {
    const inner = parseExpr(p);
    skipInserted(p);
    expectOp(p, ")", "after an expression in parentheses");
    return { kind: "paren", pos, inner };
  }
  if (acceptOp(p, "[")) {
    return { kind: "list", pos, items: parseItems(p, "]", "a list's element") };
  }
  if (acceptOp(p, "{")) {
    const entries: [Expr, Expr][] = [];
    while (!acceptOp(p, "}")) {
      const key = parseExpr(p);
      expectOp(p, ":", "after a map's key");
      entries.push([key, parseExpr(p)]);
      if (!acceptOp(p, ",")) {
        expectOp(p, "}", "or `,` after a map's value");
        break;
      }
    }
    return { kind: "maplit", pos, entries };
  }
  throw unexpected(p, "an expression");
}

function parseWordOperand(p: ParserState): Expr {
  const token = peek(p);
  switch (token.text) {
    case "all":
    case "any":
    case "filter":
    case "map":
      return parseQuantifier(p, token.text);
    case "func":
      p.at += 1;
      return parseFuncRest(p, token.pos);
    case "rule": {
      p.at += 1;
      const when = acceptWord(p, "when") ? parseExpr(p) : null;
      return { kind: "rule", pos: token.pos, when, body: parseBody(p, "a rule") };
    }
    case "defined":
      // A keyword only after `is [not]`; older policies may use it as a name.
      p.at += 1;
      return { kind: "ident", pos: token.pos, name: token.text };
    default:
      throw unexpected(p, "an expression");
  }
}

function parseQuantifier(p: ParserState, word: QuantifierWord): Expr {
  const { pos } = next(p);
  const over = parseExpr(p);
  const { first, second } = parseLoopNames(p);
  return { kind: "quantifier", pos, word, over, first, second, body: parseBody(p, `\`${word}\``) };
}

/** `as name [, name]`, shared by quantifiers and `for`. */
export function parseLoopNames(p: ParserState): { readonly first: Ident; readonly second: Ident | null } {
  expectWord(p, "as", "after the collection");
  const first = parseIdent(p, "a name after `as`");
  const second = acceptOp(p, ",") ? parseIdent(p, "a second name") : null;
  return { first, second };
}

export function parseIdent(p: ParserState, wanted: string): Ident {
  if (!isKind(p, "ident") && !isWord(p, "defined")) {
    throw unexpected(p, wanted);
  }
  const token = next(p);
  return { kind: "ident", pos: token.pos, name: token.text };
}

/** `{ Expr }` of a rule or quantifier. */
function parseBody(p: ParserState, owner: string): Expr {
  expectOp(p, "{", `to open the body of ${owner}`);
  const body = parseExpr(p);
  skipInserted(p);
  expectOp(p, "}", `to close the body of ${owner}`);
  return body;
}
