import { bytesOf, textOf } from "./bytes.ts";
import { fromJson } from "./json.ts";
import type { Value } from "./value.ts";
import { Float } from "./value.ts";

/**
 * A map's key as JavaScript's Map compares it: byte string, bool, int as number or bigint. A float that is
 * integral is the key of that int (they are equal in Sentinel); any other float is its plain number, which no int is.
 */
export type MapKey = string | boolean | number | bigint;

/** Plain JSON object as `JSON.parse` gives it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Selectors by name; each gives JSON for the object that it is read from. */
export type Selectors = ReadonlyMap<string, (json: JsonObject) => unknown>;

/** A key as a byte string, and its member. */
export type JsonEntry = readonly [key: string, member: unknown];

/**
 * JSON that the host made for policies and never changes. It may have selectors that are no members: `object.name` finds
 * them where there is no key of that name, but they are not counted, listed, compared or copied; old policies rely on a
 * few (see terraform/compatibility.ts). A large object that most policies go through carries its entries as a list, so
 * that no evaluation lists and converts the keys again.
 */
export class PreparedJson {
  readonly json: JsonObject;
  readonly selectors: Selectors | null;
  readonly entries: readonly JsonEntry[] | null;

  constructor(json: JsonObject, selectors: Selectors | null, entries: readonly JsonEntry[] | null) {
    this.json = json;
    this.selectors = selectors;
    this.entries = entries;
  }
}

/** For objects of any size that are looped over; the object must not change any more. */
export function withEntries(json: JsonObject, selectors: Selectors | null): PreparedJson {
  return new PreparedJson(
    json,
    selectors,
    Object.entries(json).map(([name, member]) => [bytesOf(name), member]),
  );
}

/** The key for a value; null when values of that kind cannot be keys. */
export function keyOf(value: Value): MapKey | null {
  if (
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean" ||
    typeof value === "bigint"
  ) {
    return value;
  }
  return value instanceof Float ? value.value : null;
}

export function valueOfKey(key: MapKey): Value {
  return typeof key === "number" && !Number.isSafeInteger(key) ? new Float(key) : key;
}

/** `Object.hasOwn`, which takes twice the time of this, is most of what reading a member costs. */
const hasOwn = Object.prototype.hasOwnProperty;

/** Up to half as many keys are found by looking at each: most objects of a plan would make a table for one member. */
const FEW = 16;

/** Lists and maps of a JSON object that were converted already: a member must stay the same value. */
class Converted {
  /** Key and value in turn: one list is made faster than two. */
  readonly #pairs: Value[] = [];
  #table: Map<string, Value> | null = null;

  get size(): number {
    return this.#pairs.length / 2;
  }

  find(key: string): Value | undefined {
    const pairs = this.#pairs;
    if (this.#table === null && pairs.length <= FEW) {
      for (let i = 0; i < pairs.length; i += 2) {
        if (pairs[i] === key) {
          return pairs[i + 1];
        }
      }
      return undefined;
    }
    this.#table ??= this.#tableOf(pairs);
    return this.#table.get(key);
  }

  add(key: string, value: Value): void {
    this.#pairs.push(key, value);
    this.#table?.set(key, value);
  }

  #tableOf(pairs: readonly Value[]): Map<string, Value> {
    const table = new Map<string, Value>();
    for (let i = 0; i < pairs.length; i += 2) {
      table.set(pairs[i] as string, pairs[i + 1] as Value);
    }
    return table;
  }
}

/**
 * A map in insertion order. Made over a JSON object it converts a member when that is first read, so that a policy
 * pays only for the part of a plan that it looks at; the JSON itself is never changed.
 */
export class MapValue {
  /** The members where the map is its own table; null over JSON. */
  #members: Map<MapKey, Value> | null;
  #json: JsonObject | null;
  #converted: Converted | null = null;
  #prepared: PreparedJson | null = null;

  constructor(members: Map<MapKey, Value> | null = null, json: JsonObject | null = null) {
    this.#members = json === null ? (members ?? new Map()) : null;
    this.#json = json;
  }

  static overJson(json: JsonObject): MapValue {
    return new MapValue(null, json);
  }

  static overPrepared(prepared: PreparedJson): MapValue {
    const map = new MapValue(null, prepared.json);
    map.#prepared = prepared;
    return map;
  }

  /** `map.name`: the member, else a selector that is none. */
  select(name: string): Value | undefined {
    const member = this.get(name);
    if (member !== undefined || this.#prepared === null) {
      return member;
    }
    const selector = this.#prepared.selectors?.get(name);
    return selector === undefined ? undefined : fromJson(selector(this.#prepared.json));
  }

  get(key: MapKey): Value | undefined {
    const json = this.#json;
    if (json === null) {
      return this.#members?.get(key);
    }
    if (typeof key !== "string") {
      return undefined;
    }
    const name = textOf(key);
    return hasOwn.call(json, name) ? this.#convert(key, json[name]) : undefined;
  }

  has(key: MapKey): boolean {
    return this.#json === null
      ? this.#members?.has(key) === true
      : typeof key === "string" && hasOwn.call(this.#json, textOf(key));
  }

  set(key: MapKey, value: Value): void {
    this.#own().set(key, value);
  }

  delete(key: MapKey): void {
    this.#own().delete(key);
  }

  get size(): number {
    return this.#json === null ? (this.#members?.size ?? 0) : Object.keys(this.#json).length;
  }

  /** The keys as they are now: a loop over them does not see what it adds. */
  keys(): MapKey[] {
    return this.#json === null ? [...(this.#members?.keys() ?? [])] : Object.keys(this.#json).map(bytesOf);
  }

  /** Goes over the members as they are now, until `visit` answers false. */
  each(visit: (key: MapKey, value: Value) => boolean): void {
    const json = this.#json;
    if (json === null) {
      for (const [key, value] of [...(this.#members ?? [])]) {
        if (!visit(key, value)) {
          return;
        }
      }
      return;
    }
    // A loop that changes this very map goes on over the members that it started with.
    const entries = this.#prepared?.entries ?? null;
    if (entries !== null) {
      this.#eachOf(entries, visit);
      return;
    }
    for (const name of Object.keys(json)) {
      const key = bytesOf(name);
      if (!visit(key, this.#convert(key, json[name]))) {
        return;
      }
    }
  }

  entries(): [MapKey, Value][] {
    return this.#json === null
      ? [...(this.#members ?? [])]
      : this.keys().map((key) => [key, this.get(key) as Value]);
  }

  #eachOf(entries: readonly JsonEntry[], visit: (key: MapKey, value: Value) => boolean): void {
    this.#converted ??= new Converted();
    const converted = this.#converted;
    // While nobody else reads this map, none of the members can have been converted before.
    let own = converted.size === 0 ? 0 : -1;
    for (const [key, member] of entries) {
      let value: Value;
      if (own === converted.size && typeof member === "object" && member !== null) {
        value = fromJson(member);
        converted.add(key, value);
        own += 1;
      } else {
        value = this.#convert(key, member);
      }
      if (!visit(key, value)) {
        return;
      }
    }
  }

  /** A scalar is cheaper to convert again than to keep; lists and maps must stay the same ones. */
  #convert(key: string, member: unknown): Value {
    if (typeof member !== "object" || member === null) {
      return fromJson(member);
    }
    this.#converted ??= new Converted();
    const known = this.#converted.find(key);
    if (known !== undefined) {
      return known;
    }
    const value = fromJson(member);
    this.#converted.add(key, value);
    return value;
  }

  /** The members as a table of this map's own, no longer backed by the JSON. */
  #own(): Map<MapKey, Value> {
    this.#members ??= new Map(this.entries());
    this.#json = null;
    this.#prepared = null;
    return this.#members;
  }
}
