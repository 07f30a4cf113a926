import type { Module, Rule, Term } from "../ast/ast.ts";
import { type CompileContext, ruleRef } from "./context.ts";

export interface RuleEntry {
  readonly rule: Rule;
  readonly module: Module;
  /** Full reference: `data`, package path, name, rest of the head's reference. */
  readonly ref: Term[];
}

/** Rules by the ground part of their path. Keys are the JSON text of a scalar, so that `1` and `"1"` stay apart. */
export interface RuleTree {
  readonly key: string;
  readonly path: readonly Term[];
  readonly children: Map<string, RuleTree>;
  readonly entries: RuleEntry[];
  /** A package or a rule stands here (not only on the way to one). */
  isPackage: boolean;
}

export function treeKey(term: Term): string {
  return term.type === "number" ? `#${term.value}` : JSON.stringify(term.value);
}

function newNode(key: string, path: readonly Term[]): RuleTree {
  return { key, path, children: new Map(), entries: [], isPackage: false };
}

export function childOf(node: RuleTree, term: Term): RuleTree {
  const key = treeKey(term);
  let child = node.children.get(key);
  if (child === undefined) {
    child = newNode(key, [...node.path, term]);
    node.children.set(key, child);
  }
  return child;
}

export function buildRuleTree(c: CompileContext): RuleTree {
  const root = newNode("data", [
    { type: "var", value: "data", loc: { file: "", row: 0, col: 0, offset: 0, end: 0 } },
  ]);
  for (const module of c.modules) {
    let node = root;
    for (const part of module.package.path.slice(1)) node = childOf(node, part);
    node.isPackage = true;
  }
  for (const { module, rule } of c.rules()) {
    const ref = ruleRef(module, rule);
    let node = root;
    for (const part of groundPrefix(ref).slice(1)) node = childOf(node, part);
    node.entries.push({ rule, module, ref });
  }
  return root;
}

export function groundPrefix(ref: readonly Term[]): readonly Term[] {
  const open = ref.findIndex((t, i) => i > 0 && (t.type === "var" || t.type === "ref" || t.type === "call"));
  return open < 0 ? ref : ref.slice(0, open);
}

/** The node of a reference's constant elements, or undefined when the tree does not go that far. */
export function findNode(root: RuleTree, ref: readonly Term[]): RuleTree | undefined {
  let node: RuleTree | undefined = root;
  for (const part of ref.slice(1)) {
    if (node === undefined) return undefined;
    node = isKey(part) ? node.children.get(treeKey(part)) : undefined;
  }
  return node;
}

export function isKey(term: Term): boolean {
  return term.type === "string" || term.type === "number" || term.type === "boolean" || term.type === "null";
}

export function* walkTree(node: RuleTree): Generator<RuleTree> {
  yield node;
  for (const key of [...node.children.keys()].sort()) yield* walkTree(node.children.get(key) as RuleTree);
}
