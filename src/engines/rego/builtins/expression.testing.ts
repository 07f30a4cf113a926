import { operatorName, type Term } from "../ast/ast.ts";
import { parseQueryText } from "../parser/parse.ts";
import { lookup, num, objectOf, RegoSet, termText, type Value } from "../values/index.ts";
import { type BuiltinContext, BuiltinError } from "./builtin.ts";
import { builtins } from "./registry.ts";

/** A context whose clock stands still and whose dice are known. */
export function testContext(changes: Partial<BuiltinContext> = {}): BuiltinContext {
  return {
    nowNs: () => 1_700_000_000_000_000_000n,
    randomInt: (bound) => bound - 1,
    randomBytes: (count) => new Uint8Array(count),
    runtime: () => objectOf([]),
    cache: new Map(),
    constants: new Map(),
    limits: { maxItems: 1_000_000, maxStringBytes: 10_000_000 },
    tick() {},
    host: {},
    ...changes,
  };
}

export function call(
  name: string,
  args: readonly Value[],
  ctx: BuiltinContext = testContext(),
): Value | undefined {
  const builtin = builtins.get(name);
  if (builtin === undefined) throw new Error(`no built-in ${name}`);
  return builtin.impl(ctx, args);
}

/** The value of a ground Rego expression, evaluated without the engine; `seen` collects the built-ins it calls. */
export function evaluateText(text: string, ctx: BuiltinContext, seen?: Set<string>): Value | undefined {
  const query = parseQueryText(text, 1);
  if (!query.ok) throw new Error(`${text}: ${query.error[0]?.text}`);
  const terms = query.value.body[0]?.terms;
  if (terms?.kind === "term") return evaluate(terms.term, ctx, seen);
  if (terms?.kind === "call") return evaluateCall(terms.terms, ctx, seen);
  throw new Error(`${text}: not one expression`);
}

function evaluate(term: Term, ctx: BuiltinContext, seen: Set<string> | undefined): Value | undefined {
  switch (term.type) {
    case "null":
    case "boolean":
    case "string":
      return term.value;
    case "number":
      return num.fromText(term.value);
    case "array":
      return evaluateAll(term.value, ctx, seen);
    case "set": {
      const items = evaluateAll(term.value, ctx, seen);
      return items === undefined ? undefined : RegoSet.of(items);
    }
    case "object": {
      const entries: [Value, Value][] = [];
      for (const pair of term.value) {
        const both = evaluateAll(pair, ctx, seen);
        if (both === undefined) return undefined;
        entries.push([both[0] as Value, both[1] as Value]);
      }
      return objectOf(entries);
    }
    case "call":
      return evaluateCall(term.value, ctx, seen);
    case "ref": {
      const parts = evaluateAll(term.value, ctx, seen);
      if (parts === undefined) return undefined;
      let value: Value | undefined = parts[0];
      for (const key of parts.slice(1)) {
        if (value === undefined) return undefined;
        value = lookup(value, key);
      }
      return value;
    }
    default:
      throw new Error(`cannot evaluate a ${term.type} here`);
  }
}

function evaluateCall(
  terms: readonly Term[],
  ctx: BuiltinContext,
  seen: Set<string> | undefined,
): Value | undefined {
  const name = operatorName(terms[0] as Term) ?? "";
  seen?.add(name);
  const args = evaluateAll(terms.slice(1), ctx, seen);
  return args === undefined ? undefined : call(name, args, ctx);
}

function evaluateAll(
  terms: readonly Term[],
  ctx: BuiltinContext,
  seen: Set<string> | undefined,
): Value[] | undefined {
  const values: Value[] = [];
  for (const term of terms) {
    const value = evaluate(term, ctx, seen);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

export type Outcome = string | undefined | { readonly error: string; readonly message: string };

/** What an expression comes to, in the form of the recorded answers. */
export function outcome(text: string, ctx: BuiltinContext, seen?: Set<string>): Outcome {
  try {
    const value = evaluateText(text, ctx, seen);
    return value === undefined ? undefined : termText(value);
  } catch (error) {
    if (error instanceof BuiltinError) return { error: error.code, message: error.message };
    throw error;
  }
}
