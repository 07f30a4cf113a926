import type { Value } from "../values/index.ts";
import { RegoSet } from "../values/index.ts";
import { literalObject } from "./constant.ts";
import type { DocumentBuilder } from "./document.ts";
import type { Frame } from "./frame.ts";
import { Halt } from "./halt.ts";
import type { BodyFunction, Machine, PlaceView, WithValue } from "./machine.ts";
import type { BodyPlan, E, QueryPlan, S, WithTarget } from "./plan.ts";
import * as rt from "./runtime.ts";

/** Slots of one running body, and the frame that its expressions see (a `with` changes it for a while). */
interface Run {
  q: Frame;
  readonly v: (Value | PlaceView | undefined)[];
}

type Expression = (r: Run) => Value | undefined;
/** One statement with all that follow; true ends the whole block. */
type Step = (r: Run) => boolean;

/** Fills a machine with closures: for hosts that forbid code from strings. The plan is the same. */
export function buildClosures(machine: Machine): void {
  for (const group of machine.plan.groups) {
    const bodies = [...group.chains.flat(), ...(group.fallback === undefined ? [] : [group.fallback])];
    for (const body of bodies) machine.bodies[body.id] = new Builder(machine).body(body, group.id);
  }
}

export function buildQuery(
  machine: Machine,
  query: QueryPlan,
): (q: Frame, sink: (row: Value[]) => void) => void {
  const b = new Builder(machine);
  const row = query.row.map((e) => b.e(e));
  let sinkNow: (row: Value[]) => void = () => {};
  const run = b.block(query.stmts, (r) => {
    sinkNow(row.map((e) => e(r) as Value));
    return false;
  });
  return (q, sink) => {
    sinkNow = sink;
    run({ q, v: new Array(query.slots) });
  };
}

class Builder {
  private readonly m: Machine;

  constructor(machine: Machine) {
    this.m = machine;
  }

  body(body: BodyPlan, group: number): BodyFunction {
    const { m } = this;
    const { emit } = body;
    if (emit.kind === "value") {
      const value = this.e(emit.value);
      const result = { now: undefined as Value | undefined };
      const run = this.block(body.stmts, (r) => {
        const v = value(r);
        if (v === undefined) return false;
        if (result.now === undefined) result.now = v;
        else if (!rt.eq(result.now, v)) throw m.bodyConflict(group, body.at, result.now, v);
        return body.earlyExit;
      });
      return (q, _out, ...args) => {
        const saved = result.now;
        result.now = undefined;
        const r: Run = { q, v: new Array(body.slots) };
        for (let i = 0; i < body.params; i++) r.v[i] = args[i];
        try {
          run(r);
          return result.now;
        } finally {
          result.now = saved;
        }
      };
    }
    const sinks: (RegoSet | DocumentBuilder)[] = [];
    const value = this.e(emit.value);
    const path = emit.kind === "entry" ? emit.path.map((e) => this.e(e)) : [];
    const run = this.block(body.stmts, (r) => {
      const out = sinks[sinks.length - 1];
      const v = value(r);
      if (v === undefined) return false;
      if (out instanceof RegoSet) {
        if (out.add(v) && out.size > r.q.s.maxItems) m.tooMany();
      } else if (out !== undefined && emit.kind === "entry") {
        const keys = path.map((e) => e(r));
        if (keys.every((k): k is Value => k !== undefined)) out.put(keys, v, emit.multi, m.location(body.at));
      }
      return false;
    });
    return (q, out) => {
      sinks.push(out as RegoSet | DocumentBuilder);
      try {
        run({ q, v: new Array(body.slots) });
      } finally {
        sinks.pop();
      }
      return undefined;
    };
  }

  block(stmts: readonly S[], done: Step): Step {
    let next = done;
    for (let i = stmts.length - 1; i >= 0; i--) next = this.statement(stmts[i] as S, next);
    return next;
  }

  private statement(s: S, next: Step): Step {
    const { m } = this;
    switch (s.s) {
      case "let": {
        const e = this.e(s.e);
        const { v } = s;
        return (r) => {
          const value = e(r);
          if (value === undefined) return false;
          r.v[v] = value;
          return next(r);
        };
      }
      case "truthy": {
        const e = this.e(s.e);
        return (r) => {
          const value = e(r);
          return value !== undefined && value !== false && next(r);
        };
      }
      case "equal": {
        const a = this.e(s.a);
        const b = this.e(s.b);
        return (r) => rt.eq(a(r), b(r)) && next(r);
      }
      case "isArray":
        return (r) => {
          const value = r.v[s.v];
          return Array.isArray(value) && value.length === s.n && next(r);
        };
      case "isObject":
        return (r) => rt.isObjectOfSize(r.v[s.v] as Value, s.n) && next(r);
      case "not": {
        const body = this.block(s.body, () => true);
        return (r) => !body(r) && next(r);
      }
      case "any": {
        const bodies = s.bodies.map((b) => this.block(b, () => true));
        return (r) => bodies.some((b) => b(r)) && next(r);
      }
      case "every":
        return this.every(s, next);
      case "collect":
        return this.collect(s, next);
      case "indexed":
        return this.indexed(s, next);
      case "mark":
        return (r) => {
          m.mark(r.q, s.at);
          return next(r);
        };
      case "loop":
        return this.loop(s, next);
      case "relation": {
        const args = s.args.map((a) => this.e(a));
        return (r) => {
          const rows = m.builtin(
            r.q,
            s.b,
            args.map((a) => a(r) as Value),
            s.at,
          ) as readonly Value[] | undefined;
          for (const row of rows ?? []) {
            tick(r.q);
            r.v[s.v] = row;
            if (next(r)) return true;
          }
          return false;
        };
      }
      case "with":
        return this.with(s, next);
    }
  }

  private loop(s: S & { s: "loop" }, next: Step): Step {
    const { m } = this;
    const o = s.view ? this.raw(s.o) : this.e(s.o);
    if (s.view) {
      return (r) => {
        const from = o(r);
        for (const key of m.viewKeys(r.q, from)) {
          tick(r.q);
          const value = m.step(r.q, from, key);
          if (value === undefined) continue;
          r.v[s.k] = key;
          r.v[s.v] = value;
          if (next(r)) return true;
        }
        return false;
      };
    }
    const values = s.ordered ? rt.loopValues : rt.loopValuesUnordered;
    const keys = s.ordered ? rt.loopKeys : rt.loopKeysUnordered;
    return (r) => {
      const c = o(r) as Value | undefined;
      const list = values(c);
      const names = s.k >= 0 ? keys(c) : null;
      for (let i = 0; i < list.length; i++) {
        tick(r.q);
        if (s.k >= 0) r.v[s.k] = names === null ? i : names[i];
        if (s.v >= 0) r.v[s.v] = list[i];
        if (next(r)) return true;
      }
      return false;
    };
  }

  private every(s: S & { s: "every" }, next: Step): Step {
    const o = this.e(s.o);
    const body = this.block(s.body, () => true);
    return (r) => {
      const c = o(r);
      if (!rt.isCollection(c)) return false;
      const values = rt.loopValuesUnordered(c);
      const keys = rt.loopKeysUnordered(c);
      for (let i = 0; i < values.length; i++) {
        tick(r.q);
        if (s.k >= 0) r.v[s.k] = keys === null ? i : keys[i];
        if (s.v >= 0) r.v[s.v] = values[i];
        if (!body(r)) return false;
      }
      return next(r);
    };
  }

  private collect(s: S & { s: "collect" }, next: Step): Step {
    const { m } = this;
    const a = this.e(s.a);
    const b = s.b === undefined ? undefined : this.e(s.b);
    // Bodies may nest and recurse through rules, so the collection being filled is on a stack.
    const stack: (Value[] | RegoSet | rt.ObjectCollector)[] = [];
    const body = this.block(s.body, (r) => {
      const out = stack[stack.length - 1];
      const value = a(r);
      if (value === undefined) return false;
      if (Array.isArray(out)) {
        if (out.push(value) > r.q.s.maxItems) m.tooMany();
      } else if (out instanceof RegoSet) {
        if (out.add(value) && out.size > r.q.s.maxItems) m.tooMany();
      } else if (out !== undefined && b !== undefined) {
        const entry = b(r);
        if (entry !== undefined && !out.put(value, entry)) {
          throw new Halt("eval_conflict_error", "object keys must be unique", m.location(s.at));
        }
      }
      return false;
    });
    return (r) => {
      const out = s.kind === "array" ? ([] as Value[]) : s.kind === "set" ? new RegoSet() : rt.newObject();
      stack.push(out);
      try {
        body(r);
      } finally {
        stack.pop();
      }
      r.v[s.v] = out instanceof rt.ObjectCollector ? out.finish() : out;
      return next(r);
    };
  }

  private indexed(s: S & { s: "indexed" }, next: Step): Step {
    const { m } = this;
    const inner = s.inner.map((e) => this.e(e));
    const outer = s.outer.map((e) => this.e(e));
    const a = this.e(s.a);
    const b = s.b === undefined ? undefined : this.e(s.b);
    const stack: rt.Join[] = [];
    const values = (list: readonly Expression[], r: Run): Value[] | undefined => {
      const out: Value[] = [];
      for (const e of list) {
        const value = e(r);
        if (value === undefined) return undefined;
        out.push(value);
      }
      return out;
    };
    const body = this.block(s.body, (r) => {
      const keys = values(inner, r);
      const value = a(r);
      const entry = b?.(r);
      if (keys === undefined || value === undefined || (b !== undefined && entry === undefined)) return false;
      stack[stack.length - 1]?.add(keys, value, entry);
      return false;
    });
    const found = { value: undefined as Value | undefined };
    const before = this.block(s.before, (r) => {
      const keys = values(outer, r);
      if (keys === undefined) return true;
      found.value = m.join(r.q, s.id)?.find(keys);
      if (found.value === undefined) {
        throw new Halt("eval_conflict_error", "object keys must be unique", m.location(s.at));
      }
      return true;
    });
    return (r) => {
      let index = m.join(r.q, s.id);
      if (index === undefined) {
        index = rt.newJoin(s.kind);
        stack.push(index);
        try {
          body(r);
        } finally {
          stack.pop();
        }
        m.keepJoin(r.q, s.id, index);
      }
      found.value = undefined;
      before(r);
      r.v[s.v] = found.value ?? index.empty();
      return next(r);
    };
  }

  private with(s: S & { s: "with" }, next: Step): Step {
    const { m } = this;
    const targets = s.targets.map((t) => this.withTarget(t));
    const rows: (Value | PlaceView | undefined)[][][] = [];
    const body = this.block(s.body, (r) => {
      rows[rows.length - 1]?.push(s.out.map((v) => r.v[v]));
      return s.out.length === 0;
    });
    return (r) => {
      const values: WithValue[] = [];
      for (const target of targets) {
        const value = target(r);
        if (value === undefined) return false;
        values.push(value);
      }
      const outer = r.q;
      const own: (Value | PlaceView | undefined)[][] = [];
      rows.push(own);
      r.q = m.withFrame(outer, values);
      try {
        body(r);
      } finally {
        r.q = outer;
        rows.pop();
      }
      for (const row of own) {
        for (const [i, v] of s.out.entries()) r.v[v] = row[i];
        if (next(r)) return true;
      }
      return false;
    };
  }

  private withTarget(t: WithTarget): (r: Run) => WithValue | undefined {
    if (t.kind === "function") {
      const { by } = t;
      if (by.kind !== "value") return () => rt.mockTarget(t.target, by);
      const value = this.e(by.value);
      return (r) => rt.mockTarget(t.target, rt.mockValue(value(r)));
    }
    const path = t.path.map((e) => this.e(e));
    const value = this.e(t.value);
    return t.kind === "input"
      ? (r) =>
          rt.inputTarget(
            path.map((e) => e(r)),
            value(r),
          )
      : (r) =>
          rt.dataTarget(
            path.map((e) => e(r)),
            value(r),
            t.node,
          );
  }

  /** Expressions that may give a view. */
  private raw(e: E): (r: Run) => Value | PlaceView | undefined {
    const { m } = this;
    if (e.e === "view") return () => rt.view(e.n);
    if (e.e === "var") return (r) => r.v[e.v];
    if (e.e === "step") {
      const o = this.raw(e.o);
      const k = this.e(e.k);
      return (r) => {
        const key = k(r);
        return key === undefined ? undefined : m.step(r.q, o(r), key);
      };
    }
    return this.e(e);
  }

  e(e: E): Expression {
    const { m } = this;
    switch (e.e) {
      case "const": {
        const value = m.plan.constants[e.i];
        return () => value;
      }
      case "var":
        return (r) => r.v[e.v] as Value | undefined;
      case "input":
        return (r) => r.q.input;
      case "field": {
        const o = this.e(e.o);
        const key = m.plan.constants[e.i] as string;
        return (r) => rt.field(o(r), key);
      }
      case "get": {
        const o = this.e(e.o);
        const k = this.e(e.k);
        return (r) => rt.get(o(r), k(r));
      }
      case "baseGet": {
        const o = this.e(e.o);
        const k = this.e(e.k);
        return (r) => rt.baseLookup(o(r), k(r));
      }
      case "base":
        return (r) => m.basePath(r.q, e.path);
      case "rule":
        return (r) => m.ruleValue(r.q, e.g);
      case "ruleKey": {
        const k = this.e(e.k);
        return (r) => {
          const key = k(r);
          return key === undefined ? undefined : m.ruleKey(r.q, e.g, key);
        };
      }
      case "extent":
        return (r) => m.extent(r.q, e.n);
      case "view":
      case "step":
        return this.raw(e) as Expression;
      case "final": {
        const o = this.raw(e.o);
        return (r) => m.final(r.q, o(r));
      }
      case "array": {
        const items = e.items.map((x) => this.e(x));
        return (r) => items.map((x) => x(r) as Value);
      }
      case "set": {
        const items = e.items.map((x) => this.e(x));
        return (r) => rt.setOf(items.map((x) => x(r) as Value));
      }
      case "object": {
        const entries = e.entries.map(([k, v]) => [this.e(k), this.e(v)] as const);
        return (r) => literalObject(entries.map(([k, v]): [Value, Value] => [k(r) as Value, v(r) as Value]));
      }
      case "builtin": {
        const args = e.args.map((a) => this.e(a));
        return (r) => this.applied(args, r, (values) => m.builtin(r.q, e.b, values, e.at));
      }
      case "call": {
        const args = e.args.map((a) => this.e(a));
        return (r) => this.applied(args, r, (values) => m.call(r.q, e.g, values));
      }
    }
  }

  private applied(
    args: readonly Expression[],
    r: Run,
    f: (values: Value[]) => Value | undefined,
  ): Value | undefined {
    const values: Value[] = [];
    for (const a of args) {
      const value = a(r);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return f(values);
  }
}

function tick(q: Frame): void {
  if (--q.s.n < 0) q.s.refill();
}
