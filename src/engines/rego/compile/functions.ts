import { type Body, type Expr, operatorName, type Term } from "../ast/ast.ts";
import { termText } from "../ast/text.ts";
import { visitBody, visitRule } from "../ast/visit.ts";
import type { Location } from "../errors.ts";
import type { CompileContext } from "./context.ts";
import type { Arity } from "./output-vars.ts";
import { findNode, isKey } from "./rule-tree.ts";

const cache = new WeakMap<CompileContext, Arity>();

/** Arity of a function or built-in; -1 for what is unknown. */
export function arityOf(c: CompileContext): Arity {
  let arity = cache.get(c);
  if (arity === undefined) {
    const known = new Map<string, number>();
    arity = (op) => {
      const name = termText(op);
      let n = known.get(name);
      if (n === undefined) {
        n = lookup(c, op);
        known.set(name, n);
      }
      return n;
    };
    cache.set(c, arity);
  }
  return arity;
}

function lookup(c: CompileContext, op: Term): number {
  const name = operatorName(op);
  const builtin = name === undefined ? undefined : c.builtins.get(name);
  if (builtin !== undefined) return builtin.arity;
  if (op.type !== "ref" || c.ruleTree === undefined) return -1;
  const root = op.value[0];
  if (root?.type !== "var" || root.value !== "data" || !op.value.every((t, i) => i === 0 || isKey(t)))
    return -1;
  const node = findNode(c.ruleTree, op.value);
  const entry = node?.entries.find((e) => e.rule.head.args !== undefined);
  return entry?.rule.head.args?.length ?? -1;
}

/** Stage: every call names a known function. */
export function checkUndefinedFuncs(c: CompileContext): void {
  for (const { rule } of c.rules()) {
    visitRule(rule, { expr: (e) => checkCall(c, e) });
  }
}

export function checkUndefinedFuncsInBody(c: CompileContext, body: Body): void {
  visitBody(body, { expr: (e) => checkCall(c, e) });
}

function checkCall(c: CompileContext, e: Expr): boolean {
  if (e.terms.kind !== "call") return false;
  const op = e.terms.terms[0] as Term;
  const arity = arityOf(c)(op);
  if (arity < 0) {
    c.err("rego_type_error", `undefined function ${termText(op)}`, e.loc);
    return false;
  }
  const given = e.terms.terms.length - 1;
  const name = operatorName(op);
  const builtin = name === undefined ? undefined : c.builtins.get(name);
  // A user's function takes its output as one more operand; built-ins are checked with their types.
  if (builtin === undefined && given !== arity && given !== arity + 1) {
    c.err(
      "rego_type_error",
      `function ${termText(op)} has arity ${arity}, got ${given} argument${given === 1 ? "" : "s"}`,
      e.loc,
    );
  }
  return false;
}

/** Stage: a call without a result (`print`) cannot be a value. */
export function checkVoidCalls(c: CompileContext, body: Body): void {
  const inTerm = (t: Term): boolean => {
    if (t.type !== "call") return false;
    const name = operatorName(t.value[0]);
    if (name !== undefined && c.builtins.get(name)?.isVoid === true) voidError(c, name, t.loc);
    return false;
  };
  visitBody(body, { term: inTerm });
}

function voidError(c: CompileContext, name: string, loc: Location): void {
  c.err("rego_type_error", `${name} used as value`, loc);
}
