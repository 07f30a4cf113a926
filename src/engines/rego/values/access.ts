import { type RegoObject, RegoSet } from "./containers.ts";
import { objectGet, objectSize } from "./objects.ts";
import { RegoNum } from "./rego-num.ts";
import { isArray, isNumber, type JsonObject, type TypeName, type Value } from "./value.ts";

export function isObject(value: Value | undefined): value is JsonObject | RegoObject {
  if (typeof value !== "object" || value === null) return false;
  return !(isArray(value) || value instanceof RegoSet || value instanceof RegoNum);
}

export function isSet(value: Value | undefined): value is RegoSet {
  return value instanceof RegoSet;
}

/** The name that `type_name` answers. */
export function typeName(value: Value): TypeName {
  if (value === null) return "null";
  if (isNumber(value)) return "number";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (isArray(value)) return "array";
  return value instanceof RegoSet ? "set" : "object";
}

/**
 * `value[key]` of Rego: an array's item, an object's value, a set's own member. Undefined when there is none
 * and for scalars. Never reads a prototype.
 */
export function lookup(value: Value, key: Value): Value | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (isArray(value)) return typeof key === "number" ? arrayItem(value, key) : arrayItemByNumber(value, key);
  if (value instanceof RegoSet) return value.get(key);
  if (value instanceof RegoNum) return undefined;
  return objectGet(value, key);
}

/** Number of items of a collection; undefined for scalars. */
export function collectionSize(value: Value): number | undefined {
  if (isArray(value)) return value.length;
  if (value instanceof RegoSet) return value.size;
  return isObject(value) ? objectSize(value) : undefined;
}

function arrayItem(items: readonly Value[], index: number): Value | undefined {
  return index >= 0 && index < items.length ? items[index] : undefined;
}

function arrayItemByNumber(items: readonly Value[], key: Value): Value | undefined {
  if (!(key instanceof RegoNum)) return undefined;
  const index = key.key;
  // `a[1.0]` finds an item, `a[1e0]` does not: an index must read as an integer without an exponent.
  return typeof index === "number" && !/[eE]/.test(key.text) ? arrayItem(items, index) : undefined;
}
