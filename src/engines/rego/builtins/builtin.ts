import type { Value } from "../values/index.ts";
import type { NamedType, RegoType } from "./types.ts";

/** What is known of a built-in without running it; OPA's `capabilities` are made from these. */
export interface BuiltinDecl {
  readonly name: string;
  /** The operator that calls it, such as `+`. */
  readonly infix?: string;
  readonly args: readonly NamedType[];
  /** Type of any number of further arguments. */
  readonly variadic?: RegoType;
  /** Absent for statements without a value (`print`). */
  readonly result?: NamedType;
  readonly description: string;
  readonly categories: readonly string[];
  readonly deprecated?: boolean;
  readonly nondeterministic?: boolean;
  /** A relation may answer more than once: `impl` gives an array of all answers. */
  readonly relation?: boolean;
}

export interface Builtin extends BuiltinDecl {
  /** `undefined` is Rego's undefined. @throws BuiltinError, BuiltinHalt, HostCallNeeded, or what `ctx.tick` throws */
  readonly impl: Impl;
}

export type Impl = (ctx: BuiltinContext, args: readonly Value[]) => Value | undefined;

export interface BuiltinLimits {
  /** Items of a collection that one call may build. */
  readonly maxItems: number;
  /** UTF-16 units of a string that one call may build. */
  readonly maxStringBytes: number;
}

/** What an evaluation lends to its built-ins. No built-in reads a clock or draws randomness by itself. */
export interface BuiltinContext {
  /** Nanoseconds since 1970, the same during one evaluation; undefined when the host gave no time. */
  nowNs(): bigint | undefined;
  /** A whole number in `[0, bound)`, `bound` a safe integer. */
  randomInt(bound: number): number;
  randomBytes(count: number): Uint8Array;
  /** What `opa.runtime()` answers. */
  runtime(): Value;
  /** Per evaluation: answers that must not change within it, by name and arguments. */
  readonly cache: Map<string, unknown>;
  /** Per program: compiled patterns and the like; each family bounds its own. */
  readonly constants: Map<string, unknown>;
  readonly limits: BuiltinLimits;
  /** Counts work; throws when the evaluation was cancelled or used up. */
  tick(steps: number): void;
  readonly host: {
    /** The answer to an earlier request, undefined when the host must be asked first. */
    request?(kind: HostCallKind, argument: Value): Value | undefined;
  };
}

export type HostCallKind = "http.send" | "net.lookup_ip_addr";

export type BuiltinErrorCode = "eval_builtin_error" | "eval_type_error";

/**
 * A call without a value: undefined in Rego, a halt in strict mode. `message` starts with the built-in's name.
 * Not an Error: it is thrown for ordinary input, and a stack trace would cost more than the call.
 */
export class BuiltinError {
  readonly code: BuiltinErrorCode;
  readonly message: string;

  constructor(code: BuiltinErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** What implementations throw inside of this room: a BuiltinError that does not know the built-in's name yet. */
export class Fault {
  readonly code: BuiltinErrorCode;
  readonly message: string;

  constructor(code: BuiltinErrorCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/**
 * A limit was passed. Always ends the evaluation, in non-strict mode too: a rule that became undefined for lack of
 * room would look like one that did not fire.
 */
export class BuiltinHalt {
  readonly code = "eval_cancel_error";
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Thrown when only the host can answer; the evaluation is repeated once it did. */
export class HostCallNeeded extends Error {
  override readonly name = "HostCallNeeded";
  readonly kind: HostCallKind;
  readonly argument: Value;

  constructor(kind: HostCallKind, argument: Value) {
    super(`host call ${kind} needed`);
    this.kind = kind;
    this.argument = argument;
  }
}
