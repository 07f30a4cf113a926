import { JsonWithSelectors } from "../values/map-value.ts";
import type { Json } from "./plan-json.ts";
import { listOf, objectOf, record } from "./plan-json.ts";

/**
 * A policy that is often published mixes two generations of the Terraform imports: it reads `resource_changes.all` and
 * `rc.applied`, which the version 2 import does not have. To let it run unedited, two selectors answer where there is no
 * key of that name. They are no members: `keys`, `length`, loops and `contains` do not see them.
 */

/** `.applied`: the planned attributes, `change.after`. */
export function withApplied(change: Json): JsonWithSelectors {
  return new JsonWithSelectors(
    change,
    new Map([["applied", () => objectOf(change["change"])["after"] ?? null]]),
  );
}

/** `.all`: managed resources that are created or updated, by address. Deleted ones have no attributes to look at. */
export function withAll(changes: Json): JsonWithSelectors {
  const all = (): unknown => {
    const chosen = record();
    for (const [address, entry] of Object.entries(changes)) {
      const change = entry instanceof JsonWithSelectors ? entry.json : objectOf(entry);
      const actions = listOf(objectOf(change["change"])["actions"]);
      if (change["mode"] === "managed" && (actions.includes("create") || actions.includes("update"))) {
        chosen[address] = entry;
      }
    }
    return chosen;
  };
  return new JsonWithSelectors(changes, new Map([["all", all]]));
}
