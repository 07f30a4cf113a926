import {
  collectionSize,
  compare,
  equal,
  isArray,
  isNumber,
  isObject,
  isSet,
  lookup,
  num,
  objectEntries,
  type Value,
} from "../values/index.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { elementFault, itemsOf, typeFault } from "./operands.ts";

const COLLECTION = "any<array[any], set[any]>";

export const aggregates = [
  define(
    "count(collection: any<string, array[any], object[any: any], set[any]>) n: number",
    "aggregates",
    "Number of items or keys; of a string, number of characters.",
    count,
  ),
  define(
    "sum(collection: any<array[number], set[number]>) n: number",
    "aggregates",
    "The sum of all numbers; 0 of none.",
    (ctx, args) => accumulate(ctx, args, 0, num.add),
  ),
  define(
    "product(collection: any<array[number], set[number]>) n: number",
    "aggregates",
    "The product of all numbers; 1 of none.",
    product,
  ),
  define(
    `max(collection: ${COLLECTION}) n: any`,
    "aggregates",
    "The item that sorts last; undefined of none.",
    (_, args) => extreme(args, 1),
  ),
  define(
    `min(collection: ${COLLECTION}) n: any`,
    "aggregates",
    "The item that sorts first; undefined of none.",
    (_, args) => extreme(args, -1),
  ),
  define(`sort(collection: ${COLLECTION}) n: array[any]`, "aggregates", "The items in order.", sort),
  define(
    `all(${COLLECTION}): boolean`,
    "",
    "Whether every item is true.",
    (_, [x]) => {
      const items = itemsOf(x!);
      if (items === undefined) throw typeFault(1, x!, "array", "set");
      return items.every((item) => item === true);
    },
    { deprecated: true },
  ),
  define(
    `any(${COLLECTION}): boolean`,
    "",
    "Whether some item is true.",
    (_, [x]) => {
      const items = itemsOf(x!);
      if (items === undefined) throw typeFault(1, x!, "array", "set");
      return items.includes(true);
    },
    { deprecated: true },
  ),
  define(
    "internal.member_2(any, any): boolean",
    "internal",
    "Whether a value is in a collection: `x in xs`.",
    (_, [x, xs]) => isMember(x!, xs!),
    { infix: "in" },
  ),
  define(
    "internal.member_3(any, any, any): boolean",
    "internal",
    "Whether a key has a value in a collection: `k, v in xs`.",
    (_, [key, value, xs]) => {
      const found = lookup(xs!, key!);
      return found !== undefined && equal(found, value!);
    },
    { infix: "in" },
  ),
];

/** `x in xs`: a member of an array or set, a value of an object. */
function isMember(x: Value, xs: Value): boolean {
  if (isSet(xs)) return xs.has(x);
  if (isArray(xs)) {
    if (typeof x === "string" || x === null || typeof x === "boolean") return xs.includes(x);
    for (let i = 0; i < xs.length; i++) if (equal(xs[i]!, x)) return true;
    return false;
  }
  return isObject(xs) && objectEntries(xs).some((entry) => equal(entry[1], x));
}

function count(_: BuiltinContext, args: readonly Value[]): Value {
  const value = args[0]!;
  if (typeof value === "string") return codePoints(value);
  const size = collectionSize(value);
  if (size === undefined) throw typeFault(1, value, "array", "object", "set", "string");
  return size;
}

function codePoints(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      length--;
      i++;
    }
  }
  return length;
}

function accumulate(
  ctx: BuiltinContext,
  args: readonly Value[],
  start: num.Numeric,
  op: (a: num.Numeric, b: num.Numeric) => num.Numeric,
): Value {
  const items = numbersOf(args);
  ctx.tick(items.length);
  let result = start;
  for (const item of items) result = op(result, item);
  return result;
}

/** Go starts from a double, so that every step of an inexact product rounds to 53 bits. */
function product(ctx: BuiltinContext, args: readonly Value[]): Value {
  const items = numbersOf(args);
  if (items.every(num.isInteger)) return accumulate(ctx, args, 1, num.mul);
  ctx.tick(items.length);
  return num.doubleProduct(items);
}

function numbersOf(args: readonly Value[]): readonly num.Numeric[] {
  const items = itemsOf(args[0]!);
  if (items === undefined) throw typeFault(1, args[0]!, "set", "array");
  for (const item of items) if (!isNumber(item)) throw elementFault(1, args[0]!, item, "number");
  return items as readonly num.Numeric[];
}

/** Of equal items, an array answers the last one and a set has but one. */
function extreme(args: readonly Value[], sign: 1 | -1): Value | undefined {
  const value = args[0]!;
  if (isSet(value)) return value.sortedItems().at(sign === 1 ? -1 : 0);
  if (!isArray(value)) throw typeFault(1, value, "set", "array");
  let best = value[0];
  for (let i = 1; i < value.length; i++) {
    const item = value[i]!;
    if (best === undefined || compare(item, best) * sign >= 0) best = item;
  }
  return best;
}

function sort(ctx: BuiltinContext, args: readonly Value[]): Value {
  const value = args[0]!;
  if (isSet(value)) return value.sortedItems();
  if (!isArray(value)) throw typeFault(1, value, "set", "array");
  ctx.tick(value.length);
  return [...value].sort(compare);
}
