import type { Body, Expr, Head, Rule, Term, With } from "./ast.ts";

/** Callbacks of a walk in source order. Returning `true` leaves the children of that node out. */
export interface Visitor {
  term?(term: Term): unknown;
  expr?(expr: Expr): unknown;
  body?(body: Body): unknown;
}

export function visitTerm(term: Term, v: Visitor): void {
  if (v.term?.(term) === true) return;
  switch (term.type) {
    case "ref":
    case "array":
    case "set":
    case "call":
      for (const t of term.value) visitTerm(t, v);
      break;
    case "object":
      for (const [key, value] of term.value) {
        visitTerm(key, v);
        visitTerm(value, v);
      }
      break;
    case "arraycomprehension":
    case "setcomprehension":
      visitTerm(term.value.term, v);
      visitBody(term.value.body, v);
      break;
    case "objectcomprehension":
      visitTerm(term.value.key, v);
      visitTerm(term.value.value, v);
      visitBody(term.value.body, v);
      break;
    case "templatestring":
      for (const part of term.value.parts) {
        if (part.kind === "text") visitTerm(part.term, v);
        else visitExpr(part.expr, v);
      }
  }
}

export function visitBody(body: Body, v: Visitor): void {
  if (v.body?.(body) === true) return;
  for (const expr of body) visitExpr(expr, v);
}

export function visitExpr(expr: Expr, v: Visitor): void {
  if (v.expr?.(expr) === true) return;
  const t = expr.terms;
  switch (t.kind) {
    case "term":
      visitTerm(t.term, v);
      break;
    case "call":
      for (const term of t.terms) visitTerm(term, v);
      break;
    case "some":
      for (const term of t.symbols) visitTerm(term, v);
      break;
    case "every":
      if (t.key !== undefined) visitTerm(t.key, v);
      visitTerm(t.value, v);
      visitTerm(t.domain, v);
      visitBody(t.body, v);
      break;
    case "not":
      visitBody(t.body, v);
      break;
    case "and":
    case "or":
      visitBody(t.lhs, v);
      visitBody(t.rhs, v);
  }
  for (const w of expr.with) visitWith(w, v);
}

export function visitWith(w: With, v: Visitor): void {
  visitTerm(w.target, v);
  visitTerm(w.value, v);
}

export function visitHead(head: Head, v: Visitor): void {
  for (const term of head.ref) visitTerm(term, v);
  for (const term of head.args ?? []) visitTerm(term, v);
  if (head.key !== undefined) visitTerm(head.key, v);
  if (head.value !== undefined) visitTerm(head.value, v);
}

/** Head and body of the rule and of its else branches. */
export function visitRule(rule: Rule, v: Visitor): void {
  for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
    visitHead(r.head, v);
    visitBody(r.body, v);
  }
}

/** Vars of a term outside closures, in source order. */
export function termVars(term: Term, closures = false): Set<string> {
  const vars = new Set<string>();
  visitTerm(term, {
    term(t) {
      if (t.type === "var") vars.add(t.value);
      return !closures && isComprehension(t);
    },
  });
  return vars;
}

export function isComprehension(t: Term): boolean {
  return t.type === "arraycomprehension" || t.type === "setcomprehension" || t.type === "objectcomprehension";
}

/** Whether no variable, reference, call or closure stands in the term. */
export function isConstant(term: Term): boolean {
  switch (term.type) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return true;
    case "array":
    case "set":
      return term.value.every(isConstant);
    case "object":
      return term.value.every(([key, value]) => isConstant(key) && isConstant(value));
    default:
      return false;
  }
}

/** No variable stands in the term (references to documents and closures may). */
export function isGround(term: Term): boolean {
  switch (term.type) {
    case "var":
      return false;
    case "ref":
      return term.value.slice(1).every(isGround);
    case "array":
    case "set":
    case "call":
      return term.value.every(isGround);
    case "object":
      return term.value.every(([key, value]) => isGround(key) && isGround(value));
    default:
      return true;
  }
}
