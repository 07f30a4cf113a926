/** Where something stands in a source file. `row` and `col` count from 1; `col` counts characters, not bytes. */
export interface Location {
  readonly file: string;
  readonly row: number;
  readonly col: number;
  /** Offset into the source text in UTF-16 units, and the end of the node's text. */
  readonly offset: number;
  readonly end: number;
}

/** Codes of the parse and compile stages and of evaluation, as OPA spells them. */
export type RegoErrorCode =
  | "rego_parse_error"
  | "rego_compile_error"
  | "rego_unsafe_var_error"
  | "rego_type_error"
  | "rego_recursion_error"
  | "rego_format_error"
  | "eval_internal_error"
  | "eval_cancel_error"
  | "eval_conflict_error"
  | "eval_type_error"
  | "eval_builtin_error"
  | "eval_with_merge_error";

export type RegoStage = "parse" | "compile" | "query_compile" | "eval";

/** One error of a module, a query or an evaluation. `text` is OPA's one-line form plus its detail lines. */
export interface RegoError {
  readonly code: RegoErrorCode;
  readonly stage: RegoStage;
  readonly message: string;
  readonly file: string;
  readonly row: number;
  readonly col: number;
  /** Lines that OPA prints below the message, without their leading tab. */
  readonly details: readonly string[];
  readonly text: string;
}

export type Outcome<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Builds a RegoError with its text. `location` absent means an error of the whole program. */
export function regoError(
  stage: RegoStage,
  code: RegoErrorCode,
  message: string,
  location: Location | undefined,
  details: readonly string[] = [],
): RegoError {
  const file = location?.file ?? "";
  const row = location?.row ?? 0;
  const place = location === undefined ? "" : file === "" ? `${row}:${location.col}: ` : `${file}:${row}: `;
  const tail = details.map((line) => `\n\t${line}`).join("");
  return {
    code,
    stage,
    message,
    file,
    row,
    col: location?.col ?? 0,
    details,
    text: `${place}${code}: ${message}${tail}`,
  };
}

/** OPA's order of errors: file, row, column, then code and message. */
export function sortErrors(errors: readonly RegoError[]): RegoError[] {
  return [...errors].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.row - b.row ||
      a.col - b.col ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * What a policy or input brought the engine to that it has no answer for: nesting beyond the host's stack, or a fault
 * of the engine. It is a value like every other error, so that no policy can take its caller down.
 */
export function internalError(stage: RegoStage, thrown: unknown): RegoError {
  const code = stage === "eval" ? "eval_internal_error" : "rego_compile_error";
  if (thrown instanceof UnboundVariable) {
    return regoError(stage, "rego_unsafe_var_error", thrown.message, thrown.location);
  }
  if (thrown instanceof RangeError) return regoError(stage, code, "nesting is too deep", undefined);
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return regoError(stage, code, `fault in the engine: ${what}`, undefined);
}

/** Runs a step of compilation; what it throws becomes an error value. */
export function guarded<T>(stage: RegoStage, run: () => Outcome<T, RegoError[]>): Outcome<T, RegoError[]> {
  try {
    return run();
  } catch (thrown) {
    return fail([internalError(stage, thrown)]);
  }
}

/** A variable that nothing binds, at a place where the safety check does not look (inside of a set). */
export class UnboundVariable extends Error {
  readonly variable: string;
  readonly location: Location;

  constructor(variable: string, location: Location) {
    super(`var ${variable} is unsafe`);
    this.variable = variable;
    this.location = location;
  }
}
