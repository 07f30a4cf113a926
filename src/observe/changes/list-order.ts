import { isJsonObject, type Json, type PropertyPath } from "../../base/index.ts";

/** Lists of blocks whose order is part of what they say. */
const ORDERED_BLOCKS: ReadonlySet<string> = new Set([
  "init_container",
  "ordered_cache_behavior",
  "stage",
  "step",
  "steps",
  "default_action",
  "rewrite_rule",
  "predefined_metric_specification",
  "webhooks",
]);

/**
 * Where the source does not say which lists are sets: lists of blocks are, since providers return most of
 * them in the order of a hash; lists of plain values are not, since the order of arguments and search domains
 * means something.
 */
export function isUnordered(path: PropertyPath, before: readonly Json[], after: readonly Json[]): boolean {
  const name = path[path.length - 1];
  if (typeof name === "string" && ORDERED_BLOCKS.has(name)) return false;
  return before.every((item) => isJsonObject(item)) && after.every((item) => isJsonObject(item));
}
