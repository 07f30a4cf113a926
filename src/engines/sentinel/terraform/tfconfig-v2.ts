import type { ConfigModule } from "./config-modules.ts";
import { configModules, inModule } from "./config-modules.ts";
import type { Json } from "./plan-json.ts";
import { entriesOf, listOf, objectOf, record, recordOf, textOr } from "./plan-json.ts";

/** Members of `tfconfig/v2` but `strip_index`, which is a function. */
export function tfconfigV2(document: Json): Readonly<Record<string, () => unknown>> {
  let known: ConfigModule[] | null = null;
  const modules = (): ConfigModule[] => (known ??= configModules(document));
  const configuration = objectOf(document["configuration"] ?? document);
  return {
    providers: () =>
      recordOf(
        entriesOf(configuration["provider_config"]).map(([key, value]) => [
          key,
          providerOf(key, objectOf(value)),
        ]),
      ),
    resources: () =>
      recordOf(
        modules().flatMap(({ address, module }) =>
          listOf(module["resources"]).map((item) => {
            const resource = resourceOf(address, objectOf(item));
            return [textOr(resource["address"], ""), resource] as const;
          }),
        ),
      ),
    provisioners: () =>
      recordOf(
        modules().flatMap(({ address, module }) =>
          listOf(module["resources"]).flatMap((item) => provisionersOf(address, objectOf(item))),
        ),
      ),
    variables: () =>
      byName(modules(), "variables", (module_address, name, variable) => ({
        module_address,
        name,
        default: variable["default"] ?? null,
        description: variable["description"] ?? "",
      })),
    outputs: () =>
      byName(modules(), "outputs", (module_address, name, output) => ({
        module_address,
        name,
        sensitive: output["sensitive"] ?? false,
        value: output["expression"] ?? {},
        description: output["description"] ?? "",
        depends_on: output["depends_on"] ?? [],
      })),
    module_calls: () =>
      byName(modules(), "module_calls", (module_address, name, call) => ({
        module_address,
        name,
        source: call["source"] ?? "",
        config: call["expressions"] ?? {},
        count: call["count_expression"] ?? {},
        for_each: call["for_each_expression"] ?? {},
        depends_on: call["depends_on"] ?? [],
        version_constraint: call["version_constraint"] ?? "",
      })),
  };
}

function providerOf(key: string, provider: Json): Json {
  return {
    provider_config_key: key,
    name: provider["name"] ?? "",
    full_name: provider["full_name"] ?? "",
    alias: provider["alias"] ?? "",
    module_address: provider["module_address"] ?? "",
    config: provider["expressions"] ?? {},
    version_constraint: provider["version_constraint"] ?? "",
  };
}

function resourceOf(moduleAddress: string, resource: Json): Json {
  const address = inModule(moduleAddress, textOr(resource["address"], ""));
  return {
    address,
    module_address: moduleAddress,
    mode: resource["mode"] ?? "managed",
    type: resource["type"] ?? "",
    name: resource["name"] ?? "",
    provider_config_key: resource["provider_config_key"] ?? "",
    provisioners: listOf(resource["provisioners"]).map((_, index) => `${address}:${index}`),
    config: resource["expressions"] ?? {},
    count: resource["count_expression"] ?? {},
    for_each: resource["for_each_expression"] ?? {},
    depends_on: resource["depends_on"] ?? [],
  };
}

function provisionersOf(moduleAddress: string, resource: Json): (readonly [string, unknown])[] {
  const address = inModule(moduleAddress, textOr(resource["address"], ""));
  return listOf(resource["provisioners"]).map((item, index) => {
    const provisioner = objectOf(item);
    const entry = {
      resource_address: address,
      type: provisioner["type"] ?? "",
      index,
      config: provisioner["expressions"] ?? {},
    };
    return [`${address}:${index}`, entry] as const;
  });
}

/** Entries of all modules keyed `module_address:name`, in the root module by name alone. */
function byName(
  modules: readonly ConfigModule[],
  section: string,
  make: (moduleAddress: string, name: string, value: Json) => Json,
): Record<string, unknown> {
  const found = record();
  for (const { address, module } of modules) {
    for (const [name, value] of entriesOf(module[section])) {
      found[address === "" ? name : `${address}:${name}`] = make(address, name, objectOf(value));
    }
  }
  return found;
}
