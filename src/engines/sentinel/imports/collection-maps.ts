import type { Runtime } from "../evaluator/runtime.ts";
import { deepCopy } from "../values/copy.ts";
import { parseInt64 } from "../values/integers.ts";
import type { MapKey } from "../values/map-value.ts";
import { MapValue } from "../values/map-value.ts";
import type { Value } from "../values/value.ts";
import { present, UNDEFINED, Undefined } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { defineRaw, functions, namespace, shared, wrongArgument } from "./define.ts";

type Path = readonly string[];

/** Paths split by one evaluation; a policy asks for the same few again and again. */
const MAX_PATHS = 256;

export const collectionMapsImport: StandardImport = shared(
  namespace(
    "collection/maps",
    functions(
      defineRaw("get", 2, 3, (args, rt) => {
        const found = lookup(args[0] as Value, known(args[1] as Value, "get", rt), rt);
        return found === undefined || found instanceof Undefined ? present(args[2], UNDEFINED) : found;
      }),
      defineRaw("has", 2, 2, ([object, path], rt) => {
        const found = lookup(object as Value, known(path as Value, "has", rt), rt);
        return found !== undefined && !(found instanceof Undefined);
      }),
      defineRaw("set", 3, 3, ([object, path, value], rt) => {
        const steps = pathOf(path as Value, "set", 1);
        return object instanceof Undefined
          ? object
          : placed(copyOf(object as Value, "set", rt), steps, value as Value);
      }),
      defineRaw("unset", 2, 2, ([object, path], rt) => {
        const steps = pathOf(path as Value, "unset", 1);
        if (object instanceof Undefined) {
          return object;
        }
        const copy = copyOf(object as Value, "unset", rt);
        remove(copy, steps, false);
        return copy;
      }),
      defineRaw("pick", 2, 2, ([object, paths], rt) => {
        if (object instanceof Undefined) {
          return object;
        }
        let picked: Value = new MapValue();
        for (const path of pathsOf(paths as Value, "pick")) {
          picked = pickInto(picked, copyOf(object as Value, "pick", rt), path);
        }
        return picked;
      }),
      defineRaw("omit", 2, 2, ([object, paths], rt) => {
        if (object instanceof Undefined) {
          return object;
        }
        const copy = copyOf(object as Value, "omit", rt);
        for (const path of pathsOf(paths as Value, "omit")) {
          remove(copy, path, true);
        }
        return copy;
      }),
    ),
  ),
);

function known(path: Value, name: string, { paths }: Runtime): Path {
  const found = typeof path === "string" ? paths.get(path) : undefined;
  if (found !== undefined) {
    return found;
  }
  const steps = pathOf(path, name, 1);
  if (paths.size < MAX_PATHS) {
    paths.set(path as string, steps);
  }
  return steps;
}

function pathOf(path: Value, name: string, at: number): Path {
  if (typeof path !== "string") {
    throw wrongArgument(`maps.${name}`, at, "a path as a string", path);
  }
  return path.split(".");
}

function pathsOf(paths: Value, name: string): Path[] {
  if (typeof paths === "string") {
    return [pathOf(paths, name, 1)];
  }
  if (!Array.isArray(paths)) {
    throw wrongArgument(`maps.${name}`, 1, "a list of paths", paths);
  }
  return paths.map((path) => pathOf(path, name, 1));
}

/** The functions never change what they are given. */
function copyOf(object: Value, name: string, rt: Runtime): Value {
  if (!(object instanceof MapValue) && !Array.isArray(object)) {
    throw wrongArgument(`maps.${name}`, 0, "a map", object);
  }
  return deepCopy(object, rt);
}

/** Index of a list for a path's step; null when the step is no index. */
function listIndex(step: string, length: number): number | null {
  const index = parseInt64(step);
  if (typeof index !== "number") {
    return null;
  }
  const at = index < 0 ? length + index : index;
  return at >= 0 && at < length ? at : null;
}

/** A map's key for a step: the string, or the int that it spells where only that is there. */
function mapKey(map: MapValue, step: string): MapKey {
  if (!map.has(step)) {
    const int = parseInt64(step);
    if (int !== null && map.has(int)) {
      return int;
    }
  }
  return step;
}

/** JavaScript's undefined where the path leads nowhere. `*` goes through all elements of a list or values of a map. */
function lookup(object: Value, path: Path, rt: Runtime, at = 0): Value | undefined {
  if (at === path.length) {
    return object;
  }
  rt.tick();
  const step = path[at] as string;
  if (step === "*" && (Array.isArray(object) || object instanceof MapValue)) {
    if (object instanceof MapValue && object.has("*")) {
      return lookup(object.get("*") as Value, path, rt, at + 1);
    }
    const items = Array.isArray(object) ? object : object.entries().map(([, value]) => value);
    const found: Value[] = [];
    for (const item of items) {
      const value = lookup(item, path, rt, at + 1);
      if (value !== undefined && !(value instanceof Undefined)) {
        found.push(value);
      }
    }
    return found;
  }
  if (object instanceof MapValue) {
    const value = object.get(step) ?? object.get(mapKey(object, step));
    return value === undefined ? undefined : lookup(value, path, rt, at + 1);
  }
  if (Array.isArray(object)) {
    const index = listIndex(step, object.length);
    return index === null ? undefined : lookup(object[index] as Value, path, rt, at + 1);
  }
  return undefined;
}

/** Sets the value at the path, making maps on the way, and gives the changed object back. */
function placed(object: Value, path: Path, value: Value, at = 0): Value {
  if (at === path.length) {
    return value;
  }
  const step = path[at] as string;
  if (Array.isArray(object)) {
    if (step === "*") {
      object.forEach((item, i) => {
        object[i] = placed(item, path, value, at + 1);
      });
      return object;
    }
    const index = listIndex(step, object.length);
    if (index !== null) {
      object[index] = placed(object[index] as Value, path, value, at + 1);
    }
    return object;
  }
  const map = object instanceof MapValue ? object : new MapValue();
  const key = mapKey(map, step);
  map.set(key, placed(map.get(key) ?? new MapValue(), path, value, at + 1));
  return map;
}

/** Removes what stands at the path. With `prune`, maps and list elements that become empty go too. */
function remove(object: Value, path: Path, prune: boolean, at = 0): void {
  const step = path[at] as string;
  const last = at === path.length - 1;
  if (Array.isArray(object)) {
    const index = step === "*" ? null : listIndex(step, object.length);
    const hit = (i: number): boolean => step === "*" || i === index;
    const kept = object.filter((item, i) => {
      if (!hit(i)) {
        return true;
      }
      if (!last) {
        remove(item, path, prune, at + 1);
      }
      return !last && !(prune && isEmptied(item));
    });
    object.splice(0, object.length, ...kept);
    return;
  }
  if (!(object instanceof MapValue)) {
    return;
  }
  const keys = step === "*" && !object.has("*") ? object.keys() : [mapKey(object, step)];
  for (const key of keys) {
    const value = object.get(key);
    if (value === undefined) {
      continue;
    }
    if (!last) {
      remove(value, path, prune, at + 1);
    }
    if (last || (prune && isEmptied(value))) {
      object.delete(key);
    }
  }
}

function isEmptied(value: Value): boolean {
  return (value instanceof MapValue && value.size === 0) || (Array.isArray(value) && value.length === 0);
}

/** Copies what stands at the path of `from` into the same place of `into`. */
function pickInto(into: Value, from: Value, path: Path, at = 0): Value {
  if (at === path.length) {
    return from;
  }
  const step = path[at] as string;
  if (Array.isArray(from)) {
    const index = step === "*" ? null : listIndex(step, from.length);
    if (step !== "*" && index === null) {
      return into;
    }
    const before = Array.isArray(into) ? into : [];
    return step === "*"
      ? from.map((item, i) => pickInto(before[i] ?? new MapValue(), item, path, at + 1))
      : [...before, pickInto(new MapValue(), from[index as number] as Value, path, at + 1)];
  }
  if (!(from instanceof MapValue)) {
    return into;
  }
  const map = into instanceof MapValue ? into : new MapValue();
  const keys = step === "*" && !from.has("*") ? from.keys() : [mapKey(from, step)];
  for (const key of keys) {
    const value = from.get(key);
    if (value === undefined) {
      continue;
    }
    const picked = pickInto(map.get(key) ?? new MapValue(), value, path, at + 1);
    if (at === path.length - 1 || !isEmptied(picked)) {
      map.set(key, picked);
    }
  }
  return map;
}
