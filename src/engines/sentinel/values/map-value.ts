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

/**
 * JSON with selectors that are no members: `object.name` finds them where there is no key of that name, but they are not
 * counted, listed, compared or copied. Old policies rely on a few (see terraform/compatibility.ts).
 */
export class JsonWithSelectors {
  readonly json: JsonObject;
  readonly selectors: ReadonlyMap<string, () => unknown>;

  constructor(json: JsonObject, selectors: ReadonlyMap<string, () => unknown>) {
    this.json = json;
    this.selectors = selectors;
  }
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

/**
 * A map in insertion order. Made over a JSON object it converts a member when that is first read, so that a policy
 * pays only for the part of a plan that it looks at; the JSON itself is never changed.
 */
export class MapValue {
  /** Members converted or set so far. While `#json` is there, it holds only part of them, in order of reading. */
  #members: Map<MapKey, Value>;
  #json: JsonObject | null;
  #selectors: ReadonlyMap<string, () => unknown> | null = null;

  constructor(members: Map<MapKey, Value> = new Map()) {
    this.#members = members;
    this.#json = null;
  }

  static overJson(json: JsonObject): MapValue {
    const map = new MapValue();
    map.#json = json;
    return map;
  }

  static withSelectors({ json, selectors }: JsonWithSelectors): MapValue {
    const map = MapValue.overJson(json);
    map.#selectors = selectors;
    return map;
  }

  /** `map.name`: the member, else a selector that is none. */
  select(name: string): Value | undefined {
    const member = this.get(name);
    if (member !== undefined || this.#selectors === null) {
      return member;
    }
    const selector = this.#selectors.get(name);
    return selector === undefined ? undefined : fromJson(selector());
  }

  get(key: MapKey): Value | undefined {
    const known = this.#members.get(key);
    if (known !== undefined || this.#json === null || typeof key !== "string") {
      return known;
    }
    const name = textOf(key);
    if (!Object.hasOwn(this.#json, name)) {
      return undefined;
    }
    const value = fromJson(this.#json[name]);
    this.#members.set(key, value);
    return value;
  }

  has(key: MapKey): boolean {
    return this.#json === null
      ? this.#members.has(key)
      : typeof key === "string" && Object.hasOwn(this.#json, textOf(key));
  }

  set(key: MapKey, value: Value): void {
    this.#convertAll();
    this.#members.set(key, value);
  }

  delete(key: MapKey): void {
    this.#convertAll();
    this.#members.delete(key);
  }

  get size(): number {
    return this.#json === null ? this.#members.size : Object.keys(this.#json).length;
  }

  /** The keys as they are now: a loop over them does not see what it adds. */
  keys(): MapKey[] {
    return this.#json === null ? [...this.#members.keys()] : Object.keys(this.#json).map(bytesOf);
  }

  entries(): [MapKey, Value][] {
    this.#convertAll();
    return [...this.#members];
  }

  #convertAll(): void {
    if (this.#json === null) {
      return;
    }
    const members = new Map<MapKey, Value>();
    for (const key of this.keys()) {
      members.set(key, this.get(key) as Value);
    }
    this.#members = members;
    this.#json = null;
  }
}

/** A map of string keys from name and value pairs; names are text. */
export function mapOf(members: Iterable<readonly [string, Value]>): MapValue {
  const map = new Map<MapKey, Value>();
  for (const [name, value] of members) {
    map.set(bytesOf(name), value);
  }
  return new MapValue(map);
}
