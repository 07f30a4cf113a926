import { runtimeError } from "../errors.ts";
import { textOf } from "../values/bytes.ts";
import type { Int } from "../values/integers.ts";
import { addInt, intFromFloat, parseInt64 } from "../values/integers.ts";
import { keyOf, MapValue, valueOfKey } from "../values/map-value.ts";
import { printForm, typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import {
  Float,
  FuncValue,
  isInt,
  Namespace,
  numberOf,
  present,
  UNDEFINED,
  Undefined,
} from "../values/value.ts";
import type { Meter } from "./meter.ts";
import type { Runtime } from "./runtime.ts";

const FUNCTIONS: readonly FuncValue[] = [
  new FuncValue("append", 2, 2, ([list, value]) => append(list as Value, value as Value)),
  new FuncValue("delete", 2, 2, ([map, key]) => remove(map as Value, key as Value)),
  new FuncValue("keys", 1, 1, ([map]) => mapItems("keys", map as Value, (m) => m.keys().map(valueOfKey))),
  new FuncValue("values", 1, 1, ([map]) =>
    mapItems("values", map as Value, (m) => m.entries().map(([, value]) => value)),
  ),
  new FuncValue("length", 1, 1, ([value]) => length(value as Value)),
  new FuncValue("range", 1, 3, (args, meter) => range(args, meter)),
  new FuncValue("compare", 2, 2, ([a, b]) => compare(a as Value, b as Value)),
  new FuncValue("print", 0, Number.POSITIVE_INFINITY, (args, meter) => {
    (meter as Runtime).prints.push(joined(args, meter));
    return true;
  }),
  new FuncValue("error", 0, Number.POSITIVE_INFINITY, (args, meter) => {
    const text = joined(args, meter);
    (meter as Runtime).prints.push(text);
    throw runtimeError(text);
  }),
  new FuncValue("int", 1, 1, ([value]) => toInt(value as Value)),
  new FuncValue("float", 1, 1, ([value]) => toFloat(value as Value)),
  new FuncValue("string", 1, 1, ([value]) => toText(value as Value)),
  new FuncValue("bool", 1, 1, ([value]) => toBool(value as Value)),
];

/** The built-in functions. They keep nothing between calls: what they change is the evaluation that calls them. */
export const BUILTINS: ReadonlyMap<string, FuncValue> = new Map(FUNCTIONS.map((func) => [func.name, func]));

function joined(args: readonly Value[], meter: Meter): string {
  return meter.join(
    args.map((arg) => printForm(arg, meter)),
    " ",
  );
}

function append(list: Value, value: Value): Value {
  if (!Array.isArray(list)) {
    throw runtimeError(`\`append\` needs a list, not ${typeName(list)}`);
  }
  list.push(value);
  return UNDEFINED;
}

function remove(map: Value, key: Value): Value {
  if (!(map instanceof MapValue)) {
    throw runtimeError(`\`delete\` needs a map, not ${typeName(map)}`);
  }
  const mapKey = keyOf(key);
  if (mapKey !== null) {
    map.delete(mapKey);
  }
  return UNDEFINED;
}

function mapItems(name: string, map: Value, items: (map: MapValue) => Value[]): Value {
  if (map instanceof Undefined) {
    return map;
  }
  if (map instanceof Namespace) {
    return items(
      new MapValue(new Map(map.shown.map((member) => [member, present(map.get(member), UNDEFINED)]))),
    );
  }
  if (!(map instanceof MapValue)) {
    throw runtimeError(`\`${name}\` needs a map, not ${typeName(map)}`);
  }
  return items(map);
}

/** Bytes of a string, elements of a list or map. */
function length(value: Value): Value {
  if (value instanceof Undefined) {
    return value;
  }
  if (typeof value === "string" || Array.isArray(value)) {
    return value.length;
  }
  if (value instanceof MapValue) {
    return value.size;
  }
  throw runtimeError(`\`length\` needs a string, list or map, not ${typeName(value)}`);
}

function range(args: readonly Value[], meter: Meter): Value {
  for (const arg of args) {
    if (arg instanceof Undefined) {
      return arg;
    }
    if (!isInt(arg)) {
      throw runtimeError(`\`range\` needs ints, not ${typeName(arg)}`);
    }
  }
  const ints = args as readonly Int[];
  const start = ints.length === 1 ? 0 : (ints[0] as Int);
  const end = ints.length === 1 ? (ints[0] as Int) : (ints[1] as Int);
  const step = ints[2] ?? 1;
  if (step === 0) {
    throw runtimeError("the step of `range` is zero");
  }
  const span = BigInt(end) - BigInt(start);
  const count = span / BigInt(step) + (span % BigInt(step) === 0n ? 0n : 1n);
  const items: Value[] = [];
  if (span === 0n || span > 0n !== step > 0) {
    return items;
  }
  meter.checkItems(Number(count));
  let at = start;
  for (let i = 0; i < Number(count); i += 1) {
    items.push(at);
    at = addInt(at, step);
  }
  return items;
}

function compare(a: Value, b: Value): Value {
  if (a instanceof Undefined) {
    return a;
  }
  if (b instanceof Undefined) {
    return b;
  }
  if ((isInt(a) && isInt(b)) || (typeof a === "string" && typeof b === "string")) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  const x = numberOf(a);
  const y = numberOf(b);
  if (x === null || y === null) {
    throw runtimeError(
      `\`compare\` needs two ints, floats or strings, not ${typeName(a)} and ${typeName(b)}`,
    );
  }
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A float is rounded down; whether that is toward zero for negatives is undetermined: we floor. */
function toInt(value: Value): Value {
  if (isInt(value) || value instanceof Undefined) {
    return value;
  }
  if (typeof value === "string") {
    return parseInt64(value) ?? UNDEFINED;
  }
  if (value instanceof Float) {
    return intFromFloat(value.value, Math.floor) ?? UNDEFINED;
  }
  return typeof value === "boolean" ? (value ? 1 : 0) : UNDEFINED;
}

const FLOAT_TEXT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function toFloat(value: Value): Value {
  if (value instanceof Float || value instanceof Undefined) {
    return value;
  }
  if (typeof value === "string") {
    return FLOAT_TEXT.test(value) && Number.isFinite(Number(value)) ? new Float(Number(value)) : UNDEFINED;
  }
  if (typeof value === "boolean") {
    return new Float(value ? 1 : 0);
  }
  const number = numberOf(value);
  return number === null ? UNDEFINED : new Float(number);
}

/** Floats show six decimals, as C's `%f`. */
function toText(value: Value): Value {
  if (typeof value === "string" || value instanceof Undefined) {
    return value;
  }
  if (value instanceof Float) {
    return fixed(value.value);
  }
  return isInt(value) || typeof value === "boolean" ? String(value) : UNDEFINED;
}

function fixed(n: number): string {
  if (!Number.isFinite(n)) {
    return Number.isNaN(n) ? "NaN" : n > 0 ? "+Inf" : "-Inf";
  }
  // Beyond 1e21 toFixed changes to exponents; such doubles are integers.
  return Math.abs(n) >= 1e21 ? `${BigInt(n)}.000000` : n.toFixed(6);
}

const TRUE_TEXT: ReadonlySet<string> = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE_TEXT: ReadonlySet<string> = new Set(["0", "f", "F", "FALSE", "false", "False"]);

function toBool(value: Value): Value {
  if (typeof value === "boolean" || value instanceof Undefined) {
    return value;
  }
  if (typeof value === "string") {
    return TRUE_TEXT.has(textOf(value)) ? true : FALSE_TEXT.has(value) ? false : UNDEFINED;
  }
  const number = numberOf(value);
  return number === null ? UNDEFINED : number !== 0;
}
