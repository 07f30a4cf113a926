import { type Json, member } from "../../../base/index.ts";
import type { DeclaredState } from "../../../domain/index.ts";
import type { SecretPathRule } from "../../secrets/index.ts";
import { markedPaths } from "./marks.ts";
import type { DefaultsOf } from "./provider-defaults.ts";
import { resourceRef } from "./resource-ref.ts";
import { isManaged, listAt, rawResource } from "./schema.ts";
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
