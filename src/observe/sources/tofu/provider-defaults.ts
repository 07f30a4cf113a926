import { isJsonObject, type Json, member, stringMember } from "../../../base/index.ts";
import type { ProviderDefaults } from "./resource-ref.ts";
import { listAt, withoutKeys } from "./schema.ts";

/** Region and account that the provider configuration gives to resources whose attributes do not say. */
export type DefaultsOf = (address: string) => ProviderDefaults;

const NOTHING: ProviderDefaults = { region: null, account: null };

/** Reads `configuration.provider_config` and which provider block each configured resource uses. */
export function providerDefaults(plan: Json): DefaultsOf {
  const configuration = member(plan, "configuration");
  const blocks = member(configuration, "provider_config");
  if (!isJsonObject(blocks)) return () => NOTHING;
  const byKey = new Map<string, ProviderDefaults>();
  for (const key of Object.keys(blocks)) {
    const expressions = member(blocks[key], "expressions");
    const region =
      constant(member(expressions, "region"), plan) ?? constant(member(expressions, "location"), plan);
    const account =
      constant(member(expressions, "project"), plan) ??
      constant(member(expressions, "subscription_id"), plan);
    if (region !== null || account !== null) byKey.set(key, { region, account });
  }
  if (byKey.size === 0) return () => NOTHING;
  const byAddress = new Map<string, ProviderDefaults>();
  collect(member(configuration, "root_module"), "", byKey, byAddress);
  return (address) => byAddress.get(withoutKeys(address)) ?? NOTHING;
}

function collect(
  module: Json | undefined,
  prefix: string,
  byKey: ReadonlyMap<string, ProviderDefaults>,
  byAddress: Map<string, ProviderDefaults>,
): void {
  for (const resource of listAt(module, "resources")) {
    const address = stringMember(resource, "address");
    const key = stringMember(resource, "provider_config_key");
    const defaults = key === null ? undefined : byKey.get(key);
    if (address !== null && defaults !== undefined) byAddress.set(prefix + address, defaults);
  }
  const calls = member(module, "module_calls");
  if (!isJsonObject(calls)) return;
  for (const name of Object.keys(calls))
    collect(member(calls[name], "module"), `${prefix}module.${name}.`, byKey, byAddress);
}

/** A constant, or a reference to a root variable whose value the plan tells. */
function constant(expression: Json | undefined, plan: Json): string | null {
  const value = stringMember(expression, "constant_value");
  if (value !== null) return value;
  const references = listAt(expression, "references");
  const [reference] = references;
  if (references.length !== 1 || typeof reference !== "string" || !reference.startsWith("var.")) return null;
  return stringMember(member(member(plan, "variables"), reference.slice(4)), "value");
}
