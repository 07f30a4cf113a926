import { fromJson } from "../values/json.ts";
import type { Value } from "../values/value.ts";
import { Namespace } from "../values/value.ts";
import type { Json } from "./plan-json.ts";
import { entriesOf, listOf, objectOf, record, recordOf } from "./plan-json.ts";
import { tfconfigV1 } from "./tfconfig-v1.ts";
import { tfstateV1 } from "./tfstate-v1.ts";
import type { V1Resource } from "./v1-tree.ts";
import { distinctPaths, instanceTree, v1Import, v1Resource } from "./v1-tree.ts";

/** What the version 1 import showed for a value that is known only after the apply. */
const UNKNOWN_VALUE = "74D93920-ED26-11E3-AC10-0800200C9A66";

/** The `tfplan` import of Terraform before 0.12, made from a plan of today. */
export function tfplanV1(plan: Json): (name: string) => Value | undefined {
  const resources = listOf(plan["resource_changes"]).map((item) => resourceOf(objectOf(item)));
  const config = tfconfigV1(plan);
  const state = tfstateV1(plan);
  return v1Import(
    distinctPaths(resources.map((resource) => resource.path)),
    (path) => ({
      path: () => fromJson(path),
      resources: () => instanceTree(resources, path, "managed"),
      data: () => instanceTree(resources, path, "data"),
    }),
    {
      terraform_version: () => fromJson(plan["terraform_version"] ?? ""),
      variables: () =>
        fromJson(
          recordOf(
            entriesOf(plan["variables"]).map(([name, variable]) => [
              name,
              objectOf(variable)["value"] ?? null,
            ]),
          ),
        ),
      config: () => new Namespace("tfconfig", config),
      state: () => new Namespace("tfstate", state),
    },
  );
}

function resourceOf(item: Json): V1Resource {
  const change = objectOf(item["change"]);
  const actions = listOf(change["actions"]);
  return v1Resource(item, () =>
    fromJson({
      applied: withUnknown(change["after"], change["after_unknown"], 0) ?? {},
      diff: diffOf(change),
      destroy: actions.includes("delete"),
      requires_new: actions.includes("delete") && actions.includes("create"),
    }),
  );
}

const MAX_DEPTH = 100;

/** The planned attributes with the placeholder where a value is unknown. */
function withUnknown(after: unknown, unknown: unknown, depth: number): unknown {
  if (unknown === true) {
    return UNKNOWN_VALUE;
  }
  if (depth > MAX_DEPTH || typeof unknown !== "object" || unknown === null) {
    return after;
  }
  if (Array.isArray(unknown)) {
    const list = [...listOf(after)];
    unknown.forEach((part, i) => {
      list[i] = withUnknown(list[i], part, depth + 1);
    });
    return list;
  }
  const object = recordOf(entriesOf(after));
  for (const [key, part] of Object.entries(unknown)) {
    const value = withUnknown(object[key], part, depth + 1);
    if (value !== undefined) {
      object[key] = value;
    }
  }
  return object;
}

/** `attr.path` → `{old, new, computed}`, for the attributes that change. Values are strings, counts stand under `#` and `%`. */
function diffOf(change: Json): Json {
  const before = flat(change["before"]);
  const after = flat(change["after"]);
  const unknown = new Set(
    [...flat(change["after_unknown"])].filter(([, value]) => value === "true").map(([key]) => key),
  );
  const diff = record();
  for (const key of [...new Set([...before.keys(), ...after.keys(), ...unknown])].sort()) {
    const old = before.get(key) ?? "";
    const fresh = unknown.has(key) ? "" : (after.get(key) ?? "");
    if (old !== fresh || unknown.has(key)) {
      diff[key] = { old, new: fresh, computed: unknown.has(key) };
    }
  }
  return diff;
}

function flat(value: unknown): Map<string, string> {
  const found = new Map<string, string>();
  const add = (prefix: string, part: unknown, depth: number): void => {
    if (depth > MAX_DEPTH || part === null || part === undefined) {
      return;
    }
    const at = prefix === "" ? "" : `${prefix}.`;
    if (Array.isArray(part)) {
      found.set(`${at}#`, String(part.length));
      part.forEach((item, i) => {
        add(`${at}${i}`, item, depth + 1);
      });
    } else if (typeof part === "object") {
      const entries = Object.entries(part);
      if (prefix !== "") {
        found.set(`${at}%`, String(entries.length));
      }
      for (const [key, item] of entries) {
        add(`${at}${key}`, item, depth + 1);
      }
    } else {
      found.set(prefix, String(part));
    }
  };
  add("", value, 0);
  return found;
}
