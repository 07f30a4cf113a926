import { fromJson } from "../values/json.ts";
import type { Value } from "../values/value.ts";
import type { ConfigModule } from "./config-modules.ts";
import { configModules } from "./config-modules.ts";
import type { Json } from "./plan-json.ts";
import { entriesOf, listOf, objectOf, record, recordOf, textOr } from "./plan-json.ts";
import { samePath, v1Import } from "./v1-tree.ts";

/** The `tfconfig` import of Terraform before 0.12: constants under `config`, references under `references`. */
export function tfconfigV1(document: Json): (name: string) => Value | undefined {
  const modules = configModules(document);
  const configuration = objectOf(document["configuration"] ?? document);
  return v1Import(
    modules.map((module) => module.path),
    (path) => {
      const found = modules.find((module) => samePath(module.path, path));
      return found === undefined ? {} : membersOf(found, configuration);
    },
    {},
  );
}

function membersOf(
  { address, path, module }: ConfigModule,
  configuration: Json,
): Readonly<Record<string, () => Value>> {
  return {
    path: () => fromJson(path),
    resources: () => fromJson(resourceTree(module, "managed")),
    data: () => fromJson(resourceTree(module, "data")),
    providers: () => fromJson(providerTree(configuration, address)),
    modules: () =>
      fromJson(
        recordOf(
          entriesOf(module["module_calls"]).map(([name, value]) => {
            const call = objectOf(value);
            return [
              name,
              {
                ...split(call["expressions"]),
                source: call["source"] ?? "",
                version: call["version_constraint"] ?? "",
              },
            ];
          }),
        ),
      ),
    variables: () =>
      fromJson(
        recordOf(
          entriesOf(module["variables"]).map(([name, value]) => {
            const variable = objectOf(value);
            return [
              name,
              { default: variable["default"] ?? null, description: variable["description"] ?? "" },
            ];
          }),
        ),
      ),
    outputs: () =>
      fromJson(
        recordOf(
          entriesOf(module["outputs"]).map(([name, value]) => {
            const output = objectOf(value);
            const expression = objectOf(output["expression"]);
            return [
              name,
              {
                depends_on: output["depends_on"] ?? [],
                description: output["description"] ?? "",
                references: expression["references"] ?? [],
                sensitive: output["sensitive"] ?? false,
                value: expression["constant_value"] ?? null,
              },
            ];
          }),
        ),
      ),
  };
}

function resourceTree(module: Json, mode: string): Json {
  const types: Record<string, Record<string, unknown>> = Object.create(null) as Record<
    string,
    Record<string, unknown>
  >;
  for (const item of listOf(module["resources"])) {
    const resource = objectOf(item);
    if (textOr(resource["mode"], "managed") !== mode) {
      continue;
    }
    const names = (types[textOr(resource["type"], "")] ??= record());
    names[textOr(resource["name"], "")] = {
      ...split(resource["expressions"]),
      provisioners: listOf(resource["provisioners"]).map((value) => {
        const provisioner = objectOf(value);
        return { ...split(provisioner["expressions"]), type: provisioner["type"] ?? "" };
      }),
    };
  }
  return types;
}

/** `TYPE.alias.ALIAS`; the default provider has the empty alias and stands at `TYPE` itself too. */
function providerTree(configuration: Json, address: string): Json {
  const types = record();
  for (const [, value] of entriesOf(configuration["provider_config"])) {
    const provider = objectOf(value);
    if (textOr(provider["module_address"], "") !== address) {
      continue;
    }
    const name = textOr(provider["name"], "");
    const alias = textOr(provider["alias"], "");
    const entry = { ...split(provider["expressions"]), version: provider["version_constraint"] ?? "" };
    const before = objectOf(types[name]);
    const aliases = recordOf([...Object.entries(objectOf(before["alias"])), [alias, entry]]);
    types[name] = { ...before, ...(alias === "" ? entry : {}), alias: aliases };
  }
  return types;
}

/** Expressions to constants and references. */
function split(expressions: unknown): { readonly config: unknown; readonly references: unknown } {
  const config = record();
  const references = record();
  for (const [name, expression] of entriesOf(expressions)) {
    config[name] = constantOf(expression, 0);
    references[name] = referencesOf(expression, 0);
  }
  return { config, references };
}

const MAX_DEPTH = 100;

function constantOf(expression: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) {
    return null;
  }
  if (Array.isArray(expression)) {
    return expression.map((item) => constantOf(item, depth + 1));
  }
  const object = objectOf(expression);
  if ("constant_value" in object) {
    return object["constant_value"];
  }
  return "references" in object
    ? ""
    : recordOf(Object.entries(object).map(([key, value]) => [key, constantOf(value, depth + 1)]));
}

function referencesOf(expression: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) {
    return [];
  }
  if (Array.isArray(expression)) {
    return expression.map((item) => referencesOf(item, depth + 1));
  }
  const object = objectOf(expression);
  if ("references" in object) {
    return object["references"];
  }
  return "constant_value" in object
    ? []
    : recordOf(Object.entries(object).map(([key, value]) => [key, referencesOf(value, depth + 1)]));
}
