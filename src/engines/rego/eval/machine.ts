// Above 500 lines: the state of one evaluation and everything that generated code and closures alike may ask of it.

import { type Builtin, BuiltinError } from "../builtins/builtin.ts";
import type { Location } from "../errors.ts";
import {
  equal,
  isNumber,
  isObject,
  lookup,
  num,
  objectEntries,
  objectKeysSorted,
  RegoSet,
  termText,
  type Value,
} from "../values/index.ts";
import { objectOf } from "./constant.ts";
import { type Dependencies, dependenciesOf } from "./dependencies.ts";
import { DocumentBuilder, withPath } from "./document.ts";
import { type CacheSlot, Frame, type Mock, UNDEFINED_RULE } from "./frame.ts";
import { Halt } from "./halt.ts";
import type { JoinIndex } from "./join-table.ts";
import type { BodyPlan, GroupPlan, NodePlan, Plan } from "./plan.ts";

/** A rule body in running form. `out` is the set or document that a partial rule fills. */
export type BodyFunction = (
  q: Frame,
  out: RegoSet | DocumentBuilder | undefined,
  ...args: readonly Value[]
) => Value | undefined;

/** A function of the policy in running form. */
export type CallFunction = (q: Frame, ...args: readonly Value[]) => Value | undefined;

/** Results of one function that are remembered; beyond it all are forgotten. */
const MEMO_SIZE = 10_000;

interface Found {
  readonly value: Value;
  readonly at: number;
}

/** A body that gave two values; the rule's other bodies are asked before it is reported. */
class Disagreement extends Halt {
  readonly group: number;
  readonly a: Value;
  readonly b: Value;

  constructor(group: number, a: Value, b: Value, halt: Halt) {
    super(halt.code, halt.message, halt.location);
    this.group = group;
    this.a = a;
    this.b = b;
  }
}

/** A place in `data` that was not evaluated yet. */
export class PlaceView {
  readonly node: number;

  constructor(node: number) {
    this.node = node;
  }
}

/** A value of a `with` target, evaluated. */
export type WithValue =
  | { readonly kind: "input"; readonly path: readonly Value[]; readonly value: Value }
  | { readonly kind: "data"; readonly path: readonly Value[]; readonly value: Value; readonly node: number }
  | { readonly kind: "function"; readonly target: string; readonly by: Mock };

/** Runs a plan's rules; the same for both back ends, which only differ in how bodies were made. */
export class Machine {
  readonly plan: Plan;
  readonly builtins: readonly Builtin[];
  readonly bodies: BodyFunction[] = [];
  readonly functions: CallFunction[] = [];
  /** Remembered in place of undefined. */
  readonly NONE = Symbol("undefined");
  private dependencies: readonly Dependencies[] | undefined;
  private readonly paths = new Map<number, readonly Value[]>();
  private readonly below = new Map<number, readonly number[]>();

  constructor(plan: Plan, builtins: readonly Builtin[]) {
    this.plan = plan;
    this.builtins = builtins;
  }

  /** Path of a node below `data`; made when first needed, as are the nodes below one. */
  private pathOf(id: number): readonly Value[] {
    let path = this.paths.get(id);
    if (path === undefined) {
      const keys: Value[] = [];
      for (
        let node = this.plan.nodes[id];
        node !== undefined && node.parent >= 0;
        node = this.plan.nodes[node.parent]
      ) {
        keys.unshift(node.key);
      }
      path = keys;
      this.paths.set(id, path);
    }
    return path;
  }

  private belowOf(id: number): readonly number[] {
    let below = this.below.get(id);
    if (below === undefined) {
      below = this.descendants(this.plan.nodes[id] as NodePlan);
      this.below.set(id, below);
    }
    return below;
  }

  private descendants(node: NodePlan): number[] {
    const out = [node.id];
    for (const child of node.children.values())
      out.push(...this.descendants(this.plan.nodes[child] as NodePlan));
    return out;
  }

  location(at: number): Location | undefined {
    return this.plan.locations[at];
  }

  // ---- rules ----

  ruleValue(q: Frame, g: number): Value | undefined {
    const known = q.cache[g];
    if (known !== undefined) return known === UNDEFINED_RULE ? undefined : known;
    const group = this.plan.groups[g] as GroupPlan;
    q.s.depth++;
    const value = q.masked?.has(group.node) === true ? this.baseAt(q, group.node) : this.evaluate(q, group);
    q.s.depth--;
    q.cache[g] = value === undefined ? UNDEFINED_RULE : value;
    return value;
  }

  private evaluate(q: Frame, group: GroupPlan): Value | undefined {
    if (--q.s.n < 0) q.s.refill();
    switch (group.kind) {
      case "complete":
        try {
          return this.complete(q, group, []);
        } catch (thrown) {
          if (thrown instanceof Disagreement && thrown.group === group.id)
            throw this.allConflicts(q, group, []);
          throw thrown;
        }
      case "set": {
        const out = new RegoSet();
        this.fill(q, group, out);
        return out;
      }
      case "object": {
        const out = new DocumentBuilder();
        this.fill(q, group, out);
        if (group.below) this.mergeBelow(q, group, out);
        if (out.contradiction !== undefined) {
          q.contradicted ??= new Map();
          q.contradicted.set(group.id, out);
          throw out.contradiction;
        }
        return out.finish();
      }
      case "function":
        return undefined;
    }
  }

  private fill(q: Frame, group: GroupPlan, out: RegoSet | DocumentBuilder): void {
    const wanted = group.index === undefined ? undefined : this.candidates(q, group.id, []);
    for (const [i, chain] of group.chains.entries()) {
      if (wanted !== undefined && wanted[i] !== true) continue;
      for (const body of chain) (this.bodies[body.id] as BodyFunction)(q, out);
    }
  }

  /** Chains of a group that can succeed for the value that its index looks at. */
  candidates(q: Frame, g: number, args: readonly Value[]): readonly boolean[] | undefined {
    const { index } = this.plan.groups[g] as GroupPlan;
    if (index === undefined) return undefined;
    let value = index.argument < 0 ? q.input : args[index.argument];
    for (const key of index.path) value = value === undefined ? undefined : lookup(value, key);
    return value === undefined ? index.others : (index.table.get(value) ?? index.others);
  }

  private mergeBelow(q: Frame, group: GroupPlan, out: DocumentBuilder): void {
    const node = this.plan.nodes[group.node] as NodePlan;
    for (const [key, id] of node.children) {
      const value = this.nodeValue(q, id);
      if (value !== undefined) out.merge(key, value, this.location(this.placeBelow(id)));
    }
  }

  /** Where the first rule at or below a node stands. */
  private placeBelow(id: number): number {
    const node = this.plan.nodes[id] as NodePlan;
    if (node.group >= 0) return (this.plan.groups[node.group] as GroupPlan).chains[0]?.[0]?.at ?? -1;
    for (const child of node.children.values()) {
      const at = this.placeBelow(child);
      if (at >= 0) return at;
    }
    return -1;
  }

  /** One entry of a partial object. Contradictions under other keys do not matter to it. */
  ruleKey(q: Frame, g: number, key: Value): Value | undefined {
    let value: Value | undefined;
    try {
      value = this.ruleValue(q, g);
    } catch (thrown) {
      const document = q.contradicted?.get(g);
      if (document === undefined || thrown !== document.contradiction || document.isContradicted(key))
        throw thrown;
      value = document.finish();
    }
    return value === undefined ? undefined : lookup(value, key);
  }

  /** Value of a complete rule or of a function call: all chains must agree. */
  complete(q: Frame, group: GroupPlan, args: readonly Value[]): Value | undefined {
    let result: Value | undefined;
    const wanted = group.index === undefined ? undefined : this.candidates(q, group.id, args);
    for (const [i, chain] of group.chains.entries()) {
      if (wanted !== undefined && wanted[i] !== true) continue;
      for (const body of chain) {
        const value = (this.bodies[body.id] as BodyFunction)(q, undefined, ...args);
        if (value === undefined) continue;
        if (result === undefined) {
          result = value;
          if (group.earlyExit) return result;
        } else if (!equal(result, value)) throw this.allConflicts(q, group, args);
        break;
      }
    }
    if (result === undefined && group.fallback !== undefined) {
      return (this.bodies[group.fallback.id] as BodyFunction)(q, undefined, ...args);
    }
    return result;
  }

  private conflicting(group: GroupPlan, values: readonly Found[]): Halt {
    const what =
      group.kind === "function"
        ? `function ${group.path} produced conflicting values for the same inputs`
        : `rule ${group.path} produced conflicting values`;
    const lines = values.map(({ value, at }) => {
      const loc = this.location(at);
      return `\n  ${termText(value)} at ${loc?.file ?? ""}:${loc?.row ?? 0}`;
    });
    return new Halt("eval_conflict_error", `${what}:${lines.join("")}`, this.location(values[1]?.at ?? -1));
  }

  /** A body gave two values. */
  bodyConflict(g: number, at: number, a: Value, b: Value): Halt {
    const group = this.plan.groups[g] as GroupPlan;
    const message = this.conflicting(group, [
      { value: a, at },
      { value: b, at },
    ]);
    return new Disagreement(g, a, b, message);
  }

  /** All values that rules of a group give and that contradict the first one, as OPA lists them. */
  private allConflicts(q: Frame, group: GroupPlan, args: readonly Value[]): Halt {
    const found: Found[] = [];
    for (const chain of group.chains) {
      for (const body of chain) {
        const own = this.valuesOf(q, group, body, args);
        if (own.length === 0) continue;
        const first = found[0] ?? own[0];
        if (found.length === 0) found.push(...own);
        else {
          const other = own.find((f) => first === undefined || !equal(first.value, f.value));
          if (other !== undefined) found.push(other);
        }
        break;
      }
    }
    return this.conflicting(group, found);
  }

  private valuesOf(q: Frame, group: GroupPlan, body: BodyPlan, args: readonly Value[]): Found[] {
    try {
      const value = (this.bodies[body.id] as BodyFunction)(q, undefined, ...args);
      return value === undefined ? [] : [{ value, at: body.at }];
    } catch (thrown) {
      if (!(thrown instanceof Disagreement) || thrown.group !== group.id) throw thrown;
      return [
        { value: thrown.a, at: body.at },
        { value: thrown.b, at: body.at },
      ];
    }
  }

  call(q: Frame, g: number, args: readonly Value[]): Value | undefined {
    const made = this.functions[g];
    if (made !== undefined) return made(q, ...args);
    if (--q.s.n < 0) q.s.refill();
    return this.slowCall(q, g, args);
  }

  /** A call that may be replaced by a `with` or is traced. */
  slowCall(q: Frame, g: number, args: readonly Value[]): Value | undefined {
    const mock = q.mocks?.get(`g${g}`);
    if (mock !== undefined) return this.replaced(q, mock, args, -1);
    q.s.depth++;
    const value = this.complete(q, this.plan.groups[g] as GroupPlan, args);
    q.s.depth--;
    return value;
  }

  /** Remembered results of a function by its argument; undefined where the argument is no simple key. */
  memoOf(q: Frame, g: number, argument: Value): Map<unknown, unknown> | undefined {
    if (typeof argument !== "string" && typeof argument !== "number") return undefined;
    q.memo ??= new Map();
    let memo = q.memo.get(g);
    if (memo === undefined) {
      memo = new Map();
      q.memo.set(g, memo);
    } else if (memo.size > MEMO_SIZE) memo.clear();
    return memo;
  }

  /** Two chains gave different values. */
  disagree(q: Frame, g: number, args: readonly Value[]): never {
    throw this.allConflicts(q, this.plan.groups[g] as GroupPlan, args);
  }

  // ---- built-ins ----

  builtin(q: Frame, b: number, args: readonly Value[], at: number): Value | undefined {
    if (q.mocks !== undefined) {
      const mock = q.mocks.get(`b${b}`);
      if (mock !== undefined) return this.replaced(q, mock, args, at);
    }
    return this.runBuiltin(q, b, args, at);
  }

  runBuiltin(q: Frame, b: number, args: readonly Value[], at: number): Value | undefined {
    const { s } = q;
    if (--s.n < 0) s.refill();
    const builtin = this.builtins[b] as Builtin;
    try {
      if (builtin.name === "internal.print") return this.print(q, args, at);
      if (builtin.name === "trace" && s.events !== undefined)
        s.events.push({ at, depth: s.depth, note: String(args[0]) });
      return builtin.impl(s.context, args);
    } catch (thrown) {
      if (!(thrown instanceof BuiltinError)) throw thrown;
      if (s.strict) throw new Halt(thrown.code, thrown.message, this.location(at));
      return undefined;
    }
  }

  private print(q: Frame, args: readonly Value[], at: number): Value {
    const operands = args[0] as readonly Value[];
    // Each operand is the set of its values: none for undefined, several where it iterates.
    let lines: string[] = [""];
    for (const [i, operand] of operands.entries()) {
      const texts =
        operand instanceof RegoSet && operand.size > 0
          ? operand.sortedItems().map((v) => (typeof v === "string" ? v : termText(v)))
          : ["<undefined>"];
      const next: string[] = [];
      for (const line of lines)
        for (const text of texts) if (next.length < 1000) next.push(i === 0 ? text : `${line} ${text}`);
      lines = next;
    }
    const location = this.location(at);
    if (location !== undefined && q.s.prints.length < 10_000)
      for (const message of lines) q.s.prints.push({ message, location });
    return true;
  }

  private replaced(q: Frame, mock: Mock, args: readonly Value[], at: number): Value | undefined {
    switch (mock.kind) {
      case "value":
        return mock.value;
      case "group":
        return this.complete(this.unmocked(q), this.plan.groups[mock.g] as GroupPlan, args);
      case "builtin":
        return this.runBuiltin(q, mock.b, args, at);
    }
  }

  join(q: Frame, id: number): JoinIndex | undefined {
    return q.joins?.get(id);
  }

  keepJoin(q: Frame, id: number, index: JoinIndex): void {
    q.joins ??= new Map();
    q.joins.set(id, index);
  }

  tooMany(): never {
    throw new Halt("eval_cancel_error", "a collection has more items than the evaluation allows", undefined);
  }

  /** An expression or rule was reached; only plans made for coverage and traces call this. */
  mark(q: Frame, at: number): void {
    q.s.covered?.add(at);
    q.s.events?.push({ at, depth: q.s.depth });
  }

  /** A replacement runs as if nothing had been replaced, so that it can call what it stands for. */
  private unmocked(q: Frame): Frame {
    q.withoutMocks ??= new Frame(q.s, q.input, q.base, [], q.masked, undefined);
    return q.withoutMocks;
  }

  // ---- documents ----

  /** Base documents at a node's path. */
  baseAt(q: Frame, node: number): Value | undefined {
    let value: Value | undefined = q.base;
    for (const key of this.pathOf(node)) {
      if (value === undefined) return undefined;
      value = lookup(value, key);
    }
    return value;
  }

  basePath(q: Frame, path: readonly number[]): Value | undefined {
    let value: Value | undefined = q.base;
    for (const i of path) {
      if (value === undefined) return undefined;
      value = lookup(value, this.plan.constants[i] as Value);
    }
    return value;
  }

  private nodeValue(q: Frame, id: number): Value | undefined {
    const node = this.plan.nodes[id] as NodePlan;
    if (node.group < 0) return this.extent(q, id);
    return (this.plan.groups[node.group] as GroupPlan).kind === "function"
      ? undefined
      : this.ruleValue(q, node.group);
  }

  /** Everything at and below a package: base documents with the values of rules laid over them. */
  extent(q: Frame, id: number): Value | undefined {
    if (q.masked?.has(id) === true) return this.baseAt(q, id);
    const node = this.plan.nodes[id] as NodePlan;
    const base = this.baseAt(q, id);
    const entries: [Value, Value][] = [];
    if (base !== undefined && isObject(base)) {
      for (const [k, v] of objectEntries(base)) if (!node.children.has(k)) entries.push([k, v]);
    }
    for (const [key, child] of node.children) {
      const value = this.nodeValue(q, child);
      const below = base === undefined ? undefined : lookup(base, key);
      if (value !== undefined && below !== undefined) entries.push([key, merged(below, value)]);
      else if (value !== undefined || below !== undefined) entries.push([key, (value ?? below) as Value]);
    }
    return objectOf(entries);
  }

  step(q: Frame, from: Value | PlaceView | undefined, key: Value): Value | PlaceView | undefined {
    if (from === undefined) return undefined;
    if (!(from instanceof PlaceView)) return lookup(from, key);
    const node = this.plan.nodes[from.node] as NodePlan;
    if (q.masked?.has(from.node) !== true) {
      const child = node.children.get(key);
      if (child !== undefined) return this.viewOf(q, child);
    }
    return baseLookup(this.baseAt(q, from.node), key);
  }

  private viewOf(q: Frame, id: number): Value | PlaceView | undefined {
    const node = this.plan.nodes[id] as NodePlan;
    return node.group < 0 ? new PlaceView(id) : this.nodeValue(q, id);
  }

  /** Keys of a view or value, in order. */
  viewKeys(q: Frame, from: Value | PlaceView | undefined): readonly Value[] {
    if (from === undefined) return [];
    if (!(from instanceof PlaceView)) return keysOf(from);
    const node = this.plan.nodes[from.node] as NodePlan;
    const base = this.baseAt(q, from.node);
    const keys = new RegoSet();
    if (base !== undefined && isObject(base)) for (const key of objectKeysSorted(base)) keys.add(key);
    if (q.masked?.has(from.node) !== true) for (const key of node.children.keys()) keys.add(key);
    return keys.sortedItems();
  }

  final(q: Frame, from: Value | PlaceView | undefined): Value | undefined {
    return from instanceof PlaceView ? this.extent(q, from.node) : from;
  }

  // ---- with ----

  withFrame(q: Frame, targets: readonly WithValue[]): Frame {
    let { input, base } = q;
    let masked = q.masked as Set<number> | undefined;
    let mocks = q.mocks as Map<string, Mock> | undefined;
    for (const target of targets) {
      if (target.kind === "input") input = withPath(input, target.path, target.value);
      else if (target.kind === "data") {
        base = withPath(base, target.path, target.value);
        if (target.node >= 0) {
          masked = new Set(masked);
          for (const id of this.belowOf(target.node)) masked.add(id);
        }
      } else {
        mocks = new Map(mocks);
        mocks.set(target.target, target.by);
      }
    }
    return new Frame(q.s, input, base, this.keptCache(q, targets), masked, mocks);
  }

  /** Values of rules that cannot see what is replaced stay valid. */
  private keptCache(q: Frame, targets: readonly WithValue[]): CacheSlot[] {
    if (q.cache.length === 0) return [];
    this.dependencies ??= dependenciesOf(this.plan);
    const kept: CacheSlot[] = [];
    for (const [g, value] of q.cache.entries()) {
      if (value !== undefined && !targets.some((t) => this.sees(g, t))) kept[g] = value;
    }
    return kept;
  }

  private sees(g: number, target: WithValue): boolean {
    const d = (this.dependencies as readonly Dependencies[])[g] as Dependencies;
    if (target.kind === "input") return d.input;
    if (target.kind === "function") {
      const id = Number(target.target.slice(1));
      return target.target.startsWith("g") ? d.groups.has(id) : d.builtins.has(id);
    }
    if (d.allBase || target.path.length === 0) return true;
    const hidden = target.node < 0 ? [] : this.belowOf(target.node);
    const groups = hidden.map((n) => (this.plan.nodes[n] as NodePlan).group).filter((x) => x >= 0);
    if (groups.some((x) => x === g || d.groups.has(x))) return true;
    return [...d.base].some((i) => this.plan.constants[i] === target.path[0]);
  }
}

/** A document of rules over a base document as a whole: where both have a scalar, the base document's stays. */
function merged(base: Value, rules: Value): Value {
  if (!isObject(base) || !isObject(rules)) return base;
  const entries: [Value, Value][] = [];
  for (const [k, v] of objectEntries(base)) {
    const other = lookup(rules, k);
    entries.push([k, other === undefined ? v : merged(v, other)]);
  }
  for (const [k, v] of objectEntries(rules)) if (lookup(base, k) === undefined) entries.push([k, v]);
  return objectOf(entries);
}

/** An item of a base document: numbers find string keys there, as in a path of the store. */
export function baseLookup(o: Value | undefined, key: Value | undefined): Value | undefined {
  if (o === undefined || key === undefined) return undefined;
  const value = lookup(o, key);
  return value === undefined && isNumber(key) && isObject(o) ? lookup(o, num.toText(key)) : value;
}

/** Keys of a collection: indexes of an array, members of a set. */
export function keysOf(value: Value): readonly Value[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return Array.from(value, (_, i) => i);
  if (value instanceof RegoSet) return value.sortedItems();
  return isObject(value) ? objectKeysSorted(value) : [];
}
