// Above 500 lines: one recursion over terms, literals and bodies that share which variables are bound at each point.

import { type Body, type EveryTerms, type Expr, operatorName, type Rule, type Term } from "../ast/ast.ts";
import { refText, termText } from "../ast/text.ts";
import { isComprehension, isConstant, visitTerm } from "../ast/visit.ts";
import type { CompileContext } from "../compile/context.ts";
import { isKey, type RuleEntry, type RuleTree, treeKey } from "../compile/rule-tree.ts";
import { type Location, UnboundVariable } from "../errors.ts";
import { joinOf } from "./join-index.ts";
import type {
  BodyPlan,
  E,
  Emit,
  GroupKind,
  GroupPlan,
  Mark,
  NodePlan,
  QueryPlan,
  Replacement,
  S,
  WithTarget,
} from "./plan.ts";
import { PlanTables } from "./plan-tables.ts";
import { indexOf } from "./rule-index.ts";
import { isCostly, literalEntries, sameConstant } from "./rule-shape.ts";

/** Variables of the source that have a slot, while one function is planned. */
type Scope = Map<string, number>;

/** Turns checked modules into the plan. Bodies arrive ordered by safety, nested calls already taken apart. */
export class Planner extends PlanTables {
  readonly instrument: boolean;
  private readonly tree: RuleTree;
  private markIndex = 0;
  private indexes = 0;
  /** What is being planned runs more than once: a function, or inside of a loop. */
  private repeated = false;
  private source = "";
  private bodies = 0;

  constructor(c: CompileContext, tree: RuleTree, instrument: boolean) {
    super(c, tree);
    this.tree = tree;
    this.instrument = instrument;
    for (const [node, id] of this.nodeOf) if (node.entries.length > 0) this.planGroup(node, id);
  }

  private planGroup(node: RuleTree, id: number): void {
    const group = (this.plan.nodes[id] as NodePlan).group;
    const declared = this.plan.groups[group] as GroupPlan;
    const chains: BodyPlan[][] = [];
    let fallback: BodyPlan | undefined;
    for (const entry of node.entries) {
      if (entry.rule.isDefault) {
        fallback = this.planBody(entry, entry.rule, declared.kind);
        continue;
      }
      const chain: BodyPlan[] = [];
      for (let r: Rule | undefined = entry.rule; r !== undefined; r = r.else)
        chain.push(this.planBody(entry, r, declared.kind));
      chains.push(chain);
    }
    this.plan.groups[group] = {
      ...declared,
      chains,
      fallback,
      earlyExit: sameConstant(node.entries),
      index: indexOf(chains, this.plan.constants),
      memo: declared.kind === "function" && chains.some((chain) => chain.some((b) => isCostly(b.stmts))),
    };
  }

  // ---- rules ----

  private planBody(entry: RuleEntry, rule: Rule, kind: GroupKind): BodyPlan {
    const { head } = rule;
    const args = head.args ?? [];
    this.slots = args.length;
    const scope: Scope = new Map();
    const out: S[] = [];
    const patterns: [Term, number][] = [];
    for (const [i, arg] of args.entries()) {
      if (arg.type === "var" && !scope.has(arg.value)) scope.set(arg.value, i);
      else patterns.push([arg, i]);
    }
    this.markIndex = 0;
    this.source = entry.module.source;
    this.mark("enter", head.loc, () => refText(entry.ref), out);
    for (const [arg, i] of patterns) this.unify(arg, { slot: i }, scope, out);
    // The order of solutions can be seen in the text of a conflict only.
    const ordered =
      (kind === "complete" || kind === "function") && head.value !== undefined && !isConstant(head.value);
    this.body(rule.body, scope, out, ordered);
    this.mark("exit", head.loc, () => refText(entry.ref), out);
    const emit = this.emit(entry, rule, kind, scope, out);
    const constant = emit.kind === "value" && emit.value.e === "const";
    return {
      id: this.bodies++,
      params: args.length,
      slots: this.slots,
      stmts: out,
      emit,
      earlyExit: constant,
      at: this.place(rule.loc),
    };
  }

  private emit(entry: RuleEntry, rule: Rule, kind: GroupKind, scope: Scope, out: S[]): Emit {
    const { head } = rule;
    if (kind === "set") return { kind: "member", value: this.value(head.key as Term, scope, out) };
    if (kind !== "object") return { kind: "value", value: this.value(head.value as Term, scope, out) };
    const depth = this.depthOf(entry);
    const path = entry.ref.slice(depth).map((t) => this.value(t, scope, out));
    if (head.value === undefined)
      return { kind: "entry", path, value: this.value(head.key as Term, scope, out), multi: true };
    return { kind: "entry", path, value: this.value(head.value, scope, out), multi: false };
  }

  private depthOf(entry: RuleEntry): number {
    const open = entry.ref.findIndex((t, i) => i > 0 && !isKey(t));
    return open < 0 ? entry.ref.length : open;
  }

  // ---- bodies ----

  /** A query: rows are the values of `names`, in order. */
  planQuery(body: Body, names: readonly string[]): QueryPlan {
    this.slots = 0;
    this.repeated = false;
    const scope: Scope = new Map();
    const out: S[] = [];
    this.body(body, scope, out, true);
    const row = names.map((name): E => {
      const v = scope.get(name);
      return v === undefined
        ? { e: "const", i: this.constant({ type: "null", value: null, loc: body[0]?.loc as Location }) }
        : { e: "var", v };
    });
    return { slots: this.slots, stmts: out, row };
  }

  private body(body: Body, scope: Scope, out: S[], ordered: boolean): void {
    for (const e of body) this.expr(e, scope, out, ordered);
  }

  private mark(kind: Mark["kind"], loc: Location, text: () => string, out: S[]): void {
    if (!this.instrument) return;
    const at = this.place(loc);
    this.marks.set(at, { kind, body: this.bodies, index: this.markIndex++, text: text() });
    out.push({ s: "mark", at });
  }

  private expr(e: Expr, scope: Scope, out: S[], ordered: boolean): void {
    if (e.generated !== true) this.mark("eval", e.loc, () => this.writtenText(e), out);
    if (e.with.length > 0) {
      this.withExpr(e, scope, out, ordered);
      return;
    }
    if (e.negated) {
      const inner: S[] = [];
      this.plainExpr({ ...e, negated: false }, new Map(scope), inner, false);
      out.push({ s: "not", body: inner });
      return;
    }
    this.plainExpr(e, scope, out, ordered);
  }

  private plainExpr(e: Expr, scope: Scope, out: S[], ordered: boolean): void {
    const t = e.terms;
    switch (t.kind) {
      case "term":
        out.push({ s: "truthy", e: this.operand(t.term, scope, out, ordered) });
        return;
      case "call":
        this.call(e, t.terms, scope, out, ordered);
        return;
      case "every":
        this.every(t, scope, out);
        return;
      case "not":
        out.push({ s: "not", body: this.block(t.body, scope) });
        return;
      case "and":
        out.push(
          { s: "any", bodies: [this.block(t.lhs, scope)] },
          { s: "any", bodies: [this.block(t.rhs, scope)] },
        );
        return;
      case "or":
        out.push({ s: "any", bodies: [this.block(t.lhs, scope), this.block(t.rhs, scope)] });
        return;
      case "some":
        return;
    }
  }

  private block(body: Body, scope: Scope): S[] {
    const out: S[] = [];
    this.body(body, new Map(scope), out, false);
    return out;
  }

  private every(t: EveryTerms, scope: Scope, out: S[]): void {
    const o = this.operand(t.domain, scope, out, false);
    const inner = new Map(scope);
    const bind = (term: Term | undefined): number => {
      if (term?.type !== "var") return -1;
      const v = this.slot();
      inner.set(term.value, v);
      return v;
    };
    const k = bind(t.key);
    const v = bind(t.value);
    out.push({ s: "every", o, k, v, body: this.block(t.body, inner) });
  }

  private call(e: Expr, terms: Term[], scope: Scope, out: S[], ordered: boolean): void {
    const op = terms[0] as Term;
    const name = operatorName(op) ?? "";
    const args = terms.slice(1);
    if (name === "eq" && args.length === 2) {
      this.unifyTerms(args[0] as Term, args[1] as Term, scope, out, ordered);
      return;
    }
    const builtin = this.c.builtins.get(name);
    const group = builtin === undefined ? this.groupOf(op) : -1;
    const arity = builtin?.arity ?? this.plan.groups[group]?.arity ?? args.length;
    const inputs = args.slice(0, arity).map((a) => this.defined(a, scope, out, ordered));
    const output = args[arity];
    if (builtin?.relation === true) {
      const v = this.slot();
      out.push({ s: "relation", b: this.builtin(name), args: inputs, v, at: this.place(e.loc) });
      if (output !== undefined) this.unify(output, { slot: v }, scope, out);
      return;
    }
    const result: E =
      builtin !== undefined
        ? { e: "builtin", b: this.builtin(name), args: inputs, at: this.place(e.loc) }
        : { e: "call", g: group, args: inputs };
    if (output === undefined) {
      out.push({ s: "truthy", e: result });
      return;
    }
    if (output.type === "var" && !scope.has(output.value)) {
      const v = this.slot();
      scope.set(output.value, v);
      out.push({ s: "let", v, e: result });
      return;
    }
    const v = this.slot();
    out.push({ s: "let", v, e: result });
    this.unify(output, { slot: v }, scope, out);
  }

  private groupOf(op: Term): number {
    let node: RuleTree | undefined = this.tree;
    for (const part of op.type === "ref" ? op.value.slice(1) : []) node = node?.children.get(treeKey(part));
    const id = node === undefined ? undefined : this.nodeOf.get(node);
    return id === undefined ? -1 : (this.plan.nodes[id]?.group ?? -1);
  }

  /** The expression as its author wrote it, in one line. */
  private writtenText(e: Expr): string {
    return this.source.slice(e.loc.offset, e.loc.end).replace(/\s+/g, " ").trim();
  }

  // ---- with ----

  private withExpr(e: Expr, scope: Scope, out: S[], ordered: boolean): void {
    const targets = e.with.map((w) => this.withTarget(w.target, w.value, scope, out));
    const inner = new Map(scope);
    const body: S[] = [];
    if (e.negated) {
      const negated: S[] = [];
      this.plainExpr({ ...e, negated: false, with: [] }, new Map(scope), negated, false);
      body.push({ s: "not", body: negated });
    } else this.plainExpr({ ...e, with: [] }, inner, body, ordered);
    const bound: number[] = [];
    for (const [name, v] of inner) {
      if (scope.has(name)) continue;
      scope.set(name, v);
      bound.push(v);
    }
    out.push({ s: "with", targets, body, out: bound, at: this.place(e.loc) });
  }

  private withTarget(target: Term, value: Term, scope: Scope, out: S[]): WithTarget {
    const ref = target.type === "ref" ? target.value : [target];
    const root = ref[0];
    const rootName = root?.type === "var" ? root.value : "";
    const path = (): E[] => ref.slice(1).map((t) => this.operand(t, scope, out, false));
    if (rootName === "input")
      return { kind: "input", path: path(), value: this.operand(value, scope, out, false) };
    if (rootName === "data") {
      const group = this.groupOf(target);
      if (group >= 0 && this.plan.groups[group]?.kind === "function") {
        return { kind: "function", target: `g${group}`, by: this.replacement(value, scope, out) };
      }
      let node: RuleTree | undefined = this.tree;
      for (const part of ref.slice(1))
        node = node === undefined || !isKey(part) ? undefined : node.children.get(treeKey(part));
      const id = node === undefined ? -1 : (this.nodeOf.get(node) ?? -1);
      return { kind: "data", path: path(), value: this.operand(value, scope, out, false), node: id };
    }
    const name = operatorName(target) ?? "";
    this.mocked.add(name);
    return { kind: "function", target: `b${this.builtin(name)}`, by: this.replacement(value, scope, out) };
  }

  private replacement(value: Term, scope: Scope, out: S[]): Replacement {
    const name = operatorName(value);
    if (value.type === "ref" && name !== undefined && this.c.builtins.has(name))
      return { kind: "builtin", b: this.builtin(name) };
    const group = value.type === "ref" ? this.groupOf(value) : -1;
    if (group >= 0 && this.plan.groups[group]?.kind === "function") return { kind: "group", g: group };
    return { kind: "value", value: this.operand(value, scope, out, false) };
  }

  // ---- unification ----

  private unifyTerms(a: Term, b: Term, scope: Scope, out: S[], ordered: boolean): void {
    let pending: [Term, Term][] = [[a, b]];
    while (pending.length > 0) {
      const next: [Term, Term][] = [];
      for (const [x, y] of pending) {
        if (!this.tryUnify(x, y, scope, out, ordered, next)) next.push([x, y]);
      }
      if (
        next.length === pending.length &&
        next.every((p, i) => p === pending[i] || (p[0] === pending[i]?.[0] && p[1] === pending[i]?.[1]))
      ) {
        // Two open variables left: they stay aliases of each other, as nothing else binds them.
        const [x, y] = next[0] as [Term, Term];
        this.openPair(x, y, scope, out, ordered);
        next.shift();
      }
      pending = next;
    }
  }

  /** Unifies what can be unified now; pairs of inner terms are added to `next`. False: not ready. */
  private tryUnify(
    a: Term,
    b: Term,
    scope: Scope,
    out: S[],
    ordered: boolean,
    next: [Term, Term][],
  ): boolean {
    if (a.type === "var" && !scope.has(a.value)) return this.bindVar(a.value, b, scope, out, ordered);
    if (b.type === "var" && !scope.has(b.value)) return this.bindVar(b.value, a, scope, out, ordered);
    const openA = this.isPattern(a, scope);
    const openB = this.isPattern(b, scope);
    if (openA && openB) {
      if (a.type === "array" && b.type === "array") {
        if (a.value.length !== b.value.length) this.never(out);
        else for (const [i, t] of a.value.entries()) next.push([t, b.value[i] as Term]);
        return true;
      }
      if (a.type === "object" && b.type === "object") {
        this.unifyObjects(a, b, next, out);
        return true;
      }
      this.never(out);
      return true;
    }
    if (openA) {
      const v = this.toSlot(b, scope, out, ordered);
      this.unify(a, { slot: v }, scope, out);
      return true;
    }
    if (openB) {
      const v = this.toSlot(a, scope, out, ordered);
      this.unify(b, { slot: v }, scope, out);
      return true;
    }
    const left = this.operand(a, scope, out, ordered);
    const right = this.operand(b, scope, out, ordered);
    out.push({ s: "equal", a: left, b: right });
    return true;
  }

  private unifyObjects(
    a: Term & { type: "object" },
    b: Term & { type: "object" },
    next: [Term, Term][],
    out: S[],
  ): void {
    if (a.value.length !== b.value.length) {
      this.never(out);
      return;
    }
    for (const [key, value] of a.value) {
      const other = b.value.find(([k]) => termText(k) === termText(key));
      if (other === undefined) this.never(out);
      else next.push([value, other[1]]);
    }
  }

  private bindVar(name: string, b: Term, scope: Scope, out: S[], ordered: boolean): boolean {
    if (!this.ready(b, scope)) return false;
    const e = this.operand(b, scope, out, ordered);
    // Evaluating the other side may itself have bound the variable (`x = a[x]`).
    const known = scope.get(name);
    if (known !== undefined) {
      out.push({ s: "equal", a: { e: "var", v: known }, b: e });
      return true;
    }
    if (e.e === "var") {
      scope.set(name, e.v);
      return true;
    }
    const v = this.slot();
    scope.set(name, v);
    out.push({ s: "let", v, e });
    return true;
  }

  private openPair(a: Term, b: Term, scope: Scope, out: S[], ordered: boolean): void {
    const nothing: Term = { type: "null", value: null, loc: a.loc };
    if (a.type === "var" && b.type === "var") {
      const v = this.slot();
      out.push({ s: "let", v, e: { e: "const", i: this.constant(nothing) } });
      if (!scope.has(a.value)) scope.set(a.value, v);
      if (!scope.has(b.value)) scope.set(b.value, scope.get(a.value) as number);
      return;
    }
    out.push({
      s: "equal",
      a: this.operand(a, scope, out, ordered),
      b: this.operand(b, scope, out, ordered),
    });
  }

  private never(out: S[]): void {
    const no: Term = { type: "boolean", value: false, loc: { file: "", row: 0, col: 0, offset: 0, end: 0 } };
    out.push({ s: "truthy", e: { e: "const", i: this.constant(no) } });
  }

  /** Matches a term against a value in a slot. */
  private unify(pattern: Term, value: { slot: number }, scope: Scope, out: S[]): void {
    const here: E = { e: "var", v: value.slot };
    if (pattern.type === "var") {
      const known = scope.get(pattern.value);
      if (known === undefined) scope.set(pattern.value, value.slot);
      else out.push({ s: "equal", a: { e: "var", v: known }, b: here });
      return;
    }
    if (!this.isPattern(pattern, scope)) {
      out.push({ s: "equal", a: this.operand(pattern, scope, out, false), b: here });
      return;
    }
    if (pattern.type === "array") {
      out.push({ s: "isArray", v: value.slot, n: pattern.value.length });
      for (const [i, t] of pattern.value.entries()) {
        const index = this.constantOf(`number:${i}`, () => i);
        this.unifyAt(t, { e: "get", o: here, k: { e: "const", i: index } }, scope, out);
      }
      return;
    }
    if (pattern.type === "object") {
      out.push({ s: "isObject", v: value.slot, n: pattern.value.length });
      for (const [key, t] of pattern.value) {
        const k = this.operand(key, scope, out, false);
        this.unifyAt(t, { e: "get", o: here, k }, scope, out);
      }
      return;
    }
    out.push({ s: "equal", a: this.operand(pattern, scope, out, false), b: here });
  }

  private unifyAt(pattern: Term, e: E, scope: Scope, out: S[]): void {
    if (!this.isPattern(pattern, scope) && pattern.type !== "var") {
      out.push({ s: "equal", a: this.operand(pattern, scope, out, false), b: e });
      return;
    }
    const v = this.slot();
    out.push({ s: "let", v, e });
    this.unify(pattern, { slot: v }, scope, out);
  }

  /** An array or object with variables that are not bound yet. */
  private isPattern(t: Term, scope: Scope): boolean {
    if (t.type === "array") return t.value.some((x) => this.isOpen(x, scope));
    if (t.type === "object") return t.value.some(([, v]) => this.isOpen(v, scope));
    return false;
  }

  private isOpen(t: Term, scope: Scope): boolean {
    return (t.type === "var" && !scope.has(t.value)) || this.isPattern(t, scope);
  }

  /** All variables outside of closures and of brackets are bound. */
  private ready(t: Term, scope: Scope): boolean {
    if (t.type === "ref") {
      const head = t.value[0] as Term;
      return head.type !== "var" || head.value === "data" || head.value === "input" || scope.has(head.value);
    }
    if (t.type === "var") return scope.has(t.value);
    let ok = true;
    visitTerm(t, {
      term(x) {
        if (x.type === "var" && !scope.has(x.value)) ok = false;
        return x.type === "ref" || isComprehension(x);
      },
    });
    return ok;
  }

  private toSlot(t: Term, scope: Scope, out: S[], ordered: boolean): number {
    const e = this.operand(t, scope, out, ordered);
    if (e.e === "var") return e.v;
    const v = this.slot();
    out.push({ s: "let", v, e });
    return v;
  }

  // ---- values ----

  private value(t: Term, scope: Scope, out: S[]): E {
    return this.operand(t, scope, out, false);
  }

  /** The value of a term; statements that it needs first (loops of brackets, closures) go to `out`. */
  private operand(t: Term, scope: Scope, out: S[], ordered: boolean): E {
    if (isConstant(t)) return { e: "const", i: this.constant(t) };
    switch (t.type) {
      case "var": {
        const v = scope.get(t.value);
        if (v !== undefined) return { e: "var", v };
        if (t.value === "input") return { e: "input" };
        // A wildcard or variable that nothing binds cannot get past the safety check.
        throw new UnboundVariable(this.c.rewritten.get(t.value) ?? t.value, t.loc);
      }
      case "ref":
        return this.ref(t.value, scope, out, ordered);
      case "array":
        return { e: "array", items: t.value.map((x) => this.defined(x, scope, out, ordered)) };
      case "set":
        return { e: "set", items: t.value.map((x) => this.defined(x, scope, out, ordered)) };
      case "object":
        return {
          e: "object",
          entries: literalEntries(t.value).map(
            ([k, v]) => [this.defined(k, scope, out, ordered), this.defined(v, scope, out, ordered)] as const,
          ),
        };
      case "arraycomprehension":
      case "setcomprehension":
      case "objectcomprehension":
        return this.comprehension(t, scope, out);
      default:
        throw new Error(`unexpected term in plan: ${t.type}`);
    }
  }

  /** As `operand`, for places where undefined must fail right away. */
  private defined(t: Term, scope: Scope, out: S[], ordered: boolean): E {
    const e = this.operand(t, scope, out, ordered);
    if (e.e === "const" || e.e === "var" || e.e === "array" || e.e === "set" || e.e === "object") return e;
    const v = this.slot();
    out.push({ s: "let", v, e });
    return { e: "var", v };
  }

  private comprehension(t: Term, scope: Scope, out: S[]): E {
    const inner = new Map(scope);
    const body: S[] = [];
    const v = this.slot();
    const at = this.place(t.loc);
    const again = this.repeated || out.some((s) => s.s === "loop" || s.s === "relation");
    const before = this.repeated;
    this.repeated = again;
    let kind: "array" | "set" | "object" = "array";
    let a: E = { e: "input" };
    let b: E | undefined;
    if (t.type === "arraycomprehension" || t.type === "setcomprehension") {
      kind = t.type === "arraycomprehension" ? "array" : "set";
      this.body(t.value.body, inner, body, kind === "array");
      a = this.operand(t.value.term, inner, body, kind === "array");
    } else if (t.type === "objectcomprehension") {
      kind = "object";
      this.body(t.value.body, inner, body, false);
      a = this.operand(t.value.key, inner, body, false);
      b = this.operand(t.value.value, inner, body, false);
    }
    this.repeated = before;
    const results = b === undefined ? [a] : [a, b];
    const join =
      again && !this.instrument
        ? joinOf(body, results, new Set(scope.values()), this.builtinNames)
        : undefined;
    if (join === undefined) out.push({ s: "collect", v, kind, body, a, b, at });
    else out.push({ s: "indexed", v, id: this.indexes++, kind, ...join, a, b, at });
    return { e: "var", v };
  }

  // ---- references ----

  private ref(parts: readonly Term[], scope: Scope, out: S[], ordered: boolean): E {
    const head = parts[0] as Term;
    if (head.type === "var" && !scope.has(head.value)) {
      if (head.value === "data") return this.dataRef(parts, scope, out, ordered);
      if (head.value === "input")
        return this.steps({ e: "input" }, parts.slice(1), scope, out, ordered, false);
    }
    return this.steps(this.operand(head, scope, out, ordered), parts.slice(1), scope, out, ordered, false);
  }

  private dataRef(parts: readonly Term[], scope: Scope, out: S[], ordered: boolean): E {
    let node = this.tree;
    let i = 1;
    for (; i < parts.length; i++) {
      if (node.entries.length > 0) break;
      const part = parts[i] as Term;
      if (!isKey(part)) break;
      const child = node.children.get(treeKey(part));
      if (child === undefined) {
        // No rule below: base documents only. Parents of rules are never replaced as a whole without this path.
        const keys: number[] = [];
        let end = 1;
        for (; end < parts.length; end++) {
          const p = parts[end] as Term;
          if (p.type !== "string") break;
          keys.push(this.stringConstant(p.value));
        }
        return this.steps({ e: "base", path: keys }, parts.slice(end), scope, out, ordered, false, true);
      }
      node = child;
    }
    const id = this.nodeOf.get(node) as number;
    const rest = parts.slice(i);
    if (node.entries.length > 0) {
      const group = (this.plan.nodes[id] as NodePlan).group;
      return this.groupRef(group, rest, scope, out, ordered);
    }
    if (rest.length === 0) return { e: "extent", n: id };
    return this.steps({ e: "view", n: id }, rest, scope, out, ordered, true);
  }

  private groupRef(group: number, rest: readonly Term[], scope: Scope, out: S[], ordered: boolean): E {
    const plan = this.plan.groups[group] as GroupPlan;
    const first = rest[0];
    if (plan.kind === "object" && first !== undefined && this.ready(first, scope) && first.type !== "ref") {
      const k = this.operand(first, scope, out, ordered);
      return this.steps({ e: "ruleKey", g: group, k }, rest.slice(1), scope, out, ordered, false);
    }
    return this.steps({ e: "rule", g: group }, rest, scope, out, ordered, false);
  }

  private steps(
    start: E,
    parts: readonly Term[],
    scope: Scope,
    out: S[],
    ordered: boolean,
    view: boolean,
    base = false,
  ): E {
    let e = start;
    for (const part of parts) {
      if (part.type === "string" && !view) {
        e = { e: "field", o: e, i: this.stringConstant(part.value) };
        continue;
      }
      if (!this.isOpen(part, scope)) {
        const k = this.operand(part, scope, out, ordered);
        if (view) e = { e: "step", o: e, k };
        else e = base ? { e: "baseGet", o: e, k } : { e: "get", o: e, k };
        continue;
      }
      const v = this.slot();
      if (part.type === "var") {
        const k = this.slot();
        scope.set(part.value, k);
        out.push({ s: "loop", o: e, k, v, ordered, view });
      } else {
        const k = this.slot();
        out.push({ s: "loop", o: e, k, v, ordered, view });
        this.unify(part, { slot: k }, scope, out);
      }
      e = { e: "var", v };
    }
    return view ? { e: "final", o: e } : e;
  }
}
