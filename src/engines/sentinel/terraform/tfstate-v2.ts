import type { PreparedJson } from "../values/map-value.ts";
import { withEntries } from "../values/map-value.ts";
import type { Json } from "./plan-json.ts";
import { entriesOf, flattenResources, objectOf, record, recordOf, textOr } from "./plan-json.ts";

/** Members of `tfstate/v2`, from a state document or a plan's prior state. */
export function tfstateV2(document: Json): Readonly<Record<string, () => unknown>> {
  const state = stateOf(document);
  const values = objectOf(state["values"]);
  return {
    terraform_version: () => state["terraform_version"] ?? document["terraform_version"] ?? "",
    outputs: () => outputsOf(values["outputs"]),
    resources: () => resourceValues(flattenResources(values["root_module"])),
  };
}

/** A plan holds the state under `prior_state`; `show -json` of a state is the document itself. */
export function stateOf(document: Json): Json {
  return "prior_state" in document
    ? objectOf(document["prior_state"])
    : "planned_values" in document
      ? {}
      : document;
}

export function outputsOf(outputs: unknown): Record<string, unknown> {
  return recordOf(
    entriesOf(outputs).map(([name, output]) => {
      const { sensitive, value } = objectOf(output);
      return [name, { name, sensitive: sensitive ?? false, value: value ?? null }];
    }),
  );
}

/** Resources by address, with `:key` for deposed ones. */
export function resourceValues(resources: readonly Json[]): PreparedJson {
  const byAddress = record();
  for (const resource of resources) {
    const address = textOr(resource["address"], "");
    const deposed = textOr(resource["deposed_key"], "");
    byAddress[deposed === "" ? address : `${address}:${deposed}`] = {
      address,
      module_address: resource["module_address"] ?? "",
      mode: resource["mode"] ?? "managed",
      type: resource["type"] ?? "",
      name: resource["name"] ?? "",
      index: resource["index"] ?? null,
      provider_name: resource["provider_name"] ?? "",
      values: resource["values"] ?? {},
      depends_on: resource["depends_on"] ?? [],
      tainted: resource["tainted"] ?? false,
      deposed_key: deposed,
    };
  }
  return withEntries(byAddress, null);
}
