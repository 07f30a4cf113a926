import { type Expr, operatorName, type Rule, type Term } from "../ast/ast.ts";
import { termText } from "../ast/text.ts";
import { visitRule } from "../ast/visit.ts";
import type { CompileContext } from "./context.ts";
import { importName, importText } from "./resolve-refs.ts";

/** Stage: rules and variables must not be called `input` or `data`. */
export function checkKeywordOverrides(c: CompileContext): void {
  for (const module of c.modules) {
    if (!c.strict && module.regoVersion < 1) continue;
    for (const rule of module.rules) checkRootOverrides(c, rule);
  }
}

export function isRootName(name: string): boolean {
  return name === "input" || name === "data";
}

function checkRootOverrides(c: CompileContext, rule: Rule): void {
  for (let r: Rule | undefined = rule; r !== undefined; r = r.else) {
    if (r !== rule) break;
    const first = r.head.ref[0];
    if (first?.type === "var" && isRootName(first.value)) {
      c.errRecoverable(
        "rego_compile_error",
        `rules must not shadow ${first.value} (use a different rule name)`,
        r.loc,
      );
    }
    for (const arg of r.head.args ?? []) {
      const name = arg.type === "ref" && arg.value.length === 1 ? operatorName(arg) : undefined;
      if (name !== undefined && isRootName(name)) {
        c.errRecoverable(
          "rego_compile_error",
          `args must not shadow ${name} (use a different variable name)`,
          arg.loc,
        );
      }
    }
  }
  visitRule(rule, { expr: (e) => checkAssignment(c, e) });
}

export function checkAssignment(c: CompileContext, e: Expr): boolean {
  const t = e.terms;
  if (t.kind === "call" && operatorName(t.terms[0]) === "assign") {
    const target = t.terms[1] as Term | undefined;
    const name = target === undefined ? "" : termText(target);
    if (isRootName(name)) {
      c.errRecoverable(
        "rego_compile_error",
        `variables must not shadow ${name} (use a different variable name)`,
        e.loc,
      );
    }
  }
  return false;
}

/** Stage: two imports under one name. */
export function checkDuplicateImports(c: CompileContext): void {
  for (const module of c.modules) {
    if (!c.strict && module.regoVersion < 1) continue;
    const seen = new Map<string, string>();
    for (const imp of module.imports) {
      const name = importName(imp);
      const other = seen.get(name);
      if (other === undefined) seen.set(name, importText(imp));
      else c.errRecoverable("rego_compile_error", `import must not shadow ${other}`, imp.loc);
    }
  }
}

/** Stage: what OPA no longer wants to be called. */
export function checkDeprecatedBuiltins(c: CompileContext): void {
  for (const module of c.modules) {
    if (!c.strict && module.regoVersion < 1) continue;
    for (const rule of module.rules) visitRule(rule, { expr: (e) => deprecatedCall(c, e) });
  }
}

export function deprecatedCall(c: CompileContext, e: Expr): boolean {
  if (e.terms.kind !== "call") return false;
  const name = operatorName(e.terms.terms[0]);
  if (name !== undefined && c.builtins.get(name)?.deprecated === true) {
    c.errRecoverable("rego_type_error", `deprecated built-in function calls in expression: ${name}`, e.loc);
  }
  return false;
}
