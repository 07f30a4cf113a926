import type { Term } from "../ast/ast.ts";
import { refText, termText } from "../ast/text.ts";
import type { CompileContext } from "../compile/context.ts";
import type { RuleTree } from "../compile/rule-tree.ts";
import type { Location } from "../errors.ts";
import { compare, type Value } from "../values/index.ts";
import { constantValue } from "./constant.ts";
import type { Mark, NodePlan, Plan } from "./plan.ts";
import { groupKind } from "./rule-shape.ts";

/** The numbered things of a plan: places in the rule tree, rule groups, constants, built-ins, locations. */
export class PlanTables {
  readonly c: CompileContext;
  readonly plan: Plan;
  protected readonly nodeOf = new Map<RuleTree, number>();
  protected readonly builtinNames: string[] = [];
  protected readonly mocked = new Set<string>();
  protected readonly marks = new Map<number, Mark>();
  protected slots = 0;
  private readonly constantIndex = new Map<string, number>();
  private readonly builtinIndex = new Map<string, number>();
  private readonly locations: Location[] = [];

  constructor(c: CompileContext, tree: RuleTree) {
    this.c = c;
    this.plan = {
      constants: [],
      groups: [],
      nodes: [],
      builtins: this.builtinNames,
      mocked: this.mocked,
      locations: this.locations,
      marks: this.marks,
    };
    this.addNode(tree, -1, "data");
    for (const [node, id] of this.nodeOf) if (node.entries.length > 0) this.declareGroup(node, id);
  }

  private addNode(node: RuleTree, parent: number, key: Value): number {
    const id = this.plan.nodes.length;
    const plan: NodePlan = { id, parent, key, children: new Map(), group: -1 };
    this.plan.nodes.push(plan);
    this.nodeOf.set(node, id);
    const keyed = [...node.children.values()].map((child) => {
      const part = child.path[child.path.length - 1] as Term;
      return { child, key: constantValue(part) };
    });
    keyed.sort((a, b) => compare(a.key, b.key));
    for (const { child, key: childKey } of keyed)
      plan.children.set(childKey, this.addNode(child, id, childKey));
    return id;
  }

  private declareGroup(node: RuleTree, id: number): void {
    const group = this.plan.groups.length;
    (this.plan.nodes[id] as NodePlan).group = group;
    this.plan.groups.push({
      id: group,
      node: id,
      kind: groupKind(node),
      path: refText(node.path),
      arity: node.entries[0]?.rule.head.args?.length ?? 0,
      chains: [],
      fallback: undefined,
      earlyExit: false,
      below: node.children.size > 0,
      index: undefined,
      memo: false,
    });
  }

  constant(term: Term): number {
    return this.constantOf(`${term.type}:${termText(term)}`, () => constantValue(term));
  }

  protected stringConstant(text: string): number {
    return this.constantOf(`string:${JSON.stringify(text)}`, () => text);
  }

  protected constantOf(key: string, make: () => Value): number {
    let i = this.constantIndex.get(key);
    if (i === undefined) {
      i = this.plan.constants.push(make()) - 1;
      this.constantIndex.set(key, i);
    }
    return i;
  }

  protected builtin(name: string): number {
    let i = this.builtinIndex.get(name);
    if (i === undefined) {
      i = this.builtinNames.push(name) - 1;
      this.builtinIndex.set(name, i);
    }
    return i;
  }

  protected place(loc: Location): number {
    return this.locations.push(loc) - 1;
  }

  protected slot(): number {
    return this.slots++;
  }
}
