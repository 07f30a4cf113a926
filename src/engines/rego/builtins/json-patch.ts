import {
  equal,
  isArray,
  isNumber,
  isObject,
  isSet,
  lookup,
  num,
  ObjectBuilder,
  objectEntries,
  objectGet,
  RegoSet,
  termText,
  typeName,
  type Value,
} from "../values/index.ts";
import type { BuiltinContext } from "./builtin.ts";
import { type Path, parsePath } from "./json-paths.ts";
import { fault } from "./operands.ts";

/**
 * Applies JSON Patch operations one after the other; only the containers on a path are copied.
 * undefined when the whole document was removed and nothing put in its place.
 *
 * @source RFC 6902, with OPA's additions: paths as arrays, keys of any type, sets
 */
export function applyPatches(
  ctx: BuiltinContext,
  target: Value,
  operations: readonly Value[],
): Value | undefined {
  let document: Value | undefined = target;
  for (const operation of operations) {
    if (!isObject(operation))
      throw fault("must be an array of JSON-Patch objects, but at least one element is not an object");
    const pathValue = required(objectGet(operation, "path"), "path");
    const op = required(objectGet(operation, "op"), "op");
    if (typeof op !== "string") throw fault(`attribute 'op' must be a string but found: ${typeName(op)}`);
    document = applyOne(ctx, document, op, parsePath(pathValue), (name) =>
      required(objectGet(operation, name), name),
    );
  }
  return document;
}

function required(value: Value | undefined, name: string): Value {
  if (value === undefined) throw fault(`missing required attribute '${name}'`);
  return value;
}

function applyOne(
  ctx: BuiltinContext,
  document: Value | undefined,
  op: string,
  path: Path,
  attribute: (name: string) => Value,
): Value | undefined {
  switch (op) {
    case "add":
      return insert(ctx, document, path, attribute("value"));
    case "remove":
      return remove(ctx, document, path);
    case "replace":
      return insert(ctx, remove(ctx, document, path), path, attribute("value"));
    case "move": {
      const from = parsePath(attribute("from"));
      const moved = valueAt(document, from);
      return insert(ctx, remove(ctx, document, from), path, moved);
    }
    case "copy":
      return insert(ctx, document, path, valueAt(document, parsePath(attribute("from"))));
    case "test": {
      const found = valueAt(document, path);
      const wanted = attribute("value");
      if (equal(found, wanted)) return document;
      throw fault(
        `value from EditTree != patch value.\n\nExpected: ${termText(wanted)}\n\nFound: ${termText(found)}`,
      );
    }
    default:
      throw fault(`unrecognized op: '${op}'`);
  }
}

function valueAt(document: Value | undefined, path: Path): Value {
  if (document === undefined) throw fault("nil value encountered where composite value was expected");
  return path.reduce(childOf, document);
}

function childOf(value: Value, key: Value): Value {
  if (isArray(value)) {
    const index = arrayIndex(value.length, key);
    const item = value[index];
    if (item === undefined) throw fault(`path ${index} does not exist in array term ${termText(value)}`);
    return item;
  }
  if (!isObject(value) && !isSet(value))
    throw fault(`expected composite type for path ${termText(key)}, found value: ${shown(value)}`);
  const child = lookup(value, key);
  if (child !== undefined) return child;
  throw fault(`path ${termText(key)} does not exist in ${typeName(value)} term ${termText(value)}`);
}

/** A scalar with the name of its Go type. */
function shown(value: Value): string {
  const name = typeName(value);
  return `${termText(value)} (type: ast.${name[0]!.toUpperCase()}${name.slice(1)})`;
}

function insert(ctx: BuiltinContext, document: Value | undefined, path: Path, value: Value): Value {
  if (path.length === 0) return value;
  if (document === undefined) throw fault("deleted node encountered during insert operation");
  return edit(ctx, document, path, 0, (container, key) => {
    if (isArray(container)) {
      const index = arrayIndex(container.length, key);
      if (index < 0 || index > container.length) throw fault("index for array insertion out of bounds");
      return container.toSpliced(index, 0, value);
    }
    if (isSet(container)) {
      if (!equal(key, value))
        throw fault(`set key ${termText(key)} does not equal value to be inserted ${termText(value)}`);
      return withMember(container, key, value);
    }
    if (isObject(container)) return withEntry(container, key, value);
    throw fault(`expected composite type, found value: ${shown(container)}`);
  });
}

function remove(ctx: BuiltinContext, document: Value | undefined, path: Path): Value | undefined {
  if (document === undefined) throw fault("deleted node encountered during delete operation");
  if (path.length === 0) return undefined;
  return edit(ctx, document, path, 0, (container, key) => {
    if (isArray(container)) {
      const index = arrayIndex(container.length, key);
      if (index < 0 || index >= container.length) throw fault("index for array delete out of bounds");
      return container.toSpliced(index, 1);
    }
    if (!isObject(container) && !isSet(container))
      throw fault(`expected composite type, found value: ${shown(container)}`);
    if (lookup(container, key) === undefined)
      throw fault(`cannot delete child key ${termText(key)} that does not exist`);
    if (isSet(container)) return withMember(container, key, undefined);
    return withEntry(container, key, undefined);
  });
}

/** Walks down a path and rebuilds the containers on the way back. */
function edit(
  ctx: BuiltinContext,
  value: Value,
  path: Path,
  depth: number,
  change: (container: Value, key: Value) => Value,
): Value {
  const key = path[depth]!;
  ctx.tick(1);
  if (depth === path.length - 1) return change(value, key);
  const child = edit(ctx, childOf(value, key), path, depth + 1, change);
  if (isArray(value)) return value.with(arrayIndex(value.length, key), child);
  if (isSet(value)) return withMember(value, key, child);
  return isObject(value) ? withEntry(value, key, child) : value;
}

function withMember(set: RegoSet, old: Value, value: Value | undefined): RegoSet {
  const result = new RegoSet();
  for (const item of set.items()) if (!equal(item, old)) result.add(item);
  if (value !== undefined) result.add(value);
  return result;
}

function withEntry(object: Parameters<typeof objectEntries>[0], key: Value, value: Value | undefined): Value {
  const result = new ObjectBuilder();
  for (const [name, item] of objectEntries(object)) if (!equal(name, key)) result.put(name, item);
  if (value !== undefined) result.put(key, value);
  return result.done();
}

function arrayIndex(length: number, key: Value): number {
  if (isNumber(key)) {
    const index = num.toSafeInteger(key);
    if (index === undefined) throw fault("invalid number type for indexing");
    return index;
  }
  if (typeof key !== "string") throw fault("invalid type for indexing");
  if (key === "-") return length;
  if (!/^[+-]?\d{1,15}(?:\.0*)?$/.test(key)) throw fault("invalid string for indexing");
  if (key !== "0" && key.startsWith("0")) throw fault("leading zeros are not allowed in JSON paths");
  return Number(key);
}
