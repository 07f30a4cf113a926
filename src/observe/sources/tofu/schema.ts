import { isJsonArray, type Json, member, stringMember } from "../../../base/index.ts";
import type { ChangeAction, ReadGap, ResourceRef } from "../../../domain/index.ts";
import type { RawResource } from "./resource-ref.ts";

/**
 * Raw shapes of `show -json` (OpenTofu "JSON Output Format", format_version 0.1 to 1.x; state files version
 * 4). Documents come from anybody, so nothing is assumed: every reader here answers for a missing or mistyped
 * member.
 */
export const SOURCE = "tofu";

/** Members whose presence makes an object a plan. */
export const PLAN_MEMBERS = [
  "resource_changes",
  "planned_values",
  "resource_drift",
  "output_changes",
  "configuration",
] as const;

export function listAt(value: Json | undefined, key: string): readonly Json[] {
  const found = member(value, key);
  return isJsonArray(found) ? found : [];
}

/**
 * One entry of `resource_changes`, `resource_drift` or a module's `resources`. `null` when it names no
 * resource.
 */
export function rawResource(entry: Json | undefined): RawResource | null {
  const type = stringMember(entry, "type");
  const address = addressOf(entry);
  if (type === null || address === null) return null;
  return {
    address,
    type,
    name: stringMember(entry, "name") ?? address.slice(address.lastIndexOf(".") + 1),
    providerName: stringMember(entry, "provider_name"),
    module: stringMember(entry, "module_address") ?? moduleOf(address),
    deposed: stringMember(entry, "deposed") ?? stringMember(entry, "deposed_key"),
  };
}

/** Documents that were edited before they were handed on may lack the address, but not what it is made of. */
export function addressOf(entry: Json | undefined): string | null {
  const address = stringMember(entry, "address");
  if (address !== null) return address;
  const type = stringMember(entry, "type");
  const name = stringMember(entry, "name");
  if (type === null || name === null) return null;
  const module = stringMember(entry, "module_address");
  return `${module === null ? "" : `${module}.`}${type}.${name}${keyText(member(entry, "index"))}`;
}

/** Instance key as an address writes it. */
export function keyText(key: Json | undefined): string {
  if (typeof key === "number") return `[${key}]`;
  return typeof key === "string" ? `[${JSON.stringify(key)}]` : "";
}

/** Managed resources only: data sources and ephemeral resources are read, not governed. */
export function isManaged(entry: Json | undefined): boolean {
  const mode = stringMember(entry, "mode");
  if (mode !== null) return mode === "managed";
  const address = stringMember(entry, "address") ?? "";
  const module = moduleOf(address);
  return !/^(?:data|ephemeral)\./.test(module === null ? address : address.slice(module.length + 1));
}

const INSTANCE_KEY = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g;

/** An address without its instance keys, as configuration and `relevant_attributes` write it. */
export function withoutKeys(address: string): string {
  return address.includes("[") ? address.replace(INSTANCE_KEY, "") : address;
}

/** `module.a["x"].module.b.aws_vpc.v[0]` → `module.a["x"].module.b`. */
export function moduleOf(address: string): string | null {
  const match = /^(?:module\.[^.[]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\.)+/.exec(address);
  return match === null ? null : match[0].slice(0, -1);
}

/** The tool's `actions` list as one ChangeAction; `null` for a list that no known tool writes. */
export function actionOf(actions: readonly Json[]): ChangeAction | null {
  const text = actions.join(",");
  switch (text) {
    case "no-op":
    case "create":
    case "read":
    case "update":
    case "delete":
    case "forget":
      return text === "no-op" ? "no_op" : text;
    case "open":
    case "renew":
    case "close":
      return "read";
    case "delete,create":
    case "create,delete":
    case "create,forget":
    case "forget,create":
      return "replace";
    default:
      return null;
  }
}

/** What an unknown action must at least be, by the sides that exist: never less than what it does. */
export function actionBySides(before: Json, after: Json): ChangeAction {
  if (before === null) return after === null ? "no_op" : "create";
  return after === null ? "delete" : "update";
}

/** Major version of `format_version`; `null` where there is none. */
export function majorOf(version: string | null): number | null {
  const match = version === null ? null : /^(\d+)(?:\.\d+)*/.exec(version);
  return match === null ? null : Number(match[1]);
}

export function gap(code: string, subject: string | null, message: string): ReadGap {
  return { source: SOURCE, subject, code, message };
}

export function deposedGap(resource: ResourceRef): ReadGap {
  return gap("deposed", resource.address, "an object replaced earlier still exists beside its successor");
}
