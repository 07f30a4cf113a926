import type { CompiledFile } from "./compiler/compile.ts";
import { compileFile } from "./compiler/compile.ts";
import type { SentinelError } from "./errors.ts";
import type { EvaluateOptions, Evaluation, FailedEvaluation } from "./evaluator/evaluate.ts";
import { evaluate } from "./evaluator/evaluate.ts";
import type { Result } from "./result.ts";
import { ok } from "./result.ts";
import type { SourceFile } from "./source-file.ts";

export interface CompileOptions {
  /** Marks which statements and rule bodies ran. Default false. */
  readonly coverage?: boolean;
}

/** A compiled policy or module. It holds no state of an evaluation and may be used from many at once. */
export interface Program {
  readonly compiled: CompiledFile;
  readonly file: SourceFile;
  /** Paths of the imports it declares. */
  readonly imports: readonly string[];
  readonly params: readonly { readonly name: string; readonly required: boolean }[];
  /** Runs the program as a policy. Never throws for a bad policy or input. */
  readonly evaluate: (options?: EvaluateOptions) => Result<Evaluation, FailedEvaluation>;
}

/** Compiles one Sentinel file, a policy or a module. `name` is used in error texts and traces. */
export function compile(
  source: { readonly name: string; readonly text: string },
  options: CompileOptions = {},
): Result<Program, SentinelError[]> {
  const compiled = compileFile(
    { name: source.name, text: source.text },
    { coverage: options.coverage ?? false },
  );
  return compiled.ok ? ok(toProgram(compiled.value)) : compiled;
}

function toProgram(compiled: CompiledFile): Program {
  return {
    compiled,
    file: compiled.file,
    imports: compiled.ast.imports.map((decl) => decl.path),
    params: compiled.params.map((param) => ({ name: param.name, required: param.fallback === null })),
    evaluate: (options = {}) => evaluate(compiled, options),
  };
}
