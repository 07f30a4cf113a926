import type { Json, JsonObject } from "../../base/index.ts";
import { isJsonObject, member } from "../../base/index.ts";
import type { Change, ChangeAction } from "../../domain/index.ts";

const ACTIONS: Readonly<Record<ChangeAction, readonly string[]>> = {
  create: ["create"],
  update: ["update"],
  delete: ["delete"],
  replace: ["delete", "create"],
  read: ["read"],
  no_op: ["no-op"],
  forget: ["forget"],
};

/**
 * An observed drift shown as a plan: `resource_changes` whose before is the declared and whose after is the observed
 * state. So a rule written for plans answers for drift: "would this have passed the pipeline?"
 * Configuration, state and variables of the real plan are shared by reference; `planned_values` become what is there.
 */
export function driftAsPlan(plan: JsonObject | null, changes: readonly Change[]): JsonObject {
  const { resource_drift: _drift, ...rest } = plan ?? { format_version: "1.2" };
  return driftWithChanges(rest, changes.map(resourceChangeOf));
}

/** The drift of these entries alone: `planned_values` say what is there of them, and of nothing else. */
export function driftWithChanges(plan: JsonObject, entries: readonly Json[]): JsonObject {
  const resources = entries.flatMap((entry) => {
    const values = member(member(entry, "change"), "after") ?? null;
    if (values === null) return [];
    const part = (name: string): Json => member(entry, name) ?? null;
    return [
      {
        address: part("address"),
        mode: "managed",
        type: part("type"),
        name: part("name"),
        provider_name: part("provider_name"),
        values,
      },
    ];
  });
  return { ...plan, planned_values: { root_module: { resources } }, resource_changes: entries };
}

function resourceChangeOf(change: Change): JsonObject {
  const { resource } = change;
  return {
    address: resource.address,
    ...(resource.module === null ? {} : { module_address: resource.module }),
    mode: "managed",
    type: resource.type,
    name: resource.name,
    provider_name: resource.provider,
    change: {
      actions: ACTIONS[change.action],
      before: change.before,
      after: change.after,
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
  };
}

/** The plan with only the given entries of `resource_changes`; everything else is shared by reference. */
export function planWithChanges(plan: JsonObject, entries: readonly Json[]): JsonObject {
  return { ...plan, resource_changes: entries };
}

/** The plan with one change shown as if nothing had changed: its after is its before. */
export function entryBefore(entry: Json): Json {
  if (!isJsonObject(entry)) return entry;
  const change = member(entry, "change");
  if (!isJsonObject(change)) return entry;
  return { ...entry, change: { ...change, after: change["before"] ?? null, after_unknown: {} } };
}
