import type { Meter } from "../evaluator/meter.ts";
import { bytesOf, textOf } from "./bytes.ts";
import type { JsonObject, MapKey } from "./map-value.ts";
import { MapValue, PreparedJson } from "./map-value.ts";
import type { Value } from "./value.ts";
import { Float, FuncValue, Namespace, present, UNDEFINED, Undefined } from "./value.ts";

const INT64_LIMIT = 2 ** 63;

/**
 * JSON as `JSON.parse` gives it to a value: integral numbers are ints [undetermined], objects convert lazily. A `Float`
 * among it stays a float.
 */
export function fromJson(json: unknown): Value {
  switch (typeof json) {
    case "string":
      return bytesOf(json);
    case "number":
      return numberFromJson(json);
    case "boolean":
      return json;
    case "bigint":
      return Number.isSafeInteger(Number(json)) ? Number(json) : BigInt.asIntN(64, json);
    case "object":
      if (json === null || Array.isArray(json)) {
        return json === null ? null : listFromJson(json);
      }
      if (json instanceof Float) {
        return json;
      }
      return json instanceof PreparedJson
        ? MapValue.overPrepared(json)
        : MapValue.overJson(json as JsonObject);
    default:
      return UNDEFINED;
  }
}

function listFromJson(json: readonly unknown[]): Value[] {
  const list: Value[] = [];
  for (const item of json) {
    list.push(fromJson(item));
  }
  return list;
}

function numberFromJson(n: number): Value {
  if (Number.isSafeInteger(n)) {
    return n === 0 ? 0 : n;
  }
  return Number.isInteger(n) && Math.abs(n) < INT64_LIMIT ? BigInt(n) : new Float(n);
}

/** What `toJson` gives: plain JSON, where ints beyond 2^53 stay bigints and undefined members are left out. */
export type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json };

/**
 * A value as plain JSON. JavaScript's undefined for undefined and for functions. Objects have no prototype, so a key
 * named `__proto__` is a key like any other. Non-string keys become their text.
 */
export function toJson(value: Value, meter: Meter, depth = 0): Json | undefined {
  meter.tick();
  meter.checkDepth(depth);
  if (typeof value === "string") {
    return textOf(value);
  }
  if (value instanceof Float) {
    return Number.isFinite(value.value) ? value.value : String(value.value);
  }
  if (value instanceof Undefined || value instanceof FuncValue) {
    return undefined;
  }
  if (Array.isArray(value)) {
    const list: Json[] = [];
    for (const item of value) {
      const json = toJson(item, meter, depth + 1);
      if (json !== undefined) {
        list.push(json);
      }
    }
    return list;
  }
  if (value instanceof MapValue || value instanceof Namespace) {
    const object = Object.create(null) as { [key: string]: Json };
    for (const [key, member] of membersOf(value)) {
      const json = toJson(member, meter, depth + 1);
      if (json !== undefined) {
        object[typeof key === "string" ? textOf(key) : String(key)] = json;
      }
    }
    return object;
  }
  return value;
}

/** Members of a map, or the shown ones of an object. */
export function membersOf(value: MapValue | Namespace): [MapKey, Value][] {
  return value instanceof MapValue
    ? value.entries()
    : value.shown.map((name) => [name, present(value.get(name), UNDEFINED)]);
}

/** JSON text with sorted keys, bigints as numbers. `indent` as `JSON.stringify` takes it. */
export function jsonText(json: Json, indent = ""): string {
  return write(json, indent, "\n");
}

function write(json: Json, indent: string, line: string): string {
  if (typeof json === "bigint") {
    return json.toString();
  }
  if (json === null || typeof json !== "object") {
    return JSON.stringify(json);
  }
  const inner = line + indent;
  const items = Array.isArray(json)
    ? json.map((item) => write(item, indent, inner))
    : Object.keys(json)
        .sort()
        .map(
          (key) =>
            `${JSON.stringify(key)}:${indent === "" ? "" : " "}${write(json[key] as Json, indent, inner)}`,
        );
  const [open, close] = Array.isArray(json) ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) {
    return open + close;
  }
  return indent === ""
    ? open + items.join(",") + close
    : `${open}${inner}${items.join(`,${inner}`)}${line}${close}`;
}
