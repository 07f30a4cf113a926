import {
  equal,
  isArray,
  isObject,
  isSet,
  type JsonObject,
  lookup,
  ObjectBuilder,
  objectEntries,
  objectGet,
  objectSize,
  type RegoObject,
  RegoSet,
  type Value,
} from "../values/index.ts";
import { type BuiltinContext, Fault } from "./builtin.ts";
import { define } from "./define.ts";
import { arrayAt, checkItems, elementFault, objectAt, typeFault } from "./operands.ts";

type ObjectValue = JsonObject | RegoObject;

const KEYS = "any<array[any], object[any: any], set[any]>";

export const objects = [
  define(
    "object.get(object: object[any: any], key: any, default: any) value: any",
    "object",
    "The value at a key, or at a path given as an array; the default when there is none.",
    objectGetOr,
  ),
  define(
    "object.keys(object: object[any: any]) value: set[any]",
    "object",
    "The set of all keys.",
    (ctx, args) => {
      const object = objectAt(args, 0);
      ctx.tick(objectSize(object));
      return RegoSet.of(objectEntries(object).map((entry) => entry[0]));
    },
  ),
  define(
    `object.remove(object: object[any: any], keys: ${KEYS}) output: object[any: any]`,
    "object",
    "The object without the given keys.",
    (ctx, args) => select(ctx, args, false),
  ),
  define(
    `object.filter(object: object[any: any], keys: ${KEYS}) filtered: object[any: any]`,
    "object",
    "The object with the given keys only.",
    (ctx, args) => select(ctx, args, true),
  ),
  define(
    "object.union(a: object[any: any], b: object[any: any]) output: object[any: any]",
    "object",
    "Both objects merged, nested objects too; elsewhere `b` wins.",
    (ctx, args) => {
      const a = objectAt(args, 0);
      return merge(ctx, a, objectAt(args, 1));
    },
  ),
  define(
    "object.union_n(objects: array[object[any: any]]) output: object[any: any]",
    "object",
    "All objects merged from first to last, as `object.union` does.",
    (ctx, args) => {
      const all = arrayAt(args, 0);
      for (const item of all) if (!isObject(item)) throw elementFault(1, all, item, "object");
      return (all as readonly ObjectValue[]).reduce((a, b) => merge(ctx, a, b), {});
    },
  ),
  define(
    `object.subset(super: ${KEYS}, sub: ${KEYS}) result: boolean`,
    "object",
    "Whether `sub` is part of `super`: nested keys of objects, members of sets, a run of an array's items.",
    (ctx, args) => {
      const [superset, subset] = args as readonly [Value, Value];
      const result = isPart(ctx, superset, subset);
      if (result === undefined)
        throw new Fault(
          "eval_type_error",
          "both arguments object.subset must be of the same type or array and set",
        );
      return result;
    },
  ),
];

function objectGetOr(_: BuiltinContext, args: readonly Value[]): Value {
  const object = objectAt(args, 0);
  const path = args[1]!;
  const fallback = args[2]!;
  if (!isArray(path)) {
    const found = objectGet(object, path);
    return found === undefined ? fallback : found;
  }
  let value: Value | undefined = object;
  for (const key of path) {
    value = lookup(value, key);
    if (value === undefined) return fallback;
  }
  return value;
}

function select(ctx: BuiltinContext, args: readonly Value[], keep: boolean): Value {
  const object = objectAt(args, 0);
  const keys = keysOf(args[1]!);
  ctx.tick(objectSize(object));
  const result = new ObjectBuilder();
  for (const [key, value] of objectEntries(object)) if (keys.has(key) === keep) result.put(key, value);
  return result.done();
}

function keysOf(value: Value): RegoSet {
  if (isSet(value)) return value;
  if (isArray(value)) return RegoSet.of(value);
  if (isObject(value)) return RegoSet.of(objectEntries(value).map((entry) => entry[0]));
  throw typeFault(2, value, "object", "set", "array");
}

function merge(ctx: BuiltinContext, a: ObjectValue, b: ObjectValue): ObjectValue {
  if (objectSize(a) === 0) return b;
  if (objectSize(b) === 0) return a;
  checkItems(ctx, objectSize(a) + objectSize(b));
  const result = new ObjectBuilder();
  for (const [key, value] of objectEntries(a)) result.put(key, value);
  for (const [key, value] of objectEntries(b)) {
    const old = isObject(value) ? objectGet(a, key) : undefined;
    result.put(key, isObject(old) && isObject(value) ? merge(ctx, old, value) : value);
  }
  return result.done();
}

/** undefined when the two types cannot be compared. */
function isPart(ctx: BuiltinContext, superset: Value, subset: Value): boolean | undefined {
  if (isObject(superset) && isObject(subset)) return isObjectPart(ctx, superset, subset);
  if (isSet(superset) && isSet(subset)) return subset.every((item) => superset.has(item));
  if (isArray(superset) && isArray(subset)) return isRun(ctx, superset, subset);
  if (isArray(superset) && isSet(subset)) return hasAll(superset, subset);
  return undefined;
}

function isObjectPart(ctx: BuiltinContext, superset: ObjectValue, subset: ObjectValue): boolean {
  ctx.tick(objectSize(subset));
  return objectEntries(subset).every(([key, value]) => {
    const other = objectGet(superset, key);
    if (other === undefined) return false;
    if (equal(value, other)) return true;
    // Below the top an array is never compared with a set.
    return isArray(other) && isSet(value) ? false : isPart(ctx, other, value) === true;
  });
}

function isRun(ctx: BuiltinContext, items: readonly Value[], run: readonly Value[]): boolean {
  for (let start = 0; start + run.length <= items.length; start++) {
    let length = 0;
    while (length < run.length && equal(items[start + length]!, run[length]!)) length++;
    if (length === run.length) return true;
    ctx.tick(length + 1);
  }
  return false;
}

/** As OPA counts: an item that stands twice in the array counts twice. */
function hasAll(items: readonly Value[], wanted: RegoSet): boolean {
  let missing = wanted.size;
  for (const item of items) {
    if (wanted.has(item)) missing--;
    if (missing === 0) return true;
  }
  return false;
}
