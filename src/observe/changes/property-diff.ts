import {
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  jsonEqual,
  type PropertyPath,
} from "../../base/index.ts";
import { matchElements } from "./match-elements.ts";

/** One difference between two attribute trees. A side on which the property does not exist is `null`. */
export interface Difference {
  readonly path: PropertyPath;
  /**
   * Where `before` was found: another index than in `path` for an element of a set that was edited and stands
   * elsewhere now.
   */
  readonly beforePath: PropertyPath;
  readonly before: Json;
  readonly after: Json;
}

/** One place, as its path in `after` and in `before`; the same array where they are the same. */
interface At {
  readonly path: PropertyPath;
  readonly beforePath: PropertyPath;
}

export interface DiffContext {
  /** Is the list at this path a set: does the order of its elements mean nothing? */
  readonly isSet: (path: PropertyPath, before: readonly Json[], after: readonly Json[]) => boolean;
  /** Asked about every pair of nodes that differ, outermost first; `true` takes the pair for equal. */
  readonly isNoise: (path: PropertyPath, before: Json, after: Json) => boolean;
  /** May a pair of objects be noise as a whole? A cheap answer before they are compared. */
  readonly mayBeNoise: (path: PropertyPath) => boolean;
}

/**
 * Property-level differences. Paths of removed list elements count in `before`, of all others in `after`; an
 * element removed and another added at the same index are one difference. Linear in the size of what differs
 * (lists of blocks: plus their pairing).
 *
 * Objects differ member by member, a missing member being `null`. Lists that are sets differ by their
 * elements: equal ones drop out, edited ones are paired where that is unambiguous and differ inside, the rest
 * was added or removed. Other lists differ position by position between their common head and tail where the
 * lengths agree, by insertion or removal where only that happened, else as a whole.
 */
export function diffProperties(before: Json, after: Json, context: DiffContext): Difference[] {
  const found: Difference[] = [];
  const root: PropertyPath = [];
  if (!isSame(before, after)) diffNode({ path: root, beforePath: root }, before, after, context, found);
  return found;
}

function step(at: At, index: string | number, beforeIndex: string | number): At {
  const path = [...at.path, index];
  const same = at.path === at.beforePath && index === beforeIndex;
  return { path, beforePath: same ? path : [...at.beforePath, beforeIndex] };
}

/** Equal members are passed over before a path is made for them: most of a resource is. */
function isSame(before: Json, after: Json): boolean {
  return (
    before === after || (typeof before === "object" && typeof after === "object" && jsonEqual(before, after))
  );
}

/** Two nodes that are not equal. */
function diffNode(at: At, before: Json, after: Json, context: DiffContext, found: Difference[]): void {
  const { path } = at;
  if (isJsonObject(before) && isJsonObject(after)) {
    if (context.mayBeNoise(path) && (jsonEqual(before, after) || context.isNoise(path, before, after)))
      return;
    diffObjects(at, before, after, context, found);
  } else if (isJsonArray(before) && isJsonArray(after)) {
    if (context.isNoise(path, before, after)) return;
    if (context.isSet(path, before, after)) diffSets(at, before, after, context, found);
    else diffLists(at, before, after, context, found);
  } else if (!context.isNoise(path, before, after)) {
    found.push({ ...at, before, after });
  }
}

function diffObjects(
  at: At,
  before: JsonObject,
  after: JsonObject,
  context: DiffContext,
  found: Difference[],
): void {
  for (const key of Object.keys(before)) {
    const other = Object.hasOwn(after, key) ? (after[key] ?? null) : null;
    const own = before[key] ?? null;
    if (!isSame(own, other)) diffNode(step(at, key, key), own, other, context, found);
  }
  for (const key of Object.keys(after)) {
    if (Object.hasOwn(before, key)) continue;
    const own = after[key] ?? null;
    if (own !== null) diffNode(step(at, key, key), null, own, context, found);
  }
}

function diffLists(
  at: At,
  before: readonly Json[],
  after: readonly Json[],
  context: DiffContext,
  found: Difference[],
): void {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && jsonEqual(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && jsonEqual(before[before.length - 1 - tail], after[after.length - 1 - tail]))
    tail++;
  const removed = before.length - head - tail;
  const added = after.length - head - tail;
  if (removed === added) {
    for (let i = head; i < head + added; i++)
      if (!isSame(before[i] ?? null, after[i] ?? null))
        diffNode(step(at, i, i), before[i] ?? null, after[i] ?? null, context, found);
  } else if (removed === 0) {
    for (let i = head; i < head + added; i++)
      diffNode(step(at, i, i), null, after[i] ?? null, context, found);
  } else if (added === 0) {
    for (let i = head; i < head + removed; i++)
      diffNode(step(at, i, i), before[i] ?? null, null, context, found);
  } else {
    found.push({ ...at, before, after });
  }
}

function diffSets(
  at: At,
  before: readonly Json[],
  after: readonly Json[],
  context: DiffContext,
  found: Difference[],
): void {
  const { pairs, removed, added } = matchElements(before, after);
  for (const [i, j] of pairs) diffNode(step(at, j, i), before[i] ?? null, after[j] ?? null, context, found);
  const gone = new Set(removed);
  const report = (index: number, old: Json, element: Json): void => {
    const place = step(at, index, index);
    if (!context.isNoise(place.path, old, element)) found.push({ ...place, before: old, after: element });
  };
  for (const j of added) report(j, gone.delete(j) ? (before[j] ?? null) : null, after[j] ?? null);
  for (const i of gone) report(i, before[i] ?? null, null);
}
