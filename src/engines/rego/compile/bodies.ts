import type { Body, Expr, Rule, Term } from "../ast/ast.ts";

/** Bodies that stand directly in a term (closures of a composite are found too). */
export function mapBodiesInTerm(term: Term, f: (body: Body) => Body): void {
  switch (term.type) {
    case "ref":
    case "array":
    case "set":
    case "call":
      for (const t of term.value) mapBodiesInTerm(t, f);
      break;
    case "object":
      for (const [k, v] of term.value) {
        mapBodiesInTerm(k, f);
        mapBodiesInTerm(v, f);
      }
      break;
    case "arraycomprehension":
    case "setcomprehension":
      mapBodiesInTerm(term.value.term, f);
      term.value.body = mapBodies(term.value.body, f);
      break;
    case "objectcomprehension":
      mapBodiesInTerm(term.value.key, f);
      mapBodiesInTerm(term.value.value, f);
      term.value.body = mapBodies(term.value.body, f);
      break;
    case "templatestring":
      for (const part of term.value.parts) if (part.kind === "expr") mapBodiesInExpr(part.expr, f);
  }
}

export function mapBodiesInExpr(expr: Expr, f: (body: Body) => Body): void {
  const t = expr.terms;
  switch (t.kind) {
    case "term":
      mapBodiesInTerm(t.term, f);
      break;
    case "call":
      for (const term of t.terms) mapBodiesInTerm(term, f);
      break;
    case "some":
      break;
    case "every":
      mapBodiesInTerm(t.domain, f);
      t.body = mapBodies(t.body, f);
      break;
    case "not":
      t.body = mapBodies(t.body, f);
      break;
    case "and":
    case "or":
      t.lhs = mapBodies(t.lhs, f);
      t.rhs = mapBodies(t.rhs, f);
  }
  for (const w of expr.with) mapBodiesInTerm(w.value, f);
}

/** Rewrites a body and all bodies inside of it, inner ones first. */
export function mapBodies(body: Body, f: (body: Body) => Body): Body {
  for (const expr of body) mapBodiesInExpr(expr, f);
  return f(body);
}

/** Rewrites all bodies of a rule, heads' closures included. */
export function mapRuleBodies(rule: Rule, f: (body: Body) => Body): void {
  for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
    for (const t of r.head.ref.slice(1)) mapBodiesInTerm(t, f);
    for (const t of r.head.args ?? []) mapBodiesInTerm(t, f);
    if (r.head.key !== undefined) mapBodiesInTerm(r.head.key, f);
    if (r.head.value !== undefined) mapBodiesInTerm(r.head.value, f);
    r.body = mapBodies(r.body, f);
  }
}
