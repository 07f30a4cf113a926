import type { Rule, Term } from "../ast/ast.ts";
import { compareTerms } from "../ast/compare.ts";
import { refText } from "../ast/text.ts";
import { type CompileContext, ruleRef } from "./context.ts";
import { isKey, type RuleEntry, type RuleTree, walkTree } from "./rule-tree.ts";

/** Stage: rules that cannot stand under one path together. */
export function checkRuleConflicts(c: CompileContext): void {
  if (c.ruleTree === undefined) return;
  for (const node of walkTree(c.ruleTree)) {
    if (node.entries.length > 0) checkNode(c, node);
  }
  checkPackages(c);
}

function checkNode(c: CompileContext, node: RuleTree): void {
  const kinds = new Set<string>();
  const arities = new Set<number>();
  const defaults: RuleEntry[] = [];
  let [completes, partials] = [0, 0];
  let [sets, objects] = [false, false];
  let conflicts: RuleEntry[] | undefined;
  let name = "";
  for (const entry of node.entries) {
    const { rule } = entry;
    const ground = entry.ref.length === node.path.length;
    const multi = rule.head.value === undefined;
    name = refText(written(c, entry.ref));
    kinds.add(multi ? "multi" : "single");
    arities.add(rule.head.args?.length ?? 0);
    if (rule.isDefault) defaults.push(entry);
    if (ground && node.children.size > 0) conflicts = below(node, () => true);
    if (!multi && ground) completes++;
    else partials++;
    if (multi) {
      if (ground) sets = true;
      else objects = true;
    }
  }
  if (conflicts === undefined && node.entries.some((e) => e.ref.length > node.path.length)) {
    const functions = below(node, (r) => r.head.args !== undefined);
    if (functions.length > 0) conflicts = functions;
  }
  const first = node.entries[0] as RuleEntry;
  if (conflicts !== undefined && conflicts.length > 0) {
    const lines = conflicts.map(
      (e) => `  rule ${refText(written(c, e.ref))} at ${e.rule.loc.file}:${e.rule.loc.row}`,
    );
    c.err("rego_type_error", `rule ${name} conflicts with:\n${lines.join("\n")}`, first.rule.loc);
  } else if (kinds.size > 1 || arities.size > 1 || (completes > 0 && partials > 0) || (sets && objects)) {
    c.err("rego_type_error", `conflicting rules ${name} found`, first.rule.loc);
  } else if (defaults.length > 1) {
    const lines = defaults.map((e) => `${e.rule.loc.file}:${e.rule.loc.row}`).join(", ");
    const { module } = defaults[0] as RuleEntry;
    c.err("rego_type_error", `multiple default rules ${name} found at ${lines}`, module.package.loc);
  }
}

function written(c: CompileContext, ref: readonly Term[]): Term[] {
  return ref.map((t) => (t.type === "var" ? { ...t, value: c.rewritten.get(t.value) ?? t.value } : t));
}

/** Rules below a node, each path once. */
function below(node: RuleTree, wanted: (rule: Rule) => boolean): RuleEntry[] {
  const found = new Map<string, RuleEntry>();
  const collect = (n: RuleTree): void => {
    for (const e of n.entries) {
      const text = refText(e.ref);
      if (wanted(e.rule) && !found.has(text)) found.set(text, e);
    }
    for (const child of n.children.values()) collect(child);
  };
  for (const child of node.children.values()) collect(child);
  const asTerm = (e: RuleEntry): Term => ({ type: "ref", value: e.ref, loc: e.rule.loc });
  return [...found.values()].sort((a, b) => compareTerms(asTerm(a), asTerm(b)));
}

/** A package must not have the path of a rule. */
function checkPackages(c: CompileContext): void {
  const packages = c.modules.map((module) => ({ module, text: refText(module.package.path) }));
  for (const { module, rule } of c.rules()) {
    const ref = ruleRef(module, rule);
    if (!ref.every((t, i) => i === 0 || isKey(t))) continue;
    const text = refText(ref);
    for (const other of packages) {
      if (other.text !== text || other.module === module) continue;
      const name = refText(rule.head.ref);
      const pkg = refText(
        [...other.module.package.path.slice(1)].map((t, i) =>
          i === 0 ? ({ ...t, type: "var" } as Term) : t,
        ),
      );
      const where = `${rule.loc.file}:${rule.loc.row}`;
      c.err(
        "rego_type_error",
        `package ${pkg} conflicts with rule ${name} defined at ${where}`,
        module.package.loc,
      );
    }
  }
}
