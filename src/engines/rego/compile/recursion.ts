import type { Rule, Term } from "../ast/ast.ts";
import { refText } from "../ast/text.ts";
import { visitRule } from "../ast/visit.ts";
import type { CompileContext } from "./context.ts";
import { isKey, type RuleEntry, type RuleTree, treeKey, walkTree } from "./rule-tree.ts";

export type RuleGraph = Map<Rule, Set<Rule>>;

/** Which rules (and else branches) a rule's references can reach. */
export function buildGraph(c: CompileContext): { graph: RuleGraph; refs: Map<Rule, Term[]> } {
  const graph: RuleGraph = new Map();
  const refs = new Map<Rule, Term[]>();
  const tree = c.ruleTree;
  if (tree === undefined) return { graph, refs };
  for (const node of walkTree(tree)) {
    for (const entry of node.entries) {
      for (let r: Rule | undefined = entry.rule; r !== undefined; r = r.else) {
        const out = new Set<Rule>();
        graph.set(r, out);
        refs.set(r, entry.ref);
        const single: Rule = { ...r, else: undefined };
        visitRule(single, {
          term(t) {
            if (t.type !== "ref") return;
            for (const target of reachable(tree, t.value)) {
              for (let b: Rule | undefined = target; b !== undefined; b = b.else) out.add(b);
            }
          },
        });
      }
    }
  }
  return { graph, refs };
}

function reachable(tree: RuleTree, ref: readonly Term[]): Rule[] {
  const root = ref[0];
  if (root?.type !== "var" || root.value !== "data") return [];
  const out: Rule[] = [];
  const add = (entries: readonly RuleEntry[], position: number): void => {
    for (const e of entries) if (mayMatch(e.ref, ref, position)) out.push(e.rule);
  };
  const walk = (node: RuleTree, i: number): void => {
    add(node.entries, i);
    const part = ref[i];
    if (part === undefined) {
      for (const child of node.children.values()) walk(child, i);
    } else if (isKey(part)) {
      const child = node.children.get(treeKey(part));
      if (child !== undefined) walk(child, i + 1);
    } else for (const child of node.children.values()) walk(child, i + 1);
  };
  walk(tree, 1);
  return out;
}

/** A partial rule whose remaining constants differ from the reference's is not reached. */
function mayMatch(rule: readonly Term[], ref: readonly Term[], from: number): boolean {
  for (let i = from; i < Math.min(rule.length, ref.length); i++) {
    const a = rule[i] as Term;
    const b = ref[i] as Term;
    if (isKey(a) && isKey(b) && treeKey(a) !== treeKey(b)) return false;
  }
  return true;
}

/** Stage: no rule may need its own value. */
export function checkRecursion(c: CompileContext): void {
  if (c.ruleTree === undefined) return;
  const { graph, refs } = buildGraph(c);
  const inCycle = cyclic(graph);
  const name = (r: Rule): string =>
    refText(
      (refs.get(r) ?? []).map((t) =>
        t.type === "var" ? { ...t, value: c.rewritten.get(t.value) ?? t.value } : t,
      ),
    );
  for (const node of walkTree(c.ruleTree)) {
    for (const entry of node.entries) {
      for (let r: Rule | undefined = entry.rule; r !== undefined; r = r.else) {
        if (!inCycle.has(r)) continue;
        const path = findPath(graph, r);
        if (path === undefined) continue;
        c.err("rego_recursion_error", `rule ${name(r)} is recursive: ${path.map(name).join(" -> ")}`, r.loc);
      }
    }
  }
}

/** Rules that can reach themselves: Tarjan's components without recursion of the host. */
function cyclic(graph: RuleGraph): Set<Rule> {
  const index = new Map<Rule, number>();
  const low = new Map<Rule, number>();
  const onStack = new Set<Rule>();
  const stack: Rule[] = [];
  const result = new Set<Rule>();
  let next = 0;
  for (const start of graph.keys()) {
    if (index.has(start)) continue;
    const work: { node: Rule; edges: Rule[]; i: number }[] = [
      { node: start, edges: [...(graph.get(start) ?? [])], i: 0 },
    ];
    index.set(start, next);
    low.set(start, next++);
    stack.push(start);
    onStack.add(start);
    while (work.length > 0) {
      const top = work[work.length - 1] as (typeof work)[number];
      const to = top.edges[top.i++];
      if (to !== undefined) {
        if (!index.has(to)) {
          index.set(to, next);
          low.set(to, next++);
          stack.push(to);
          onStack.add(to);
          work.push({ node: to, edges: [...(graph.get(to) ?? [])], i: 0 });
        } else if (onStack.has(to)) low.set(top.node, Math.min(low.get(top.node) ?? 0, index.get(to) ?? 0));
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent !== undefined)
        low.set(parent.node, Math.min(low.get(parent.node) ?? 0, low.get(top.node) ?? 0));
      if (low.get(top.node) !== index.get(top.node)) continue;
      const component: Rule[] = [];
      for (;;) {
        const member = stack.pop() as Rule;
        onStack.delete(member);
        component.push(member);
        if (member === top.node) break;
      }
      const self = graph.get(top.node)?.has(top.node) ?? false;
      if (component.length > 1 || self) for (const member of component) result.add(member);
    }
  }
  return result;
}

function findPath(graph: RuleGraph, start: Rule): Rule[] | undefined {
  const seen = new Set<Rule>();
  const work: { node: Rule; edges: Rule[]; i: number }[] = [
    { node: start, edges: [...(graph.get(start) ?? [])], i: 0 },
  ];
  while (work.length > 0) {
    const top = work[work.length - 1] as (typeof work)[number];
    const to = top.edges[top.i++];
    if (to === undefined) {
      work.pop();
      continue;
    }
    if (to === start) return [...work.map((w) => w.node), start];
    if (seen.has(to)) continue;
    seen.add(to);
    work.push({ node: to, edges: [...(graph.get(to) ?? [])], i: 0 });
  }
  return undefined;
}
