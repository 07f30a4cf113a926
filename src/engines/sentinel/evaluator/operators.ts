import { runtimeError, withPlace } from "../errors.ts";
import type { SourceFile } from "../source-file.ts";
import { equal } from "../values/equal.ts";
import type { Int } from "../values/integers.ts";
import { addInt, divInt, modInt, mulInt, subInt } from "../values/integers.ts";
import { keyOf, MapValue } from "../values/map-value.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Float, isInt, numberOf, Undefined } from "../values/value.ts";
import type { Meter } from "./meter.ts";

export type ArithmeticOp = "+" | "-" | "*" | "/" | "%";
export type OrderOp = "<" | "<=" | ">" | ">=";

const INT_OPS: Readonly<Record<ArithmeticOp, (a: Int, b: Int) => Int>> = {
  "+": addInt,
  "-": subInt,
  "*": mulInt,
  "/": divInt,
  "%": modInt,
};
const FLOAT_OPS: Readonly<Record<ArithmeticOp, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

function wrongOperands(op: string, a: Value, b: Value): Error {
  return runtimeError(`\`${op}\` cannot be applied to ${typeName(a)} and ${typeName(b)}`);
}

/** `+ - * / %`; `+` also joins two strings or two lists into a new one. */
export function arithmetic(op: ArithmeticOp, a: Value, b: Value, meter: Meter): Value {
  if (op === "+" && typeof a === "string" && typeof b === "string") {
    meter.checkString(a.length + b.length);
    return a + b;
  }
  if (isInt(a) && isInt(b)) {
    if (b === 0 && (op === "/" || op === "%")) {
      throw runtimeError("an integer is divided by zero");
    }
    return INT_OPS[op](a, b);
  }
  if (a instanceof Undefined) {
    return a;
  }
  if (b instanceof Undefined) {
    return b;
  }
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== null && y !== null) {
    return new Float(FLOAT_OPS[op](x, y));
  }
  if (op === "+" && Array.isArray(a) && Array.isArray(b)) {
    meter.checkItems(a.length + b.length);
    return a.concat(b);
  }
  throw wrongOperands(op, a, b);
}

/** As {@link arithmetic}; an error gets the place. Texts are joined piece by piece, so this makes no closure. */
export function arithmeticAt(
  file: SourceFile,
  pos: number,
  op: ArithmeticOp,
  a: Value,
  b: Value,
  meter: Meter,
): Value {
  try {
    return arithmetic(op, a, b, meter);
  } catch (error) {
    throw withPlace(error, file, pos);
  }
}

/** Numbers, or strings by bytes. Other or mixed kinds are an error [undetermined]. */
export function order(op: OrderOp, a: Value, b: Value): boolean | Undefined {
  if (a instanceof Undefined) {
    return a;
  }
  if (b instanceof Undefined) {
    return b;
  }
  if (isInt(a) && isInt(b)) {
    return ordered(op, a, b);
  }
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== null && y !== null) {
    return ordered(op, x, y);
  }
  if (typeof a === "string" && typeof b === "string") {
    return ordered(op, a, b);
  }
  throw wrongOperands(op, a, b);
}

function ordered<T extends number | bigint | string>(op: OrderOp, a: T, b: T): boolean {
  switch (op) {
    case "<":
      return a < b;
    case "<=":
      return a <= b;
    case ">":
      return a > b;
    case ">=":
      return a >= b;
  }
}

/** `collection contains item`. In a list that holds undefined and no earlier match the answer is undefined. */
export function contains(collection: Value, item: Value, meter: Meter): boolean | Undefined {
  if (collection instanceof Undefined) {
    return collection;
  }
  if (Array.isArray(collection)) {
    if (item instanceof Undefined) {
      return item;
    }
    meter.tick(collection.length >>> 3);
    for (const element of collection) {
      if (element === item) {
        return true;
      }
      if (typeof element === "string" && typeof item === "string") {
        continue;
      }
      const same = equal(element, item, meter);
      if (same !== false) {
        return same;
      }
    }
    return false;
  }
  if (collection instanceof MapValue) {
    if (item instanceof Undefined) {
      return item;
    }
    const key = keyOf(item);
    return key !== null && collection.has(key);
  }
  if (typeof collection === "string") {
    if (item instanceof Undefined) {
      return item;
    }
    if (typeof item === "string") {
      meter.checkString(collection.length);
      return collection.includes(item);
    }
  }
  throw wrongOperands("contains", collection, item);
}

export function negate(value: Value): boolean | Undefined {
  if (value instanceof Undefined) {
    return value;
  }
  if (typeof value !== "boolean") {
    throw runtimeError(`\`not\` needs a bool, not ${typeName(value)}`);
  }
  return !value;
}

export function minus(value: Value): Value {
  if (isInt(value)) {
    return subInt(0, value);
  }
  if (value instanceof Float) {
    return new Float(-value.value);
  }
  if (value instanceof Undefined) {
    return value;
  }
  throw runtimeError(`\`-\` needs a number, not ${typeName(value)}`);
}

export function plus(value: Value): Value {
  if (isInt(value) || value instanceof Float || value instanceof Undefined) {
    return value;
  }
  throw runtimeError(`\`+\` needs a number, not ${typeName(value)}`);
}

export function isEmpty(value: Value): boolean | Undefined {
  if (value instanceof Undefined) {
    return value;
  }
  if (typeof value === "string" || Array.isArray(value)) {
    return value.length === 0;
  }
  if (value instanceof MapValue) {
    return value.size === 0;
  }
  throw runtimeError(`\`is empty\` needs a string, list or map, not ${typeName(value)}`);
}

/** The operand of `and`, `or` and `xor`, and the body of `all`, `any` and `filter`. */
export function requireBool(value: Value, where: string): boolean | Undefined {
  if (typeof value === "boolean" || value instanceof Undefined) {
    return value;
  }
  throw runtimeError(`${where} needs a bool, not ${typeName(value)}`);
}
