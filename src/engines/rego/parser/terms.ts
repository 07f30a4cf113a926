import {
  callExpr,
  type Expr,
  isRootDocument,
  operatorTerm,
  refTerm,
  stringTerm,
  type Term,
  termExpr,
  varTerm,
} from "../ast/ast.ts";
import { typeNameOf } from "../ast/names.ts";
import type { Location } from "../errors.ts";
import type { Token } from "../lexer/lexer.ts";
import { parseArray, parseSetOrObject, parseTermList } from "./collections.ts";
import { parseNumber, parseString, parseTemplate } from "./scalars.ts";
import { type ParserState, tokenText } from "./state.ts";

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

export function parseTermInfixInList(p: ParserState): Term | undefined {
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
