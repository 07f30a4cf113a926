import { withEntries } from "../values/map-value.ts";
import { withAll, withApplied } from "./compatibility.ts";
import type { Json } from "./plan-json.ts";
import { entriesOf, flattenResources, listOf, objectOf, record, recordOf, textOr } from "./plan-json.ts";
import { outputsOf, resourceValues } from "./tfstate-v2.ts";

/** Members of `tfplan/v2`, each made when it is first read. */
export function tfplanV2(plan: Json, compatibility: boolean): Readonly<Record<string, () => unknown>> {
  return {
    terraform_version: () => plan["terraform_version"] ?? "",
    variables: () =>
      recordOf(
        entriesOf(plan["variables"]).map(([name, variable]) => [
          name,
          { name, value: objectOf(variable)["value"] ?? null },
        ]),
      ),
    planned_values: () => {
      const values = objectOf(plan["planned_values"]);
      return {
        outputs: outputsOf(values["outputs"]),
        resources: resourceValues(flattenResources(values["root_module"])),
      };
    },
    resource_changes: () => changesOf(plan["resource_changes"], compatibility),
    resource_drift: () => changesOf(plan["resource_drift"], compatibility),
    output_changes: () =>
      recordOf(
        entriesOf(plan["output_changes"]).map(([name, change]) => [name, { name, change: changeOf(change) }]),
      ),
    raw: () => plan,
  };
}

function changesOf(list: unknown, compatibility: boolean): unknown {
  const changes = record();
  for (const item of listOf(list)) {
    const change = objectOf(item);
    const address = textOr(change["address"], "");
    const deposed = textOr(change["deposed"], "");
    const entry: Json = {
      address,
      module_address: change["module_address"] ?? "",
      mode: change["mode"] ?? "managed",
      type: change["type"] ?? "",
      name: change["name"] ?? "",
      index: change["index"] ?? null,
      provider_name: change["provider_name"] ?? "",
      deposed,
      change: changeOf(change["change"]),
    };
    changes[deposed === "" ? address : `${address}:${deposed}`] = compatibility ? withApplied(entry) : entry;
  }
  return compatibility ? withAll(changes) : withEntries(changes, null);
}

function changeOf(value: unknown): Json {
  const change = objectOf(value);
  return {
    actions: change["actions"] ?? [],
    before: change["before"] ?? null,
    after: change["after"] ?? null,
    after_unknown: change["after_unknown"] ?? {},
  };
}
