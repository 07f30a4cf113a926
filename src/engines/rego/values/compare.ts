import { RegoObject, RegoSet } from "./containers.ts";
import { compareNumbers, equalNumbers } from "./number-order.ts";
import { objectEntriesSorted, objectGet, objectSize } from "./objects.ts";
import { RegoNum } from "./rego-num.ts";
import { compareStrings } from "./strings.ts";
import { isArray, type Value } from "./value.ts";

/** Frames of plain recursion before an explicit stack takes over: far below any engine's limit. */
const MAX_DEPTH = 400;

/** Rego's total order: null < boolean < number < string < array < object < set. Negative, zero or positive. */
export function compare(a: Value, b: Value): number {
  return compareAt(a, b, 0);
}

/** Structural equality; numbers are equal by value (`1` and `1.0`). */
export function equal(a: Value, b: Value): boolean {
  return equalAt(a, b, 0);
}

/** Place of a value's type in Rego's order. */
export function typeRank(value: Value): number {
  switch (typeof value) {
    case "boolean":
      return 1;
    case "number":
      return 2;
    case "string":
      return 3;
    default:
      if (value === null) return 0;
      if (isArray(value)) return 4;
      if (value instanceof RegoSet) return 6;
      return value instanceof RegoNum ? 2 : 5;
  }
}

function compareAt(a: Value, b: Value, depth: number): number {
  if (a === b) return 0;
  const rank = typeRank(a);
  const other = typeRank(b);
  if (rank !== other) return rank - other;
  if (rank <= 3) return compareScalars(a, b, rank);
  if (depth >= MAX_DEPTH) return compareByStack(a, b);
  if (rank === 5) return compareObjects(a, b, depth);
  const left = itemsOf(a);
  const right = itemsOf(b);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const order = compareAt(left[i]!, right[i]!, depth + 1);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareScalars(a: Value, b: Value, rank: number): number {
  if (rank === 2) return compareNumbers(a as number | RegoNum, b as number | RegoNum);
  if (rank === 3) return compareStrings(a as string, b as string);
  return rank === 0 ? 0 : a === false ? -1 : 1;
}

function compareObjects(a: Value, b: Value, depth: number): number {
  const left = objectEntriesSorted(a as RegoObject);
  const right = objectEntriesSorted(b as RegoObject);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const order =
      compareAt(left[i]![0], right[i]![0], depth + 1) || compareAt(left[i]![1], right[i]![1], depth + 1);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

/** Items of an array or a set, in order. */
function itemsOf(value: Value): readonly Value[] {
  return value instanceof RegoSet ? value.sortedItems() : (value as readonly Value[]);
}

type Pair = readonly [a: Value, b: Value] | number;

/** The same order without recursion, for documents nested deeper than the JS stack would bear. */
function compareByStack(a: Value, b: Value): number {
  const stack: Pair[] = [[a, b]];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (typeof top === "number") {
      if (top !== 0) return top;
      continue;
    }
    const [x, y] = top;
    if (x === y) continue;
    const rank = typeRank(x);
    const other = typeRank(y);
    if (rank !== other) return rank - other;
    if (rank <= 3) {
      const order = compareScalars(x, y, rank);
      if (order !== 0) return order;
      continue;
    }
    const left = rank === 5 ? objectEntriesSorted(x as RegoObject).flat() : itemsOf(x);
    const right = rank === 5 ? objectEntriesSorted(y as RegoObject).flat() : itemsOf(y);
    stack.push(left.length - right.length);
    for (let i = Math.min(left.length, right.length) - 1; i >= 0; i--) stack.push([left[i]!, right[i]!]);
  }
  return 0;
}

function equalAt(a: Value, b: Value, depth: number): boolean {
  if (a === b) return true;
  if (typeof a === "string" || typeof b === "string") return false;
  if (typeof a !== "object" || typeof b !== "object") {
    return typeof a === "boolean" || typeof b === "boolean" ? false : numbersEqual(a, b);
  }
  if (a === null || b === null) return false;
  if (isArray(a)) {
    if (!isArray(b) || a.length !== b.length) return false;
    if (depth >= MAX_DEPTH) return compareByStack(a, b) === 0;
    for (let i = 0; i < a.length; i++) if (!equalAt(a[i]!, b[i]!, depth + 1)) return false;
    return true;
  }
  if (isArray(b)) return false;
  if (a instanceof RegoSet)
    return b instanceof RegoSet && a.size === b.size && a.every((item) => b.has(item));
  if (b instanceof RegoSet) return false;
  if (a instanceof RegoNum || b instanceof RegoNum) return numbersEqual(a, b);
  if (depth >= MAX_DEPTH) return compareByStack(a, b) === 0;
  if (a instanceof RegoObject) {
    if (a.size !== objectSize(b)) return false;
    return a.everyEntry((key, value) => {
      const found = objectGet(b, key);
      return found !== undefined && equalAt(value, found, depth + 1);
    });
  }
  let size = 0;
  for (const key in a) {
    if (!Object.hasOwn(a, key)) continue;
    size++;
    const found = objectGet(b, key);
    if (found === undefined || !equalAt(a[key]!, found, depth + 1)) return false;
  }
  return size === objectSize(b);
}

function numbersEqual(a: Value, b: Value): boolean {
  if (typeof a === "number") return b instanceof RegoNum && equalNumbers(a, b);
  return a instanceof RegoNum && (typeof b === "number" || b instanceof RegoNum) && equalNumbers(a, b);
}
