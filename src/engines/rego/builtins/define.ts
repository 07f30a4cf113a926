import { JsonError, num, type Value } from "../values/index.ts";
import { type Builtin, type BuiltinContext, BuiltinError, BuiltinHalt, Fault, type Impl } from "./builtin.ts";
import { parseSignature } from "./signature.ts";

export interface DefineOptions {
  readonly infix?: string;
  readonly deprecated?: boolean;
  readonly nondeterministic?: boolean;
  readonly relation?: boolean;
}

/**
 * One built-in from its declaration (see `parseSignature`), its category (several by `,`, empty for none) and what
 * it does. Faults that the implementation throws get the built-in's name.
 */
export function define(
  signature: string,
  categories: string,
  description: string,
  impl: Impl,
  options: DefineOptions = {},
): Builtin {
  const parsed = parseSignature(signature);
  const name = parsed.name;
  return {
    ...parsed,
    description,
    categories: categories === "" ? [] : categories.split(","),
    ...options,
    impl(ctx: BuiltinContext, args: readonly Value[]): Value | undefined {
      try {
        return impl(ctx, args);
      } catch (thrown) {
        throw named(name, thrown);
      }
    },
  };
}

function named(name: string, thrown: unknown): unknown {
  if (thrown instanceof Fault) return new BuiltinError(thrown.code, `${name}: ${thrown.message}`);
  if (thrown instanceof num.NumberError || thrown instanceof JsonError)
    return new BuiltinError("eval_builtin_error", `${name}: ${thrown.message}`);
  // Documents and patterns may be nested deeper than recursion bears.
  if (thrown instanceof RangeError && /call stack/.test(thrown.message))
    return new BuiltinHalt(`${name}: a value is nested too deeply`);
  return thrown;
}
