import { wrongArgument } from "../imports/define.ts";
import { bytesOf } from "../values/bytes.ts";
import { fromJson } from "../values/json.ts";
import type { MapKey } from "../values/map-value.ts";
import { MapValue } from "../values/map-value.ts";
import type { Value } from "../values/value.ts";
import { FuncValue, Namespace, UNDEFINED } from "../values/value.ts";
import type { Json } from "./plan-json.ts";
import { modulePath, textOr } from "./plan-json.ts";

/** One resource for the version 1 trees. `index` null is the single instance, whose key is 0. */
export interface V1Resource {
  readonly path: readonly string[];
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly index: string | number | null;
  readonly value: () => Value;
}

/** A resource of `show -json` for the trees: its head is the same in plans and states. */
export function v1Resource(item: Json, value: () => Value): V1Resource {
  const { index } = item;
  return {
    path: modulePath(textOr(item["module_address"], "")),
    mode: textOr(item["mode"], "managed"),
    type: textOr(item["type"], ""),
    name: textOr(item["name"], ""),
    index: typeof index === "string" || typeof index === "number" ? index : null,
    value,
  };
}

/** `TYPE.NAME[index]` of the resources of one module and mode. */
export function instanceTree(resources: readonly V1Resource[], path: readonly string[], mode: string): Value {
  const types = new Map<MapKey, Value>();
  for (const resource of resources) {
    if (resource.mode !== mode || !samePath(resource.path, path)) {
      continue;
    }
    const names = child(types, resource.type);
    const instances = new Map(child(names, resource.name).entries());
    const index = resource.index ?? 0;
    instances.set(typeof index === "string" ? bytesOf(index) : index, resource.value());
    names.set(bytesOf(resource.name), new MapValue(instances));
  }
  return new MapValue(types);
}

function child(parent: Map<MapKey, Value> | MapValue, name: string): MapValue {
  const known = parent.get(bytesOf(name));
  if (known instanceof MapValue) {
    return known;
  }
  const made = new MapValue();
  parent.set(bytesOf(name), made);
  return made;
}

export function samePath(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, i) => part === b[i]);
}

/** The root module's members, with `module(path)` and `module_paths`, as all version 1 imports have them. */
export function v1Import(
  paths: readonly (readonly string[])[],
  moduleMembers: (path: readonly string[]) => Readonly<Record<string, () => Value>>,
  rootMembers: Readonly<Record<string, () => Value>>,
): (name: string) => Value | undefined {
  const known = new Map<string, Value>();
  const read = (members: Readonly<Record<string, () => Value>>, name: string): Value | undefined =>
    Object.hasOwn(members, name) ? members[name]?.() : undefined;
  const module = new FuncValue("module", 1, 1, ([path]) => {
    if (!Array.isArray(path)) {
      throw wrongArgument("module", 0, "a list of module names", path as Value);
    }
    const wanted = path.map(String);
    if (!paths.some((one) => samePath(one.map(bytesOf), wanted))) {
      return UNDEFINED;
    }
    const members = moduleMembers(wanted);
    return new Namespace("module", (name) => read(members, name), Object.keys(members));
  });
  const root = moduleMembers([]);
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) {
      return before;
    }
    const value =
      name === "module"
        ? module
        : name === "module_paths"
          ? fromJson(paths)
          : (read(rootMembers, name) ?? read(root, name));
    if (value !== undefined) {
      known.set(name, value);
    }
    return value;
  };
}

/** The distinct paths, the root among them, in order. */
export function distinctPaths(paths: Iterable<readonly string[]>): string[][] {
  const found = new Map<string, string[]>([["[]", []]]);
  for (const path of paths) {
    for (let length = 1; length <= path.length; length += 1) {
      const part = path.slice(0, length);
      found.set(JSON.stringify(part), part);
    }
  }
  return [...found.values()];
}
