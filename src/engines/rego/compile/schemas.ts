import type { Rule, Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { type CompileContext, ruleRef } from "./context.ts";
import { groundPrefix } from "./rule-tree.ts";
import { schemaType } from "./types/schema.ts";
import type { Type } from "./types/type.ts";

/** Makes the types of the host's schemas known to the type check. Keys: `""` or `input`, or names that annotations use. */
export function useSchemas(c: CompileContext, schemas: Readonly<Record<string, unknown>>): void {
  const types = new Map<string, Type>();
  for (const [name, schema] of Object.entries(schemas)) {
    const type = schemaType(schema);
    if (typeof type === "string") c.err("rego_type_error", type, undefined);
    else types.set(name, type);
  }
  c.inputType = types.get("") ?? types.get("input");
  c.wantAnnotations = true;
  c.schemas = types;
}

/** Stage: schema annotations of each rule become types. */
export function resolveSchemaAnnotations(c: CompileContext): void {
  const set = c.annotations;
  if (set === undefined) return;
  const inline = new Map<unknown, Type>();
  const byRule = new Map<Rule, { path: readonly Term[]; type: Type }[]>();
  for (const { module, rule } of c.allRules()) {
    const path = groundPrefix(ruleRef(module, rule));
    const all = [
      ...set.ofSubpackages(module.package.path),
      set.ofPackage(module.package.path),
      set.ofDocument(path),
      ...set.ofRule(rule),
    ];
    const own: { path: readonly Term[]; type: Type }[] = [];
    for (const a of all) {
      for (const s of a?.annotations.schemas ?? []) {
        let type: Type | undefined;
        if (s.schema !== undefined) {
          if (c.schemas === undefined) continue;
          const name = s.schema
            .slice(1)
            .map((t) => String(t.value))
            .join(".");
          type = c.schemas.get(name) ?? c.schemas.get(refText(s.schema));
          if (type === undefined)
            c.err("rego_type_error", `undefined schema: ${refText(s.schema)}`, rule.loc);
        } else {
          type = inline.get(s.definition);
          if (type === undefined) {
            const made = schemaType(s.definition);
            if (typeof made === "string") c.err("rego_type_error", made, rule.loc);
            else {
              inline.set(s.definition, made);
              type = made;
            }
          }
        }
        if (type !== undefined) own.push({ path: s.path, type });
      }
    }
    if (own.length > 0) byRule.set(rule, own);
  }
  c.schemaTypes = (rule) => byRule.get(rule) ?? [];
}
