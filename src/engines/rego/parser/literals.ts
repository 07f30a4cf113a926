import { type Body, type Expr, operatorName, type Term, type With } from "../ast/ast.ts";
import type { Location } from "../errors.ts";
import type { Token } from "../lexer/lexer.ts";
import {
  foldLogicalTail,
  isAmbiguousUnion,
  logicalKeywordsActive,
  parseBraceLedLogical,
  parseLogicalGroup,
  parseNotBody,
  parseOrChain,
} from "./logical.ts";
import { FUTURE_KEYWORDS_V0, FUTURE_KEYWORDS_V1, type ParserState, tokenText } from "./state.ts";
import { parseExpr, parseTerm, parseTermInfix, parseVar } from "./terms.ts";

export function parseBody(p: ParserState, end: Token): Body | undefined {
  if (!p.enter()) return undefined;
  try {
    return parseQuery(p, false, end);
  } finally {
    p.leave();
  }
}

export function parseQuery(p: ParserState, requireSemicolon: boolean, end: Token): Body | undefined {
  if (p.is(end)) {
    p.error(p.loc(), "found empty body");
    return undefined;
  }
  const body: Body = [];
  for (;;) {
    const expr = parseLiteral(p);
    if (expr === undefined) return undefined;
    body.push(expr);
    if (p.is(";")) {
      p.scan();
      continue;
    }
    if (p.is(end) || requireSemicolon) return body;
    if (!p.skippedNewline) {
      if (p.errors.length === 0) {
        hintMissingInfix(p);
        p.illegal(`expected \\n or ; or ${tokenText(end)}`);
      }
      return undefined;
    }
  }
}

const INFIX_HINTS: Readonly<Record<string, string>> = { in: "x in xs", and: "x and y", or: "x or y" };

function hintMissingInfix(p: ParserState): void {
  if (p.hints.length > 0) return;
  let word = "in";
  if (p.is("identifier")) {
    word = p.lit;
    if (!Object.hasOwn(INFIX_HINTS, word)) return;
  } else if (p.is(",")) {
    const s = p.save();
    p.scan();
    const term = withFutureKeywords(p, () => parseTermInfix(p));
    p.restore(s);
    if (term?.type !== "call" || !isMember(term.value[0])) return;
  } else return;
  p.hint(`\`import future.keywords.${word}\` for \`${INFIX_HINTS[word]}\` expressions`);
}

function isMember(op: Term | undefined): boolean {
  const name = operatorName(op);
  return name === "internal.member_2" || name === "internal.member_3";
}

/** Runs an attempt as if all future keywords were imported. */
function withFutureKeywords<T>(p: ParserState, attempt: () => T): T {
  const saved = p.keywords;
  p.keywords = new Map([...saved, ...FUTURE_KEYWORDS_V0]);
  if (p.version >= 1) for (const [word, token] of FUTURE_KEYWORDS_V1) p.keywords.set(word, token);
  const cache = p.termCache;
  p.termCache = [];
  // The current token was read as a plain name; read it again with the new words.
  const again = p.is("identifier") ? p.keywords.get(p.lit) : undefined;
  if (again !== undefined) p.tok = again;
  const result = attempt();
  p.keywords = saved;
  p.termCache = cache;
  return result;
}

export function parseLiteral(p: ParserState): Expr | undefined {
  const loc = p.loc();
  const expr = parseLiteralInner(p);
  if (expr === undefined) return undefined;
  expr.loc = p.span(loc, loc.offset, p.lastEnd);
  const t = expr.terms;
  if (t.kind === "not" && !t.explicit) for (const inner of t.body) inner.loc = expr.loc;
  return expr;
}

function parseLiteralInner(p: ParserState): Expr | undefined {
  if (p.is("{") && logicalKeywordsActive(p)) {
    const attempt = parseBraceLedLogical(p);
    if (attempt.committed) return attempt.expr;
  }
  if (p.is("(") && logicalKeywordsActive(p)) {
    const group = parseLogicalGroup(p, false, "");
    if (group.committed) {
      return group.body === undefined ? undefined : foldLogicalTail(p, group.body, group.explicit, group.loc);
    }
  }
  if (p.isAllowedRefKeyword()) {
    const s = p.save();
    p.scanWS();
    const tok = p.tok;
    p.restore(s);
    if (tok === "." || tok === "[") {
      p.tok = "identifier";
      return parseLiteralExpr(p, false, undefined);
    }
  }
  let notLoc: Location | undefined;
  if (isNegated(p)) {
    notLoc = p.loc();
    p.scan();
  }
  const negated = notLoc !== undefined;
  if (notLoc !== undefined && p.notBodies && p.is("{")) {
    const not = parseNotBody(p, notLoc);
    return not === undefined ? undefined : foldLogicalTail(p, [not], false, not.loc);
  }
  switch (p.tok) {
    case "some":
    case "every":
      if (negated) {
        p.illegal(`illegal negation of '${p.tok}'`);
        return undefined;
      }
      return p.is("some") ? parseSome(p) : parseEvery(p);
    default:
      return parseLiteralExpr(p, negated, notLoc);
  }
}

/** `not` begins a negation unless it is the head of a reference. */
export function isNegated(p: ParserState): boolean {
  if (!p.is("not")) return false;
  const s = p.save();
  p.scanWS();
  const tok = p.tok;
  p.restore(s);
  return tok !== "." && tok !== "[";
}

export function notExpr(body: Body, explicit: boolean, loc: Location): Expr {
  return { terms: { kind: "not", body, explicit, loc }, negated: false, with: [], loc };
}

function parseLiteralExpr(p: ParserState, negated: boolean, notLoc: Location | undefined): Expr | undefined {
  const start = p.save();
  const startLoc = p.loc();
  if (notLoc !== undefined && p.notBodies && p.is("(")) {
    const group = parseLogicalGroup(p, true, "not ");
    if (group.committed) {
      if (group.body === undefined) return undefined;
      const spanned = p.span(notLoc, notLoc.offset, p.lastEnd);
      return foldLogicalTail(p, [notExpr(group.body, group.explicit, spanned)], false, spanned);
    }
  }
  let expr = parseExpr(p);
  if (expr === undefined) return undefined;
  let withLoc: Location | undefined;
  if (p.is("with")) {
    withLoc = p.loc();
    const withs = parseWith(p);
    if (withs === undefined) return undefined;
    expr.with = withs;
  }
  if (
    p.version === 0 &&
    expr.terms.kind === "term" &&
    expr.terms.term.type === "var" &&
    expr.terms.term.value === "every"
  ) {
    const here = p.save();
    p.restore(start);
    const every = withFutureKeywords(p, () => parseEvery(p));
    p.restore(here);
    if (every !== undefined) p.hint("`import future.keywords.every` for `every x in xs { ... }` expressions");
  }
  if (notLoc !== undefined && p.notBodies) {
    const withs = expr.with;
    expr.with = [];
    const spanned = p.span(notLoc, notLoc.offset, p.lastEnd);
    expr = notExpr([expr], false, spanned);
    expr.with = withs;
  } else expr.negated = negated;
  if (!p.is("logical-and") && !p.is("logical-or")) return expr;
  if (withLoc !== undefined) {
    errWithOnOperand(p, withLoc, tokenText(p.tok));
    return undefined;
  }
  expr.loc = p.span(startLoc, startLoc.offset, p.lastEnd);
  if (notLoc === undefined && p.source[expr.loc.offset] === "{") {
    const t = expr.terms;
    if (t.kind === "term" && t.term.type === "object" && t.term.value.length === 0) {
      p.error(expr.loc, "found empty body");
      return undefined;
    }
    errorBraceLedOperand(p, expr.loc, p.text(expr.loc), tokenText(p.tok));
    return undefined;
  }
  const outer = parseOrChain(p, [expr], false, expr.loc);
  return outer === undefined ? undefined : attachWith(p, outer);
}

export function errWithOnOperand(p: ParserState, loc: Location, word: string): void {
  p.hint(
    `Wrap the operand in \`(...)\` or \`{...}\` to scope, or move \`with\` after the \`${word}\` expression to apply it to the whole expression`,
  );
  p.error(loc, `\`with\` modifier is not allowed on operand of \`${word}\``);
}

export function errorBraceLedOperand(p: ParserState, loc: Location, operand: string, op: string): void {
  p.hint(`wrap the operand to keep the value: \`(${operand}) ${op} ...\``);
  p.error(loc, `operand of \`${op}\` cannot begin with \`{\` unless the braces hold a body`);
}

export function attachWith(p: ParserState, expr: Expr): Expr | undefined {
  if (!p.is("with")) return expr;
  const withs = parseWith(p);
  if (withs === undefined) return undefined;
  expr.with = withs;
  return expr;
}

function parseWith(p: ParserState): With[] | undefined {
  const withs: With[] = [];
  do {
    const at = p.loc();
    p.scan();
    if (!p.is("identifier")) {
      p.illegal("expected ident");
      return undefined;
    }
    const target = parseTerm(p);
    if (target === undefined) return undefined;
    if (target.type !== "ref" && target.type !== "var") p.illegal("expected with target path");
    if (!p.is("as")) {
      p.illegal("expected as keyword");
      return undefined;
    }
    p.scan();
    const value = parseTermInfix(p);
    if (value === undefined) return undefined;
    withs.push({ target, value, loc: p.span(at, at.offset, p.lastEnd) });
  } while (p.is("with"));
  return withs;
}

function parseSome(p: ParserState): Expr | undefined {
  const loc = p.loc();
  let s = p.save();
  p.scan();
  const term = parseTermInfix(p);
  if (term?.type === "call") {
    const name = operatorName(term.value[0]);
    if (name !== "internal.member_2" && name !== "internal.member_3") {
      p.illegal("expected `x in xs` or `x, y in xs` expression");
      return undefined;
    }
    if (term.value.length !== (name === "internal.member_2" ? 3 : 4)) {
      p.illegal("illegal domain");
      return undefined;
    }
    const expr: Expr = { terms: { kind: "some", symbols: [term], loc }, negated: false, with: [], loc };
    return attachWith(p, expr);
  }
  p.restore(s);
  if (p.version === 0) {
    s = p.save();
    p.scan();
    const attempt = withFutureKeywords(p, () => parseTermInfix(p));
    p.restore(s);
    if (attempt?.type === "call" && isMember(attempt.value[0])) {
      p.hint("`import future.keywords.in` for `some x in xs` expressions");
    }
  }
  const symbols: Term[] = [];
  do {
    p.scan();
    if (!p.is("identifier")) {
      p.illegal("expected var");
      return undefined;
    }
    symbols.push(parseVar(p));
    p.scan();
  } while (p.is(","));
  return { terms: { kind: "some", symbols, loc }, negated: false, with: [], loc };
}

function parseEvery(p: ParserState): Expr | undefined {
  const loc = p.loc();
  p.scan();
  const term = parseTermInfix(p);
  if (term === undefined) return undefined;
  const name = term.type === "call" ? operatorName(term.value[0]) : undefined;
  if (term.type !== "call" || (name !== "internal.member_2" && name !== "internal.member_3")) {
    p.illegal("expected `x[, y] in xs { ... }` expression");
    return undefined;
  }
  const keyed = name === "internal.member_3";
  if (term.value.length !== (keyed ? 4 : 3)) {
    p.illegal("illegal domain");
    return undefined;
  }
  const [, first, second, third] = term.value as [Term, Term, Term, Term];
  const key = keyed ? first : undefined;
  const value = keyed ? second : first;
  const domain = keyed ? third : second;
  if (key !== undefined && key.type !== "var") {
    p.illegal("expected key to be a variable");
    return undefined;
  }
  if (value.type !== "var") {
    p.illegal("expected value to be a variable");
    return undefined;
  }
  if (!p.is("{")) {
    p.illegal("missing body");
    return undefined;
  }
  p.scan();
  const body = parseBody(p, "}");
  if (body === undefined) return undefined;
  p.scan();
  return attachWith(p, {
    terms: { kind: "every", key, value, domain, body, loc },
    negated: false,
    with: [],
    loc,
  });
}

export { isAmbiguousUnion };
