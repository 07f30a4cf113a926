import {
  equal,
  isArray,
  isObject,
  isSet,
  type JsonObject,
  objectEntriesSorted,
  objectGet,
  type RegoObject,
  RegoSet,
  type Value,
} from "../values/index.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { checkItems, itemsOf, objectAt, typeFault } from "./operands.ts";

const GRAPH = "object[any: any<array[any], set[any]>]";
const NODES = "any<array[any], set[any]>";

export const graphs = [
  define(
    `graph.reachable(graph: ${GRAPH}, initial: ${NODES}) output: set[any]`,
    "graph",
    "Nodes of the graph that can be reached from the initial ones, those included.",
    reachable,
  ),
  define(
    `graph.reachable_paths(graph: ${GRAPH}, initial: ${NODES}) output: set[array[any]]`,
    "graph",
    "All paths from the initial nodes up to where they end or would repeat a node.",
    reachablePaths,
  ),
  define(
    "walk(x: any) output: array<array[any], any>",
    "graph",
    "Pairs of path and value of everything inside of `x`, `x` itself included.",
    (ctx, [x]) => walkPairs(ctx, x!, true),
    { relation: true },
  ),
];

/**
 * Every value inside of a document with its path, parents first, keys in order. Without `paths` all paths are empty
 * arrays, which spares their building where a policy only looks at the values.
 */
export function walkPairs(ctx: BuiltinContext, root: Value, paths: boolean): readonly Value[] {
  const pairs: Value[] = [];
  const none: readonly Value[] = [];
  const stack: (readonly [path: readonly Value[], value: Value])[] = [[none, root]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const [path, value] = top;
    if (pairs.push([path, value]) > ctx.limits.maxItems) checkItems(ctx, pairs.length);
    if (typeof value !== "object" || value === null) continue;
    const children = childrenOf(value);
    ctx.tick(children.length + 1);
    for (let i = children.length - 1; i >= 0; i--) {
      const [key, child] = children[i]!;
      stack.push([paths ? [...path, key] : none, child]);
    }
  }
  return pairs;
}

function childrenOf(value: Value): readonly (readonly [Value, Value])[] {
  if (isArray(value)) return value.map((item, index) => [index, item] as const);
  if (isSet(value)) return value.sortedItems().map((item) => [item, item] as const);
  return isObject(value) ? objectEntriesSorted(value) : [];
}

type Graph = JsonObject | RegoObject;

function nodesAt(args: readonly Value[], index: number): readonly Value[] {
  const items = itemsOf(args[index]!);
  if (items === undefined) throw typeFault(index + 1, args[index]!, "{array, set}");
  return items;
}

function reachable(ctx: BuiltinContext, args: readonly Value[]): Value {
  const graph = objectAt(args, 0);
  const queue = [...nodesAt(args, 1)];
  const reached = new RegoSet();
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i]!;
    const edges = objectGet(graph, node);
    if (edges === undefined || !reached.add(node)) continue;
    const neighbours = itemsOf(edges) ?? [];
    checkItems(ctx, neighbours.length);
    for (const neighbour of neighbours) if (!reached.has(neighbour)) queue.push(neighbour);
  }
  return reached;
}

function reachablePaths(ctx: BuiltinContext, args: readonly Value[]): Value {
  const graph = objectAt(args, 0);
  const paths = new RegoSet();
  for (const node of nodesAt(args, 1)) {
    const edges = objectGet(graph, node);
    if (edges === undefined) continue;
    const neighbours = itemsOf(edges) ?? [];
    if (neighbours.length === 0) paths.add([node]);
    for (const neighbour of neighbours) extend(ctx, graph, neighbour, [node], paths);
  }
  return paths;
}

/** A path ends at a node without edges, before one that is not in the graph, or where a node would repeat. */
function extend(
  ctx: BuiltinContext,
  graph: Graph,
  node: Value,
  before: readonly Value[],
  paths: RegoSet,
): void {
  if (paths.size >= ctx.limits.maxItems) checkItems(ctx, paths.size + 1);
  ctx.tick(before.length);
  const edges = objectGet(graph, node);
  if (edges === undefined) {
    paths.add(before);
    return;
  }
  const path = [...before, node];
  const neighbours = itemsOf(edges) ?? [];
  if (neighbours.length === 0) paths.add(path);
  for (const neighbour of neighbours) {
    if (path.some((seen) => equal(seen, neighbour))) paths.add(path);
    else extend(ctx, graph, neighbour, path, paths);
  }
}
