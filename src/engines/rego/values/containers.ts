import { compare, equal } from "./compare.ts";
import { hash } from "./hash.ts";
import type { Entry } from "./objects.ts";
import { RegoNum } from "./rego-num.ts";
import type { Value } from "./value.ts";

type Key = null | boolean | number | string | bigint;

/** The Map key of a scalar; undefined for what must be found by hash. */
function scalarKey(value: Value): Key | undefined {
  if (typeof value !== "object" || value === null) return value;
  return value instanceof RegoNum ? value.key : undefined;
}

/**
 * A Rego set. Scalars are kept in a Map as they are, composites in buckets by structural hash. Filled with `add`
 * while it is built, unchanged from then on. The first spelling of a number that is added stays.
 */
export class RegoSet {
  readonly #scalars = new Map<Key, Value>();
  #buckets: Map<number, Value[]> | undefined;
  #composites = 0;
  #sorted: readonly Value[] | undefined;

  static of(items: Iterable<Value>): RegoSet {
    const set = new RegoSet();
    for (const item of items) set.add(item);
    return set;
  }

  get size(): number {
    return this.#scalars.size + this.#composites;
  }

  /** Adds a value; false when an equal one is already there. */
  add(value: Value): boolean {
    const key = scalarKey(value);
    if (key !== undefined) {
      if (this.#scalars.has(key)) return false;
      this.#scalars.set(key, value);
      this.#sorted = undefined;
      return true;
    }
    this.#buckets ??= new Map();
    const code = hash(value);
    const bucket = this.#buckets.get(code);
    if (bucket === undefined) this.#buckets.set(code, [value]);
    else {
      for (const item of bucket) if (equal(item, value)) return false;
      bucket.push(value);
    }
    this.#composites++;
    this.#sorted = undefined;
    return true;
  }

  has(value: Value): boolean {
    return this.get(value) !== undefined;
  }

  /** The member equal to the value, undefined when there is none. */
  get(value: Value): Value | undefined {
    const key = scalarKey(value);
    if (key !== undefined) return this.#scalars.get(key);
    if (this.#buckets === undefined) return undefined;
    const bucket = this.#buckets.get(hash(value));
    if (bucket !== undefined) for (const item of bucket) if (equal(item, value)) return item;
    return undefined;
  }

  /** Members in Rego's order; made once. */
  sortedItems(): readonly Value[] {
    return (this.#sorted ??= this.items().sort(compare));
  }

  /** Members in no particular order. */
  items(): Value[] {
    const items = [...this.#scalars.values()];
    if (this.#buckets !== undefined) for (const bucket of this.#buckets.values()) items.push(...bucket);
    return items;
  }

  /** Whether the test holds for every member, in no particular order. */
  every(test: (item: Value) => boolean): boolean {
    for (const item of this.#scalars.values()) if (!test(item)) return false;
    if (this.#buckets !== undefined)
      for (const bucket of this.#buckets.values()) for (const item of bucket) if (!test(item)) return false;
    return true;
  }
}

/**
 * A Rego object with keys of any type. Filled with `put` while it is built, unchanged from then on.
 */
export class RegoObject {
  readonly #scalars = new Map<Key, Slot>();
  #buckets: Map<number, Slot[]> | undefined;
  #composites = 0;
  #sorted: readonly Entry[] | undefined;

  static of(entries: Iterable<Entry>): RegoObject {
    const object = new RegoObject();
    for (const [key, value] of entries) object.put(key, value);
    return object;
  }

  get size(): number {
    return this.#scalars.size + this.#composites;
  }

  /** Sets a key's value, replacing an earlier one. */
  put(key: Value, value: Value): void {
    this.#sorted = undefined;
    const slot = this.#find(key);
    if (slot !== undefined) {
      slot.value = value;
      return;
    }
    const scalar = scalarKey(key);
    if (scalar !== undefined) {
      this.#scalars.set(scalar, { key, value });
      return;
    }
    this.#buckets ??= new Map();
    const code = hash(key);
    const bucket = this.#buckets.get(code);
    if (bucket === undefined) this.#buckets.set(code, [{ key, value }]);
    else bucket.push({ key, value });
    this.#composites++;
  }

  has(key: Value): boolean {
    return this.#find(key) !== undefined;
  }

  get(key: Value): Value | undefined {
    return this.#find(key)?.value;
  }

  /** Entries by key in Rego's order; made once. */
  sortedEntries(): readonly Entry[] {
    return (this.#sorted ??= this.entries().sort((a, b) => compare(a[0], b[0])));
  }

  /** Entries in no particular order. */
  entries(): Entry[] {
    const entries: Entry[] = [];
    this.everyEntry((key, value) => {
      entries.push([key, value]);
      return true;
    });
    return entries;
  }

  /** Whether the test holds for every entry, in no particular order. */
  everyEntry(test: (key: Value, value: Value) => boolean): boolean {
    for (const slot of this.#scalars.values()) if (!test(slot.key, slot.value)) return false;
    if (this.#buckets !== undefined)
      for (const bucket of this.#buckets.values())
        for (const slot of bucket) if (!test(slot.key, slot.value)) return false;
    return true;
  }

  #find(key: Value): Slot | undefined {
    const scalar = scalarKey(key);
    if (scalar !== undefined) return this.#scalars.get(scalar);
    if (this.#buckets === undefined) return undefined;
    return this.#buckets.get(hash(key))?.find((slot) => equal(slot.key, key));
  }
}

interface Slot {
  readonly key: Value;
  value: Value;
}
