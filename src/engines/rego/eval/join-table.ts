import { RegoObject, RegoSet, type Value } from "../values/index.ts";
import { ObjectCollector } from "./runtime.ts";

/** Results of a comprehension by the keys that join it to its surroundings. */
export class JoinIndex {
  private readonly kind: "array" | "set" | "object";
  /** Position in `groups` by key. */
  private readonly positions = new RegoObject();
  private readonly groups: (Value[] | RegoSet | ObjectCollector)[] = [];
  private readonly contradicted = new Set<number>();
  private readonly finished: Value[] = [];

  constructor(kind: "array" | "set" | "object") {
    this.kind = kind;
  }

  add(keys: readonly Value[], a: Value, b: Value | undefined): void {
    const key = keyOf(keys);
    const known = this.positions.get(key);
    let position = typeof known === "number" ? known : -1;
    if (position < 0) {
      position =
        this.groups.push(
          this.kind === "array" ? [] : this.kind === "set" ? new RegoSet() : new ObjectCollector(),
        ) - 1;
      this.positions.put(key, position);
    }
    const group = this.groups[position] as Value[] | RegoSet | ObjectCollector;
    if (Array.isArray(group)) group.push(a);
    else if (group instanceof RegoSet) group.add(a);
    else if (b !== undefined && !group.put(a, b)) this.contradicted.add(position);
  }

  /** The collection for the keys, an empty one when there is none; undefined when a key of it has two values. */
  find(keys: readonly Value[]): Value | undefined {
    const position = this.positions.get(keyOf(keys));
    if (typeof position !== "number") return this.empty();
    if (this.contradicted.has(position)) return undefined;
    const known = this.finished[position];
    if (known !== undefined) return known;
    const group = this.groups[position] as Value[] | RegoSet | ObjectCollector;
    const value = group instanceof ObjectCollector ? group.finish() : group;
    this.finished[position] = value;
    return value;
  }

  empty(): Value {
    return this.kind === "array" ? [] : this.kind === "set" ? new RegoSet() : new ObjectCollector().finish();
  }
}

function keyOf(keys: readonly Value[]): Value {
  return keys.length === 1 ? (keys[0] as Value) : keys;
}
