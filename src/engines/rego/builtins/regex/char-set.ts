/** Sorted, disjoint ranges of code points: from, to, from, to, … */
export type CharSet = readonly number[];

export const MAX_CODE = 0x10ffff;
export const ALL: CharSet = [0, MAX_CODE];

export function charSet(ranges: readonly (readonly [from: number, to: number])[]): CharSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const result: number[] = [];
  for (const [from, to] of sorted) {
    const last = result.length - 1;
    if (last > 0 && from <= result[last]! + 1) result[last] = Math.max(result[last]!, to);
    else result.push(from, to);
  }
  return result;
}

export function rangesOf(set: CharSet): (readonly [number, number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (let i = 0; i < set.length; i += 2) ranges.push([set[i]!, set[i + 1]!]);
  return ranges;
}

export function uniteSets(a: CharSet, b: CharSet): CharSet {
  return charSet([...rangesOf(a), ...rangesOf(b)]);
}

export function complement(set: CharSet): CharSet {
  const result: number[] = [];
  let next = 0;
  for (const [from, to] of rangesOf(set)) {
    if (from > next) result.push(next, from - 1);
    next = to + 1;
  }
  if (next <= MAX_CODE) result.push(next, MAX_CODE);
  return result;
}

export function disjoint(a: CharSet, b: CharSet): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i + 1]! < b[j]!) i += 2;
    else if (b[j + 1]! < a[i]!) j += 2;
    else return false;
  }
  return true;
}

/** The set with the other case of its ASCII letters; whatever lies outside of ASCII widens it to all of that. */
export function foldSet(set: CharSet): CharSet {
  const ranges = rangesOf(set);
  const extra: (readonly [number, number])[] = [];
  for (const [from, to] of ranges) {
    if (to > 0x7f) extra.push([0x80, MAX_CODE], [0x41, 0x5a], [0x61, 0x7a]);
    const upper = overlap(from, to, 0x41, 0x5a);
    if (upper !== undefined) extra.push([upper[0] + 32, upper[1] + 32]);
    const lower = overlap(from, to, 0x61, 0x7a);
    if (lower !== undefined) extra.push([lower[0] - 32, lower[1] - 32]);
    // The long s and the Kelvin sign fold to s and k.
    if (upper !== undefined || lower !== undefined) extra.push([0x17f, 0x17f], [0x212a, 0x212a]);
  }
  return charSet([...ranges, ...extra]);
}

function overlap(from: number, to: number, low: number, high: number): readonly [number, number] | undefined {
  const a = Math.max(from, low);
  const b = Math.min(to, high);
  return a <= b ? [a, b] : undefined;
}
