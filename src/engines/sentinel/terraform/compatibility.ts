import type { JsonObject, Selectors } from "../values/map-value.ts";
import { PreparedJson, withEntries } from "../values/map-value.ts";
import { listOf, objectOf, record } from "./plan-json.ts";

/**
 * A policy that is often published mixes two generations of the Terraform imports: it reads `resource_changes.all` and
 * `rc.applied`, which the version 2 import does not have. To let it run unedited, two selectors answer where there is no
 * key of that name. They are no members: `keys`, `length`, loops and `contains` do not see them.
 */

/** `.applied`: the planned attributes, `change.after`. */
const APPLIED: Selectors = new Map([
  ["applied", (entry: JsonObject) => objectOf(entry["change"])["after"] ?? null],
]);
/** `.all`: managed resources that are created or updated, by address. Deleted ones have no attributes to look at. */
const ALL: Selectors = new Map([["all", allOf]]);

export function withApplied(entry: JsonObject): PreparedJson {
  return new PreparedJson(entry, APPLIED, null);
}

export function withAll(changes: JsonObject): PreparedJson {
  return withEntries(changes, ALL);
}

const chosenOf = new WeakMap<JsonObject, PreparedJson>();

function allOf(changes: JsonObject): PreparedJson {
  const known = chosenOf.get(changes);
  if (known !== undefined) {
    return known;
  }
  const chosen = record();
  for (const [address, entry] of Object.entries(changes)) {
    const change = entry instanceof PreparedJson ? entry.json : objectOf(entry);
    const actions = listOf(objectOf(change["change"])["actions"]);
    if (change["mode"] === "managed" && (actions.includes("create") || actions.includes("update"))) {
      chosen[address] = entry;
    }
  }
  const prepared = withEntries(chosen, null);
  chosenOf.set(changes, prepared);
  return prepared;
}
