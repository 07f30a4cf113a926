import { type Body, type Expr, operatorName, type Term } from "../ast/ast.ts";
import { isComprehension, isGround, visitTerm } from "../ast/visit.ts";

export type Arity = (operator: Term) => number;
export type VarSet = Set<string>;

/** Vars of a node for the safety check: heads of calls and closures left out; operands of `not`/`and`/`or` promoted. */
export function safetyVars(
  node: { body: Body } | { expr: Expr } | { term: Term },
  arity: Arity,
  out: VarSet = new Set(),
  promote = true,
): VarSet {
  if ("body" in node) for (const e of node.body) exprVars(e, arity, out, promote);
  else if ("expr" in node) exprVars(node.expr, arity, out, promote);
  else termSafetyVars(node.term, out);
  return out;
}

export function termSafetyVars(term: Term, out: VarSet): void {
  visitTerm(term, {
    term(t) {
      if (t.type === "var") out.add(t.value);
      if (t.type === "call") {
        for (const arg of t.value.slice(1)) termSafetyVars(arg, out);
        return true;
      }
      return isComprehension(t) || t.type === "templatestring";
    },
  });
}

function exprVars(e: Expr, arity: Arity, out: VarSet, promote: boolean): void {
  const t = e.terms;
  switch (t.kind) {
    case "term":
      termSafetyVars(t.term, out);
      break;
    case "call":
      for (const term of t.terms.slice(1)) termSafetyVars(term, out);
      break;
    case "some":
      for (const term of t.symbols) termSafetyVars(term, out);
      break;
    case "every":
      termSafetyVars(t.domain, out);
      // A generated domain stands for the whole; withs of `every` were hoisted with it.
      return;
    case "not":
      if (promote && !t.explicit) for (const v of implicitBodyVars(t.body, arity)) out.add(v);
      break;
    case "and":
    case "or":
      if (promote && !t.explicitLhs) for (const v of implicitBodyVars(t.lhs, arity)) out.add(v);
      if (promote && !t.explicitRhs) for (const v of implicitBodyVars(t.rhs, arity)) out.add(v);
  }
  for (const w of e.with) withVars(w, out);
}

function withVars(w: { target: Term; value: Term }, out: VarSet): void {
  if (w.target.type === "ref") for (const t of w.target.value.slice(1)) termSafetyVars(t, out);
  if (w.value.type === "ref") for (const t of w.value.value.slice(1)) termSafetyVars(t, out);
  else termSafetyVars(w.value, out);
}

/** Vars of an operand without braces that must be bound outside of it. */
function implicitBodyVars(body: Body, arity: Arity): VarSet {
  const result: VarSet = new Set();
  const occurrences = new Map<string, number>();
  for (const e of body)
    for (const v of safetyVars({ expr: e }, arity, new Set(), false))
      occurrences.set(v, (occurrences.get(v) ?? 0) + 1);
  if (body.length <= 1) return new Set(occurrences.keys());
  const safe: VarSet = new Set(["data", "input", ...occurrences.keys()]);
  const equalities = body.filter(isEquality);
  for (const e of equalities) for (const t of operandsOf(e)) if (t.type === "var") safe.delete(t.value);
  const bindings: VarSet = new Set();
  for (let changed = true; changed; ) {
    changed = false;
    for (const e of equalities) {
      const [a, b] = operandsOf(e);
      if (a === undefined || b === undefined) continue;
      for (const v of outputVarsOfEquality(a, b, safe)) {
        if (bindings.has(v)) continue;
        bindings.add(v);
        safe.add(v);
        changed = true;
      }
    }
  }
  for (const e of body) {
    if (e.terms.kind !== "call" || isEquality(e)) continue;
    const n = arity(e.terms.terms[0] as Term);
    if (n < 0) continue;
    for (const t of e.terms.terms.slice(n + 1)) patternVars(t, bindings);
  }
  for (const [v, n] of occurrences) if (!bindings.has(v) || n === 1) result.add(v);
  return result;
}

function isEquality(e: Expr): boolean {
  return e.terms.kind === "call" && operatorName(e.terms.terms[0]) === "eq" && e.terms.terms.length === 3;
}

function operandsOf(e: Expr): Term[] {
  return e.terms.kind === "call" ? e.terms.terms.slice(1) : [];
}

/** Vars that an output operand binds: not in closures, sets, object keys or heads of references. */
export function patternVars(term: Term, out: VarSet): void {
  switch (term.type) {
    case "var":
      out.add(term.value);
      return;
    case "ref":
      for (const t of term.value.slice(1)) patternVars(t, out);
      return;
    case "array":
    case "call":
      for (const t of term.value) patternVars(t, out);
      return;
    case "object":
      for (const [, v] of term.value) patternVars(v, out);
  }
}

/** What an expression binds once the `safe` variables are bound. */
export function outputVarsOfExpr(
  e: Expr,
  arity: Arity,
  safe: VarSet,
  assigned: (e: Expr) => boolean,
): VarSet {
  const none: VarSet = new Set();
  if (e.negated) return none;
  for (const w of e.with) {
    const vars: VarSet = new Set();
    withVars(w, vars);
    for (const v of vars) if (!safe.has(v)) return none;
  }
  const t = e.terms;
  switch (t.kind) {
    case "term":
      return refOutputs([t.term], safe);
    case "call": {
      const op = t.terms[0] as Term;
      if (operatorName(op) === "eq") {
        const [, a, b] = t.terms;
        return a === undefined || b === undefined ? none : outputVarsOfEquality(a, b, safe, assigned(e));
      }
      const n = arity(op);
      return n < 0 ? none : callOutputs(t.terms, n, safe);
    }
    case "every":
      return refOutputs([t.domain], safe);
    default:
      return none;
  }
}

function callOutputs(terms: Term[], arity: number, safe: VarSet): VarSet {
  const output = refOutputs(terms, safe);
  if (arity + 1 >= terms.length) return output;
  const inputs: VarSet = new Set();
  for (const t of terms.slice(0, arity + 1)) patternVars(t, inputs);
  for (const v of inputs) if (!output.has(v) && !safe.has(v)) return new Set();
  for (const t of terms.slice(arity + 1)) patternVars(t, output);
  return output;
}

function refOutputs(terms: readonly Term[], safe: VarSet): VarSet {
  const output: VarSet = new Set();
  for (const term of terms) {
    visitTerm(term, {
      term(t) {
        if (isComprehension(t) || t.type === "templatestring") return true;
        if (t.type !== "ref") return false;
        if (!refHeadSafe(t.value[0], safe)) return true;
        if (!isGround(t)) for (const part of t.value.slice(1)) collectVars(part, output);
        return false;
      },
    });
  }
  return output;
}

function collectVars(term: Term, out: VarSet): void {
  visitTerm(term, {
    term(t) {
      if (t.type === "var") out.add(t.value);
      if (t.type === "ref") {
        for (const part of t.value.slice(1)) collectVars(part, out);
        return true;
      }
      return false;
    },
  });
}

function refHeadSafe(head: Term | undefined, safe: VarSet): boolean {
  if (head === undefined) return true;
  if (head.type === "var") return safe.has(head.value) || head.value === "data" || head.value === "input";
  if (head.type === "call") {
    const vars: VarSet = new Set();
    for (const t of head.value.slice(1)) termSafetyVars(t, vars);
    for (const v of vars) if (!safe.has(v)) return false;
    return true;
  }
  const vars: VarSet = new Set();
  termSafetyVars(head, vars);
  for (const v of vars) if (!safe.has(v)) return false;
  return true;
}

export function outputVarsOfEquality(
  a: Term,
  b: Term,
  safe: ReadonlySet<string>,
  fromAssignment = false,
): VarSet {
  const known: VarSet = refOutputs([a, b], safe as VarSet);
  for (const v of safe) known.add(v);
  if (fromAssignment) {
    visitTerm(a, {
      term(t) {
        if (t.type === "var") known.delete(t.value);
      },
    });
  }
  for (const v of unifiable(known, a, b)) known.add(v);
  for (const v of safe) known.delete(v);
  return known;
}

/** Vars that become bound when `a` and `b` are unified and `safe` are bound. */
function unifiable(safe: VarSet, a: Term, b: Term): VarSet {
  const unifier = new Unifier(safe);
  unifier.unify(a, b);
  return unifier.unified;
}

/** Which variables two patterns bind in each other. What is bound only once something else is stays linked. */
class Unifier {
  readonly unified: VarSet = new Set();
  private readonly safe: VarSet;
  private readonly unknown = new Map<string, VarSet>();

  constructor(safe: VarSet) {
    this.safe = safe;
  }

  unify(a: Term, b: Term): void {
    switch (a.type) {
      case "var":
        this.unifyVar(a.value, b);
        return;
      case "ref":
      case "call":
        if (refHeadSafe(a.type === "ref" ? a.value[0] : a, this.safe)) this.bindPattern(b, true);
        return;
      case "arraycomprehension":
        this.bindPattern(b, b.type === "array");
        return;
      case "objectcomprehension":
        this.bindPattern(b, b.type === "object");
        return;
      case "setcomprehension":
        this.bindPattern(b, false);
        return;
      case "array":
      case "object":
        this.unifyComposite(a, b);
        return;
      default:
        if (b.type === "var") this.markSafe(b.value);
    }
  }

  /** The other side has a value: a variable gets it, and so do the parts of a pattern. */
  private bindPattern(b: Term, composites: boolean): void {
    if (b.type === "var") this.markSafe(b.value);
    else if (composites && (b.type === "array" || b.type === "object")) this.markAllSafe(b);
  }

  private unifyVar(a: string, b: Term): void {
    switch (b.type) {
      case "var":
        if (this.isSafe(b.value)) this.markSafe(a);
        else if (this.isSafe(a)) this.markSafe(b.value);
        else {
          this.link(a, b.value);
          this.link(b.value, a);
        }
        return;
      case "array":
      case "object":
        this.unifyAll(a, b);
        return;
      case "ref":
      case "call":
        if (refHeadSafe(b.type === "ref" ? b.value[0] : b, this.safe)) this.markSafe(a);
        return;
      default:
        this.markSafe(a);
    }
  }

  private unifyComposite(a: Term & { type: "array" | "object" }, b: Term): void {
    if (b.type === "var") this.unifyAll(b.value, a);
    else if (b.type === "ref" || b.type === "call") {
      if (refHeadSafe(b.type === "ref" ? b.value[0] : b, this.safe)) this.markAllSafe(a);
    } else if (a.type === "array" && isComprehension(b)) this.markAllSafe(a);
    else if (a.type === "array" && b.type === "array") {
      if (a.value.length !== b.value.length) return;
      for (const [i, t] of a.value.entries()) this.unify(t, b.value[i] as Term);
    } else if (a.type === "object" && b.type === "object" && a.value.length === b.value.length) {
      for (const [key, value] of a.value) {
        const other = b.value.find(([k]) => sameTerm(k, key));
        if (other !== undefined) this.unify(value, other[1]);
      }
    }
  }

  private isSafe(v: string): boolean {
    return this.safe.has(v) || this.unified.has(v);
  }

  private link(a: string, b: string): void {
    const known = this.unknown.get(a) ?? new Set();
    known.add(b);
    this.unknown.set(a, known);
  }

  private unifyAll(a: string, b: Term): void {
    if (this.isSafe(a)) {
      this.markAllSafe(b);
      return;
    }
    const vars: VarSet = new Set();
    partVars(b, vars);
    const open = [...vars].filter((v) => !this.isSafe(v));
    if (open.length === 0) this.markSafe(a);
    for (const v of open) this.link(a, v);
  }

  private markAllSafe(term: Term): void {
    const vars: VarSet = new Set();
    partVars(term, vars);
    for (const v of vars) this.markSafe(v);
  }

  private markSafe(start: string): void {
    const work = [start];
    for (let v = work.pop(); v !== undefined; v = work.pop()) {
      this.unified.add(v);
      work.push(...(this.unknown.get(v) ?? []));
      this.unknown.delete(v);
      for (const [name, needs] of this.unknown) {
        if (needs.delete(v) && needs.size === 0) work.push(name);
      }
    }
  }
}

/** Vars of a pattern, sets included; not those of heads, object keys and closures. */
function partVars(term: Term, out: VarSet): void {
  if (term.type === "set") for (const t of term.value) partVars(t, out);
  else if (term.type === "array" || term.type === "call") for (const t of term.value) partVars(t, out);
  else if (term.type === "ref") for (const t of term.value.slice(1)) partVars(t, out);
  else if (term.type === "object") for (const [, v] of term.value) partVars(v, out);
  else if (term.type === "var") out.add(term.value);
}

export function sameTerm(a: Term, b: Term): boolean {
  if (a.type !== b.type) return false;
  switch (a.type) {
    case "array":
    case "ref":
    case "set":
    case "call": {
      const other = b.value as Term[];
      return a.value.length === other.length && a.value.every((t, i) => sameTerm(t, other[i] as Term));
    }
    case "object": {
      const other = b.value as [Term, Term][];
      return (
        a.value.length === other.length &&
        a.value.every(
          ([k, v], i) =>
            sameTerm(k, (other[i] as [Term, Term])[0]) && sameTerm(v, (other[i] as [Term, Term])[1]),
        )
      );
    }
    case "arraycomprehension":
    case "setcomprehension":
    case "objectcomprehension":
    case "templatestring":
      return a === b;
    default:
      return a.value === b.value;
  }
}
