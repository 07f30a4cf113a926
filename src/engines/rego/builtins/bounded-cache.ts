/**
 * A cache of compiled things with a bounded number of entries: patterns come from policies and from inputs. When it
 * is full it is emptied, which costs less than keeping an order and only happens to programs that make patterns.
 */
export class BoundedCache<T> {
  readonly #entries = new Map<string, T>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get(key: string, make: (key: string) => T): T {
    let value = this.#entries.get(key);
    if (value === undefined) {
      value = make(key);
      if (this.#entries.size >= this.#max) this.#entries.clear();
      this.#entries.set(key, value);
    }
    return value;
  }
}

/** The cache of that name among a program's constants. */
export function cacheOf<T>(constants: Map<string, unknown>, name: string, max = 500): BoundedCache<T> {
  let cache = constants.get(name) as BoundedCache<T> | undefined;
  if (cache === undefined) {
    cache = new BoundedCache<T>(max);
    constants.set(name, cache);
  }
  return cache;
}
