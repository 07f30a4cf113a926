import { isArray, isSet, RegoObject, typeName, type Value } from "../values/index.ts";
import { operandFault, typeFault } from "./operands.ts";

export type Path = readonly Value[];

/** A path as `a/b` with JSON pointer escapes, or as an array of keys. */
export function parsePath(path: Value): Path {
  if (isArray(path)) return path;
  if (typeof path !== "string")
    throw operandFault(
      2,
      `must be one of {set, array} containing string paths or array of path segments but got ${typeName(path)}`,
    );
  if (path === "") return [];
  return path
    .replace(/^\/+/, "")
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The paths of an array or set, as second operand. */
export function parsePaths(paths: Value): readonly Path[] {
  const items = isArray(paths) ? paths : isSet(paths) ? paths.sortedItems() : undefined;
  if (items === undefined) throw typeFault(2, paths, "set", "array");
  return items.map(parsePath);
}

/** Paths as a tree; null stands where a path ends. A path below the end of another does not count. */
export function pathTree(paths: readonly Path[]): RegoObject {
  const root = new RegoObject();
  for (const path of paths) {
    const last = path.at(-1);
    if (last === undefined) continue;
    let node: RegoObject | null = root;
    for (const key of path.slice(0, -1)) {
      const child: Value | undefined = node.get(key);
      if (child === null) {
        node = null;
        break;
      }
      if (child instanceof RegoObject) node = child;
      else {
        const made = new RegoObject();
        node.put(key, made);
        node = made;
      }
    }
    node?.put(last, null);
  }
  return root;
}
