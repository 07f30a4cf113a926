// Used by tests only: short ways to run a piece of Sentinel.
import type { EvaluateOptions } from "./evaluator/evaluate.ts";
import { compile } from "./program.ts";

/** What a program printed, or its error as `error: message`. `main` is added where the text has none. */
export function prints(text: string, options: EvaluateOptions = {}): string {
  const source = /^main =/m.test(text) ? text : `${text}\nmain = true`;
  const program = compile({ name: "t.sentinel", text: source });
  if (!program.ok) {
    return `error: ${program.error[0]?.message}`;
  }
  const evaluated = program.value.evaluate(options);
  return evaluated.ok ? evaluated.value.prints.join("|") : `error: ${evaluated.error.error.message}`;
}

/** The print form of an expression; strings quoted, as inside a list. `before` are declarations and statements. */
export function show(expr: string, before = "", options: EvaluateOptions = {}): string {
  const shown = prints(`${before}\nprint([${expr}])`, options);
  return shown.startsWith("[") ? shown.slice(1, -1) : shown;
}

/** `pass`, `fail`, `undefined` or `error: message`. */
export function statusOf(text: string, options: EvaluateOptions = {}): string {
  const program = compile({ name: "t.sentinel", text });
  if (!program.ok) {
    return `error: ${program.error[0]?.message}`;
  }
  const evaluated = program.value.evaluate(options);
  return evaluated.ok ? evaluated.value.status : `error: ${evaluated.error.error.message}`;
}
