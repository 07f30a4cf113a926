import { runtimeError } from "../errors.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import { bytesOf } from "../values/bytes.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { FuncValue, isInt, Namespace, numberOf, Undefined } from "../values/value.ts";

/** What the standard imports may know besides their arguments. */
export interface ImportContext {
  readonly rt: Runtime;
  /** Nanoseconds since 1970 of this evaluation. Without it `time.now` is undefined. */
  readonly nowNs: bigint | null;
  /** Configuration of the import as `import "plugin" "time" { config = {…} }` gives it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly runtimeVersion: string;
  /** Performs a request through the host, or says why it may not. */
  readonly request: (request: HttpRequest) => HttpAnswer;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly verifyCertificate: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes the namespace of one import for one evaluation. */
export type StandardImport = (context: ImportContext) => Namespace;

type Body = (args: readonly Value[], rt: Runtime) => Value;

/** A function of an import. An undefined argument makes the result undefined. */
export function define(name: string, minArgs: number, maxArgs: number, body: Body): FuncValue {
  return new FuncValue(name, minArgs, maxArgs, (args, meter) => {
    for (const arg of args) {
      if (arg instanceof Undefined) {
        return arg;
      }
    }
    return body(args, meter as Runtime);
  });
}

/** A function that sees its undefined arguments. */
export function defineRaw(name: string, minArgs: number, maxArgs: number, body: Body): FuncValue {
  return new FuncValue(name, minArgs, maxArgs, (args, meter) => body(args, meter as Runtime));
}

/** An import whose members keep nothing between calls: one namespace serves every evaluation. */
export function shared(space: Namespace): StandardImport {
  return () => space;
}

/** An import of functions and constants. */
export function namespace(typeNameOfIt: string, members: Readonly<Record<string, Value>>): Namespace {
  const table = new Map(Object.entries(members).map(([name, value]) => [bytesOf(name), value]));
  return new Namespace(typeNameOfIt, (name) => table.get(name));
}

/** Functions by their own names, for `namespace`. */
export function functions(...list: readonly FuncValue[]): Record<string, Value> {
  return Object.fromEntries(list.map((func) => [func.name, func]));
}

export function stringArg(args: readonly Value[], at: number, where: string): string {
  const value = args[at] as Value;
  if (typeof value !== "string") {
    throw wrongArgument(where, at, "a string", value);
  }
  return value;
}

export function intArg(args: readonly Value[], at: number, where: string): number | bigint {
  const value = args[at] as Value;
  if (!isInt(value)) {
    throw wrongArgument(where, at, "an int", value);
  }
  return value;
}

export function numberArg(args: readonly Value[], at: number, where: string): number {
  const number = numberOf(args[at] as Value);
  if (number === null) {
    throw wrongArgument(where, at, "a number", args[at] as Value);
  }
  return number;
}

export function funcArg(args: readonly Value[], at: number, where: string): FuncValue {
  const value = args[at] as Value;
  if (!(value instanceof FuncValue)) {
    throw wrongArgument(where, at, "a function", value);
  }
  return value;
}

export function listArg(args: readonly Value[], at: number, where: string): Value[] {
  const value = args[at] as Value;
  if (!Array.isArray(value)) {
    throw wrongArgument(where, at, "a list", value);
  }
  return value;
}

export function wrongArgument(where: string, at: number, wanted: string, value: Value): Error {
  return runtimeError(`argument ${at + 1} of \`${where}\` must be ${wanted}, not ${typeName(value)}`);
}

/** Calls a policy's function with the element, and with its key when it declares a second parameter. */
export function callPredicate(func: FuncValue, value: Value, key: Value, rt: Runtime): Value {
  return func.maxArgs === 1 && func.minArgs === 1 ? func.call([value], rt) : callWith(func, [value, key], rt);
}

/** Calls a policy's function with as many of the arguments as it declares. */
export function callWith(func: FuncValue, args: readonly Value[], rt: Runtime): Value {
  if (args.length < func.minArgs) {
    throw runtimeError(
      `\`${func.name}\` takes ${func.minArgs} arguments, but only ${args.length} are passed to it`,
    );
  }
  return func.call(args.slice(0, Math.min(func.maxArgs, args.length)), rt);
}
