import type { EvaluateOptions, Program, QueryEvaluation } from "../api.ts";
import type { Expr } from "../ast/ast.ts";
import { operatorName } from "../ast/ast.ts";
import { visitBody } from "../ast/visit.ts";
import { BUILTIN_INFO } from "../compile/builtin-info.ts";
import { fail, type Location, type Outcome, ok, type RegoError } from "../errors.ts";
import { parseQueryText } from "../parser/parse.ts";
import type { Value } from "../values/index.ts";

export interface QueryExpression {
  readonly value: Value;
  readonly text: string;
  readonly location: Location;
}

export interface QueryRow {
  readonly expressions: readonly QueryExpression[];
  readonly bindings: ReadonlyMap<string, Value>;
}

export interface QueryAnswer {
  readonly rows: readonly QueryRow[];
  readonly evaluation: QueryEvaluation;
}

/**
 * Runs a query and gives the value of each of its expressions, as OPA captures them: an expression that is a term or
 * a call with a value is bound to a name of its own, and must hold only where the query has more than one solution.
 */
export function runQuery(
  program: Program,
  text: string,
  input: unknown,
  options: EvaluateOptions,
): Outcome<QueryAnswer, RegoError[]> {
  const parsed = parseQueryText(text);
  if (!parsed.ok) return parsed;
  const body = parsed.value.body;
  const raw = { ...options, rawValues: true };
  const prefix = freshPrefix(text);
  const captured = body.map((expr, i) => (hasValue(expr, program) ? `${prefix}${i}` : undefined));
  const check = body.length > 1 || iterates(body);
  const steps = body.map((expr, i) => {
    const written = text.slice(expr.loc.offset, expr.loc.end);
    const name = captured[i];
    if (name === undefined) return written;
    return check ? `${name} = ${written}\n${name}` : `${name} = ${written}`;
  });
  const capturing = program.query(steps.join("\n"), input, raw);
  if (!capturing.ok) {
    // The places of errors are those of the query as it was written.
    const plain = program.query(text, input, raw);
    return fail(plain.ok ? capturing.error : plain.error);
  }
  const rows = capturing.value.results.map((result) => {
    const bindings = new Map<string, Value>();
    for (const name of Object.keys(result.bindings).sort())
      if (!name.startsWith(prefix)) bindings.set(name, result.bindings[name] as Value);
    const expressions = body.map((expr, i) => ({
      value: captured[i] === undefined ? true : (result.bindings[captured[i]] as Value),
      text: text.slice(expr.loc.offset, expr.loc.end).trim(),
      location: expr.loc,
    }));
    return { expressions, bindings };
  });
  return ok({ rows, evaluation: capturing.value });
}

function freshPrefix(text: string): string {
  let prefix = "value_of_";
  while (text.includes(prefix)) prefix += "_";
  return prefix;
}

function hasValue(expr: Expr, program: Program): boolean {
  if (expr.negated) return false;
  const t = expr.terms;
  if (t.kind === "term") return true;
  if (t.kind !== "call") return false;
  const name = operatorName(t.terms[0]);
  if (name === undefined || name === "eq" || name === "assign") return false;
  if (BUILTIN_INFO.get(name)?.isVoid === true || name === "print") return false;
  const arity = arityOf(name, program);
  return arity === undefined || arity === t.terms.length - 1;
}

function arityOf(name: string, program: Program): number | undefined {
  return BUILTIN_INFO.get(name)?.arity ?? program.rules.find((rule) => rule.path === name)?.arity;
}

/** Whether a variable may take more than one value. */
function iterates(body: readonly Expr[]): boolean {
  let found = false;
  visitBody([...body], {
    term(t) {
      if (t.type.endsWith("comprehension")) return true;
      if (t.type !== "ref") return found;
      const name = operatorName(t);
      if (name !== undefined && BUILTIN_INFO.get(name)?.relation === true) found = true;
      if (t.value.slice(1).some((part) => part.type === "var")) found = true;
      return found;
    },
  });
  return found;
}
