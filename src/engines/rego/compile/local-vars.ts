// Above 500 lines: one stage over every kind of node; its scopes and names are one state that parts would have to share.

import {
  type Body,
  booleanTerm,
  type EveryTerms,
  type Expr,
  isWildcard,
  type LogicalTerms,
  operatorName,
  operatorTerm,
  type Rule,
  type Term,
  termExpr,
  varTerm,
} from "../ast/ast.ts";
import { typeNameOf } from "../ast/names.ts";
import { termText } from "../ast/text.ts";
import { isComprehension, visitBody, visitHead, visitTerm } from "../ast/visit.ts";
import type { Location } from "../errors.ts";
import type { CompileContext } from "./context.ts";
import { outputVarsOfEquality, safetyVars } from "./output-vars.ts";
import { declaredVars } from "./resolve-refs.ts";
import { Scopes } from "./scopes.ts";
import { checkUnusedAssigned, checkUnusedDeclared } from "./unused-vars.ts";

const IN_NEGATION = "cannot assign vars inside negated expression";
const IN_OPERAND = {
  and: "cannot assign vars inside implicit and operand",
  or: "cannot assign vars inside implicit or operand",
};

/** Stage: every declared variable and argument gets a unique name; `:=` and `some … in` become unifications. */
export function rewriteLocalVars(c: CompileContext): void {
  for (const { rule } of c.rules()) rewriteRule(c, rule);
}

/** The same for a query; returns generated → written names. */
export function rewriteQueryVars(c: CompileContext, body: Body): Body {
  return rewriteBody(new Scopes(c), body, new Set());
}

function rewriteRule(c: CompileContext, first: Rule): void {
  const unusedArgs = new Map<string, Location>();
  if (c.strict) {
    for (const arg of first.head.args ?? []) {
      visitTerm(arg, {
        term(t) {
          if (t.type === "var") unusedArgs.set(t.value, t.loc);
        },
      });
    }
  }
  const argNames = new Map<string, string>();
  for (let rule: Rule | undefined = first; rule !== undefined; rule = rule.else) {
    const scopes = new Scopes(c);
    rewriteArgs(scopes, rule, argNames);
    rewriteRuleBody(scopes, rule, unusedArgs);
    for (const arg of unusedArgs.keys()) if (scopes.countOf(arg) > 1) unusedArgs.delete(arg);
  }
  for (const arg of unusedArgs.keys()) {
    if (isWildcard(arg)) continue;
    c.errRecoverable(
      "rego_compile_error",
      `unused argument ${arg}. (hint: use _ (wildcard variable) instead)`,
      first.head.loc,
    );
  }
}

function rewriteArgs(scopes: Scopes, rule: Rule, argNames: Map<string, string>): void {
  const walk = (t: Term): void => {
    switch (t.type) {
      case "var": {
        const known = scopes.declared(t.value);
        if (known !== undefined) {
          scopes.seen(t.value);
          t.value = known;
          return;
        }
        const generated = argNames.get(t.value) ?? scopes.c.generate();
        argNames.set(t.value, generated);
        scopes.insert(t.value, generated, "arg");
        t.value = generated;
        return;
      }
      case "array":
        t.value.forEach(walk);
        return;
      case "object":
        for (const [, value] of t.value) walk(value);
        return;
      case "ref":
        t.value.forEach(walk);
        return;
      case "call":
        scopes.err("rule arguments cannot contain calls", t.loc);
    }
  };
  rule.head.args?.forEach(walk);
}

function rewriteRuleBody(scopes: Scopes, rule: Rule, unusedArgs: Map<string, Location>): void {
  const { head } = rule;
  const { c } = scopes;
  // Closures of the head are scopes of their own; they see the head's names only after the body was read.
  visitHead(head, {
    term(t) {
      if (!isComprehension(t) && t.type !== "templatestring") return false;
      rewriteTerm(new Scopes(c), t);
      return true;
    },
  });
  const used = new Set<string>();
  const collect = {
    term(t: Term): void {
      if (t.type === "var") used.add(t.value);
    },
  };
  for (const t of head.ref.slice(1)) visitTerm(t, collect);
  if (head.key !== undefined) visitTerm(head.key, collect);
  if (head.value !== undefined) {
    const inValue = new Set<string>();
    visitTerm(head.value, {
      term(t) {
        if (t.type === "var") inValue.add(t.value);
      },
    });
    for (const name of inValue) {
      used.add(name);
      unusedArgs.delete(name);
    }
  }
  hideBuiltinNames(scopes, rule);
  rule.body = rewriteBody(scopes, rule.body, used);
  const names = scopes.top.names;
  const rename = {
    term(t: Term): void {
      if (t.type === "var") t.value = names.get(t.value) ?? t.value;
    },
  };
  for (const t of head.ref.slice(1)) visitTerm(t, rename);
  if (head.key !== undefined) visitTerm(head.key, rename);
  if (head.value !== undefined) visitTerm(head.value, rename);
}

/** A variable that has the name of a built-in hides it: calling it in this body is an error. */
function hideBuiltinNames(scopes: Scopes, rule: Rule): void {
  const { c } = scopes;
  const vars = [...safetyVars({ body: rule.body }, () => -1, new Set(), false)]
    .filter((v) => c.builtins.has(v))
    .sort();
  if (vars.length === 0) return;
  const declared = declaredVars(rule.body);
  const replaced = new Set<string>();
  visitBody(rule.body, {
    expr(e) {
      for (const w of e.with) for (const t of [w.target, w.value]) for (const v of varsIn(t)) replaced.add(v);
    },
  });
  for (const v of vars) {
    if (declared.has(v) || replaced.has(v) || scopes.declared(v) !== undefined) continue;
    scopes.insert(v, c.generate(), "seen");
  }
}

function rewriteBody(s: Scopes, body: Body, used: Set<string>): Body {
  const result: Body = [];
  for (const expr of body) {
    const rewritten = rewriteLiteral(s, expr);
    if (rewritten !== undefined) result.push(rewritten);
  }
  if (result.length === 0) {
    const loc = body[0]?.loc as Location;
    result.push({ ...termExpr(booleanTerm(true, loc), loc), generated: true });
  }
  if (s.c.strict) checkUnusedAssigned(s, body, used);
  checkUnusedDeclared(s, body, used, result);
  return result;
}

function rewriteLiteral(s: Scopes, expr: Expr): Expr | undefined {
  const t = expr.terms;
  switch (t.kind) {
    case "call":
      return operatorName(t.terms[0]) === "assign"
        ? rewriteAssignment(s, expr, t.terms)
        : rewriteExpr(s, expr);
    case "some":
      return rewriteSome(s, expr, t.symbols, t.loc);
    case "every":
      return rewriteEvery(s, expr, t);
    case "not":
      return rewriteNot(s, expr);
    case "and":
    case "or":
      return rewriteLogical(s, expr, t);
    default:
      return rewriteExpr(s, expr);
  }
}

function rewriteExpr(s: Scopes, expr: Expr): Expr {
  const t = expr.terms;
  switch (t.kind) {
    case "term":
      rewriteTerm(s, t.term);
      break;
    case "call":
      for (const term of t.terms) rewriteTerm(s, term);
      break;
    case "every":
      if (t.key !== undefined) rewriteTerm(s, t.key);
      rewriteTerm(s, t.value);
      rewriteTerm(s, t.domain);
      for (const e of t.body) rewriteExpr(s, e);
      break;
    case "not":
      for (const e of t.body) rewriteExpr(s, e);
      break;
    case "and":
    case "or":
      for (const e of [...t.lhs, ...t.rhs]) rewriteExpr(s, e);
      break;
    case "some":
      for (const e of t.symbols) rewriteTerm(s, e);
  }
  for (const w of expr.with) {
    rewriteTerm(s, w.target);
    const shadow = s.declared("input");
    // `input` may be a local variable in old modules, but a `with` target always means the document.
    if (shadow !== undefined) {
      if (w.target.type === "var" && w.target.value === shadow) {
        w.target = { type: "ref", value: [varTerm("input", w.target.loc)], loc: w.target.loc };
      } else if (
        w.target.type === "ref" &&
        w.target.value[0]?.type === "var" &&
        w.target.value[0].value === shadow
      ) {
        w.target.value[0] = varTerm("input", w.target.loc);
      }
    }
    rewriteTerm(s, w.value);
  }
  return expr;
}

function rewriteTerm(s: Scopes, term: Term): void {
  switch (term.type) {
    case "var": {
      const known = s.declared(term.value);
      if (known !== undefined) {
        s.seen(term.value);
        term.value = known;
      } else if (s.top.occurrence.get(term.value) === undefined) s.insert(term.value, term.value, "seen");
      return;
    }
    case "ref": {
      const first = term.value[0];
      if (term.value.length === 1 && first?.type === "var") {
        const occurrence = s.globalOccurrence(first.value);
        const known = s.declared(first.value);
        if (
          occurrence !== undefined &&
          occurrence !== "seen" &&
          known !== undefined &&
          known !== first.value
        ) {
          const replaced: Term = varTerm(known, term.loc);
          Object.assign(term, replaced);
        } else if (first.value !== "data" && first.value !== "input") rewriteTerm(s, first);
        return;
      }
      for (const t of term.value) rewriteTerm(s, t);
      return;
    }
    case "call": {
      const op = term.value[0];
      if (op?.type === "ref" && op.value[0]?.type === "var") {
        const known = s.declared(op.value[0].value);
        if (known !== undefined && known !== op.value[0].value) {
          s.err(`called function ${termText(op)} shadowed`, term.loc);
        }
      }
      for (const t of term.value) rewriteTerm(s, t);
      return;
    }
    case "array":
    case "set":
      for (const t of term.value) rewriteTerm(s, t);
      return;
    case "object":
      for (const [k, v] of term.value) {
        rewriteTerm(s, k);
        rewriteTerm(s, v);
      }
      return;
    case "arraycomprehension":
    case "setcomprehension": {
      const used = varsIn(term.value.term);
      s.within(() => {
        term.value.body = rewriteBody(s, term.value.body, used);
        rewriteTerm(s, term.value.term);
      });
      return;
    }
    case "objectcomprehension": {
      const used = new Set([...varsIn(term.value.key), ...varsIn(term.value.value)]);
      s.within(() => {
        term.value.body = rewriteBody(s, term.value.body, used);
        rewriteTerm(s, term.value.key);
        rewriteTerm(s, term.value.value);
      });
      return;
    }
    case "templatestring":
      for (const part of term.value.parts) {
        if (part.kind === "expr") s.within(() => void rewriteExpr(s, part.expr));
      }
  }
}

function varsIn(term: Term): Set<string> {
  const vars = new Set<string>();
  visitTerm(term, {
    term(t) {
      if (t.type === "var") vars.add(t.value);
    },
  });
  return vars;
}

function rewriteAssignment(s: Scopes, expr: Expr, terms: Term[]): Expr {
  if (expr.negated) {
    s.err(IN_NEGATION, expr.loc);
    return expr;
  }
  const [, lhs, rhs] = terms;
  if (lhs === undefined || rhs === undefined) return expr;
  const before = s.errors;
  rewriteTerm(s, rhs);
  for (const w of expr.with) rewriteTerm(s, w.value);
  const declare = (t: Term): void => {
    switch (t.type) {
      case "var": {
        const result = s.declare(t.value, "assigned");
        if (result.ok) t.value = result.name;
        else s.err(result.reason, t.loc);
        return;
      }
      case "array":
        t.value.forEach(declare);
        return;
      case "object":
        for (const [, value] of t.value) declare(value);
        return;
      case "ref": {
        const first = t.value[0];
        if (
          t.value.length === 1 &&
          first?.type === "var" &&
          (first.value === "input" || first.value === "data")
        ) {
          const result = s.declare(first.value, "assigned");
          if (result.ok) Object.assign(t, varTerm(result.name, t.loc));
          else s.err(result.reason, t.loc);
          return;
        }
      }
    }
    s.err(`cannot assign to ${typeNameOf(t)}`, t.loc);
  };
  declare(lhs);
  if (s.errors === before) {
    terms[0] = operatorTerm("eq", terms[0]?.loc ?? expr.loc);
    s.c.assignments.add(expr);
  }
  return expr;
}

function rewriteSome(s: Scopes, expr: Expr, symbols: Term[], loc: Location): Expr | undefined {
  for (const symbol of symbols) {
    if (symbol.type === "var") {
      const result = s.declare(symbol.value, "declared");
      if (!result.ok) {
        s.err(result.reason, loc);
        return undefined;
      }
    } else if (symbol.type === "call") return rewriteSomeIn(s, expr, symbol.value, loc);
  }
  return undefined;
}

function rewriteSomeIn(s: Scopes, expr: Expr, call: Term[], loc: Location): Expr | undefined {
  const keyed = call.length === 4;
  const key = keyed ? (call[1] as Term) : s.c.generateTerm(loc);
  const value = call[keyed ? 2 : 1] as Term;
  const container = call[keyed ? 3 : 2] as Term;
  const bound = new Set<string>();
  const collect = {
    term(t: Term): boolean {
      if (t.type === "var") bound.add(t.value);
      if (t.type === "ref") {
        for (const part of t.value.slice(1)) visitTerm(part, collect);
        return true;
      }
      if (t.type === "object") {
        for (const [, v] of t.value) visitTerm(v, collect);
        return true;
      }
      return isComprehension(t);
    },
  };
  visitTerm(key, collect);
  visitTerm(value, collect);
  const domain = new Set<string>();
  visitTerm(container, {
    term(t) {
      if (t.type === "var") domain.add(t.value);
      return isComprehension(t);
    },
  });
  const clash = [...bound].filter((name) => domain.has(name) && !isWildcard(name)).sort();
  for (const name of clash) s.err(`var ${name} assigned before`, loc);
  if (clash.length > 0) return undefined;
  const rhs: Term =
    container.type === "ref"
      ? { type: "ref", value: [...container.value, key], loc: container.loc }
      : { type: "ref", value: [container, key], loc: container.loc };
  const terms: Term[] = [operatorTerm("eq", loc), value, rhs];
  const rewritten: Expr = { ...expr, terms: { kind: "call", terms } };
  const outputs = outputVarsOfEquality(value, rhs, domain);
  for (const name of [...outputs].sort()) {
    const result = s.declare(name, "declared");
    if (!result.ok) {
      s.err(result.reason, loc);
      return undefined;
    }
  }
  return rewriteExpr(s, rewritten);
}

function rewriteEvery(s: Scopes, expr: Expr, t: EveryTerms): Expr | undefined {
  rewriteTerm(s, t.domain);
  let result: Expr | undefined;
  s.within(() => {
    for (const name of [t.key, t.value]) {
      if (name === undefined || name.type !== "var" || isWildcard(name.value)) continue;
      const declared = s.declare(name.value, "declared");
      if (!declared.ok) {
        s.err(declared.reason, t.loc);
        return;
      }
      name.value = declared.name;
    }
    t.key ??= s.c.generateTerm(t.loc);
    t.body = rewriteBody(s, t.body, new Set());
    // OPA looks at the domain a second time with the loop's own names in scope: a name used for both is unsafe.
    rewriteTerm(s, t.domain);
    for (const w of expr.with) {
      rewriteTerm(s, w.target);
      rewriteTerm(s, w.value);
    }
    result = expr;
  });
  return result;
}

function rewriteNot(s: Scopes, expr: Expr): Expr {
  const t = expr.terms;
  if (t.kind !== "not") return expr;
  if (!t.explicit) {
    const before = s.errors;
    rewriteImplicit(s, t.body, IN_NEGATION);
    return s.errors > before ? expr : rewriteExpr(s, expr);
  }
  s.within(() => {
    t.body = rewriteBody(s, t.body, new Set());
    rewriteExpr(s, expr);
  });
  return expr;
}

function rewriteLogical(s: Scopes, expr: Expr, t: LogicalTerms): Expr {
  const before = s.errors;
  const operand = (body: Body, explicit: boolean): Body => {
    if (!explicit) {
      rewriteImplicit(s, body, IN_OPERAND[t.kind]);
      return body;
    }
    let result = body;
    s.within(() => {
      result = rewriteBody(s, body, new Set());
    });
    return result;
  };
  t.lhs = operand(t.lhs, t.explicitLhs);
  t.rhs = operand(t.rhs, t.explicitRhs);
  return s.errors > before ? expr : rewriteExpr(s, expr);
}

function rewriteImplicit(s: Scopes, body: Body, message: string): void {
  for (const [i, expr] of body.entries()) {
    const t = expr.terms;
    if (t.kind === "call" && operatorName(t.terms[0]) === "assign") s.err(message, expr.loc);
    else if (t.kind === "not") body[i] = rewriteNot(s, expr);
    else if (t.kind === "and" || t.kind === "or") body[i] = rewriteLogical(s, expr, t);
  }
}
