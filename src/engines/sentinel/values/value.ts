import type { Meter } from "../evaluator/meter.ts";
import type { SourceFile } from "../source-file.ts";
import type { MapValue } from "./map-value.ts";

/**
 * A Sentinel value. Strings are byte strings (see bytes.ts). An int is a `number` while it is a safe integer and a
 * `bigint` outside of that range; a float is always a `Float`, so that `1` and `1.0` differ.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | Value[]
  | MapValue
  | FuncValue
  | Namespace
  | Undefined;

export class Float {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** The value `undefined`, with the place where it was born. Made once for each such place of a source. */
export class Undefined {
  readonly file: SourceFile | null;
  readonly pos: number;

  constructor(file: SourceFile | null, pos: number) {
    this.file = file;
    this.pos = pos;
  }
}

/** Born inside the engine, where no source stands behind it. */
export const UNDEFINED = new Undefined(null, 0);

/** A function of a policy or of the host. `maxArgs` Infinity takes any number. */
export class FuncValue {
  readonly name: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  readonly call: (args: Value[], meter: Meter) => Value;

  constructor(name: string, minArgs: number, maxArgs: number, call: (args: Value[], meter: Meter) => Value) {
    this.name = name;
    this.minArgs = minArgs;
    this.maxArgs = maxArgs;
    this.call = call;
  }
}

/** An object of a standard import, such as a time or a version: readable members and methods, nothing to assign. */
export class Namespace {
  readonly typeName: string;
  /** The member, or JavaScript's undefined when there is none. */
  readonly get: (name: string) => Value | undefined;
  /** Members that are shown when the object is printed or turned into JSON. */
  readonly shown: readonly string[];

  constructor(typeName: string, get: (name: string) => Value | undefined, shown: readonly string[] = []) {
    this.typeName = typeName;
    this.get = get;
    this.shown = shown;
  }
}

export function isInt(value: Value): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** The double of an int or float; null for anything else. */
export function numberOf(value: Value): number | null {
  return typeof value === "number"
    ? value
    : typeof value === "bigint"
      ? Number(value)
      : value instanceof Float
        ? value.value
        : null;
}

/** The value, or `other` where there is none. Not `??`: null is a value of the language. */
export function present(value: Value | undefined, other: Value): Value {
  return value === undefined ? other : value;
}
