import { isJsonObject, type Json, type PropertyPath } from "../../base/index.ts";

/** One differing value without parts. `undefined`: the side does not have it. */
export interface Leaf {
  readonly path: PropertyPath;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Deeper than any provider's schema; what lies below is taken as one value, so hostile nesting costs no stack. */
const MAX_DEPTH = 64;

/** The differing leaves of before → after below `path`, so that a whole block that came or went is judged part by part. */
export function leavesOf(path: PropertyPath, before: Json | undefined, after: Json | undefined): Leaf[] {
  const leaves: Leaf[] = [];
  collect(path, before ?? undefined, after ?? undefined, 0, leaves);
  return leaves;
}

function collect(
  path: PropertyPath,
  before: Json | undefined,
  after: Json | undefined,
  depth: number,
  leaves: Leaf[],
): void {
  if (before === after) return;
  const size = leaves.length;
  if (depth < MAX_DEPTH && (Array.isArray(before) || Array.isArray(after))) {
    const left = Array.isArray(before) ? before : [];
    const right = Array.isArray(after) ? after : [];
    for (let i = 0; i < Math.max(left.length, right.length); i++) {
      collect([...path, i], left[i], right[i], depth + 1, leaves);
    }
    if (Array.isArray(before) && Array.isArray(after)) return;
  } else if (depth < MAX_DEPTH && (isJsonObject(before) || isJsonObject(after))) {
    const left = isJsonObject(before) ? before : {};
    const right = isJsonObject(after) ? after : {};
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      collect([...path, key], own(left, key), own(right, key), depth + 1, leaves);
    }
    if (isJsonObject(before) && isJsonObject(after)) return;
  }
  // A scalar, or something that became another kind of thing without any part of its own (`[]` instead of nothing).
  if (leaves.length === size) leaves.push({ path, before, after });
}

function own(value: { readonly [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
