import {
  isArray,
  isObject,
  isSet,
  ObjectBuilder,
  objectEntries,
  RegoObject,
  RegoSet,
  type Value,
} from "../values/index.ts";
import { define } from "./define.ts";
import { applyPatches } from "./json-patch.ts";
import { parsePaths, pathTree } from "./json-paths.ts";
import { arrayAt, objectAt } from "./operands.ts";

const PATHS = "any<array[any<string, array[any]>], set[any<string, array[any]>]>";

export const jsonDocuments = [
  define(
    `json.filter(object: object[any: any], paths: ${PATHS}) filtered: object[any: any]`,
    "object",
    "The parts of a document that the paths name.",
    (ctx, args) => {
      const object = objectAt(args, 0);
      const tree = pathTree(parsePaths(args[1]!));
      ctx.tick(tree.size);
      return keep(object, tree);
    },
  ),
  define(
    `json.remove(object: object[any: any], paths: ${PATHS}) output: object[any: any]`,
    "object",
    "The document without the parts that the paths name.",
    (ctx, args) => {
      const object = objectAt(args, 0);
      const tree = pathTree(parsePaths(args[1]!));
      ctx.tick(tree.size);
      return remove(object, tree);
    },
  ),
  define(
    "json.patch(target: any, patches: array[object<op: string, path: any>[any: any]]) output: any",
    "object",
    "The document after the operations of a JSON Patch (RFC 6902); sets can be patched too.",
    (ctx, args) => applyPatches(ctx, args[0]!, arrayAt(args, 1)),
  ),
];

/** `tree` null keeps everything. */
function keep(value: Value, tree: Value): Value {
  if (!(tree instanceof RegoObject)) return value;
  if (isArray(value)) {
    const items: Value[] = [];
    for (const [index, item] of value.entries()) {
      const part = tree.get(index.toString());
      if (part !== undefined) items.push(keep(item, part));
    }
    return items;
  }
  if (isSet(value)) {
    const result = new RegoSet();
    for (const item of value.items()) {
      const part = tree.get(item);
      if (part !== undefined) result.add(keep(item, part));
    }
    return result;
  }
  if (!isObject(value)) return value;
  const result = new ObjectBuilder();
  for (const [key, item] of objectEntries(value)) {
    const part = tree.get(key);
    if (part !== undefined) result.put(key, keep(item, part));
  }
  return result.done();
}

/** undefined when the whole value goes. */
function remove(value: Value, tree: Value | undefined): Value | undefined {
  if (tree === null) return undefined;
  if (!(tree instanceof RegoObject)) return value;
  if (isArray(value)) {
    return value
      .map((item, index) => remove(item, tree.get(index.toString())))
      .filter((item): item is Value => item !== undefined);
  }
  if (isSet(value)) {
    const result = new RegoSet();
    for (const item of value.items()) {
      const rest = remove(item, tree.get(item));
      if (rest !== undefined) result.add(rest);
    }
    return result;
  }
  if (!isObject(value)) return value;
  const result = new ObjectBuilder();
  for (const [key, item] of objectEntries(value)) {
    const rest = remove(item, tree.get(key));
    if (rest !== undefined) result.put(key, rest);
  }
  return result.done();
}
