import { type Body, type Expr, operatorName, operatorTerm, type Term } from "../ast/ast.ts";
import { mapRuleBodies } from "./bodies.ts";
import type { CompileContext } from "./context.ts";

/** Stage: `$"a {x}"` becomes a call of `internal.template_string` with sets, empty where a part is undefined. */
export function rewriteTemplateStrings(c: CompileContext): void {
  for (const { rule } of c.allRules()) {
    const { head } = rule;
    head.ref = head.ref.map((t) => templatesInTerm(c, t));
    if (head.args !== undefined) head.args = head.args.map((t) => templatesInTerm(c, t));
    if (head.key !== undefined) head.key = templatesInTerm(c, head.key);
    if (head.value !== undefined) head.value = templatesInTerm(c, head.value);
    templatesInBody(c, rule.body);
  }
}

export function templatesInBody(c: CompileContext, body: Body): void {
  for (const e of body) templatesInExpr(c, e);
}

function templatesInExpr(c: CompileContext, e: Expr): void {
  const t = e.terms;
  switch (t.kind) {
    case "term":
      t.term = templatesInTerm(c, t.term);
      break;
    case "call":
      t.terms = t.terms.map((term) => templatesInTerm(c, term));
      break;
    case "some":
      t.symbols = t.symbols.map((term) => templatesInTerm(c, term));
      break;
    case "every":
      t.domain = templatesInTerm(c, t.domain);
      templatesInBody(c, t.body);
      break;
    case "not":
      templatesInBody(c, t.body);
      break;
    case "and":
    case "or":
      templatesInBody(c, t.lhs);
      templatesInBody(c, t.rhs);
  }
  for (const w of e.with) w.value = templatesInTerm(c, w.value);
}

function templatesInTerm(c: CompileContext, term: Term): Term {
  switch (term.type) {
    case "ref":
    case "array":
    case "set":
    case "call":
      term.value = term.value.map((t) => templatesInTerm(c, t));
      return term;
    case "object":
      term.value = term.value.map(([k, v]): [Term, Term] => [templatesInTerm(c, k), templatesInTerm(c, v)]);
      return term;
    case "arraycomprehension":
    case "setcomprehension":
      term.value.term = templatesInTerm(c, term.value.term);
      templatesInBody(c, term.value.body);
      return term;
    case "objectcomprehension":
      term.value.key = templatesInTerm(c, term.value.key);
      term.value.value = templatesInTerm(c, term.value.value);
      templatesInBody(c, term.value.body);
      return term;
    case "templatestring":
      return templateCall(c, term);
    default:
      return term;
  }
}

function templateCall(c: CompileContext, term: Term & { type: "templatestring" }): Term {
  const loc = term.loc;
  const parts: Term[] = [];
  for (const part of term.value.parts) {
    if (part.kind === "text") {
      parts.push(part.term);
      continue;
    }
    const value = partTerm(c, part.expr);
    if (value === undefined) continue;
    const inner = templatesInTerm(c, value);
    if (inner.type === "var") {
      parts.push({ type: "set", value: [inner], loc: inner.loc });
      continue;
    }
    const { expr, term: local } = c.equate(inner);
    expr.with = part.expr.with;
    parts.push({ type: "setcomprehension", value: { term: local, body: [expr] }, loc: inner.loc });
  }
  if (parts.length === 0) parts.push({ type: "string", value: "", loc });
  return {
    type: "call",
    value: [operatorTerm("internal.template_string", loc), { type: "array", value: parts, loc }],
    loc,
  };
}

function partTerm(c: CompileContext, expr: Expr): Term | undefined {
  const t = expr.terms;
  if (t.kind === "term") return t.term;
  if (t.kind === "call") {
    const name = operatorName(t.terms[0]);
    if (name !== undefined && c.builtins.get(name)?.relation === true) {
      c.err(
        "rego_compile_error",
        `illegal call to relation built-in '${name}' that may cause multiple outputs`,
        expr.loc,
      );
      return undefined;
    }
    return { type: "call", value: t.terms, loc: expr.loc };
  }
  c.err("rego_compile_error", `unexpected template-string expression type: *ast.${t.kind}`, expr.loc);
  return undefined;
}

/** Stage: `print(a, b)` becomes `internal.print([{x | x = a}, …])`, so that an undefined operand still prints. */
export function rewritePrintCalls(c: CompileContext): void {
  for (const { rule } of c.rules()) mapRuleBodies(rule, (body) => printCallsInBody(c, body));
}

export function printCallsInBody(c: CompileContext, body: Body): Body {
  for (const e of body) {
    const t = e.terms;
    if (t.kind !== "call" || operatorName(t.terms[0]) !== "print") continue;
    const sets = t.terms.slice(1).map((arg): Term => {
      const { expr, term } = c.equate(arg);
      return { type: "setcomprehension", value: { term, body: [expr] }, loc: arg.loc };
    });
    t.terms = [operatorTerm("internal.print", e.loc), { type: "array", value: sets, loc: e.loc }];
  }
  return body;
}
