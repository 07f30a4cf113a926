import {
  type CallTerm,
  callExpr,
  type Expr,
  isRootDocument,
  operatorTerm,
  refTerm,
  stringTerm,
  type TemplatePart,
  type Term,
  termExpr,
  varTerm,
} from "../ast/ast.ts";
import { typeNameOf } from "../ast/names.ts";
import { termText } from "../ast/text.ts";
import type { Location } from "../errors.ts";
import type { Token } from "../lexer/lexer.ts";
import { parseBody, parseLiteral } from "./literals.ts";
import { type ParserSnapshot, type ParserState, tokenText } from "./state.ts";

/** Binary operators by rising strength; each level is left-associative. */
const LEVELS: readonly (readonly Token[])[] = [
  ["equal", "neq", "lt", "gt", "lte", "gte"],
  ["or"],
  ["and"],
  ["plus", "minus"],
  ["mul", "div", "rem"],
];

export function parseExpr(p: ParserState): Expr | undefined {
  const at = p.loc();
  const lhs = parseTermInfix(p);
  if (lhs === undefined) return undefined;
  if (p.is("assign") || p.is("eq")) {
    const op = operator(p);
    const rhs = parseTermInfix(p);
    return rhs === undefined ? undefined : callExpr([op, lhs, rhs], p.span(at, at.offset, p.lastEnd));
  }
  const loc = p.span(at, at.offset, p.lastEnd);
  return lhs.type === "call" ? callExpr(lhs.value, loc) : termExpr(lhs, loc);
}

function operator(p: ParserState): Term {
  const loc = p.loc();
  const term = operatorTerm(tokenText(p.tok), loc);
  p.scan();
  return term;
}

export function parseTermInfix(p: ParserState): Term | undefined {
  return parseTermIn(p, undefined, true, p.offset);
}

function parseTermInfixInList(p: ParserState): Term | undefined {
  return parseTermIn(p, undefined, false, p.offset);
}

function parseTermIn(
  p: ParserState,
  start: Term | undefined,
  keyValue: boolean,
  offset: number,
): Term | undefined {
  if (!p.enter()) return undefined;
  try {
    const lhs = start ?? parseInfix(p, 0, offset);
    if (lhs === undefined) return undefined;
    if (keyValue && p.is(",")) {
      const s = p.save();
      p.scan();
      const middle = parseInfix(p, 0, offset);
      if (middle !== undefined && p.is("in")) {
        const op = memberOperator(p, "internal.member_3");
        const rhs = parseInfix(p, 0, p.offset);
        if (rhs !== undefined) return memberTail(p, [op, lhs, middle, rhs], keyValue, offset);
      }
      p.restore(s);
    }
    scanAheadRef(p);
    if (p.is("in")) {
      const op = memberOperator(p, "internal.member_2");
      const rhs = parseInfix(p, 0, p.offset);
      if (rhs !== undefined) return memberTail(p, [op, lhs, rhs], keyValue, offset);
    }
    return lhs;
  } finally {
    p.leave();
  }
}

function memberTail(p: ParserState, terms: Term[], keyValue: boolean, offset: number): Term | undefined {
  const first = terms[1] as Term;
  const call: Term = { type: "call", value: terms, loc: p.span(first.loc, offset, p.lastEnd) };
  return p.is("in") ? parseTermIn(p, call, keyValue, offset) : call;
}

function memberOperator(p: ParserState, name: string): Term {
  const term = operatorTerm(name, p.loc());
  p.scan();
  return term;
}

function parseInfix(p: ParserState, level: number, offset: number): Term | undefined {
  const tokens = LEVELS[level];
  if (tokens === undefined) return parseTerm(p);
  let lhs = parseInfix(p, level + 1, offset);
  while (lhs !== undefined && tokens.includes(p.tok)) {
    const op = operator(p);
    const rhs = parseInfix(p, level + 1, p.offset);
    if (rhs === undefined) return lhs;
    lhs = { type: "call", value: [op, lhs, rhs], loc: p.span(lhs.loc, offset, p.lastEnd) };
  }
  return lhs;
}

/** A keyword before `.` or `[` is a name there. */
export function scanAheadRef(p: ParserState): boolean {
  if (!p.isAllowedRefKeyword()) return false;
  const s = p.save();
  p.scanWS();
  const tok = p.tok;
  p.restore(s);
  if (tok !== "." && tok !== "[") return false;
  p.tok = "identifier";
  return true;
}

export function parseTerm(p: ParserState): Term | undefined {
  if (!p.enter()) return undefined;
  try {
    const known = p.rememberedTerm();
    if (known !== undefined) {
      p.restore(known.after);
      return known.term;
    }
    const start = p.offset;
    const term = parseTermUncached(p);
    p.rememberTerm(start, term);
    return term;
  } finally {
    p.leave();
  }
}

function parseTermUncached(p: ParserState): Term | undefined {
  let term: Term | undefined;
  let minus: Location | undefined;
  if (p.is("logical-and") || p.is("logical-or")) {
    const s = p.save();
    p.scanWS();
    const tok = p.tok;
    p.restore(s);
    if (tok === "(") p.tok = "identifier";
  }
  switch (p.tok) {
    case "null":
      term = { type: "null", value: null, loc: p.loc() };
      break;
    case "true":
    case "false":
      term = { type: "boolean", value: p.is("true"), loc: p.loc() };
      break;
    case "minus": {
      const loc = p.loc();
      const s = p.save();
      p.scan();
      if (p.is("identifier") || p.is("contains")) {
        minus = loc;
        term = parseVar(p);
      } else {
        p.restore(s);
        term = parseNumber(p);
      }
      break;
    }
    case ".":
    case "number":
      term = parseNumber(p);
      break;
    case "string":
      term = parseString(p);
      break;
    case "template-string-part":
    case "template-string-end":
      term = parseTemplate(p, false);
      break;
    case "raw-template-string-part":
    case "raw-template-string-end":
      term = parseTemplate(p, true);
      break;
    case "identifier":
    case "contains":
      term = parseVar(p);
      break;
    case "[":
      term = parseArray(p);
      break;
    case "{":
      term = parseSetOrObject(p);
      break;
    case "(": {
      const offset = p.offset;
      p.scan();
      const inner = parseTermInfix(p);
      if (inner !== undefined) {
        if (p.is(")")) term = { ...inner, loc: p.span(inner.loc, offset, p.tokEnd) };
        else p.error(p.loc(), "non-terminated expression");
      }
      break;
    }
    default:
      p.illegal();
  }
  if (term !== undefined) term = finishTerm(p, term);
  if (minus === undefined || term === undefined) return term;
  const zero: Term = { type: "number", value: "0", loc: minus };
  return {
    type: "call",
    value: [operatorTerm("minus", minus), zero, term],
    loc: p.span(minus, minus.offset, p.lastEnd),
  };
}

function finishTerm(p: ParserState, head: Term): Term | undefined {
  const offset = p.offset;
  p.doScan(false);
  if (p.is("(") || p.is(".") || p.is("[")) return parseRef(p, head, offset);
  if (p.is("whitespace")) p.scan();
  return isRootDocument(head) ? refTerm([head], head.loc) : head;
}

/** As `finishTerm` for rule heads, where an operator after the name is refused. */
export function finishHead(p: ParserState, head: Term): Term | undefined {
  const offset = p.offset;
  p.scanWS();
  const operators: readonly Token[] = [
    "plus",
    "minus",
    "mul",
    "div",
    "rem",
    "and",
    "or",
    "equal",
    "neq",
    "gt",
    "gte",
    "lt",
    "lte",
  ];
  if (operators.includes(p.tok)) p.illegal();
  else if (p.is("whitespace")) p.scan();
  if (p.is("(") || p.is(".") || p.is("[")) return parseRef(p, head, offset);
  return isRootDocument(head) ? refTerm([head], head.loc) : head;
}

export function parseVar(p: ParserState): Term {
  return varTerm(p.lit === "_" ? p.wildcardName() : p.lit, p.loc());
}

function parseNumber(p: ParserState): Term | undefined {
  const loc = p.loc();
  let prefix = "";
  if (p.is("minus")) {
    prefix = "-";
    p.scan();
    const next: Token = p.tok;
    if (next !== "number" && next !== ".") {
      p.illegal("expected number");
      return undefined;
    }
  }
  if (p.is(".")) {
    prefix += ".";
    p.scan();
    const next: Token = p.tok;
    if (next !== "number") {
      p.illegal("expected number");
      return undefined;
    }
  }
  if (!prefix.endsWith(".") && /^0[0-9]/.test(p.lit)) {
    p.illegal("expected number without leading zero");
    return undefined;
  }
  const text = prefix + p.lit;
  if (text.startsWith(".") || text.startsWith("-.") || !/^-?(\d+)(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    if (!/^-?\d*(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
      p.illegal("expected number");
      return undefined;
    }
  }
  const exponent = /[eE]([+-]?\d+)$/.exec(text)?.[1];
  if (exponent !== undefined && (exponent.length > 7 || Math.abs(Number(exponent)) > 100_000)) {
    p.error(p.loc(), "number too big");
    return undefined;
  }
  return { type: "number", value: text, loc };
}

function parseString(p: ParserState): Term | undefined {
  const loc = p.loc();
  if (!p.lit.startsWith('"')) return stringTerm(p.lit.slice(1, -1), loc);
  const inner = p.lit.slice(1, -1);
  if (!inner.includes("\\")) return stringTerm(inner, loc);
  const value = unquote(inner);
  if (value === undefined) {
    p.error(loc, `illegal string literal: ${p.lit}`);
    return undefined;
  }
  return stringTerm(value, loc);
}

/** JSON's escapes; raw control characters stay as they are refused by the JSON rules. */
function unquote(inner: string): string | undefined {
  try {
    const value: unknown = JSON.parse(`"${inner}"`);
    // A lone surrogate is not text; Go's decoder answers U+FFFD.
    return typeof value === "string"
      ? value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
      : undefined;
  } catch {
    return undefined;
  }
}

function parseTemplate(p: ParserState, multiLine: boolean): Term | undefined {
  const start = p.loc();
  const parts: TemplatePart[] = [];
  for (;;) {
    const inner = p.lit.slice(1, -1);
    const text = multiLine || !inner.includes("\\") ? inner : unquote(inner);
    if (p.is("illegal")) {
      p.error(p.loc(), "expected template-string part");
      return undefined;
    }
    if (text === undefined) {
      p.error(p.loc(), `illegal template-string part: ${p.lit}`);
      return undefined;
    }
    if (text !== "") parts.push({ kind: "text", term: stringTerm(text, p.loc()) });
    if (p.is("template-string-end") || p.is("raw-template-string-end")) break;
    const commentsBefore = p.comments.size;
    p.scan();
    const commentsAfter = p.comments.size;
    const expr = parseLiteral(p);
    if (expr === undefined) {
      p.error(p.loc(), "invalid template-string expression");
      return undefined;
    }
    const refused = refusedInTemplate(expr);
    if (refused !== undefined) {
      p.error(expr.loc, refused);
      return undefined;
    }
    const t = expr.terms;
    if (
      t.kind === "term" &&
      expr.with.length === 0 &&
      commentsAfter === commentsBefore &&
      (t.term.type === "string" ||
        t.term.type === "number" ||
        t.term.type === "boolean" ||
        t.term.type === "null")
    ) {
      parts.push({ kind: "text", term: t.term });
    } else parts.push({ kind: "expr", expr });
    if (!p.is("}")) {
      p.error(p.loc(), "expected } to end template string expression");
      return undefined;
    }
    p.doScan(false, { raw: multiLine });
  }
  return { type: "templatestring", value: { parts, multiLine }, loc: p.span(start, start.offset, p.tokEnd) };
}

function refusedInTemplate(expr: Expr): string | undefined {
  if (expr.negated) return "unexpected negation ('not') in template-string expression";
  const t = expr.terms;
  if (t.kind === "every") return "unexpected 'every' in template-string expression";
  if (t.kind === "some") return "unexpected 'some' in template-string expression";
  if (t.kind !== "call") return undefined;
  const op = t.terms[0];
  const name =
    op?.type === "ref" && op.value.length === 1 && op.value[0]?.type === "var" ? op.value[0].value : "";
  if (name === "eq") return "unexpected unification ('=') in template-string expression";
  return name === "assign" ? "unexpected assignment (':=') in template-string expression" : undefined;
}

function parseCall(p: ParserState, operatorOf: Term, offset: number): Term | undefined {
  if (!p.enter()) return undefined;
  try {
    const at = operatorOf.loc;
    p.scan();
    if (p.is(")")) {
      const end = p.tokEnd;
      p.scanWS();
      const loc = p.span(at, offset, end);
      const first =
        operatorOf.type === "ref" && operatorOf.value.length === 1 ? operatorOf.value[0] : undefined;
      if (first?.type === "var" && first.value === "set") return { type: "set", value: [], loc };
      return { type: "call", value: [operatorOf], loc };
    }
    const terms = parseTermList(p, ")", [operatorOf]);
    if (terms === undefined) return undefined;
    const end = p.tokEnd;
    p.scanWS();
    return { type: "call", value: terms, loc: p.span(at, offset, end) };
  } finally {
    p.leave();
  }
}

function parseRef(p: ParserState, head: Term, offset: number): Term | undefined {
  if (!p.enter()) return undefined;
  try {
    switch (head.type) {
      case "null":
      case "boolean":
      case "number":
      case "string":
      case "templatestring":
        p.error(head.loc, `illegal ref (head cannot be ${typeNameOf(head)})`);
    }
    const ref: Term[] = [head];
    const done = (end: number): Term => refTerm(ref, p.span(head.loc, offset, end));
    for (;;) {
      switch (p.tok) {
        case ".":
          p.scanWS();
          if (!p.is("identifier") && !p.isAllowedRefKeyword()) {
            p.illegal("expected identifier");
            return undefined;
          }
          ref.push(stringTerm(p.lit, p.loc()));
          p.scanWS();
          break;
        case "(": {
          const call = parseCall(p, done(p.offset), offset);
          if (call === undefined) return undefined;
          if (p.is("whitespace")) p.scan();
          else if (p.is(".") || p.is("[")) return parseRef(p, call, offset);
          return call;
        }
        case "[": {
          p.scan();
          const term = parseTermInfix(p);
          if (term === undefined) return undefined;
          if (!p.is("]")) {
            p.illegal("expected [");
            return undefined;
          }
          ref.push(term);
          p.scanWS();
          break;
        }
        case "whitespace": {
          const end = p.lastEnd;
          p.scan();
          return done(end);
        }
        default:
          return done(p.lastEnd);
      }
    }
  } finally {
    p.leave();
  }
}

function parseArray(p: ParserState): Term | undefined {
  const at = p.loc();
  const finish = (
    term:
      | { type: "array"; value: Term[] }
      | { type: "arraycomprehension"; value: { term: Term; body: Expr[] } },
  ): Term => ({
    ...term,
    loc: p.span(at, at.offset, p.tokEnd),
  });
  p.scan();
  if (p.is("]")) return finish({ type: "array", value: [] });
  let comprehension = true;
  if (p.is(",")) {
    comprehension = false;
    p.scan();
  }
  const s = p.save();
  const head = parseTerm(p);
  if (head === undefined) return undefined;
  switch (p.tok as Token) {
    case "]":
      return finish({ type: "array", value: [head] });
    case ",": {
      p.scan();
      const terms = parseTermList(p, "]", [head]);
      return terms === undefined ? undefined : finish({ type: "array", value: terms });
    }
    case "or":
      if (comprehension) {
        p.scan();
        const body = parseBody(p, "]");
        if (body !== undefined) return finish({ type: "arraycomprehension", value: { term: head, body } });
        if (!p.is(",")) return undefined;
      }
  }
  p.restore(s);
  const terms = parseTermList(p, "]", []);
  return terms === undefined ? undefined : finish({ type: "array", value: terms });
}

function parseSetOrObject(p: ParserState): Term | undefined {
  const at = p.loc();
  const term = parseSetOrObjectInner(p, at);
  if (term === undefined) return undefined;
  if (term.type === "set") term.value = distinct(term.value);
  return { ...term, loc: p.span(at, at.offset, p.tokEnd) };
}

/** A set literal's members, each once. */
function distinct(terms: readonly Term[]): Term[] {
  const seen = new Set<string>();
  return terms.filter((t) => {
    if (t.type === "var") return !seen.has(t.value) && seen.add(t.value) !== undefined;
    if (t.type !== "string" && t.type !== "number" && t.type !== "boolean" && t.type !== "ref") return true;
    const text = termText(t);
    // Two wildcards print alike but are not the same variable.
    if (text.includes("_")) return true;
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

function parseSetOrObjectInner(p: ParserState, at: Location): Term | undefined {
  p.scan();
  if (p.is("}")) return { type: "object", value: [], loc: at };
  let comprehension = true;
  if (p.is(",")) {
    comprehension = false;
    p.scan();
  }
  const s = p.save();
  let head = parseTerm(p);
  if (head === undefined) return undefined;
  switch (p.tok as Token) {
    case "or":
      if (comprehension) return parseSet(p, s, head, true, at);
      break;
    case "}":
    case ",":
      return parseSet(p, s, head, comprehension, at);
    case ":":
      return parseObject(p, head, comprehension, at);
  }
  p.restore(s);
  head = parseTermInfixInList(p);
  if (head === undefined) return undefined;
  switch (p.tok as Token) {
    case "}":
    case ",":
      return parseSet(p, s, head, false, at);
    case ":":
      return parseObject(p, head, comprehension, at);
  }
  p.illegal("non-terminated set");
  return undefined;
}

function parseSet(
  p: ParserState,
  s: ParserSnapshot,
  head: Term,
  comprehension: boolean,
  loc: Location,
): Term | undefined {
  switch (p.tok) {
    case "}":
      return { type: "set", value: [head], loc };
    case ",": {
      p.scan();
      const terms = parseTermList(p, "}", [head]);
      return terms === undefined ? undefined : { type: "set", value: terms, loc };
    }
    case "or": {
      if (comprehension) {
        p.scan();
        const body = parseBody(p, "}");
        if (body !== undefined) return { type: "setcomprehension", value: { term: head, body }, loc };
        if (!p.is(",")) return undefined;
      }
      p.restore(s);
      const terms = parseTermList(p, "}", []);
      return terms === undefined ? undefined : { type: "set", value: terms, loc };
    }
  }
  return undefined;
}

function parseObject(p: ParserState, key: Term, comprehension: boolean, at: Location): Term | undefined {
  p.scan();
  const s = p.save();
  let value = parseTerm(p);
  if (value === undefined) return undefined;
  if (comprehension) {
    if (p.is("}") || p.is(",")) return finishObject(p, key, value, true, at);
    if (p.is("or")) {
      const term = finishObject(p, key, value, true, at);
      if (term !== undefined) return term;
    }
  }
  p.restore(s);
  value = parseTermInfixInList(p);
  if (value === undefined) return undefined;
  if (p.is("}") || p.is(",")) return finishObject(p, key, value, false, at);
  p.illegal("non-terminated object");
  return undefined;
}

function finishObject(
  p: ParserState,
  key: Term,
  value: Term,
  comprehension: boolean,
  loc: Location,
): Term | undefined {
  switch (p.tok) {
    case "}":
      return { type: "object", value: [[key, value]], loc };
    case "or": {
      if (!comprehension) {
        p.illegal("non-terminated object");
        return undefined;
      }
      p.scan();
      const body = parseBody(p, "}");
      return body === undefined
        ? undefined
        : { type: "objectcomprehension", value: { key, value, body }, loc };
    }
    case ",": {
      p.scan();
      const pairs = parsePairList(p, "}", [[key, value]]);
      return pairs === undefined ? undefined : { type: "object", value: pairs, loc };
    }
  }
  return undefined;
}

function parseTermList(p: ParserState, end: Token, terms: Term[]): Term[] | undefined {
  if (p.is(end)) return terms;
  for (;;) {
    const term = parseTermInfixInList(p);
    if (term === undefined) return undefined;
    terms.push(term);
    if (p.is(end)) return terms;
    if (!p.is(",")) {
      p.illegal(`expected "," or "${tokenText(end)}"`);
      return undefined;
    }
    p.scan();
    if (p.is(end)) return terms;
  }
}

function parsePairList(p: ParserState, end: Token, pairs: [Term, Term][]): [Term, Term][] | undefined {
  if (p.is(end)) return pairs;
  for (;;) {
    const key = parseTermInfixInList(p);
    if (key === undefined) return undefined;
    if (!p.is(":")) {
      p.illegal('expected ":"');
      return undefined;
    }
    p.scan();
    const value = parseTermInfixInList(p);
    if (value === undefined) return undefined;
    pairs.push([key, value]);
    if (p.is(end)) return pairs;
    if (!p.is(",")) {
      p.illegal(`expected "," or "${tokenText(end)}"`);
      return undefined;
    }
    p.scan();
    if (p.is(end)) return pairs;
  }
}

export type { CallTerm };
