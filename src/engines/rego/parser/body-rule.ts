import { type Body, booleanTerm, type Expr, operatorName, type Rule, type Term } from "../ast/ast.ts";
import { typeNameOf } from "../ast/names.ts";
import { termText } from "../ast/text.ts";
import { BUILTIN_NAMES } from "./builtin-names.ts";
import { implicitTrueBody, newHead, newRule } from "./rules.ts";

/** A bodyless statement (`p := 1`, `f(x) = y`, v0 `p[x]`) is parsed as a query and turned into a rule here; a text is an error. */
export function ruleFromBody(body: Body): Rule | string {
  if (body.length !== 1) return "multiple expressions cannot be used for rule head";
  const rule = ruleFromExpr(body[0] as Expr);
  if (typeof rule !== "string") rule.generatedBody = true;
  return rule;
}

function ruleFromExpr(expr: Expr): Rule | string {
  if (expr.with.length > 0) return "expressions using with keyword cannot be used for rule head";
  if (expr.negated) return "negated expressions cannot be used for rule head";
  const t = expr.terms;
  if (t.kind === "some") return "'some' declarations cannot be used for rule head";
  if (t.kind === "term") {
    if (t.term.type !== "ref") return `${typeNameOf(t.term)} cannot be used for rule name`;
    return t.term.value.length > 2 ? trueRule(t.term) : partialSetRule(t.term);
  }
  if (t.kind !== "call") return "expression cannot be used for rule head";
  const name = operatorName(t.terms[0]);
  if (name === "eq" || name === "assign") {
    const [, lhs, rhs] = t.terms;
    if (lhs === undefined || rhs === undefined) return "assignment requires two operands";
    const rule = ruleFromEquality(lhs, rhs);
    if (typeof rule === "string") return rule;
    rule.loc = expr.loc;
    rule.head.loc = expr.loc;
    rule.head.assign = name === "assign";
    return rule;
  }
  if (name !== undefined && BUILTIN_NAMES.has(name)) return "rule name conflicts with built-in function";
  return ruleFromCall(t.terms);
}

function headError(ref: Term[]): string | undefined {
  return ref[0]?.type === "var"
    ? undefined
    : `invalid rule head: ${termText({ type: "ref", value: ref, loc: ref[0]!.loc })}`;
}

function ruleFromEquality(lhs: Term, rhs: Term): Rule | string {
  if (lhs.type === "call") {
    const op = lhs.value[0] as Term;
    if (op.type === "ref" && op.value[0]?.type === "var") {
      const head = newHead(op.value, lhs.loc);
      const args = lhs.value.slice(1);
      head.args = args.length === 0 ? undefined : args;
      head.value = rhs;
      return newRule(head, implicitTrueBody(rhs.loc), lhs.loc);
    }
  }
  if (lhs.type === "ref") {
    const problem = headError(lhs.value);
    if (problem !== undefined) return problem;
    const head = newHead(lhs.value, rhs.loc);
    head.value = rhs;
    const first = lhs.value[0] as Term;
    if (lhs.value.length === 2 && first.type === "var") {
      head.name = first.value;
      head.key = lhs.value[1];
    }
    return newRule(head, implicitTrueBody(rhs.loc), rhs.loc);
  }
  if (lhs.type !== "var") return `${typeNameOf(lhs)} cannot be used for rule name`;
  const head = newHead([lhs], lhs.loc);
  head.value = rhs;
  return newRule(head, implicitTrueBody(rhs.loc), lhs.loc);
}

function trueRule(term: Term & { type: "ref" }): Rule | string {
  const problem = headError(term.value);
  if (problem !== undefined) return problem;
  const head = newHead(term.value, term.loc);
  head.value = booleanTerm(true, term.loc);
  head.generatedValue = true;
  return newRule(head, implicitTrueBody(term.loc), term.loc);
}

function partialSetRule(term: Term & { type: "ref" }): Rule | string {
  if (term.value.length === 1) return "refs cannot be used for rule head";
  const problem = headError(term.value);
  if (problem !== undefined) return problem;
  const head = newHead([term.value[0] as Term], term.loc);
  head.key = term.value[1];
  return newRule(head, implicitTrueBody(term.loc), term.loc);
}

function ruleFromCall(terms: Term[]): Rule | string {
  if (terms.length <= 1) return "rule argument list must take at least one argument";
  const op = terms[0] as Term;
  const ref = op.type === "ref" ? op.value : [op];
  const problem = headError(ref);
  if (problem !== undefined) return problem;
  const head = newHead(ref, op.loc);
  head.value = booleanTerm(true, op.loc);
  head.args = terms.slice(1);
  return newRule(head, implicitTrueBody(op.loc), op.loc);
}
