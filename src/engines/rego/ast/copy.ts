import type { Body, Expr, ExprTerms, Head, Term } from "./ast.ts";

/** Deep copies: compile stages rewrite in place, so a node may stand at one place of the tree only. */
export function copyTerm(term: Term): Term {
  switch (term.type) {
    case "ref":
    case "array":
    case "set":
    case "call":
      return { ...term, value: term.value.map(copyTerm) };
    case "object":
      return { ...term, value: term.value.map(([k, v]): [Term, Term] => [copyTerm(k), copyTerm(v)]) };
    case "arraycomprehension":
    case "setcomprehension":
      return { ...term, value: { term: copyTerm(term.value.term), body: copyBody(term.value.body) } };
    case "objectcomprehension": {
      const { key, value, body } = term.value;
      return { ...term, value: { key: copyTerm(key), value: copyTerm(value), body: copyBody(body) } };
    }
    case "templatestring":
      return {
        ...term,
        value: {
          multiLine: term.value.multiLine,
          parts: term.value.parts.map((p) =>
            p.kind === "text"
              ? { kind: "text", term: copyTerm(p.term) }
              : { kind: "expr", expr: copyExpr(p.expr) },
          ),
        },
      };
    default:
      return { ...term };
  }
}

export function copyBody(body: Body): Body {
  return body.map(copyExpr);
}

export function copyExpr(expr: Expr): Expr {
  return {
    ...expr,
    terms: copyTerms(expr.terms),
    with: expr.with.map((w) => ({ target: copyTerm(w.target), value: copyTerm(w.value), loc: w.loc })),
  };
}

function copyTerms(t: ExprTerms): ExprTerms {
  switch (t.kind) {
    case "term":
      return { kind: "term", term: copyTerm(t.term) };
    case "call":
      return { kind: "call", terms: t.terms.map(copyTerm) };
    case "some":
      return { ...t, symbols: t.symbols.map(copyTerm) };
    case "every":
      return {
        ...t,
        key: t.key === undefined ? undefined : copyTerm(t.key),
        value: copyTerm(t.value),
        domain: copyTerm(t.domain),
        body: copyBody(t.body),
      };
    case "not":
      return { ...t, body: copyBody(t.body) };
    case "and":
    case "or":
      return { ...t, lhs: copyBody(t.lhs), rhs: copyBody(t.rhs) };
  }
}

export function copyHead(head: Head): Head {
  return {
    ...head,
    ref: head.ref.map(copyTerm),
    args: head.args?.map(copyTerm),
    key: head.key === undefined ? undefined : copyTerm(head.key),
    value: head.value === undefined ? undefined : copyTerm(head.value),
  };
}
