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

/**
 * JSON with selectors that are no members: `object.name` finds them where there is no key of that name, but they are not
 * counted, listed, compared or copied. Old policies rely on a few (see terraform/compatibility.ts).
 */
export class JsonWithSelectors {
  readonly json: JsonObject;
  readonly selectors: Selectors;

  constructor(json: JsonObject, selectors: Selectors) {
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
  /** Members converted or set so far; null while there are none. Over JSON it holds only the lists and maps among them. */
  #members: Map<MapKey, Value> | null;
  #json: JsonObject | null;
  #selectors: Selectors | null = null;

  constructor(members: Map<MapKey, Value> | null = null, json: JsonObject | null = null) {
    this.#members = members;
    this.#json = json;
  }

  static overJson(json: JsonObject): MapValue {
    return new MapValue(null, json);
  }

  static withSelectors({ json, selectors }: JsonWithSelectors): MapValue {
    const map = new MapValue(null, json);
    map.#selectors = selectors;
    return map;
  }

  /** `map.name`: the member, else a selector that is none. */
  select(name: string): Value | undefined {
    const member = this.get(name);
    if (member !== undefined || this.#selectors === null || this.#json === null) {
      return member;
    }
    const selector = this.#selectors.get(name);
    return selector === undefined ? undefined : fromJson(selector(this.#json));
  }

  get(key: MapKey): Value | undefined {
    const known = this.#members?.get(key);
    const json = this.#json;
    if (known !== undefined || json === null || typeof key !== "string") {
      return known;
    }
    const name = textOf(key);
    if (!Object.hasOwn(json, name)) {
      return undefined;
    }
    const member = json[name];
    const value = fromJson(member);
    // A scalar is cheaper to convert again than to keep; lists and maps must stay the same ones.
    if (typeof member === "object" && member !== null) {
      this.#members ??= new Map();
      this.#members.set(key, value);
    }
    return value;
  }

  has(key: MapKey): boolean {
    return this.#json === null
      ? this.#members?.has(key) === true
      : typeof key === "string" && Object.hasOwn(this.#json, textOf(key));
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
    for (const name of Object.keys(json)) {
      const key = bytesOf(name);
      let value = this.#members?.get(key);
      if (value === undefined) {
        const member = json[name];
        value = fromJson(member);
        // As in `get`. A loop that changes this very map goes on over the members that it started with.
        if (typeof member === "object" && member !== null && this.#json === json) {
          this.#members ??= new Map();
          this.#members.set(key, value);
        }
      }
      if (!visit(key, value)) {
        return;
      }
    }
  }

  entries(): [MapKey, Value][] {
    return this.#json === null
      ? [...(this.#members ?? [])]
      : this.keys().map((key) => [key, this.get(key) as Value]);
  }

  /** The members as a table of this map's own, no longer backed by the JSON. */
  #own(): Map<MapKey, Value> {
    if (this.#json !== null || this.#members === null) {
      this.#members = new Map(this.entries());
      this.#json = null;
      this.#selectors = null;
    }
    return this.#members;
  }
}
