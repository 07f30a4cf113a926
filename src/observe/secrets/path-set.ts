import { isJsonArray, isJsonObject, type Json, type PropertyPath, setMember } from "../../base/index.ts";

/**
 * Exact paths as a tree, so that asking about one path costs its own length, however many paths there are.
 */
export interface PathSet {
  readonly ends: boolean;
  readonly steps: ReadonlyMap<string | number, PathSet>;
}

interface Growing {
  ends: boolean;
  readonly steps: Map<string | number, Growing>;
}

const NO_PATHS: PathSet = { ends: false, steps: new Map() };

export function pathSet(paths: readonly PropertyPath[]): PathSet {
  if (paths.length === 0) return NO_PATHS;
  const root: Growing = { ends: false, steps: new Map() };
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      let next = node.steps.get(step);
      if (next === undefined) {
        next = { ends: false, steps: new Map() };
        node.steps.set(step, next);
      }
      node = next;
    }
    node.ends = true;
  }
  return root;
}

/** Where a path stands: `inside` at or below a member, `above` when a member lies below it, else `apart`. */
export function relation(set: PathSet, path: PropertyPath): "inside" | "above" | "apart" {
  let node: PathSet = set;
  for (const step of path) {
    if (node.ends) return "inside";
    const next = node.steps.get(step);
    if (next === undefined) return "apart";
    node = next;
  }
  if (node.ends) return "inside";
  return node.steps.size > 0 ? "above" : "apart";
}

/** The part of a set that lies below a path, seen from there. */
export function below(set: PathSet, path: PropertyPath): PathSet {
  let node: PathSet = set;
  for (const step of path) {
    if (node.ends) return node;
    const next = node.steps.get(step);
    if (next === undefined) return NO_PATHS;
    node = next;
  }
  return node;
}

/** Every member below a node, as paths from there. */
export function membersOf(set: PathSet): PropertyPath[] {
  const found: PropertyPath[] = [];
  const walk = (node: PathSet, path: PropertyPath): void => {
    if (node.ends) {
      found.push(path);
      return;
    }
    for (const [step, next] of node.steps) walk(next, [...path, step]);
  };
  walk(set, []);
  return found;
}

/**
 * A value with what lies at the set's paths replaced. Shares everything else; `null` (nothing there) stays
 * `null`.
 */
export function replaceAt(value: Json, set: PathSet, replace: (secret: Json) => Json): Json {
  if (value === null) return null;
  if (set.ends) return replace(value);
  if (set.steps.size === 0) return value;
  if (isJsonArray(value)) {
    const copy = value.slice();
    for (const [step, next] of set.steps) {
      if (typeof step === "number" && step < copy.length)
        copy[step] = replaceAt(copy[step] ?? null, next, replace);
    }
    return copy;
  }
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const next = set.steps.get(key);
    const item = value[key] ?? null;
    setMember(copy, key, next === undefined ? item : replaceAt(item, next, replace));
  }
  return copy;
}

/** Calls back with each value that lies at a path of the set. */
export function visitAt(value: Json, set: PathSet, visit: (value: Json) => void): void {
  if (value === null) return;
  if (set.ends) {
    visit(value);
    return;
  }
  for (const [step, next] of set.steps) {
    if (typeof step === "number") {
      if (isJsonArray(value) && step < value.length) visitAt(value[step] ?? null, next, visit);
    } else if (isJsonObject(value) && Object.hasOwn(value, step)) visitAt(value[step] ?? null, next, visit);
  }
}

/** {@link replaceAt} for paths that are not a set yet. */
export function replacePaths(
  value: Json,
  paths: readonly PropertyPath[],
  replace: (secret: Json) => Json,
): Json {
  return paths.length === 0 ? value : replaceAt(value, pathSet(paths), replace);
}
