import {
  isArray,
  isNumber,
  isObject,
  isSet,
  type JsonObject,
  num,
  type RegoObject,
  type RegoSet,
  typeName,
  type Value,
} from "../values/index.ts";
import { type BuiltinContext, BuiltinHalt, Fault } from "./builtin.ts";

/** A failure of the operation itself. */
export function fault(message: string): Fault {
  return new Fault("eval_builtin_error", message);
}

/** A failure of an operand's type or content. Positions count from 1. */
export function operandFault(position: number, message: string): Fault {
  return new Fault("eval_type_error", `operand ${position} ${message}`);
}

export function typeFault(position: number, got: Value, ...expected: readonly string[]): Fault {
  const wanted = expected.length === 1 ? expected[0] : `one of {${expected.join(", ")}}`;
  return operandFault(position, `must be ${wanted} but got ${typeName(got)}`);
}

export function elementFault(
  position: number,
  collection: Value,
  got: Value,
  ...expected: readonly string[]
): Fault {
  const outer = typeName(collection);
  const wanted =
    expected.length === 1 ? `${outer} of ${expected[0]}s` : `${outer} of (any of) {${expected.join(", ")}}`;
  return operandFault(position, `must be ${wanted} but got ${outer} containing ${typeName(got)}`);
}

export function stringAt(args: readonly Value[], index: number): string {
  const value = args[index]!;
  if (typeof value === "string") return value;
  throw typeFault(index + 1, value, "string");
}

export function numberAt(args: readonly Value[], index: number): num.Numeric {
  const value = args[index]!;
  if (isNumber(value)) return value;
  throw typeFault(index + 1, value, "number");
}

/** An integer that fits int64 and reads as one; beyond safe integers it is clamped, which no caller can tell. */
export function intAt(args: readonly Value[], index: number): number {
  const value = numberAt(args, index);
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  const integer = num.toInt64(value);
  if (integer === undefined)
    throw operandFault(index + 1, "must be integer number but got floating-point number");
  return Number(integer);
}

/** An exact integer of any size. */
export function bigIntAt(args: readonly Value[], index: number): bigint {
  const value = args[index]!;
  if (!isNumber(value)) throw typeFault(index + 1, value, "integer");
  const integer = num.toBigInt(value);
  if (integer === undefined)
    throw operandFault(index + 1, "must be integer number but got floating-point number");
  return integer;
}

export function arrayAt(args: readonly Value[], index: number): readonly Value[] {
  const value = args[index]!;
  if (isArray(value)) return value;
  throw typeFault(index + 1, value, "array");
}

export function setAt(args: readonly Value[], index: number): RegoSet {
  const value = args[index]!;
  if (isSet(value)) return value;
  throw typeFault(index + 1, value, "set");
}

export function objectAt(args: readonly Value[], index: number): JsonObject | RegoObject {
  const value = args[index]!;
  if (isObject(value)) return value;
  throw typeFault(index + 1, value, "object");
}

/** Strings of an array or set, in order. */
export function stringsAt(args: readonly Value[], index: number): readonly string[] {
  const value = args[index]!;
  const items = isArray(value) ? value : isSet(value) ? value.sortedItems() : undefined;
  if (items === undefined) throw typeFault(index + 1, value, "array", "set");
  for (const item of items)
    if (typeof item !== "string") throw elementFault(index + 1, value, item, "string");
  return items as readonly string[];
}

/** Items of an array or set, in order; undefined for other values. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (isArray(value)) return value;
  return isSet(value) ? value.sortedItems() : undefined;
}

/** Counts the items a call is about to build and ends the evaluation when they are too many. */
export function checkItems(ctx: BuiltinContext, count: number): void {
  if (count > ctx.limits.maxItems)
    throw new BuiltinHalt(`a built-in would make ${count} items, the limit is ${ctx.limits.maxItems}`);
  ctx.tick(count);
}

/** The same for the length of a text. */
export function checkLength(ctx: BuiltinContext, length: number): void {
  if (length > ctx.limits.maxStringBytes)
    throw new BuiltinHalt(
      `a built-in would make a text of ${length}, the limit is ${ctx.limits.maxStringBytes}`,
    );
  ctx.tick(length >> 6);
}
