import { fromJson } from "../values/json.ts";
import type { Value } from "../values/value.ts";
import type { Json } from "./plan-json.ts";
import { entriesOf, flattenResources, objectOf, recordOf } from "./plan-json.ts";
import { stateOf } from "./tfstate-v2.ts";
import type { V1Resource } from "./v1-tree.ts";
import { distinctPaths, instanceTree, v1Import, v1Resource } from "./v1-tree.ts";

/** The `tfstate` import of Terraform before 0.12. */
export function tfstateV1(document: Json): (name: string) => Value | undefined {
  const state = stateOf(document);
  const values = objectOf(state["values"]);
  const resources = flattenResources(values["root_module"]).map(resourceOf);
  return v1Import(
    distinctPaths(resources.map((resource) => resource.path)),
    (path) => ({
      path: () => fromJson(path),
      resources: () => instanceTree(resources, path, "managed"),
      data: () => instanceTree(resources, path, "data"),
      outputs: () => (path.length === 0 ? fromJson(outputs(values["outputs"])) : fromJson({})),
    }),
    { terraform_version: () => fromJson(state["terraform_version"] ?? document["terraform_version"] ?? "") },
  );
}

function resourceOf(resource: Json): V1Resource {
  const attributes = objectOf(resource["values"]);
  return v1Resource(resource, () =>
    fromJson({
      attr: attributes,
      depends_on: resource["depends_on"] ?? [],
      id: attributes["id"] ?? "",
      tainted: resource["tainted"] ?? false,
    }),
  );
}

function outputs(value: unknown): Record<string, unknown> {
  return recordOf(
    entriesOf(value).map(([name, item]) => {
      const output = objectOf(item);
      const kind = Array.isArray(output["value"])
        ? "list"
        : typeof output["value"] === "object"
          ? "map"
          : "string";
      return [name, { sensitive: output["sensitive"] ?? false, type: kind, value: output["value"] ?? null }];
    }),
  );
}
