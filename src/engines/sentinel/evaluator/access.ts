import { runtimeError } from "../errors.ts";
import { keyOf, MapValue } from "../values/map-value.ts";
import { typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { isInt, Namespace, Undefined } from "../values/value.ts";

/** `target[key]`. JavaScript's undefined where the answer is an undefined that is born here. */
export function indexOf(target: Value, key: Value): Value | undefined {
  if (target instanceof MapValue) {
    if (key instanceof Undefined) {
      return key;
    }
    const mapKey = keyOf(key);
    if (mapKey === null) {
      throw runtimeError(`a value of type ${typeName(key)} cannot be a map's key`);
    }
    return target.get(mapKey);
  }
  if (Array.isArray(target)) {
    if (key instanceof Undefined) {
      return key;
    }
    if (!isInt(key)) {
      throw runtimeError(`a list's index must be an int, not ${typeName(key)}`);
    }
    const at = Number(key);
    return target[at < 0 ? target.length + at : at];
  }
  if (target === null) {
    return undefined;
  }
  if (target instanceof Undefined) {
    return target;
  }
  if (target instanceof Namespace) {
    return key instanceof Undefined ? key : typeof key === "string" ? target.get(key) : undefined;
  }
  throw runtimeError(`a value of type ${typeName(target)} cannot be indexed`);
}

/** `target.name`, where `name` is a byte string. */
export function memberOf(target: Value, name: string): Value | undefined {
  if (target instanceof MapValue) {
    return target.select(name);
  }
  if (target instanceof Namespace) {
    return target.get(name);
  }
  if (target === null) {
    return undefined;
  }
  if (target instanceof Undefined) {
    return target;
  }
  if (Array.isArray(target)) {
    throw runtimeError(`a list has no member \`${name}\``);
  }
  throw runtimeError(`a value of type ${typeName(target)} has no members, so \`.${name}\` cannot be read`);
}

/** `target[low:high]`; a missing bound is the end. JavaScript's undefined where bounds lie outside. */
export function sliceOf(target: Value, low: Value | undefined, high: Value | undefined): Value | undefined {
  if (target === null) {
    return undefined;
  }
  if (target instanceof Undefined) {
    return target;
  }
  if (typeof target !== "string" && !Array.isArray(target)) {
    throw runtimeError(`a value of type ${typeName(target)} cannot be sliced`);
  }
  if (low instanceof Undefined) {
    return low;
  }
  if (high instanceof Undefined) {
    return high;
  }
  const from = bound(low, 0);
  const to = bound(high, target.length);
  return from >= 0 && from <= to && to <= target.length ? target.slice(from, to) : undefined;
}

function bound(value: Value | undefined, otherwise: number): number {
  if (value === undefined) {
    return otherwise;
  }
  if (!isInt(value)) {
    throw runtimeError(`a slice's bounds must be ints, not ${typeName(value)}`);
  }
  return Number(value);
}

/** `target[key] = value`: the target must exist, map keys are made, list indexes must be inside. */
export function assignIndex(target: Value, key: Value, value: Value): void {
  if (target instanceof MapValue) {
    const mapKey = keyOf(key);
    if (mapKey === null) {
      throw runtimeError(`a value of type ${typeName(key)} cannot be a map's key`);
    }
    target.set(mapKey, value);
    return;
  }
  if (Array.isArray(target)) {
    if (!isInt(key)) {
      throw runtimeError(`a list's index must be an int, not ${typeName(key)}`);
    }
    const at = Number(key);
    if (at < 0 || at >= target.length) {
      throw runtimeError(`the index ${at} lies outside of a list of ${target.length}`);
    }
    target[at] = value;
    return;
  }
  throw runtimeError(`a member of ${typeName(target)} cannot be assigned`);
}
