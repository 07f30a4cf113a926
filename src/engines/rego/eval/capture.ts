import {
  type Body,
  type Expr,
  operatorName,
  operatorTerm,
  type Term,
  termExpr,
  varTerm,
} from "../ast/ast.ts";
import type { CompileContext } from "../compile/context.ts";
import { arityOf } from "../compile/functions.ts";
import type { Location } from "../errors.ts";

/** An expression of a query: the variable that holds its value (none where the value is always true), text and place. */
export interface Capture {
  readonly name: string | undefined;
  readonly text: string;
  readonly location: Location;
}

/** Makes a query's expressions leave their values in variables. Rewrites the body in place. */
export function captureValues(c: CompileContext, body: Body, source: string, keepFalse: boolean): Capture[] {
  const lone = keepFalse && body.length === 1;
  const captures: Capture[] = [];
  const result: Body = [];
  for (const e of body) {
    const text = source.slice(e.loc.offset, e.loc.end);
    const name = capture(c, e, c.generate());
    captures.push({ name, text, location: e.loc });
    result.push(e);
    // Once captured, a false value no longer fails by itself.
    if (name !== undefined && !lone)
      result.push({ ...termExpr(varTerm(name, e.loc), e.loc), generated: true });
  }
  body.splice(0, body.length, ...result);
  return captures;
}

function capture(c: CompileContext, e: Expr, name: string): string | undefined {
  if (e.negated) return undefined;
  const t = e.terms;
  const output: Term = varTerm(name, e.loc);
  if (t.kind === "term") {
    e.terms = { kind: "call", terms: [operatorTerm("eq", e.loc), t.term, output] };
    return name;
  }
  if (t.kind !== "call") return undefined;
  const operator = operatorName(t.terms[0]);
  if (operator === "eq" || operator === "assign") return undefined;
  const builtin = operator === undefined ? undefined : c.builtins.get(operator);
  if (builtin?.isVoid === true || builtin?.relation === true) return undefined;
  if (arityOf(c)(t.terms[0] as Term) !== t.terms.length - 1) return undefined;
  t.terms.push(output);
  return name;
}
