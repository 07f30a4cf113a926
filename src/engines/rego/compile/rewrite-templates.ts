import { type Body, type Expr, operatorName, operatorTerm, type Rule, type Term } from "../ast/ast.ts";
import type { CompileContext } from "./context.ts";
import { arityOf } from "./functions.ts";
import { outputVarsOfExpr, termSafetyVars, type VarSet } from "./output-vars.ts";

/** Vars that are known inside of a body: those around it and what the expressions bind. */
function boundIn(c: CompileContext, body: readonly Expr[], globals: ReadonlySet<string>): VarSet {
  const safe: VarSet = new Set(globals);
  for (const e of body)
    for (const v of outputVarsOfExpr(e, arityOf(c), safe, (x) => c.assignments.has(x))) safe.add(v);
  return safe;
}

function reportUndeclared(c: CompileContext, term: Term, safe: ReadonlySet<string>): number {
  const vars: VarSet = new Set();
  termSafetyVars(term, vars);
  const unknown = [...vars].filter((v) => !safe.has(v)).sort();
  for (const v of unknown) {
    const name = c.rewritten.get(v) ?? v;
    c.err("rego_compile_error", `var ${name.startsWith("$") ? "_" : name} is undeclared`, term.loc);
  }
  return unknown.length;
}

function ruleGlobals(rule: Rule): VarSet {
  const globals: VarSet = new Set(["data", "input"]);
  for (const arg of rule.head.args ?? []) if (arg.type !== "templatestring") termSafetyVars(arg, globals);
  return globals;
}

/** Stage: `$"a {x}"` becomes a call of `internal.template_string` with sets, empty where a part is undefined. */
export function rewriteTemplateStrings(c: CompileContext): void {
  for (const { rule } of c.allRules()) {
    const { head } = rule;
    const safe = templatesInBody(c, rule.body, ruleGlobals(rule));
    const inHead = (t: Term): Term => templatesInTerm(c, t, safe);
    head.ref = head.ref.map(inHead);
    if (head.args !== undefined) head.args = head.args.map(inHead);
    if (head.key !== undefined) head.key = inHead(head.key);
    if (head.value !== undefined) head.value = inHead(head.value);
  }
}

/** Rewrites a body's templates and gives the variables known in it. */
export function templatesInBody(c: CompileContext, body: Body, globals: ReadonlySet<string>): VarSet {
  const safe = boundIn(c, body, globals);
  for (const e of body) templatesInExpr(c, e, safe);
  return safe;
}

function templatesInExpr(c: CompileContext, e: Expr, safe: ReadonlySet<string>): void {
  const t = e.terms;
  switch (t.kind) {
    case "term":
      t.term = templatesInTerm(c, t.term, safe);
      break;
    case "call":
      t.terms = t.terms.map((term) => templatesInTerm(c, term, safe));
      break;
    case "some":
      t.symbols = t.symbols.map((term) => templatesInTerm(c, term, safe));
      break;
    case "every": {
      t.domain = templatesInTerm(c, t.domain, safe);
      const inner: VarSet = new Set(safe);
      for (const name of [t.key, t.value]) if (name !== undefined) termSafetyVars(name, inner);
      templatesInBody(c, t.body, inner);
      break;
    }
    case "not":
      templatesInBody(c, t.body, safe);
      break;
    case "and":
    case "or":
      templatesInBody(c, t.lhs, safe);
      templatesInBody(c, t.rhs, safe);
  }
  for (const w of e.with) w.value = templatesInTerm(c, w.value, safe);
}

function templatesInTerm(c: CompileContext, term: Term, safe: ReadonlySet<string>): Term {
  const inner = (t: Term): Term => templatesInTerm(c, t, safe);
  switch (term.type) {
    case "ref":
    case "array":
    case "set":
    case "call":
      term.value = term.value.map(inner);
      return term;
    case "object":
      term.value = term.value.map(([k, v]): [Term, Term] => [inner(k), inner(v)]);
      return term;
    case "arraycomprehension":
    case "setcomprehension": {
      const own = templatesInBody(c, term.value.body, safe);
      term.value.term = templatesInTerm(c, term.value.term, own);
      return term;
    }
    case "objectcomprehension": {
      const own = templatesInBody(c, term.value.body, safe);
      term.value.key = templatesInTerm(c, term.value.key, own);
      term.value.value = templatesInTerm(c, term.value.value, own);
      return term;
    }
    case "templatestring":
      return templateCall(c, term, safe);
    default:
      return term;
  }
}

function templateCall(
  c: CompileContext,
  term: Term & { type: "templatestring" },
  safe: ReadonlySet<string>,
): Term {
  const loc = term.loc;
  const parts: Term[] = [];
  for (const part of term.value.parts) {
    if (part.kind === "text") {
      parts.push(part.term);
      continue;
    }
    const value = partTerm(c, part.expr);
    if (value === undefined) continue;
    if (value.type === "var") {
      parts.push({ type: "set", value: [value], loc: value.loc });
      continue;
    }
    reportUndeclared(c, value, safe);
    const inner = templatesInTerm(c, value, safe);
    const { expr, term: local } = c.equate(inner);
    expr.with = part.expr.with;
    parts.push({ type: "setcomprehension", value: { term: local, body: [expr] }, loc: inner.loc });
  }
  if (parts.length === 0) parts.push({ type: "string", value: "", loc });
  return {
    type: "call",
    value: [operatorTerm("internal.template_string", loc), { type: "array", value: parts, loc }],
    loc,
  };
}

function partTerm(c: CompileContext, expr: Expr): Term | undefined {
  const t = expr.terms;
  if (t.kind === "term") return t.term;
  if (t.kind === "call") {
    const name = operatorName(t.terms[0]);
    if (name !== undefined && c.builtins.get(name)?.relation === true) {
      c.err(
        "rego_compile_error",
        `illegal call to relation built-in '${name}' that may cause multiple outputs`,
        expr.loc,
      );
      return undefined;
    }
    return { type: "call", value: t.terms, loc: expr.loc };
  }
  c.err("rego_compile_error", `unexpected template-string expression type: *ast.${t.kind}`, expr.loc);
  return undefined;
}

/** Stage: `print(a, b)` becomes `internal.print([{x | x = a}, …])`, so that an undefined operand still prints. */
export function rewritePrintCalls(c: CompileContext): void {
  for (const { rule } of c.allRules()) {
    const globals = ruleGlobals(rule);
    printCallsInBody(c, rule.body, globals);
    const safe = boundIn(c, rule.body, globals);
    for (const t of [rule.head.key, rule.head.value]) if (t !== undefined) printCallsInTerm(c, t, safe);
  }
}

export function printCallsInBody(c: CompileContext, body: Body, globals: ReadonlySet<string>): void {
  const safe: VarSet = new Set(globals);
  for (const e of body) {
    printCallsInside(c, e, safe);
    const t = e.terms;
    if (t.kind === "call" && operatorName(t.terms[0]) === "print") {
      const sets: Term[] = [];
      for (const arg of t.terms.slice(1)) {
        reportUndeclared(c, arg, safe);
        const { expr, term } = c.equate(arg);
        sets.push({ type: "setcomprehension", value: { term, body: [expr] }, loc: arg.loc });
      }
      t.terms = [operatorTerm("internal.print", e.loc), { type: "array", value: sets, loc: e.loc }];
    }
    for (const v of outputVarsOfExpr(e, arityOf(c), safe, (x) => c.assignments.has(x))) safe.add(v);
  }
}

function printCallsInside(c: CompileContext, e: Expr, safe: ReadonlySet<string>): void {
  const t = e.terms;
  switch (t.kind) {
    case "term":
      printCallsInTerm(c, t.term, safe);
      break;
    case "call":
      for (const term of t.terms) printCallsInTerm(c, term, safe);
      break;
    case "every": {
      printCallsInTerm(c, t.domain, safe);
      const inner: VarSet = new Set(safe);
      for (const name of [t.key, t.value]) if (name !== undefined) termSafetyVars(name, inner);
      printCallsInBody(c, t.body, inner);
      break;
    }
    case "not":
      printCallsInBody(c, t.body, safe);
      break;
    case "and":
    case "or":
      printCallsInBody(c, t.lhs, safe);
      printCallsInBody(c, t.rhs, safe);
  }
}

function printCallsInTerm(c: CompileContext, term: Term, safe: ReadonlySet<string>): void {
  switch (term.type) {
    case "ref":
    case "array":
    case "set":
    case "call":
      for (const t of term.value) printCallsInTerm(c, t, safe);
      return;
    case "object":
      for (const [k, v] of term.value) {
        printCallsInTerm(c, k, safe);
        printCallsInTerm(c, v, safe);
      }
      return;
    case "arraycomprehension":
    case "setcomprehension":
    case "objectcomprehension":
      printCallsInBody(c, term.value.body, safe);
  }
}
