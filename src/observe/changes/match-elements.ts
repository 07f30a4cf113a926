import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/index.ts";

export interface ElementMatch {
  /** Indexes (before, after) of elements that are the same one, edited. Equal elements are in no list. */
  readonly pairs: readonly (readonly [number, number])[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/**
 * What may tell one block from its siblings, best first. A block's identity is all members of one line
 * together.
 */
const IDENTITIES: readonly (readonly string[])[] = [
  ["id"],
  ["name"],
  ["key"],
  ["sid"],
  ["rule_name"],
  ["rule_number"],
  ["rule_no"],
  ["rule_id"],
  ["priority"],
  ["device_name"],
  ["mount_path"],
  ["container_port"],
  ["from_port", "to_port", "protocol"],
  ["from_port", "to_port", "ip_protocol"],
  ["port", "protocol"],
  ["path_pattern"],
  ["domain_name"],
  ["cidr_block"],
];

/**
 * Matches the elements of two sets. Equal elements (in any order, as often as they occur) drop out. Of the
 * rest, blocks are paired where an identity names exactly one on each side, or where one block is left on
 * each side and at least half of its members agree.
 */
export function matchElements(before: readonly Json[], after: readonly Json[]): ElementMatch {
  const { left, right } = withoutEqual(before, after);
  const pairs: [number, number][] = [];
  let leftOver = left;
  let rightOver = right;
  for (const identity of IDENTITIES) {
    if (leftOver.length === 0 || rightOver.length === 0) break;
    const ours = byIdentity(before, leftOver, identity);
    if (ours.size === 0) continue;
    const theirs = byIdentity(after, rightOver, identity);
    const taken = new Set<number>();
    const given = new Set<number>();
    for (const [key, indexes] of ours) {
      const others = theirs.get(key);
      const [i] = indexes;
      const [j] = others ?? [];
      if (indexes.length !== 1 || others?.length !== 1 || i === undefined || j === undefined) continue;
      pairs.push([i, j]);
      taken.add(i);
      given.add(j);
    }
    leftOver = leftOver.filter((i) => !taken.has(i));
    rightOver = rightOver.filter((j) => !given.has(j));
  }
  const [i] = leftOver;
  const [j] = rightOver;
  if (leftOver.length === 1 && rightOver.length === 1 && i !== undefined && j !== undefined) {
    if (
      before.length === 1 && after.length === 1
        ? bothBlocks(before[i], after[j])
        : areAlike(before[i], after[j])
    ) {
      pairs.push([i, j]);
      leftOver = [];
      rightOver = [];
    }
  }
  pairs.sort((a, b) => a[1] - b[1]);
  return { pairs, removed: leftOver, added: rightOver };
}

/**
 * Equal elements at the same place from either end drop out by comparison; only the rest is looked up by
 * text.
 */
function withoutEqual(before: readonly Json[], after: readonly Json[]): { left: number[]; right: number[] } {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && jsonEqual(before[head], after[head])) head++;
  let tail = 0;
  while (tail < shorter - head && jsonEqual(before[before.length - 1 - tail], after[after.length - 1 - tail]))
    tail++;
  const left = range(head, before.length - tail);
  const right = range(head, after.length - tail);
  if (left.length === 0 || right.length === 0 || left.length + right.length === 2) return { left, right };
  const places = new Map<string, number[]>();
  for (const i of left) {
    const text = orderedText(before[i] ?? null);
    const list = places.get(text);
    if (list === undefined) places.set(text, [i]);
    else list.push(i);
  }
  const unmatched = right.filter((j) => places.get(orderedText(after[j] ?? null))?.pop() === undefined);
  return { left: [...places.values()].flat().sort((a, b) => a - b), right: unmatched };
}

function range(from: number, to: number): number[] {
  const numbers: number[] = [];
  for (let i = from; i < to; i++) numbers.push(i);
  return numbers;
}

/** JSON text with sorted keys, to see equal elements by one look-up each. */
function orderedText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map((item: Json) => orderedText(item)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${orderedText(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

function byIdentity(
  elements: readonly Json[],
  indexes: readonly number[],
  identity: readonly string[],
): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const i of indexes) {
    const key = identityOf(elements[i], identity);
    if (key === null) continue;
    const list = found.get(key);
    if (list === undefined) found.set(key, [i]);
    else list.push(i);
  }
  return found;
}

function identityOf(element: Json | undefined, identity: readonly string[]): string | null {
  if (!isJsonObject(element)) return null;
  const values: Json[] = [];
  for (const name of identity) {
    const value = Object.hasOwn(element, name) ? element[name] : undefined;
    if (value === undefined || value === null || value === "" || typeof value === "object") return null;
    values.push(value);
  }
  return JSON.stringify(values);
}

function bothBlocks(left: Json | undefined, right: Json | undefined): boolean {
  return isJsonObject(left) && isJsonObject(right);
}

function areAlike(left: Json | undefined, right: Json | undefined): boolean {
  if (!isJsonObject(left) || !isJsonObject(right)) return false;
  const [same, all] = agreement(left, right);
  return same * 2 >= all;
}

function agreement(left: JsonObject, right: JsonObject): [number, number] {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  let same = 0;
  for (const name of names) {
    if (
      jsonEqual(
        Object.hasOwn(left, name) ? left[name] : null,
        Object.hasOwn(right, name) ? right[name] : null,
      )
    )
      same++;
  }
  return [same, names.size];
}
