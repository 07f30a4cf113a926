import { type Body, type Expr, operatorName, operatorTerm, type Rule, type Term } from "../ast/ast.ts";
import { copyTerm } from "../ast/copy.ts";
import { isComprehension, visitTerm } from "../ast/visit.ts";
import { mapRuleBodies } from "./bodies.ts";
import { appendToBody, type CompileContext } from "./context.ts";

/** Stage: elements of a head's reference that are no scalar and no variable move into the body. */
export function rewriteRuleHeadRefs(c: CompileContext): void {
  for (const { rule } of c.allRules()) {
    const { head } = rule;
    for (let i = 1; i < head.ref.length; i++) {
      const part = head.ref[i] as Term;
      if (part.type === "var" || isScalar(part)) continue;
      const { expr, term } = c.equate(part);
      if (head.key === part) head.key = { ...term };
      head.ref[i] = term;
      rule.body = appendToBody(rule.body, [expr]);
    }
  }
}

export function isScalar(t: Term): boolean {
  return t.type === "null" || t.type === "boolean" || t.type === "number" || t.type === "string";
}

/** Whether evaluating the term needs documents or a closure. */
export function requiresEval(term: Term | undefined): boolean {
  if (term === undefined) return false;
  let found = false;
  visitTerm(term, {
    term(t) {
      if (t.type === "ref" || isComprehension(t)) found = true;
      return found;
    },
  });
  return found;
}

/** Stage: nested calls become expressions of their own in front of the expression that uses them. */
export function rewriteExprTerms(c: CompileContext): void {
  for (const { rule } of c.allRules()) {
    expandHead(c, rule);
    rule.body = expandBody(c, rule.body);
  }
}

function expandHead(c: CompileContext, rule: Rule): void {
  const { head } = rule;
  const expand = (term: Term): Term => {
    const support: Expr[] = [];
    const output = expandTerm(c, term, support);
    rule.body = appendToBody(rule.body, support);
    return output;
  };
  if (head.args !== undefined) head.args = head.args.map(expand);
  if (head.key !== undefined) head.key = expand(head.key);
  if (head.value !== undefined) head.value = expand(head.value);
}

export function expandBody(c: CompileContext, body: Body): Body {
  const result: Body = [];
  for (const expr of body) expandExpr(c, expr, result);
  return result;
}

function expandExpr(c: CompileContext, expr: Expr, result: Expr[]): void {
  for (const w of expr.with) w.value = expandTerm(c, w.value, result);
  const t = expr.terms;
  const support: Expr[] = [];
  switch (t.kind) {
    case "term":
      t.term = expandTerm(c, t.term, support);
      break;
    case "call":
      for (let i = 1; i < t.terms.length; i++) t.terms[i] = expandTerm(c, t.terms[i] as Term, support);
      break;
    case "every": {
      const domain = c.generateTerm(t.domain.loc);
      const eq: Expr = {
        terms: { kind: "call", terms: [operatorTerm("eq", t.domain.loc), domain, t.domain] },
        negated: false,
        with: expr.with,
        loc: t.domain.loc,
        generated: true,
      };
      expandExpr(c, { ...eq, with: [] }, support);
      t.domain = { ...domain };
      t.body = expandBody(c, t.body);
      break;
    }
    case "not":
      t.body = expandBody(c, t.body);
      break;
    case "and":
    case "or":
      t.lhs = expandBody(c, t.lhs);
      t.rhs = expandBody(c, t.rhs);
  }
  for (const extra of support) if (expr.with.length > 0) extra.with = expr.with;
  result.push(...support, expr);
}

function expandTerm(c: CompileContext, term: Term, support: Expr[]): Term {
  switch (term.type) {
    case "call": {
      const written = copyTerm(term);
      for (let i = 1; i < term.value.length; i++)
        term.value[i] = expandTerm(c, term.value[i] as Term, support);
      const output = c.generateTerm(term.loc);
      c.subjects.set(output.value, written);
      support.push({
        terms: { kind: "call", terms: [...term.value, output] },
        negated: false,
        with: [],
        loc: term.loc,
        generated: true,
      });
      return { ...output };
    }
    case "ref": {
      for (let i = 0; i < term.value.length; i++)
        term.value[i] = expandTerm(c, term.value[i] as Term, support);
      const head = term.value[0] as Term;
      if (head.type === "array" || head.type === "object" || head.type === "set" || isComprehension(head)) {
        const { expr, term: local } = c.equate(head);
        c.subjects.set(local.value, head);
        support.push(expr);
        term.value[0] = local;
      }
      return term;
    }
    case "array":
    case "set":
      term.value = term.value.map((t) => expandTerm(c, t, support));
      return term;
    case "object":
      term.value = term.value.map(([k, v]): [Term, Term] => [
        expandTerm(c, k, support),
        expandTerm(c, v, support),
      ]);
      return term;
    case "arraycomprehension":
    case "setcomprehension": {
      const inner: Expr[] = [];
      term.value.term = expandTerm(c, term.value.term, inner);
      term.value.body = expandBody(c, appendToBody(term.value.body, inner));
      return term;
    }
    case "objectcomprehension": {
      const inner: Expr[] = [];
      term.value.key = expandTerm(c, term.value.key, inner);
      term.value.value = expandTerm(c, term.value.value, inner);
      term.value.body = expandBody(c, appendToBody(term.value.body, inner));
      return term;
    }
    default:
      return term;
  }
}

/** Stage: references in the term of a comprehension move into its body. */
export function rewriteComprehensionTerms(c: CompileContext): void {
  for (const { rule } of c.rules()) {
    visitRuleComprehensions(rule, (t) => hoistComprehensionTerm(c, t));
  }
}

export function rewriteComprehensionTermsInBody(c: CompileContext, body: Body): void {
  for (const e of body) visitExprTerms(e, (t) => hoistComprehensionTerm(c, t));
}

function hoistComprehensionTerm(c: CompileContext, t: Term): void {
  const hoist = (term: Term, add: (e: Expr) => void): Term => {
    if (!requiresEval(term)) return term;
    const { expr, term: local } = c.equate(term);
    add(expr);
    return local;
  };
  if (t.type === "arraycomprehension" || t.type === "setcomprehension") {
    const v = t.value;
    v.term = hoist(v.term, (e) => {
      v.body = appendToBody(v.body, [e]);
    });
  } else if (t.type === "objectcomprehension") {
    const v = t.value;
    const add = (e: Expr): void => {
      v.body = appendToBody(v.body, [e]);
    };
    v.key = hoist(v.key, add);
    v.value = hoist(v.value, add);
  }
}

/** Visits terms inner first, so that an inner closure is settled before its outer one is looked at. */
function visitExprTerms(e: Expr, f: (t: Term) => void): void {
  const t = e.terms;
  switch (t.kind) {
    case "term":
      visitDeep(t.term, f);
      break;
    case "call":
      for (const term of t.terms) visitDeep(term, f);
      break;
    case "some":
      break;
    case "every":
      visitDeep(t.domain, f);
      for (const x of t.body) visitExprTerms(x, f);
      break;
    case "not":
      for (const x of t.body) visitExprTerms(x, f);
      break;
    case "and":
    case "or":
      for (const x of [...t.lhs, ...t.rhs]) visitExprTerms(x, f);
  }
  for (const w of e.with) visitDeep(w.value, f);
}

function visitDeep(term: Term, f: (t: Term) => void): void {
  switch (term.type) {
    case "ref":
    case "array":
    case "set":
    case "call":
      for (const t of term.value) visitDeep(t, f);
      break;
    case "object":
      for (const [k, v] of term.value) {
        visitDeep(k, f);
        visitDeep(v, f);
      }
      break;
    case "arraycomprehension":
    case "setcomprehension":
      visitDeep(term.value.term, f);
      for (const e of term.value.body) visitExprTerms(e, f);
      break;
    case "objectcomprehension":
      visitDeep(term.value.key, f);
      visitDeep(term.value.value, f);
      for (const e of term.value.body) visitExprTerms(e, f);
  }
  f(term);
}

function visitRuleComprehensions(rule: Rule, f: (t: Term) => void): void {
  for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
    for (const t of r.head.ref.slice(1)) visitDeep(t, f);
    for (const t of r.head.args ?? []) visitDeep(t, f);
    if (r.head.key !== undefined) visitDeep(r.head.key, f);
    if (r.head.value !== undefined) visitDeep(r.head.value, f);
    for (const e of r.body) visitExprTerms(e, f);
  }
}

/** Stage: references and closures in a head move into the body. */
export function rewriteRefsInHead(c: CompileContext): void {
  for (const { rule } of c.allRules()) {
    const { head } = rule;
    const hoist = (term: Term): Term => {
      if (!requiresEval(term)) return term;
      const { expr, term: local } = c.equate(term);
      rule.body = appendToBody(rule.body, [expr]);
      return local;
    };
    if (head.key !== undefined) head.key = hoist(head.key);
    if (head.value !== undefined) head.value = hoist(head.value);
    if (head.args !== undefined) head.args = head.args.map(hoist);
  }
}

/** Stage: `==` was only a comparison while safety was checked; from here on it unifies ground terms. */
export function rewriteEquals(c: CompileContext): void {
  for (const { rule } of c.rules()) mapRuleBodies(rule, rewriteEqualsInBody);
}

export function rewriteEqualsInBody(body: Body): Body {
  for (const e of body) {
    const t = e.terms;
    if (t.kind === "call" && t.terms.length === 3 && operatorName(t.terms[0]) === "equal") {
      t.terms[0] = operatorTerm("eq", (t.terms[0] as Term).loc);
    }
  }
  return body;
}

/** Stage: references and closures inside composites and operands become expressions in front of their user. */
export function rewriteDynamicTerms(c: CompileContext): void {
  for (const { rule } of c.allRules()) rule.body = rewriteDynamicsInBody(c, rule.body);
}

export function rewriteDynamicsInBody(c: CompileContext, body: Body): Body {
  const result: Body = [];
  for (const e of body) {
    const t = e.terms;
    switch (t.kind) {
      case "term":
        t.term = dynamicsTop(c, e, t.term, result);
        break;
      case "call": {
        const eq = operatorName(t.terms[0]) === "eq" && t.terms.length === 3;
        for (let i = 1; i < t.terms.length; i++) {
          const term = t.terms[i] as Term;
          t.terms[i] = eq ? dynamicsTop(c, e, term, result) : dynamicsOne(c, e, term, result);
        }
        break;
      }
      case "every":
        t.domain = dynamicsOne(c, e, t.domain, result);
        t.body = rewriteDynamicsInBody(c, t.body);
        break;
      case "not":
        t.body = rewriteDynamicsInBody(c, t.body);
        break;
      case "and":
      case "or":
        t.lhs = rewriteDynamicsInBody(c, t.lhs);
        t.rhs = rewriteDynamicsInBody(c, t.rhs);
    }
    result.push(e);
  }
  return result;
}

function dynamicsTop(c: CompileContext, e: Expr, term: Term, result: Body): Term {
  if (term.type === "ref") {
    for (let i = 1; i < term.value.length; i++)
      term.value[i] = dynamicsOne(c, e, term.value[i] as Term, result);
    return term;
  }
  if (isComprehension(term)) {
    dynamicsInClosure(c, term);
    return term;
  }
  return dynamicsOne(c, e, term, result);
}

function dynamicsInClosure(c: CompileContext, term: Term): void {
  if (
    term.type === "arraycomprehension" ||
    term.type === "setcomprehension" ||
    term.type === "objectcomprehension"
  ) {
    term.value.body = rewriteDynamicsInBody(c, term.value.body);
  }
}

function dynamicsOne(c: CompileContext, e: Expr, term: Term, result: Body): Term {
  const hoist = (): Term => {
    const { expr, term: local } = c.equate(term);
    expr.with = e.with;
    c.subjects.set(local.value, term);
    result.push(expr);
    return local;
  };
  switch (term.type) {
    case "ref":
      for (let i = 1; i < term.value.length; i++)
        term.value[i] = dynamicsOne(c, e, term.value[i] as Term, result);
      return hoist();
    case "array":
    case "set":
      term.value = term.value.map((t) => dynamicsOne(c, e, t, result));
      return term;
    case "object":
      term.value = term.value.map(([k, v]): [Term, Term] => [
        dynamicsOne(c, e, k, result),
        dynamicsOne(c, e, v, result),
      ]);
      return term;
    case "arraycomprehension":
    case "setcomprehension":
    case "objectcomprehension":
      dynamicsInClosure(c, term);
      return hoist();
    default:
      return term;
  }
}
