import { type Body, type Expr, operatorName, type Term } from "../ast/ast.ts";
import { termText } from "../ast/text.ts";
import { type Visitor, visitBody, visitRule } from "../ast/visit.ts";
import { allBuiltins as builtins } from "../eval/all-builtins.ts";
import type { CompileContext } from "./context.ts";
import type { Arity } from "./output-vars.ts";
import { findNode, isKey } from "./rule-tree.ts";
import { TypeEnv } from "./types/env.ts";
import { argumentLines } from "./types/text.ts";
import { type FunctionType, functionOf } from "./types/type.ts";

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
  const rule = node?.entries[0]?.rule;
  return rule === undefined ? -1 : (rule.head.args?.length ?? 0);
}

/** Stage: every call names a known function and has its number of operands. */
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
  const name = termText(written(c, op));
  if (arity < 0) {
    c.err("rego_type_error", `undefined function ${name}`, e.loc);
    return true;
  }
  const operands = e.terms.terms.slice(1);
  const given = operands.length;
  const isEquality = operatorName(op) === "eq";
  // A generated call always has an output, one that the author wrote may have.
  const fits =
    e.generated === true ? isEquality || given === arity + 1 : given === arity || given === arity + 1;
  if (fits || builtinIsVariadic(op)) return false;
  const type = builtinType(op);
  if (type !== undefined && c.builtins.has(operatorName(op) ?? "")) {
    const env = new TypeEnv(undefined, () => undefined);
    const have = operands.map((t) => env.get(t));
    c.err("rego_type_error", `${name}: arity mismatch`, e.loc, argumentLines(have, type.args, type.variadic));
    return true;
  }
  const count = e.generated === true ? given - 1 : given;
  c.err(
    "rego_type_error",
    `function ${name} has arity ${arity}, got ${count} argument${count === 1 ? "" : "s"}`,
    e.loc,
  );
  return true;
}

function builtinType(op: Term): FunctionType | undefined {
  const builtin = builtins.get(operatorName(op) ?? "");
  return builtin === undefined ? undefined : functionOf(builtin.args, builtin.result, builtin.variadic);
}

function builtinIsVariadic(op: Term): boolean {
  return builtins.get(operatorName(op) ?? "")?.variadic !== undefined;
}

function written(c: CompileContext, op: Term): Term {
  if (op.type === "var") return { ...op, value: c.rewritten.get(op.value) ?? op.value };
  if (op.type !== "ref") return op;
  return {
    ...op,
    value: op.value.map((t) => (t.type === "var" ? { ...t, value: c.rewritten.get(t.value) ?? t.value } : t)),
  };
}

/** Stage: a call without a result (`print`) cannot be a value. */
export function checkVoidCalls(c: CompileContext, visit: (v: Visitor) => void): void {
  visit({
    term(t) {
      if (t.type !== "call") return false;
      const name = operatorName(t.value[0]);
      if (name !== undefined && c.builtins.get(name)?.isVoid === true)
        c.err("rego_type_error", `${termText(t)} used as value`, t.loc);
      return false;
    },
  });
}
