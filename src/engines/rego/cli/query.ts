import type { EvaluateOptions, Program, QueryEvaluation } from "../api.ts";
import type { Location, Outcome, RegoError } from "../errors.ts";
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

/** Runs a query and gives bindings in order of their names and the value of each expression, as Rego values. */
export function runQuery(
  program: Program,
  text: string,
  input: unknown,
  options: EvaluateOptions,
): Outcome<QueryAnswer, RegoError[]> {
  const answer = program.query(text, input, { ...options, rawValues: true, captureValues: true });
  if (!answer.ok) return answer;
  const rows = answer.value.results.map(({ bindings, expressions }) => ({
    expressions: expressions.map(({ value, text: written, location }) => ({
      value: value as Value,
      text: written,
      location,
    })),
    bindings: new Map(
      Object.keys(bindings)
        .sort()
        .map((name) => [name, bindings[name] as Value] as const),
    ),
  }));
  return { ok: true, value: { rows, evaluation: answer.value } };
}
