import type { Location } from "../errors.ts";
import {
  compare,
  isObject,
  lookup,
  objectEntries,
  RegoObject,
  RegoSet,
  type Value,
} from "../values/index.ts";
import { objectOf } from "./constant.ts";
import { Halt } from "./halt.ts";

type Node =
  | { kind: "leaf"; value: Value }
  | { kind: "set"; value: RegoSet }
  | { kind: "doc"; value: DocumentBuilder };

/** An object that rules fill entry by entry, at any depth. The same key with another value ends the evaluation. */
export class DocumentBuilder {
  private readonly strings = new Map<string, Node>();
  private others: RegoObject | undefined;
  private readonly nodes: Node[] = [];
  /** The first contradiction, and the keys that have one: reading another key of the document does not meet it. */
  contradiction: Halt | undefined;
  private contradicted: RegoSet | undefined;

  private find(key: Value): Node | undefined {
    if (typeof key === "string") return this.strings.get(key);
    const index = this.others?.get(key);
    return typeof index === "number" ? this.nodes[index] : undefined;
  }

  private store(key: Value, node: Node): void {
    if (typeof key === "string") this.strings.set(key, node);
    else {
      this.others ??= new RegoObject();
      this.others.put(key, this.nodes.push(node) - 1);
    }
  }

  /** Puts a value at a path, or adds it to the set there. Contradictions are noted under the first key. */
  put(path: readonly Value[], value: Value, multi: boolean, at: Location | undefined): void {
    this.noting(path[0] as Value, () => this.putAt(path, value, multi, at));
  }

  private noting(key: Value, work: () => void): void {
    try {
      work();
    } catch (thrown) {
      if (!(thrown instanceof Halt)) throw thrown;
      this.contradiction ??= thrown;
      this.contradicted ??= new RegoSet();
      this.contradicted.add(key);
    }
  }

  isContradicted(key: Value): boolean {
    return this.contradicted?.has(key) === true;
  }

  private putAt(path: readonly Value[], value: Value, multi: boolean, at: Location | undefined): void {
    let target: DocumentBuilder = this;
    for (let i = 0; i < path.length - 1; i++) target = target.inner(path[i] as Value, at);
    const key = path[path.length - 1] as Value;
    const known = target.find(key);
    if (multi) {
      if (known === undefined) target.store(key, { kind: "set", value: RegoSet.of([value]) });
      else if (known.kind === "set") known.value.add(value);
      else throw conflict(at);
      return;
    }
    if (known === undefined) target.store(key, { kind: "leaf", value });
    else if (known.kind !== "leaf" || compare(known.value, value) !== 0) throw conflict(at);
  }

  private inner(key: Value, at: Location | undefined): DocumentBuilder {
    const known = this.find(key);
    if (known === undefined) {
      const value = new DocumentBuilder();
      this.store(key, { kind: "doc", value });
      return value;
    }
    if (known.kind !== "doc") throw conflict(at);
    return known.value;
  }

  /** Lays the document of deeper rules below a key. */
  merge(key: Value, value: Value, at: Location | undefined): void {
    this.noting(key, () => this.mergeAt(key, value, at));
  }

  private mergeAt(key: Value, value: Value, at: Location | undefined): void {
    const known = this.find(key);
    if (known === undefined) {
      this.store(key, { kind: "leaf", value });
      return;
    }
    if (known.kind === "leaf" && compare(known.value, value) === 0) return;
    if (known.kind !== "doc" || !isObject(value)) throw conflict(at);
    for (const [k, v] of objectEntries(value)) known.value.mergeAt(k, v, at);
  }

  finish(): Value {
    const entries: [Value, Value][] = [];
    const plain = (node: Node): Value => (node.kind === "doc" ? node.value.finish() : node.value);
    for (const [key, node] of this.strings) entries.push([key, plain(node)]);
    for (const [key, index] of this.others?.entries() ?? []) {
      entries.push([key, plain(this.nodes[index as number] as Node)]);
    }
    return objectOf(entries);
  }
}

export function conflict(at: Location | undefined): Halt {
  return new Halt("eval_conflict_error", "object keys must be unique", at);
}

/** A copy of a document with a value at a path; scalars on the way are replaced. */
export function withPath(document: Value | undefined, path: readonly Value[], value: Value, from = 0): Value {
  if (from === path.length) return value;
  const key = path[from] as Value;
  const isObj = document !== undefined && isObject(document);
  const child = isObj ? lookup(document, key) : undefined;
  const inner = withPath(child, path, value, from + 1);
  const entries: [Value, Value][] = [];
  let placed = false;
  if (isObj) {
    for (const [k, v] of objectEntries(document)) {
      const same = k === key || compare(k, key) === 0;
      placed ||= same;
      entries.push([k, same ? inner : v]);
    }
  }
  if (!placed) entries.push([key, inner]);
  return objectOf(entries);
}
