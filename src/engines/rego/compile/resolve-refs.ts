import type { Body, Expr, Import, Module, Rule, Term } from "../ast/ast.ts";
import { operatorName, stringTerm } from "../ast/ast.ts";
import { sortedEntries, sortedTerms } from "../ast/compare.ts";
import { copyTerm } from "../ast/copy.ts";
import { isComprehension, visitBody, visitTerm } from "../ast/visit.ts";
import type { Location } from "../errors.ts";
import type { CompileContext } from "./context.ts";

interface Global {
  ref: Term[];
  used: boolean;
}
export type Globals = Map<string, Global>;

/** Stage 1: names of rules and imports become full references (`p` → `data.pkg.p`). */
export function resolveRefs(c: CompileContext): void {
  const exports = exportsOf(c.modules);
  for (const module of c.modules) {
    const globals = globalsOf(module, exports.get(packageKey(module)) ?? new Set());
    for (const rule of module.rules) {
      for (let r: Rule | undefined = rule; r !== undefined; r = r.else) resolveRule(c, globals, r);
    }
    if (c.strict) {
      for (const imp of module.imports) {
        const global = globals.get(importName(imp));
        if (global !== undefined && !global.used)
          c.errRecoverable("rego_compile_error", `${importText(imp)} unused`, imp.loc);
      }
    }
  }
}

/** Names of rules by package. */
function exportsOf(modules: readonly Module[]): Map<string, Set<string>> {
  const exports = new Map<string, Set<string>>();
  for (const module of modules) {
    const key = packageKey(module);
    const names = exports.get(key) ?? new Set<string>();
    exports.set(key, names);
    for (const rule of module.rules) {
      const first = rule.head.ref[0];
      if (first?.type === "var") names.add(first.value);
    }
  }
  return exports;
}

/** In whose view a query is read: an empty module of a package, with imports, beside the modules of the program. */
export interface QueryView {
  readonly module: Module;
  readonly modules: readonly Module[];
}

/** Resolves the refs of a query; in the view of no package only `data` and `input` are known. */
export function resolveQuery(body: Body, view?: QueryView): void {
  const globals =
    view === undefined
      ? new Map()
      : globalsOf(view.module, exportsOf(view.modules).get(packageKey(view.module)) ?? new Set());
  resolveBody(globals, [declaredVars(body)], body);
}

export function packageKey(module: Module): string {
  return module.package.path.map((t) => JSON.stringify(t.value)).join("/");
}

export function importName(imp: Import): string {
  if (imp.alias !== undefined) return imp.alias;
  const last = imp.path.value[imp.path.value.length - 1];
  return last?.type === "var" || last?.type === "string" ? last.value : "";
}

export function importText(imp: Import): string {
  const path = operatorName(imp.path) ?? "";
  return imp.alias === undefined ? `import ${path}` : `import ${path} as ${imp.alias}`;
}

function globalsOf(module: Module, names: ReadonlySet<string>): Globals {
  const globals: Globals = new Map();
  const path = module.package.path.map(copyTerm);
  for (const name of names) {
    globals.set(name, {
      ref: [...path, stringTerm(name, module.package.loc)],
      used: false,
    });
  }
  for (const imp of module.imports) {
    const root = imp.path.value[0];
    if (root?.type === "var" && (root.value === "future" || root.value === "rego")) continue;
    globals.set(importName(imp), { ref: imp.path.value.map(copyTerm), used: false });
  }
  return globals;
}

function resolveRule(c: CompileContext, globals: Globals, rule: Rule): void {
  const vars = new Set<string>();
  let shadowed: Term | undefined;
  for (const arg of rule.head.args ?? []) {
    visitTerm(arg, {
      term(t) {
        if (t.type === "var") vars.add(t.value);
        if (t.type === "ref" && t.value.length === 1) shadowed ??= t;
        if (t.type === "object") {
          for (const [, value] of t.value) visitTerm(value, this);
          return true;
        }
        return t.type === "set" || t.type === "call" || isComprehension(t);
      },
    });
  }
  if (shadowed !== undefined) {
    c.err(
      "rego_compile_error",
      `args must not shadow ${operatorName(shadowed)} (use a different variable name)`,
      rule.loc,
    );
    return;
  }
  const ignore = [vars, declaredVars(rule.body)];
  const { head } = rule;
  head.ref = head.ref.map((t, i) => (i === 0 ? t : resolveTerm(globals, ignore, t)));
  if (head.key !== undefined) head.key = resolveTerm(globals, ignore, head.key);
  if (head.value !== undefined) head.value = resolveTerm(globals, ignore, head.value);
  resolveBody(globals, ignore, rule.body);
}

function resolveBody(globals: Globals, ignore: Set<string>[], body: Body): void {
  for (const expr of body) resolveExpr(globals, ignore, expr);
}

function resolveExpr(globals: Globals, ignore: Set<string>[], expr: Expr): void {
  const t = expr.terms;
  switch (t.kind) {
    case "term":
      t.term = resolveTerm(globals, ignore, t.term);
      break;
    case "call":
      t.terms = t.terms.map((term) => resolveTerm(globals, ignore, term));
      break;
    case "some":
      if (t.symbols[0]?.type === "call") t.symbols = [resolveTerm(globals, ignore, t.symbols[0])];
      break;
    case "every": {
      const own = new Set<string>();
      for (const name of [t.key, t.value]) if (name?.type === "var") own.add(name.value);
      const inner = [...ignore, own];
      t.domain = resolveTerm(globals, inner, t.domain);
      resolveBody(globals, inner, t.body);
      break;
    }
    case "not":
      resolveBody(globals, withBody(ignore, t.body, t.explicit), t.body);
      break;
    case "and":
    case "or":
      resolveBody(globals, withBody(ignore, t.lhs, t.explicitLhs), t.lhs);
      resolveBody(globals, withBody(ignore, t.rhs, t.explicitRhs), t.rhs);
  }
  for (const w of expr.with) {
    w.target = resolveTerm(globals, ignore, w.target);
    w.value = resolveTerm(globals, ignore, w.value);
  }
}

function withBody(ignore: Set<string>[], body: Body, explicit: boolean): Set<string>[] {
  return explicit ? [...ignore, declaredVars(body)] : ignore;
}

function resolveTerm(globals: Globals, ignore: Set<string>[], term: Term): Term {
  switch (term.type) {
    case "var": {
      const ref = lookup(globals, ignore, term.value, term.loc);
      return ref === undefined ? term : { type: "ref", value: ref, loc: term.loc };
    }
    case "ref": {
      const parts: Term[] = [];
      for (const [i, part] of term.value.entries()) {
        if (part.type !== "var") {
          parts.push(resolveTerm(globals, ignore, part));
          continue;
        }
        const ref = lookup(globals, ignore, part.value, part.loc);
        if (ref === undefined) parts.push(part);
        else if (i === 0) parts.push(...ref);
        else parts.push({ type: "ref", value: ref, loc: part.loc });
      }
      return { ...term, value: parts };
    }
    case "array":
    case "call":
      return { ...term, value: term.value.map((t) => resolveTerm(globals, ignore, t)) };
    case "set":
      // From here on members and keys stand in OPA's order, by which it numbers what it generates.
      return { ...term, value: [...sortedTerms(term.value.map((t) => resolveTerm(globals, ignore, t)))] };
    case "object": {
      const entries = term.value.map(([k, v]): [Term, Term] => [
        resolveTerm(globals, ignore, k),
        resolveTerm(globals, ignore, v),
      ]);
      return { ...term, value: [...sortedEntries(entries)] };
    }
    case "arraycomprehension":
    case "setcomprehension": {
      const inner = [...ignore, declaredVars(term.value.body)];
      term.value.term = resolveTerm(globals, inner, term.value.term);
      resolveBody(globals, inner, term.value.body);
      return term;
    }
    case "objectcomprehension": {
      const inner = [...ignore, declaredVars(term.value.body)];
      term.value.key = resolveTerm(globals, inner, term.value.key);
      term.value.value = resolveTerm(globals, inner, term.value.value);
      resolveBody(globals, inner, term.value.body);
      return term;
    }
    case "templatestring":
      for (const part of term.value.parts) if (part.kind === "expr") resolveExpr(globals, ignore, part.expr);
      return term;
    default:
      return term;
  }
}

function lookup(
  globals: Globals,
  ignore: readonly Set<string>[],
  name: string,
  loc: Location,
): Term[] | undefined {
  const global = globals.get(name);
  if (global === undefined || ignore.some((vars) => vars.has(name))) return undefined;
  global.used = true;
  // All uses of a package's names share the terms of its path, and so the place of the last use: errors about references name
  // that place, as OPA's do.
  for (const t of global.ref) t.loc = loc;
  return [...global.ref];
}

/** Vars that a body declares with `:=` and `some`, closures left out. */
export function declaredVars(body: Body): Set<string> {
  const vars = new Set<string>();
  visitBody(body, {
    expr(expr) {
      declaredIn(expr, vars);
    },
    term: isComprehension,
  });
  return vars;
}

export function declaredIn(expr: Expr, vars: Set<string>): void {
  const t = expr.terms;
  const add = (term: Term | undefined): void => {
    if (term !== undefined) {
      visitTerm(term, {
        term(x) {
          if (x.type === "var") vars.add(x.value);
        },
      });
    }
  };
  if (t.kind === "call" && operatorName(t.terms[0]) === "assign" && t.terms.length === 3) add(t.terms[1]);
  if (t.kind !== "some") return;
  for (const symbol of t.symbols) {
    if (symbol.type === "var") vars.add(symbol.value);
    else if (symbol.type === "call") {
      add(symbol.value[1]);
      if (symbol.value.length === 4) add(symbol.value[2]);
    }
  }
}
