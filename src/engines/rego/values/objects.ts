import { RegoObject } from "./containers.ts";
import { sortStrings } from "./strings.ts";
import type { JsonObject, Value } from "./value.ts";

export type Entry = readonly [key: Value, value: Value];

const sortedKeys = new WeakMap<JsonObject, readonly string[]>();

/** Number of keys. */
export function objectSize(object: JsonObject | RegoObject): number {
  return object instanceof RegoObject ? object.size : Object.keys(object).length;
}

/** The value at a key, undefined when there is none. Never reads a prototype. */
export function objectGet(object: JsonObject | RegoObject, key: Value): Value | undefined {
  if (object instanceof RegoObject) return object.get(key);
  return typeof key === "string" && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Keys of a JSON object in Rego's order; cached, as documents do not change during an evaluation. */
export function jsonKeysSorted(object: JsonObject): readonly string[] {
  let keys = sortedKeys.get(object);
  if (keys === undefined) {
    keys = sortStrings(Object.keys(object));
    sortedKeys.set(object, keys);
  }
  return keys;
}

export function objectKeysSorted(object: JsonObject | RegoObject): readonly Value[] {
  return object instanceof RegoObject ? object.sortedEntries().map(entryKey) : jsonKeysSorted(object);
}

export function objectEntriesSorted(object: JsonObject | RegoObject): readonly Entry[] {
  if (object instanceof RegoObject) return object.sortedEntries();
  return jsonKeysSorted(object).map((key): Entry => [key, object[key]!]);
}

/** Entries in no particular order. */
export function objectEntries(object: JsonObject | RegoObject): readonly Entry[] {
  return object instanceof RegoObject ? object.entries() : Object.entries(object);
}

/** Sets an own property, whatever its name. */
export function setOwn<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === "__proto__")
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}

/** An object from its entries, the last of equal keys winning; plain JSON when all keys are strings. */
export function objectOf(entries: Iterable<Entry>): JsonObject | RegoObject {
  const builder = new ObjectBuilder();
  for (const [key, value] of entries) builder.put(key, value);
  return builder.done();
}

/** Builds an object that stays plain JSON as long as its keys are strings. */
export class ObjectBuilder {
  #plain: Record<string, Value> | undefined = {};
  #general: RegoObject | undefined;

  put(key: Value, value: Value): void {
    if (this.#plain !== undefined) {
      if (typeof key === "string") {
        setOwn(this.#plain, key, value);
        return;
      }
      this.#general = RegoObject.of(Object.entries(this.#plain));
      this.#plain = undefined;
    }
    this.#general?.put(key, value);
  }

  get(key: Value): Value | undefined {
    return objectGet(this.done(), key);
  }

  /** The object; the builder must not be used to change it afterwards. */
  done(): JsonObject | RegoObject {
    return this.#plain ?? this.#general ?? {};
  }
}

function entryKey(entry: Entry): Value {
  return entry[0];
}
