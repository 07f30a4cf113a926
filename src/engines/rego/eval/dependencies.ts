import type { BodyPlan, E, Emit, Plan, S, WithTarget } from "./plan.ts";

/** What a rule's value may depend on, rules that it calls included. */
export interface Dependencies {
  input: boolean;
  /** Base documents by the constants of their first path element; `all` when a path is not known. */
  base: Set<number>;
  allBase: boolean;
  groups: Set<number>;
  builtins: Set<number>;
}

/** Dependencies of every group of a plan, with what the groups they call depend on. */
export function dependenciesOf(plan: Plan): readonly Dependencies[] {
  const own = plan.groups.map((group): Dependencies => {
    const d: Dependencies = {
      input: false,
      base: new Set(),
      allBase: false,
      groups: new Set(),
      builtins: new Set(),
    };
    const reader = new Reader(plan, d);
    for (const body of [...group.chains.flat(), ...(group.fallback === undefined ? [] : [group.fallback])])
      reader.body(body);
    if (group.below) d.allBase = true;
    return d;
  });
  for (let changed = true; changed; ) {
    changed = false;
    for (const d of own) {
      for (const g of [...d.groups]) {
        const other = own[g] as Dependencies;
        const before =
          d.groups.size + d.base.size + d.builtins.size + (d.input ? 1 : 0) + (d.allBase ? 1 : 0);
        d.input ||= other.input;
        d.allBase ||= other.allBase;
        for (const x of other.base) d.base.add(x);
        for (const x of other.groups) d.groups.add(x);
        for (const x of other.builtins) d.builtins.add(x);
        const after = d.groups.size + d.base.size + d.builtins.size + (d.input ? 1 : 0) + (d.allBase ? 1 : 0);
        changed ||= after !== before;
      }
    }
  }
  return own;
}

class Reader {
  private readonly plan: Plan;
  private readonly d: Dependencies;

  constructor(plan: Plan, d: Dependencies) {
    this.plan = plan;
    this.d = d;
  }

  body(body: BodyPlan): void {
    this.block(body.stmts);
    this.emit(body.emit);
  }

  private emit(emit: Emit): void {
    if (emit.kind === "entry") for (const e of emit.path) this.e(e);
    this.e(emit.value);
  }

  private block(stmts: readonly S[]): void {
    for (const s of stmts) this.statement(s);
  }

  private statement(s: S): void {
    switch (s.s) {
      case "let":
      case "truthy":
        this.e(s.e);
        return;
      case "equal":
        this.e(s.a);
        this.e(s.b);
        return;
      case "loop":
        this.e(s.o);
        return;
      case "relation":
        this.d.builtins.add(s.b);
        for (const a of s.args) this.e(a);
        return;
      case "not":
        this.block(s.body);
        return;
      case "any":
        for (const b of s.bodies) this.block(b);
        return;
      case "every":
        this.e(s.o);
        this.block(s.body);
        return;
      case "collect":
        this.block(s.body);
        this.e(s.a);
        if (s.b !== undefined) this.e(s.b);
        return;
      case "indexed":
        this.block(s.before);
        this.block(s.body);
        for (const e of [...s.inner, ...s.outer, s.a]) this.e(e);
        if (s.b !== undefined) this.e(s.b);
        return;
      case "with":
        for (const t of s.targets) this.target(t);
        this.block(s.body);
    }
  }

  private target(t: WithTarget): void {
    if (t.kind === "function") {
      if (t.by.kind === "value") this.e(t.by.value);
      else if (t.by.kind === "group") this.d.groups.add(t.by.g);
      else this.d.builtins.add(t.by.b);
      return;
    }
    for (const e of t.path) this.e(e);
    this.e(t.value);
  }

  private e(e: E): void {
    switch (e.e) {
      case "input":
        this.d.input = true;
        return;
      case "field":
      case "final":
        this.e(e.o);
        return;
      case "get":
      case "baseGet":
      case "step":
        this.e(e.o);
        this.e(e.k);
        return;
      case "base":
        if (e.path[0] === undefined) this.d.allBase = true;
        else this.d.base.add(e.path[0]);
        return;
      case "rule":
        this.d.groups.add(e.g);
        return;
      case "ruleKey":
        this.d.groups.add(e.g);
        this.e(e.k);
        return;
      case "extent":
      case "view":
        this.d.allBase = true;
        this.below(e.n);
        return;
      case "array":
      case "set":
        for (const x of e.items) this.e(x);
        return;
      case "object":
        for (const [k, v] of e.entries) {
          this.e(k);
          this.e(v);
        }
        return;
      case "builtin":
        this.d.builtins.add(e.b);
        for (const a of e.args) this.e(a);
        return;
      case "call":
        this.d.groups.add(e.g);
        for (const a of e.args) this.e(a);
    }
  }

  private below(node: number): void {
    const plan = this.plan.nodes[node];
    if (plan === undefined) return;
    if (plan.group >= 0) this.d.groups.add(plan.group);
    for (const child of plan.children.values()) this.below(child);
  }
}
