import type { NamedType, RegoType } from "../../builtins/index.ts";
import {
  compare as compareValues,
  isArray,
  isObject,
  isSet,
  num,
  objectEntries,
  RegoNum,
  termText,
  type Value,
} from "../../values/index.ts";

/** A static type. `undefined` stands for a type that is not known (OPA's nil type, printed `???`). */
export type Type =
  | { readonly k: "null" | "boolean" | "number" | "string" }
  | { readonly k: "array"; readonly items: readonly (Type | undefined)[]; readonly dynamic: Type | undefined }
  | { readonly k: "object"; readonly props: readonly Property[]; readonly dynamic: Dynamic | undefined }
  | { readonly k: "set"; readonly of: Type | undefined }
  /** One of several types; an empty list is any value. */
  | { readonly k: "any"; readonly of: readonly Type[] }
  | FunctionType
  /** A schema that refers to itself; the target is set once it is known. */
  | { readonly k: "recursive"; readonly name: string; target: Type | undefined };

export interface FunctionType {
  readonly k: "function";
  readonly args: readonly Named[];
  readonly result: Named | undefined;
  readonly variadic: Type | undefined;
}
export interface Named {
  readonly name: string | undefined;
  readonly type: Type | undefined;
}
export interface Property {
  readonly key: Value;
  readonly value: Type | undefined;
}
export interface Dynamic {
  readonly key: Type | undefined;
  readonly value: Type | undefined;
}

export const ANY: Type = { k: "any", of: [] };
export const NULL: Type = { k: "null" };
export const BOOLEAN: Type = { k: "boolean" };
export const NUMBER: Type = { k: "number" };
export const STRING: Type = { k: "string" };

export function arrayType(items: readonly (Type | undefined)[], dynamic: Type | undefined): Type {
  return { k: "array", items, dynamic };
}

export function objectType(props: readonly Property[], dynamic: Dynamic | undefined): Type & { k: "object" } {
  return { k: "object", props: [...props].sort((a, b) => compareValues(a.key, b.key)), dynamic };
}

/** The type of a built-in from its declaration. */
export function functionOf(
  args: readonly NamedType[],
  result: NamedType | undefined,
  variadic: RegoType | undefined,
): FunctionType {
  const named = (n: NamedType): Named => ({ name: n.name, type: fromDeclared(n.type) });
  return {
    k: "function",
    args: args.map(named),
    result: result === undefined ? undefined : named(result),
    variadic: variadic === undefined ? undefined : fromDeclared(variadic),
  };
}

function fromDeclared(t: RegoType): Type {
  switch (t.type) {
    case "any":
      return { k: "any", of: (t.of ?? []).map(fromDeclared).sort(compareTypes) };
    case "set":
      return { k: "set", of: fromDeclared(t.of) };
    case "array":
      return arrayType(
        (t.static ?? []).map(fromDeclared),
        t.dynamic === undefined ? undefined : fromDeclared(t.dynamic),
      );
    case "object":
      return objectType(
        (t.static ?? []).map((p) => ({ key: p.key, value: fromDeclared(p.value) })),
        t.dynamic === undefined
          ? undefined
          : { key: fromDeclared(t.dynamic.key), value: fromDeclared(t.dynamic.value) },
      );
    default:
      return { k: t.type };
  }
}

export function unwrap(t: Type | undefined): Type | undefined {
  return t?.k === "recursive" ? t.target : t;
}

export function typeOfValue(v: Value): Type {
  if (v === null) return NULL;
  if (typeof v === "boolean") return BOOLEAN;
  if (typeof v === "string") return STRING;
  if (typeof v === "number" || v instanceof RegoNum) return NUMBER;
  if (isArray(v)) return arrayType(v.map(typeOfValue), undefined);
  if (isObject(v))
    return objectType(
      objectEntries(v).map(([key, value]) => ({ key, value: typeOfValue(value) })),
      undefined,
    );
  return { k: "set", of: ANY };
}

const ORDER = ["null", "boolean", "number", "string", "array", "object", "set", "any", "function"];

export function compareTypes(x: Type | undefined, y: Type | undefined): number {
  const a = unwrap(x);
  const b = unwrap(y);
  const rank = (t: Type | undefined): number => (t === undefined ? -1 : ORDER.indexOf(t.k));
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === b || a === undefined || b === undefined) return 0;
  switch (a.k) {
    case "array":
      return b.k === "array" ? compareOptional(a.dynamic, b.dynamic) || compareLists(a.items, b.items) : 0;
    case "object":
      return b.k === "object" ? compareObjects(a, b) : 0;
    case "set":
      return b.k === "set" ? compareTypes(a.of, b.of) : 0;
    case "any":
      return b.k === "any" ? compareLists(a.of, b.of) : 0;
    case "function":
      if (b.k !== "function") return 0;
      return (
        a.args.length - b.args.length ||
        compareLists(
          a.args.map((n) => n.type),
          b.args.map((n) => n.type),
        ) ||
        compareTypes(a.result?.type, b.result?.type) ||
        compareTypes(a.variadic, b.variadic)
      );
    default:
      return 0;
  }
}

function compareOptional(a: Type | undefined, b: Type | undefined): number {
  if (a !== undefined && b === undefined) return 1;
  if (a === undefined && b !== undefined) return -1;
  return a === undefined ? 0 : compareTypes(a, b);
}

function compareLists(a: readonly (Type | undefined)[], b: readonly (Type | undefined)[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const c = compareTypes(a[i], b[i]);
    if (c !== 0) return c;
  }
  return a.length - b.length;
}

function compareObjects(a: Type & { k: "object" }, b: Type & { k: "object" }): number {
  if (a.dynamic !== undefined && b.dynamic === undefined) return 1;
  if (a.dynamic === undefined && b.dynamic !== undefined) return -1;
  const dynamic =
    compareTypes(a.dynamic?.key, b.dynamic?.key) || compareTypes(a.dynamic?.value, b.dynamic?.value);
  if (dynamic !== 0) return dynamic;
  for (let i = 0; i < Math.min(a.props.length, b.props.length); i++) {
    const p = a.props[i] as Property;
    const q = b.props[i] as Property;
    const c = compareValues(p.key, q.key) || compareTypes(p.value, q.value);
    if (c !== 0) return c;
  }
  return a.props.length - b.props.length;
}

function contains(a: Type | undefined, b: Type | undefined): boolean {
  if (a?.k !== "any") return compareTypes(a, b) === 0;
  if (b?.k === "function") return false;
  return a.of.length === 0 || a.of.some((t) => compareTypes(t, b) === 0);
}

/** The union of two types. */
export function or(a: Type | undefined, b: Type | undefined): Type | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  if (a.k === "function" && b.k === "function") return unionFunctions(a, b);
  if (a.k === "function" || b.k === "function") return undefined;
  if (a.k === "any") return mergeAny(a, b);
  if (b.k === "any") return mergeAny(b, a);
  return compareTypes(a, b) === 0 ? a : { k: "any", of: [a, b].sort(compareTypes) };
}

function mergeAny(a: Type & { k: "any" }, b: Type): Type {
  if (b.k === "any") {
    if (a.of.length === 0) return a;
    if (b.of.length === 0) return b;
    let merged: Type = a;
    for (const t of b.of) merged = mergeAny(merged as Type & { k: "any" }, t);
    return merged;
  }
  return contains(a, b) ? a : { k: "any", of: [...a.of, b].sort(compareTypes) };
}

function unionFunctions(a: FunctionType, b: FunctionType): Type | undefined {
  if (a.args.length !== b.args.length || (a.variadic === undefined) !== (b.variadic === undefined))
    return undefined;
  return {
    k: "function",
    args: a.args.map((n, i) => ({ name: undefined, type: or(n.type, b.args[i]?.type) })),
    result: { name: undefined, type: or(a.result?.type, b.result?.type) },
    variadic: or(a.variadic, b.variadic),
  };
}

/** Type of the item at a constant key. */
export function select(x: Type | undefined, key: Value): Type | undefined {
  const a = unwrap(x);
  switch (a?.k) {
    case "array": {
      const text = typeof key === "number" || key instanceof RegoNum ? num.toText(key) : "";
      if (!/^-?\d+$/.test(text) || text.startsWith("-")) return undefined;
      return a.items[Number(text)] ?? a.dynamic;
    }
    case "object": {
      const prop = a.props.find((p) => compareValues(p.key, key) === 0);
      if (prop !== undefined) return prop.value;
      return a.dynamic !== undefined && contains(a.dynamic.key, typeOfValue(key))
        ? a.dynamic.value
        : undefined;
    }
    case "set": {
      const type = typeOfValue(key);
      if (compareTypes(a.of, type) === 0) return a.of;
      return a.of?.k === "any" && contains(a.of, type) ? type : undefined;
    }
    case "any": {
      if (a.of.length === 0) return ANY;
      let type: Type | undefined;
      for (const t of a.of) type = or(select(t, key), type);
      return type;
    }
    default:
      return undefined;
  }
}

export function keysOf(x: Type | undefined): Type | undefined {
  const a = unwrap(x);
  switch (a?.k) {
    case "array":
      return NUMBER;
    case "object": {
      let type: Type | undefined;
      for (const p of a.props) type = or(type, typeOfValue(p.key));
      return a.dynamic === undefined ? type : or(type, a.dynamic.key);
    }
    case "set":
      return a.of;
    case "any":
      return a.of.length === 0 ? ANY : unionOf(a.of, keysOf);
    default:
      return undefined;
  }
}

export function valuesOf(x: Type | undefined): Type | undefined {
  const a = unwrap(x);
  switch (a?.k) {
    case "array": {
      let type: Type | undefined;
      for (const t of a.items) type = or(type, t);
      return or(type, a.dynamic);
    }
    case "object": {
      let type: Type | undefined;
      for (const p of a.props) type = or(type, p.value);
      return a.dynamic === undefined ? type : or(type, a.dynamic.value);
    }
    case "set":
      return a.of;
    case "any":
      return a.of.length === 0 ? ANY : unionOf(a.of, valuesOf);
    default:
      return undefined;
  }
}

function unionOf(types: readonly Type[], f: (t: Type) => Type | undefined): Type | undefined {
  let type: Type | undefined;
  for (const t of types) type = or(f(t), type);
  return type;
}

/** Whether a part of the type is unknown. */
export function isNil(x: Type | undefined, seen: Set<Type> = new Set()): boolean {
  const a = unwrap(x);
  if (a === undefined) return true;
  if (seen.has(a)) return false;
  seen.add(a);
  switch (a.k) {
    case "array":
      return a.items.some((t) => isNil(t, seen)) || (a.dynamic !== undefined && isNil(a.dynamic, seen));
    case "object":
      return (
        a.props.some((p) => isNil(p.value, seen)) ||
        (a.dynamic !== undefined && (isNil(a.dynamic.key, seen) || isNil(a.dynamic.value, seen)))
      );
    case "set":
      return a.of !== undefined && isNil(a.of, seen);
    case "function":
      return a.args.some((n) => isNil(n.type, seen)) || isNil(a.result?.type, seen);
    default:
      return false;
  }
}

export function isEmptyCollection(x: Type | undefined): boolean {
  const a = unwrap(x);
  if (a?.k === "object") return a.props.length === 0 && a.dynamic === undefined;
  if (a?.k === "array") return a.items.length === 0 && a.dynamic === undefined;
  return a?.k === "set" && a.of === undefined;
}

/** Whether a value can have both types. */
export function unifies(x: Type | undefined, y: Type | undefined): boolean {
  const a = unwrap(x);
  const b = unwrap(y);
  if (a === undefined || b === undefined) return false;
  if (a.k === "any" && unifiesAny(a.of, b)) return true;
  if (b.k === "any" && unifiesAny(b.of, a)) return true;
  if (a.k === "any" || b.k === "any" || a.k !== b.k) return false;
  switch (a.k) {
    case "array":
      return b.k === "array" && unifiesArrays(a, b);
    case "object":
      return b.k === "object" && unifiesObjects(a, b);
    case "set":
      return b.k === "set" && (a.of === undefined || b.of === undefined || unifies(a.of, b.of));
    case "function":
      return (
        b.k === "function" &&
        a.args.length === b.args.length &&
        a.args.every((n, i) => unifies(n.type, b.args[i]?.type))
      );
    default:
      return true;
  }
}

function unifiesAny(of: readonly Type[], b: Type): boolean {
  if (b.k === "function") return false;
  return of.length === 0 || of.some((t) => unifies(t, b));
}

function unifiesArrays(a: Type & { k: "array" }, b: Type & { k: "array" }): boolean {
  const items = (p: typeof a, q: typeof a): boolean =>
    p.items.every((t, i) => unifies(t, q.items[i] ?? q.dynamic));
  if (!items(a, b) || !items(b, a)) return false;
  return a.dynamic === undefined || b.dynamic === undefined || unifies(a.dynamic, b.dynamic);
}

function unifiesObjects(a: Type & { k: "object" }, b: Type & { k: "object" }): boolean {
  const props = (p: typeof a, q: typeof a): boolean =>
    p.props.every((prop) => {
      const other = select(q, prop.key);
      if (other === undefined) return p.dynamic?.value !== undefined || q.dynamic?.value !== undefined;
      return unifies(prop.value, other);
    });
  if (!props(a, b) || !props(b, a)) return false;
  return (
    a.dynamic?.value === undefined ||
    b.dynamic?.value === undefined ||
    unifies(a.dynamic.value, b.dynamic.value)
  );
}

/** A key as Go prints it in a type. */
export function keyText(key: Value): string {
  if (typeof key === "string") return key;
  if (key === null) return "<nil>";
  if (isArray(key)) return `[${key.map(keyText).join(" ")}]`;
  if (isSet(key)) return `[${key.sortedItems().map(keyText).join(" ")}]`;
  if (isObject(key)) {
    return `map[${objectEntries(key)
      .map(([k, v]) => `${keyText(k)}:${keyText(v)}`)
      .join(" ")}]`;
  }
  return termText(key);
}
