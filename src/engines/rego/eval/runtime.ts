import {
  compare,
  equal,
  isObject,
  jsonKeysSorted,
  lookup,
  num,
  objectGet,
  objectSize,
  RegoNum,
  RegoObject,
  RegoSet,
  type Value,
} from "../values/index.ts";
import { objectOf } from "./constant.ts";
import type { Frame, Mock } from "./frame.ts";
import { JoinIndex } from "./join-table.ts";
import { baseLookup, type Machine, PlaceView, type WithValue } from "./machine.ts";

/** `o[key]` for a constant string. */
export function field(o: Value | undefined, key: string): Value | undefined {
  if (typeof o !== "object" || o === null) return undefined;
  if (Array.isArray(o)) return undefined;
  if (o instanceof RegoObject || o instanceof RegoSet) return o.get(key);
  if (o instanceof RegoNum) return undefined;
  return Object.hasOwn(o, key) ? (o as Record<string, Value>)[key] : undefined;
}

export function get(o: Value | undefined, key: Value | undefined): Value | undefined {
  return o === undefined || key === undefined ? undefined : lookup(o, key);
}

const NONE: readonly Value[] = [];

/** Values of a collection, one for each turn of a loop. */
export function loopValues(c: Value | undefined): readonly Value[] {
  if (typeof c !== "object" || c === null) return NONE;
  if (Array.isArray(c)) return c;
  if (c instanceof RegoSet) return c.sortedItems();
  if (c instanceof RegoObject) return c.sortedEntries().map((e) => e[1]);
  if (c instanceof RegoNum) return NONE;
  const object = c as Record<string, Value>;
  const keys = jsonKeysSorted(object);
  const values: Value[] = new Array(keys.length);
  for (let i = 0; i < keys.length; i++) values[i] = object[keys[i] as string] as Value;
  return values;
}

/** The same where the order of turns cannot be seen. */
export function loopValuesUnordered(c: Value | undefined): readonly Value[] {
  if (typeof c !== "object" || c === null) return NONE;
  if (Array.isArray(c)) return c;
  if (c instanceof RegoSet) return c.items();
  if (c instanceof RegoObject) return c.entries().map((e) => e[1]);
  if (c instanceof RegoNum) return NONE;
  return Object.values(c);
}

/** Keys that go with `loopValues`; null for arrays, whose keys are the turn's number. */
export function loopKeys(c: Value | undefined): readonly Value[] | null {
  if (typeof c !== "object" || c === null) return NONE;
  if (Array.isArray(c)) return null;
  if (c instanceof RegoSet) return c.sortedItems();
  if (c instanceof RegoObject) return c.sortedEntries().map((e) => e[0]);
  if (c instanceof RegoNum) return NONE;
  return jsonKeysSorted(c as Record<string, Value>);
}

export function loopKeysUnordered(c: Value | undefined): readonly Value[] | null {
  if (typeof c !== "object" || c === null) return NONE;
  if (Array.isArray(c)) return null;
  if (c instanceof RegoSet) return c.items();
  if (c instanceof RegoObject) return c.entries().map((e) => e[0]);
  if (c instanceof RegoNum) return NONE;
  return Object.keys(c);
}

/** Whether a value is a collection, as `every` wants one. */
export function isCollection(c: Value | undefined): boolean {
  return typeof c === "object" && c !== null && !(c instanceof RegoNum);
}

export function eq(a: Value | undefined, b: Value | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a === b || equal(a, b);
}

export function isObjectOfSize(v: Value, n: number): boolean {
  return isObject(v) && objectSize(v) === n;
}

export function less(a: Value, b: Value): boolean {
  return typeof a === "number" && typeof b === "number" ? a < b : compare(a, b) < 0;
}

export function lessOrEqual(a: Value, b: Value): boolean {
  return typeof a === "number" && typeof b === "number" ? a <= b : compare(a, b) <= 0;
}

export function setOf(items: readonly Value[]): RegoSet {
  return RegoSet.of(items);
}

/** An object comprehension's result while it is built. */
export class ObjectCollector {
  private readonly object = new RegoObject();
  private plain = true;

  /** False when the key is there with another value. */
  put(key: Value, value: Value): boolean {
    const known = this.object.get(key);
    if (known !== undefined) return eq(known, value);
    if (typeof key !== "string") this.plain = false;
    this.object.put(key, value);
    return true;
  }

  finish(): Value {
    return this.plain ? objectOf(this.object.entries()) : this.object;
  }
}

export function newObject(): ObjectCollector {
  return new ObjectCollector();
}

export function newJoin(kind: "array" | "set" | "object"): JoinIndex {
  return new JoinIndex(kind);
}

export function view(node: number): PlaceView {
  return new PlaceView(node);
}

export function mockValue(value: Value | undefined): Mock | undefined {
  return value === undefined ? undefined : { kind: "value", value };
}

export function mockTarget(target: string, by: Mock | undefined): WithValue | undefined {
  return by === undefined ? undefined : { kind: "function", target, by };
}

function allDefined(path: readonly (Value | undefined)[]): path is readonly Value[] {
  return path.every((v) => v !== undefined);
}

export function inputTarget(
  path: readonly (Value | undefined)[],
  value: Value | undefined,
): WithValue | undefined {
  return value === undefined || !allDefined(path) ? undefined : { kind: "input", path, value };
}

export function dataTarget(
  path: readonly (Value | undefined)[],
  value: Value | undefined,
  node: number,
): WithValue | undefined {
  return value === undefined || !allDefined(path) ? undefined : { kind: "data", path, value, node };
}

export { baseLookup, JoinIndex as Join };

const SPECIAL_KEYS = new Set<string>();
for (const prototype of [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Number.prototype,
  Boolean.prototype,
  RegoSet.prototype,
  RegoObject.prototype,
  RegoNum.prototype,
]) {
  for (const key of Object.getOwnPropertyNames(prototype)) SPECIAL_KEYS.add(key);
}
for (const key of Object.getOwnPropertyNames(num.fromText("1.5"))) SPECIAL_KEYS.add(key);

/** Whether reading a key off any value finds an own property of a JSON object or nothing at all. */
export function isPlainKey(key: string): boolean {
  return !SPECIAL_KEYS.has(key) && !(key in Object.prototype) && !/^\d/.test(key);
}

/** Built-ins with a short way for common operands. The long way is taken for all else, and when they are replaced. */
export const SHORTCUTS: readonly string[] = [
  "count",
  "startswith",
  "endswith",
  "internal.member_2",
  "plus",
  "minus",
  "object.get",
];

export function hasShortcut(name: string, operands: number): boolean {
  const i = SHORTCUTS.indexOf(name);
  return i >= 0 && operands === (name === "count" ? 1 : name === "object.get" ? 3 : 2);
}

type Shortcut = (
  m: Machine,
  q: Frame,
  b: number,
  at: number,
  x: Value,
  y: Value,
  z: Value,
) => Value | undefined;

export const shortcuts: readonly Shortcut[] = [
  (m, q, b, at, x) => {
    if (q.mocks === undefined) {
      if (Array.isArray(x)) return x.length;
      if (x instanceof RegoSet) return x.size;
    }
    return m.builtin(q, b, [x], at);
  },
  (m, q, b, at, x, y) => {
    if (q.mocks === undefined && typeof x === "string" && typeof y === "string") return x.startsWith(y);
    return m.builtin(q, b, [x, y], at);
  },
  (m, q, b, at, x, y) => {
    if (q.mocks === undefined && typeof x === "string" && typeof y === "string") return x.endsWith(y);
    return m.builtin(q, b, [x, y], at);
  },
  (m, q, b, at, x, y) => {
    if (q.mocks === undefined) {
      if (y instanceof RegoSet) return y.has(x);
      if (Array.isArray(y) && typeof x === "string") return y.includes(x);
    }
    return m.builtin(q, b, [x, y], at);
  },
  (m, q, b, at, x, y) => {
    if (q.mocks === undefined && Number.isSafeInteger(x) && Number.isSafeInteger(y)) {
      const sum = (x as number) + (y as number);
      if (Number.isSafeInteger(sum)) return sum;
    }
    return m.builtin(q, b, [x, y], at);
  },
  (m, q, b, at, x, y) => {
    if (q.mocks === undefined && Number.isSafeInteger(x) && Number.isSafeInteger(y)) {
      const difference = (x as number) - (y as number);
      if (Number.isSafeInteger(difference)) return difference;
    }
    return m.builtin(q, b, [x, y], at);
  },
  (m, q, b, at, x, y, z) => {
    if (q.mocks === undefined && typeof y === "string" && isObject(x)) {
      const found = objectGet(x, y);
      // A member that is null is there: only a missing one is answered by the default.
      return found === undefined ? z : found;
    }
    return m.builtin(q, b, [x, y, z], at);
  },
];
