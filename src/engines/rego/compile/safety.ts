import type { Body, Expr, Module, Rule, Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { isComprehension, visitTerm } from "../ast/visit.ts";
import type { Location } from "../errors.ts";
import { type CompileContext, isGeneratedName } from "./context.ts";
import { arityOf } from "./functions.ts";
import { type Arity, outputVarsOfExpr, safetyVars, termSafetyVars, type VarSet } from "./output-vars.ts";
import { groundPrefix } from "./rule-tree.ts";

const RESERVED = ["data", "input"];
const FUTURE = new Set(["in", "every", "contains", "if", "not", "and", "or"]);

type Unsafe = Map<Expr, VarSet>;

/** Stage: every variable of a head must occur in the body or the arguments. */
export function checkSafetyRuleHeads(c: CompileContext): void {
  const arity = arityOf(c);
  for (const { module, rule } of c.allRules()) {
    const { head } = rule;
    const known = safetyVars({ body: rule.body }, arity, new Set(), false);
    for (const arg of head.args ?? []) allVars(arg, known);
    const found = new Map<string, Location>();
    const collect = (term: Term): void => {
      visitTerm(term, {
        term(t) {
          if (t.type === "var" && !known.has(t.value)) found.set(t.value, t.loc);
          return isComprehension(t);
        },
      });
    };
    head.ref.slice(1).forEach(collect);
    if (head.key !== undefined) collect(head.key);
    if (head.value !== undefined) collect(head.value);
    for (const [name, loc] of found) {
      const written = c.rewritten.get(name) ?? name;
      if (!isGenerated(written))
        c.err("rego_unsafe_var_error", `var ${shown(written)} is unsafe${scopeOf(module, rule)}`, loc);
    }
  }
}

function allVars(term: Term, out: VarSet): void {
  visitTerm(term, {
    term(t) {
      if (t.type === "var") out.add(t.value);
    },
  });
}

/** Stage: orders the expressions of each body so that every one finds its inputs bound. */
export function checkSafetyRuleBodies(c: CompileContext): void {
  for (const { module, rule } of c.allRules()) {
    const globals: VarSet = new Set(RESERVED);
    for (const arg of rule.head.args ?? []) allVars(arg, globals);
    rule.body = checkBodySafety(c, globals, rule.body, scopeOf(module, rule));
  }
}

export function checkBodySafety(c: CompileContext, globals: VarSet, body: Body, scope = ""): Body {
  const unsafe: Unsafe = new Map();
  const reordered = reorder(c, globals, body, unsafe);
  if (unsafe.size === 0) return reordered;
  const before = c.errors.length;
  reportUnsafe(c, unsafe, scope);
  return c.errors.length > before ? body : reordered;
}

function reorder(c: CompileContext, globals: VarSet, body: Body, unsafe: Unsafe): Body {
  const arity = arityOf(c);
  const assigned = (e: Expr): boolean => c.assignments.has(e);
  const bodyVars: VarSet = new Set();
  const own = new Map<Expr, VarSet>();
  for (const e of body) {
    const vars = safetyVars({ expr: e }, arity);
    own.set(e, vars);
    for (const v of vars) bodyVars.add(v);
  }
  const safe: VarSet = new Set();
  for (const v of bodyVars) if (globals.has(v)) safe.add(v);
  const open: Unsafe = new Map();
  for (const [e, vars] of own) {
    const rest = [...vars].filter((v) => !safe.has(v));
    if (rest.length > 0) open.set(e, new Set(rest));
  }
  const closureVars = new Map<Expr, VarSet>();
  const result: Body = [];
  const done = new Set<Expr>();
  const bound: VarSet = new Set();
  for (;;) {
    const before = result.length;
    for (const e of body) {
      if (done.has(e)) continue;
      const outputs = outputVarsOfExpr(e, arity, safe, assigned);
      let closures = closureVars.get(e);
      if (closures === undefined) {
        closures = varsInClosures(e);
        closureVars.set(e, closures);
      }
      const needed = [...closures].filter((v) => bodyVars.has(v) && !globals.has(v) && !bound.has(v));
      if (needed.length > 0) {
        // A closure assigned to a variable that it mentions itself: the variable is another one inside.
        if (needed.length === outputs.size && needed.every((v) => outputs.has(v))) continue;
        open.set(e, new Set(needed));
      }
      const rest = open.get(e);
      if (rest !== undefined) {
        for (const v of rest) if (outputs.has(v) || safe.has(v)) rest.delete(v);
        if (rest.size > 0) continue;
        open.delete(e);
      }
      done.add(e);
      result.push(e);
      for (const v of outputs) {
        safe.add(v);
        bound.add(v);
      }
    }
    if (result.length === before) break;
  }
  for (const [e, vars] of open) addUnsafe(unsafe, e, vars);
  const inner: VarSet = new Set(globals);
  for (const [i, e] of result.entries()) {
    const previous = result[i - 1];
    if (previous !== undefined) safetyVars({ expr: previous }, arity, inner);
    reorderClosures(c, inner, e, unsafe, arity);
  }
  return result;
}

function addUnsafe(unsafe: Unsafe, e: Expr, vars: Iterable<string>): void {
  const known = unsafe.get(e) ?? new Set();
  for (const v of vars) known.add(v);
  unsafe.set(e, known);
}

/** Vars mentioned in the closures and bodies inside an expression. */
function varsInClosures(e: Expr): VarSet {
  const vars: VarSet = new Set();
  const inBody = (body: Body): void => {
    for (const x of body) exprAllVars(x, vars);
  };
  const closures = (term: Term): void => {
    visitTerm(term, {
      term(t) {
        if (!isComprehension(t)) return false;
        allVars(t, vars);
        return true;
      },
    });
  };
  const t = e.terms;
  switch (t.kind) {
    case "term":
      closures(t.term);
      break;
    case "call":
      t.terms.forEach(closures);
      break;
    case "every":
      inBody(t.body);
      break;
    case "not":
      inBody(t.body);
      break;
    case "and":
    case "or":
      inBody(t.lhs);
      inBody(t.rhs);
  }
  for (const w of e.with) closures(w.value);
  return vars;
}

function exprAllVars(e: Expr, vars: VarSet): void {
  const t = e.terms;
  switch (t.kind) {
    case "term":
      allVars(t.term, vars);
      break;
    case "call":
      for (const x of t.terms) allVars(x, vars);
      break;
    case "some":
      for (const x of t.symbols) allVars(x, vars);
      break;
    case "every":
      allVars(t.domain, vars);
      if (t.key !== undefined) allVars(t.key, vars);
      allVars(t.value, vars);
      for (const x of t.body) exprAllVars(x, vars);
      break;
    case "not":
      for (const x of t.body) exprAllVars(x, vars);
      break;
    case "and":
    case "or":
      for (const x of [...t.lhs, ...t.rhs]) exprAllVars(x, vars);
  }
  for (const w of e.with) {
    allVars(w.target, vars);
    allVars(w.value, vars);
  }
}

function reorderClosures(c: CompileContext, globals: VarSet, e: Expr, unsafe: Unsafe, arity: Arity): void {
  const inner = (body: Body, needed: VarSet): Body => {
    const vars = safetyVars({ body }, arity);
    for (const v of needed) if (!vars.has(v) && !globals.has(v)) addUnsafe(unsafe, e, [v]);
    const own: Unsafe = new Map();
    const result = reorder(c, globals, body, own);
    if (own.size === 0) return result;
    for (const [expr, names] of own) addUnsafe(unsafe, expr, names);
    return body;
  };
  const inTerm = (term: Term): void => {
    visitTerm(term, {
      term(t) {
        if (t.type === "arraycomprehension" || t.type === "setcomprehension") {
          const needed: VarSet = new Set();
          termSafetyVars(t.value.term, needed);
          t.value.body = inner(t.value.body, needed);
          return true;
        }
        if (t.type === "objectcomprehension") {
          const needed: VarSet = new Set();
          termSafetyVars(t.value.key, needed);
          termSafetyVars(t.value.value, needed);
          t.value.body = inner(t.value.body, needed);
          return true;
        }
        return false;
      },
    });
  };
  const t = e.terms;
  switch (t.kind) {
    case "term":
      inTerm(t.term);
      break;
    case "call":
      t.terms.forEach(inTerm);
      break;
    case "every":
      if (t.key !== undefined) allVars(t.key, globals);
      allVars(t.value, globals);
      t.body = inner(t.body, new Set());
      break;
    case "not":
      t.body = inner(t.body, new Set());
      break;
    case "and":
    case "or":
      t.lhs = inner(t.lhs, new Set());
      t.rhs = inner(t.rhs, new Set());
  }
  for (const w of e.with) inTerm(w.value);
}

function isGenerated(name: string): boolean {
  return isGeneratedName(name);
}

function reportUnsafe(c: CompileContext, unsafe: Unsafe, scope: string): void {
  const lhs: VarSet = new Set();
  for (const e of unsafe.keys()) {
    if (!c.assignments.has(e) || e.terms.kind !== "call") continue;
    const vars: VarSet = new Set();
    allVars(e.terms.terms[1] as Term, vars);
    for (const v of vars) {
      lhs.add(v);
      lhs.add(c.rewritten.get(v) ?? v);
    }
  }
  const places = new Map<string, Location>();
  for (const [e, vars] of unsafe) {
    for (const v of vars) {
      const known = places.get(v);
      if (known === undefined || before(e.loc, known)) places.set(v, e.loc);
    }
  }
  const pairs = [...places]
    .map(([name, loc]) => ({ raw: name, name: c.rewritten.get(name) ?? name, loc }))
    .sort((a, b) => (before(a.loc, b.loc) ? -1 : before(b.loc, a.loc) ? 1 : a.raw < b.raw ? -1 : 1));
  const inLhs = (p: { raw: string; name: string }): boolean => lhs.has(p.name) || lhs.has(p.raw);
  const others = pairs.some((p) => !isGenerated(p.name) && !inLhs(p));
  let reported = 0;
  for (const p of pairs) {
    if (isGenerated(p.name) || (others && inLhs(p))) continue;
    reported++;
    const hint = FUTURE.has(p.name)
      ? ` (hint: \`import future.keywords.${p.name}\` to import a future keyword)`
      : "";
    c.err(
      "rego_unsafe_var_error",
      `var ${shown(p.name)} is unsafe${hint === "" ? scope : scope + hint}`,
      p.loc,
    );
  }
  if (reported > 0) return;
  const seen = new Set<string>();
  for (const [e, vars] of [...unsafe].sort(([a], [b]) => (before(a.loc, b.loc) ? -1 : 1))) {
    const size = seen.size;
    for (const v of vars) if (isGenerated(v)) seen.add(v);
    if (seen.size > size) c.err("rego_unsafe_var_error", `expression is unsafe${scope}`, e.loc);
  }
}

function before(a: Location, b: Location): boolean {
  if (a.file !== b.file) return a.file < b.file;
  return a.row !== b.row ? a.row < b.row : a.col < b.col;
}

function shown(name: string): string {
  return name.startsWith("$") ? "_" : name;
}

const sharedRows = new WeakMap<Module, Set<number>>();

/** Names the rule where several rules begin in one row. */
function scopeOf(module: Module, rule: Rule): string {
  let rows = sharedRows.get(module);
  const name = (r: Rule): string => refText(groundPrefix(r.head.ref));
  if (rows === undefined) {
    rows = new Set();
    const first = new Map<number, string>();
    for (const r of module.rules) {
      const known = first.get(r.loc.row);
      if (known === undefined) first.set(r.loc.row, name(r));
      else if (known !== name(r)) rows.add(r.loc.row);
    }
    sharedRows.set(module, rows);
  }
  return rows.has(rule.loc.row) ? ` in rule ${name(rule)}` : "";
}
