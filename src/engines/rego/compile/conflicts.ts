import type { Rule } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import type { CompileContext } from "./context.ts";
import { type RuleEntry, type RuleTree, walkTree } from "./rule-tree.ts";

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
  const singles: RuleEntry[] = [];
  const conflicts: RuleEntry[] = [];
  const defaults: Rule[] = [];
  let completes = 0;
  let partials = 0;
  for (const entry of node.entries) {
    const { rule } = entry;
    const open = entry.ref.length > node.path.length;
    const multi = rule.head.value === undefined;
    kinds.add(multi ? (open ? "object" : "set") : open ? "object" : "complete");
    arities.add(rule.head.args?.length ?? 0);
    if (rule.isDefault) defaults.push(rule);
    if (!multi && !open) {
      singles.push(entry);
      completes++;
    } else partials++;
  }
  const first = node.entries[0] as RuleEntry;
  const name = refText(node.path);
  if (singles.length > 0) {
    for (const child of node.children.values()) collectEntries(child, conflicts);
  }
  if (kinds.size > 1 && kinds.has("set")) {
    c.err("rego_type_error", `conflicting rules ${name} found`, first.rule.loc);
  } else if (conflicts.length > 0 && singles[0] !== undefined) {
    const lines = conflicts.map((e) => `rule ${refText(e.ref)} at ${e.rule.loc.file}:${e.rule.loc.row}`);
    c.err(
      "rego_type_error",
      `rule ${refText(singles[0].ref)} conflicts with:\n  ${lines.join("\n  ")}`,
      singles[0].rule.loc,
    );
  } else if (arities.size > 1) {
    c.err("rego_type_error", `conflicting rules ${name} found`, first.rule.loc);
  } else if (completes > 0 && partials > 0) {
    c.err("rego_type_error", `conflicting rules ${name} found`, first.rule.loc);
  }
  if (defaults.length > 1) {
    const lines = defaults.map((r) => `${r.loc.file}:${r.loc.row}`).join(", ");
    c.err("rego_type_error", `multiple default rules ${name} found at ${lines}`, (defaults[0] as Rule).loc);
  }
}

function collectEntries(node: RuleTree, out: RuleEntry[]): void {
  out.push(...node.entries);
  for (const child of node.children.values()) collectEntries(child, out);
}

/** A package must not have the path of a rule. */
function checkPackages(c: CompileContext): void {
  if (c.ruleTree === undefined) return;
  for (const node of walkTree(c.ruleTree)) {
    if (!node.isPackage || node.entries.length === 0) continue;
    for (const module of c.modules) {
      if (refText(module.package.path) !== refText(node.path)) continue;
      const rule = (node.entries[0] as RuleEntry).rule;
      c.err(
        "rego_type_error",
        `package ${refText(module.package.path.slice(1))} conflicts with rule ${rule.head.name} defined at ${rule.loc.file}:${rule.loc.row}`,
        module.package.loc,
      );
    }
  }
}
