import type { Meter } from "../evaluator/meter.ts";
import { MapValue } from "./map-value.ts";
import type { Value } from "./value.ts";
import { Float, isInt, Namespace, numberOf, present, UNDEFINED, Undefined } from "./value.ts";

/**
 * Deep equality. Values of different kinds are unequal (release notes 0.11, against the specification's
 * "undefined"); int and float compare as numbers. Undefined on either side, at any depth that decides, gives undefined.
 */
export function equal(a: Value, b: Value, meter: Meter, depth = 0): boolean | Undefined {
  meter.tick();
  if (a instanceof Undefined) {
    return a;
  }
  if (b instanceof Undefined) {
    return b;
  }
  if (a === b) {
    return true;
  }
  if (a === null || b === null || typeof a === "string" || typeof b === "string" || typeof a === "boolean") {
    return false;
  }
  if (a instanceof Float || b instanceof Float) {
    if (isInt(a) || isInt(b) || (a instanceof Float && b instanceof Float)) {
      return numberOf(a) === numberOf(b);
    }
    return false;
  }
  meter.checkDepth(depth);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length
      ? everyPair(a.length, (i) => equal(a[i] as Value, b[i] as Value, meter, depth + 1))
      : false;
  }
  if (a instanceof MapValue) {
    if (!(b instanceof MapValue) || a.size !== b.size) {
      return false;
    }
    const entries = a.entries();
    return everyPair(entries.length, (i) => {
      const [key, value] = entries[i] as (typeof entries)[number];
      const other = b.get(key);
      return other === undefined ? false : equal(value, other, meter, depth + 1);
    });
  }
  if (a instanceof Namespace && b instanceof Namespace && a.typeName === b.typeName && a.shown.length > 0) {
    return everyPair(a.shown.length, (i) => {
      const name = a.shown[i] as string;
      return equal(present(a.get(name), UNDEFINED), present(b.get(name), UNDEFINED), meter, depth + 1);
    });
  }
  return false;
}

/** False as soon as one pair differs; else undefined if one is undefined; else true. */
function everyPair(length: number, compare: (i: number) => boolean | Undefined): boolean | Undefined {
  let result: boolean | Undefined = true;
  for (let i = 0; i < length; i += 1) {
    const pair = compare(i);
    if (pair === false) {
      return false;
    }
    if (pair !== true && result === true) {
      result = pair;
    }
  }
  return result;
}
