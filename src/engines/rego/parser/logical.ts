import { type Body, type Expr, operatorName, type Term } from "../ast/ast.ts";
import { typeNameOf } from "../ast/names.ts";
import type { Location } from "../errors.ts";
import type { Token } from "../lexer/lexer.ts";
import {
  attachWith,
  errorBraceLedOperand,
  errWithOnOperand,
  isNegated,
  notExpr,
  parseBody,
} from "./literals.ts";
import { type ParserState, tokenText } from "./state.ts";
import { parseExpr, parseTerm, parseTermInfix } from "./terms.ts";

/** `and`, `or` and bodies of `not`: the operators of `import rego.v2` and `future.keywords`. */
export function logicalKeywordsActive(p: ParserState): boolean {
  return p.keywords.has("and") || p.keywords.has("or");
}

function isLogical(tok: Token): boolean {
  return tok === "logical-and" || tok === "logical-or";
}

/** A literal that begins with `{`: a body operand when `and`/`or` follows, else undone. */
export function parseBraceLedLogical(p: ParserState): { committed: boolean; expr: Expr | undefined } {
  const s = p.save();
  const cache = [...p.termCache];
  const loc = p.loc();
  p.scan();
  const body = parseBody(p, "}");
  if (body !== undefined) {
    p.scan();
    if (isLogical(p.tok)) {
      if (isAmbiguousUnion(p, body)) {
        errorAmbiguousUnion(p, loc, body, "");
        return { committed: true, expr: undefined };
      }
      const outer = parseOrChain(p, body, true, loc);
      return { committed: true, expr: outer === undefined ? undefined : attachWith(p, outer) };
    }
  }
  p.restore(s);
  p.termCache = cache;
  return { committed: false, expr: undefined };
}

export function foldLogicalTail(
  p: ParserState,
  body: Body,
  explicit: boolean,
  loc: Location,
): Expr | undefined {
  if (isLogical(p.tok)) {
    const outer = parseOrChain(p, body, explicit, loc);
    return outer === undefined ? undefined : attachWith(p, outer);
  }
  return attachWith(p, body[0] as Expr);
}

export function parseNotBody(p: ParserState, notLoc: Location): Expr | undefined {
  const braceLoc = p.loc();
  const s = p.save();
  p.scan();
  const empty = p.is("}");
  const body = parseBody(p, "}");
  if (body === undefined) {
    if (empty) return undefined;
    const failed = p.save();
    p.restore(s);
    const term = parseTermInfix(p);
    if (term !== undefined) {
      const text = p.source.slice(braceLoc.offset, p.lastEnd);
      p.hint(`write \`not (${text})\` to negate the value, or \`not {${text}}\` for a body holding it`);
      p.error(
        braceLoc,
        `\`{...}\` in an operand position must contain expression(s), got: ${typeNameOf(braceLed(term))}`,
      );
      return undefined;
    }
    p.restore(failed);
    return undefined;
  }
  p.scan();
  if (isAmbiguousUnion(p, body)) {
    errorAmbiguousUnion(p, braceLoc, body, "not ");
    return undefined;
  }
  return notExpr(body, true, p.span(notLoc, notLoc.offset, p.lastEnd));
}

function braceLed(term: Term): Term {
  return term.type === "call" && term.value.length === 3 ? braceLed(term.value[1] as Term) : term;
}

export function parseOrChain(
  p: ParserState,
  first: Body,
  firstExplicit: boolean,
  firstLoc: Location,
): Expr | undefined {
  if (!p.enter()) return undefined;
  try {
    let [lhs, explicit, loc] = [first, firstExplicit, firstLoc];
    if (p.is("logical-and")) {
      const and = parseAndChain(p, lhs, explicit, loc);
      if (and === undefined) return undefined;
      [lhs, explicit, loc] = [[and], false, and.loc];
    }
    while (p.is("logical-or")) {
      p.scan();
      const operand = parseOperand(p, "or");
      if (operand === undefined) return undefined;
      let { body: rhs, explicit: rhsExplicit } = operand;
      if (p.is("logical-and")) {
        const and = parseAndChain(p, rhs, rhsExplicit, operand.loc);
        if (and === undefined) return undefined;
        [rhs, rhsExplicit] = [[and], false];
      }
      checkVoidOperands(p, lhs, rhs, "or");
      const node = logicalExpr("or", lhs, rhs, explicit, rhsExplicit, p.span(loc, loc.offset, p.lastEnd));
      [lhs, explicit, loc] = [[node], false, node.loc];
    }
    return lhs[0];
  } finally {
    p.leave();
  }
}

function parseAndChain(
  p: ParserState,
  first: Body,
  firstExplicit: boolean,
  firstLoc: Location,
): Expr | undefined {
  let [lhs, explicit, loc] = [first, firstExplicit, firstLoc];
  while (p.is("logical-and")) {
    p.scan();
    const operand = parseOperand(p, "and");
    if (operand === undefined) return undefined;
    checkVoidOperands(p, lhs, operand.body, "and");
    const node = logicalExpr(
      "and",
      lhs,
      operand.body,
      explicit,
      operand.explicit,
      p.span(loc, loc.offset, p.lastEnd),
    );
    [lhs, explicit, loc] = [[node], false, node.loc];
  }
  return lhs[0];
}

function logicalExpr(
  kind: "and" | "or",
  lhs: Body,
  rhs: Body,
  explicitLhs: boolean,
  explicitRhs: boolean,
  loc: Location,
): Expr {
  return { terms: { kind, lhs, rhs, explicitLhs, explicitRhs, loc }, negated: false, with: [], loc };
}

interface Operand {
  body: Body;
  explicit: boolean;
  loc: Location;
}

function parseOperand(p: ParserState, op: "and" | "or" | ""): Operand | undefined {
  if (p.is("{")) return parseBraceOperand(p, op);
  let notLoc: Location | undefined;
  if (isNegated(p)) {
    notLoc = p.loc();
    p.scan();
  }
  if (notLoc !== undefined && p.notBodies && p.is("{")) {
    const not = parseNotBody(p, notLoc);
    return not === undefined ? undefined : { body: [not], explicit: false, loc: not.loc };
  }
  if (p.is("(") && logicalKeywordsActive(p) && (notLoc === undefined || p.notBodies)) {
    const group = parseLogicalGroup(p, true, notLoc === undefined ? "" : "not ");
    if (group.committed) {
      if (group.body === undefined) return undefined;
      if (notLoc === undefined) return { body: group.body, explicit: group.explicit, loc: group.loc };
      const spanned = p.span(notLoc, notLoc.offset, p.lastEnd);
      return { body: [notExpr(group.body, group.explicit, spanned)], explicit: false, loc: spanned };
    }
  }
  let expr = parseExpr(p);
  if (expr === undefined) return undefined;
  if (notLoc !== undefined && p.notBodies)
    expr = notExpr([expr], false, p.span(notLoc, notLoc.offset, p.lastEnd));
  else if (notLoc !== undefined) expr.negated = true;
  return { body: [expr], explicit: false, loc: expr.loc };
}

function parseBraceOperand(p: ParserState, op: string): Operand | undefined {
  const loc = p.loc();
  const s = p.save();
  p.scan();
  const empty = p.is("}");
  const body = parseBody(p, "}");
  if (body === undefined) {
    if (empty || op === "") return undefined;
    const failed = p.save();
    p.restore(s);
    if (parseTermInfix(p) !== undefined) {
      errorBraceLedOperand(p, loc, p.source.slice(loc.offset, p.lastEnd), op);
      return undefined;
    }
    p.restore(failed);
    return undefined;
  }
  p.scan();
  if (isAmbiguousUnion(p, body)) errorAmbiguousUnion(p, loc, body, "");
  return { body, explicit: true, loc };
}

/** `{x | y}` read as a body whose only literal is a set union: it looks like a comprehension. */
export function isAmbiguousUnion(p: ParserState, body: Body): boolean {
  const first = body[0];
  if (first === undefined || first.terms.kind !== "call") return false;
  const op = first.terms.terms[0];
  if (operatorName(op) !== "or" || op === undefined || p.text(op.loc) !== "|") return false;
  return !p.text(first.loc).trim().startsWith("(");
}

function errorAmbiguousUnion(p: ParserState, loc: Location, body: Body, prefix: string): void {
  const braces = p.source.slice(loc.offset, p.lastEnd);
  let union = braces;
  const first = body[0];
  if (first !== undefined) {
    const at = first.loc.offset - loc.offset;
    const text = p.text(first.loc);
    if (at > 0 && at + text.length <= braces.length) {
      union = `${braces.slice(0, at)}(${text})${braces.slice(at + text.length)}`;
    }
  }
  p.hint(`write \`${prefix}(${braces})\` for the comprehension, or \`${prefix}${union}\` for the set union`);
  p.error(
    loc,
    "ambiguous `{ ... | ... }` operand: read as a body holding a set-union expression, not as a comprehension",
  );
}

const VOID_CALLS = new Set(["print", "internal.print"]);

function checkVoidOperands(p: ParserState, lhs: Body, rhs: Body, op: string): void {
  for (const body of [lhs, rhs]) {
    const first = voidOperand(body);
    if (first === undefined) continue;
    p.hint(
      `\`${first.name}\` produces no value and always succeeds, so the operand can never fail; move it out of the operand, or add an expression that can fail`,
    );
    p.error(first.loc, `operand of \`${op}\` cannot consist only of calls to \`${first.name}\``);
  }
}

function voidOperand(body: Body): { name: string; loc: Location } | undefined {
  let first: { name: string; loc: Location } | undefined;
  for (const expr of body) {
    if (expr.negated || expr.terms.kind !== "call") return undefined;
    const name = operatorName(expr.terms.terms[0]);
    if (name === undefined || !VOID_CALLS.has(name)) return undefined;
    first ??= { name, loc: expr.loc };
  }
  return first;
}

interface Group {
  committed: boolean;
  body: Body | undefined;
  explicit: boolean;
  loc: Location;
}

/** `( … )` around a logical expression. Not committed: the parenthesis belongs to a term and nothing was consumed. */
export function parseLogicalGroup(p: ParserState, operandContext: boolean, prefix: string): Group {
  const openLoc = p.loc();
  const give = (committed: boolean, body?: Body): Group => ({
    committed,
    body,
    explicit: false,
    loc: p.span(openLoc, openLoc.offset, p.lastEnd),
  });
  if (!p.enter()) return give(true);
  try {
    const s = p.save();
    const undo = (): Group => {
      p.restore(s);
      return give(false);
    };
    p.scan();
    if (p.is(")")) {
      if (!operandContext) return undo();
      p.error(openLoc, "empty parenthesized group");
      return give(true);
    }
    const lhs = parseOperand(p, "");
    if (lhs === undefined) return undo();
    const first = lhs.body[0] as Expr;
    if (isLogical(p.tok)) {
      const chain = parseOrChain(p, lhs.body, lhs.explicit, lhs.loc);
      const expr = chain === undefined ? undefined : attachWith(p, chain);
      if (expr === undefined || !expectClose(p)) return give(true);
      return give(true, [expr]);
    }
    if (p.is("with") && !lhs.explicit && lhs.body.length === 1) {
      const withLoc = p.loc();
      if (attachWith(p, first) === undefined) return give(true);
      if (isLogical(p.tok)) {
        errWithOnOperand(p, withLoc, tokenText(p.tok));
        return give(true);
      }
      if (!expectClose(p)) return give(true);
      if (operandContext || isLogical(p.tok)) return give(true, lhs.body);
      return undo();
    }
    if (lhs.explicit) {
      const braces = p.source.slice(lhs.loc.offset, p.lastEnd);
      p.restore(s);
      const probe = p.save();
      p.scan();
      const term = parseTerm(p);
      p.restore(probe);
      if (term !== undefined) return give(false);
      p.hint(`drop the parens to keep the body: \`${prefix}${braces}\``);
      p.error(openLoc, "`(...)` in an operand position cannot contain a body");
      return give(true);
    }
    const kind = lhs.body.length === 1 ? first.terms.kind : "term";
    const grouped =
      kind === "and" || kind === "or" || kind === "not" || (lhs.body.length === 1 && first.negated);
    if (!grouped) return undo();
    return expectClose(p) ? give(true, lhs.body) : give(true);
  } finally {
    p.leave();
  }
}

function expectClose(p: ParserState): boolean {
  if (!p.is(")")) {
    p.error(p.loc(), "expected ) to close parenthesized group");
    return false;
  }
  p.scan();
  return true;
}
