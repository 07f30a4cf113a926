import { isJsonObject, type Json, member, stringMember } from "../../../base/index.ts";
import type { DeclaredState } from "../../../domain/index.ts";
import type { SecretPathRule } from "../../secrets/index.ts";
import { markedPaths } from "./marks.ts";
import type { DefaultsOf } from "./provider-defaults.ts";
import type { DeclaredAttributes } from "./reading.ts";
import { resourceRef } from "./resource-ref.ts";
import { addressOf, isManaged, listAt, rawResource } from "./schema.ts";
import { secretPathsByRule } from "./secrets.ts";

/** The managed resources of a `root_module` and its child modules, in document order. */
export function resourceValues(module: Json | undefined): Json[] {
  const found: Json[] = [];
  const walk = (current: Json | undefined): void => {
    for (const resource of listAt(current, "resources")) if (isManaged(resource)) found.push(resource);
    for (const child of listAt(current, "child_modules")) walk(child);
  };
  walk(module);
  return found;
}

/** Entries of `resource_changes` in the shape of a module's `resources`: what there will be. */
export function resourcesOfChanges(changes: readonly Json[]): Json[] {
  return changes.flatMap((entry) => {
    const change = member(entry, "change");
    const values = member(change, "after") ?? null;
    if (!isManaged(entry) || !isJsonObject(entry) || values === null) return [];
    return [{ ...entry, values, sensitive_values: member(change, "after_sensitive") ?? false }];
  });
}

/** Type, address and attributes alone. */
export function attributesOf(resources: readonly Json[]): DeclaredAttributes[] {
  const found: DeclaredAttributes[] = [];
  for (const entry of resources) {
    const type = stringMember(entry, "type");
    const address = addressOf(entry);
    if (type === null || address === null) continue;
    found.push({ resource: { type, address }, attributes: member(entry, "values") ?? null });
  }
  return found;
}

export function declaredStates(
  resources: readonly Json[],
  defaults: DefaultsOf,
  configured: readonly SecretPathRule[],
): DeclaredState[] {
  const states: DeclaredState[] = [];
  for (const entry of resources) {
    const raw = rawResource(entry);
    if (raw === null) continue;
    const attributes = member(entry, "values") ?? null;
    states.push({
      kind: "declared",
      resource: resourceRef(raw, [attributes], defaults(raw.address)),
      attributes,
      sensitive: [
        ...markedPaths(member(entry, "sensitive_values")),
        ...secretPathsByRule(raw.type, attributes, configured),
      ],
    });
  }
  return states;
}
