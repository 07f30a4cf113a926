import { type Body, isWildcard } from "../ast/ast.ts";
import { visitBody } from "../ast/visit.ts";
import { isGeneratedName } from "./context.ts";
import { declaredIn } from "./resolve-refs.ts";
import type { Scopes } from "./scopes.ts";

export function checkUnusedAssigned(s: Scopes, body: Body, used: Set<string>): void {
  if (s.errors > 0 || s.unused > 0) return;
  const { top } = s;
  const unused = new Map<string, string>();
  for (const [name, occurrence] of top.occurrence) {
    const generated = top.names.get(name);
    if (occurrence !== "assigned" || isWildcard(name) || generated === undefined) continue;
    if (s.countOf(name) <= 1 && !used.has(generated)) unused.set(generated, name);
  }
  for (const name of used) {
    const generated = s.declared(name);
    if (generated !== undefined) unused.delete(generated);
  }
  for (const [generated, name] of [...unused].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const expr = body.find((e) => bodyVars([e]).has(generated)) ?? body[0];
    s.unused++;
    s.c.errRecoverable("rego_compile_error", `assigned var ${name} unused`, expr?.loc);
  }
}

export function checkUnusedDeclared(s: Scopes, body: Body, used: Set<string>, result: Body): void {
  if (s.errors > 0 || s.unused > 0) return;
  const { top } = s;
  const declared = [...top.occurrence].filter(([, occurrence]) => occurrence === "declared");
  if (declared.length === 0) return;
  const present = bodyVars(result);
  for (const name of used) present.add(s.declared(name) ?? name);
  const missing = declared
    .map(([name]) => ({ name, generated: top.names.get(name) ?? name }))
    .filter(
      (v) =>
        !present.has(v.generated) &&
        !used.has(v.generated) &&
        !isGeneratedName(v.name) &&
        !isWildcard(v.name),
    )
    .sort((a, b) => (a.generated < b.generated ? -1 : 1));
  for (const { name } of missing) {
    const expr = body.find((e) => {
      const vars = new Set<string>();
      declaredIn(e, vars);
      return vars.has(name);
    });
    s.unused++;
    s.c.errRecoverable("rego_compile_error", `declared var ${name} unused`, (expr ?? body[0])?.loc);
  }
}

export function bodyVars(body: Body): Set<string> {
  const vars = new Set<string>();
  visitBody(body, {
    term(t) {
      if (t.type === "var") vars.add(t.value);
    },
  });
  return vars;
}
