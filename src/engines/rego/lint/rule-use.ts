import type { Rule, Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { visitRule } from "../ast/visit.ts";
import type { CompileContext } from "../compile/context.ts";
import { buildGraph } from "../compile/recursion.ts";
import {
  findNode,
  groundPrefix,
  isKey,
  type RuleEntry,
  type RuleTree,
  treeKey,
  walkTree,
} from "../compile/rule-tree.ts";
import { type LintFinding, nearest } from "./finding.ts";

/** Rules that a program outside of the policies asks for, by their names, as conftest, OPA and Trueup read them. */
const ENTRY = /^(deny|violation|warn|allow|review|main)(_.*)?$/;
const TEST = /^(todo_)?test_/;

/** Rules that nothing asks for. A policy whose deny rule calls the wrong helper shows as a helper without use. */
export function unusedRules(c: CompileContext, entrypoints: readonly string[]): readonly LintFinding[] {
  const tree = c.ruleTree;
  if (tree === undefined) return [];
  const entries = [...walkTree(tree)].flatMap((node) => node.entries);
  const { graph } = buildGraph(c);
  const asked = entries.filter((entry) => isEntry(entry, entrypoints));
  if (asked.length === 0) return [];
  const used = reached(graph, asked);
  const tested = reached(
    graph,
    entries.filter((entry) => TEST.test(nameOf(entry))),
  );
  const byPath = new Map<string, RuleEntry[]>();
  for (const entry of entries) {
    const path = refText(groundPrefix(entry.ref));
    byPath.set(path, [...(byPath.get(path) ?? []), entry]);
  }
  const findings: LintFinding[] = [];
  for (const [path, group] of byPath) {
    const [first] = group;
    if (first === undefined || TEST.test(nameOf(first)) || isTestPackage(first)) continue;
    if (group.some(({ rule }) => used.has(rule))) continue;
    const byTests = group.some(({ rule }) => tested.has(rule));
    findings.push({
      rule: "unused-rule",
      message: byTests
        ? `rule \`${path}\` is used by tests only: no deny, violation, allow, review or warn rule reaches it`
        : `rule \`${path}\` is never used`,
      hint: "call it from a rule that decides, mark it `entrypoint: true`, or remove it",
      location: first.rule.loc,
    });
  }
  return findings;
}

function isTestPackage(entry: RuleEntry): boolean {
  return entry.module.file.endsWith("_test.rego");
}

function nameOf(entry: RuleEntry): string {
  const name = entry.rule.head.ref[0];
  return name?.type === "var" || name?.type === "string" ? name.value : "";
}

function isEntry(entry: RuleEntry, entrypoints: readonly string[]): boolean {
  const path = refText(groundPrefix(entry.ref));
  if (ENTRY.test(nameOf(entry))) return true;
  if (entrypoints.some((asked) => path === asked || path.startsWith(`${asked}.`))) return true;
  return entry.module.annotations.some(
    (found) =>
      found.entrypoint && found.endRow < entry.rule.loc.row && entry.rule.loc.row - found.endRow <= 1,
  );
}

function reached(graph: ReadonlyMap<Rule, ReadonlySet<Rule>>, from: readonly RuleEntry[]): ReadonlySet<Rule> {
  const seen = new Set<Rule>();
  const pending: Rule[] = [];
  for (const { rule } of from)
    for (let r: Rule | undefined = rule; r !== undefined; r = r.else) pending.push(r);
  for (let rule = pending.pop(); rule !== undefined; rule = pending.pop()) {
    if (seen.has(rule)) continue;
    seen.add(rule);
    pending.push(...(graph.get(rule) ?? []));
  }
  return seen;
}

/** References to a name that a package of the policies does not have. `hasData` tells of base documents. */
export function unknownRules(
  c: CompileContext,
  hasData: (path: readonly string[]) => boolean,
): readonly LintFinding[] {
  const tree = c.ruleTree;
  if (tree === undefined) return [];
  const findings = new Map<string, LintFinding>();
  for (const { rule } of c.rules()) {
    visitRule(rule, {
      term(t) {
        if (t.type !== "ref") return;
        const found = missing(tree, t.value, hasData);
        if (found !== undefined)
          findings.set(`${found.location.file}:${found.location.row}:${found.location.col}`, found);
      },
    });
  }
  return [...findings.values()];
}

function missing(
  tree: RuleTree,
  ref: readonly Term[],
  hasData: (path: readonly string[]) => boolean,
): LintFinding | undefined {
  const [root] = ref;
  if (root?.type !== "var" || root.value !== "data") return undefined;
  let node = tree;
  for (let i = 1; i < ref.length; i++) {
    const part = ref[i] as Term;
    if (!isKey(part)) return undefined;
    const child = node.children.get(treeKey(part));
    if (child !== undefined) {
      if (child.entries.length > 0) return undefined;
      node = child;
      continue;
    }
    if (!node.isPackage || node.entries.length > 0 || part.type !== "string") return undefined;
    const path = ref.slice(1, i + 1).map((term) => String(term.value));
    if (hasData(path) || findNode(tree, ref.slice(0, i + 1)) !== undefined) return undefined;
    const known = [...node.children.keys()].map((key) => String(JSON.parse(key.replace(/^#/, ""))));
    const near = nearest(part.value, known);
    return {
      rule: "unknown-rule",
      message: `package \`${refText(ref.slice(0, i))}\` has no \`${part.value}\`: the reference is always undefined`,
      hint: near === undefined ? "correct the name, or give the data that is meant" : `write \`${near}\``,
      location: part.loc,
    };
  }
  return undefined;
}
