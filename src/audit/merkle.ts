import { sha256 } from "../base/index.ts";

/*
 * The writer's Merkle tree, RFC 6962 section 2.1. The verifier has its own (verify/tree.ts) and shares nothing with this file:
 * two ways must agree.
 */

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const utf8 = new TextEncoder();

/** Leaf hash: SHA-256 of 0x00 and the entry's bytes. Text is taken as UTF-8. */
export function leafHash(entry: string | Uint8Array): Uint8Array {
  return sha256(concat(LEAF, typeof entry === "string" ? utf8.encode(entry) : entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concat(NODE, left, right));
}

/** Root of the tree without leaves. */
export const EMPTY_ROOT: Uint8Array = sha256("");

/** Roots of the perfect subtrees of a growing tree, left to right: what must be kept to append in constant space. */
export interface CompactRange {
  readonly size: number;
  readonly peaks: readonly Uint8Array[];
}

export const EMPTY_RANGE: CompactRange = { size: 0, peaks: [] };

export function appendLeaves(range: CompactRange, leaves: readonly Uint8Array[]): CompactRange {
  const peaks = [...range.peaks];
  let size = range.size;
  for (const leaf of leaves) {
    let node = leaf;
    // Each trailing 1 bit of the size is a finished subtree of the same height as `node`.
    for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      const left = peaks.pop();
      if (left === undefined) throw new RangeError("appendLeaves: the peaks do not fit the size");
      node = nodeHash(left, node);
    }
    peaks.push(node);
    size++;
  }
  return { size, peaks };
}

export function rootOf(range: CompactRange): Uint8Array {
  const last = range.peaks.at(-1);
  if (last === undefined) return EMPTY_ROOT;
  return range.peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** How many peaks a tree of this size has: the 1 bits of the size. */
export function peakCount(size: number): number {
  let count = 0;
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
  return count;
}

/** RFC 6962 MTH over leaf hashes [from, to). */
export function treeHash(leaves: readonly Uint8Array[], from = 0, to = leaves.length): Uint8Array {
  return rootOf(appendLeaves(EMPTY_RANGE, leaves.slice(from, to)));
}

/** RFC 6962 PATH: the siblings that lead from leaf `index` to the root, lowest first. */
export function inclusionPath(leaves: readonly Uint8Array[], index: number): readonly Uint8Array[] {
  return pathWithin(leaves, index, 0, leaves.length);
}

function pathWithin(
  leaves: readonly Uint8Array[],
  index: number,
  from: number,
  to: number,
): readonly Uint8Array[] {
  if (index < from || index >= to)
    throw new RangeError(`inclusionPath: no leaf ${index} in [${from}, ${to})`);
  if (to - from === 1) return [];
  const middle = from + splitPoint(to - from);
  return index < middle
    ? [...pathWithin(leaves, index, from, middle), treeHash(leaves, middle, to)]
    : [...pathWithin(leaves, index, middle, to), treeHash(leaves, from, middle)];
}

/** RFC 6962 PROOF: shows that the first `size` leaves are a prefix of all of them. Empty for size 0 and for the whole tree. */
export function consistencyPath(leaves: readonly Uint8Array[], size: number): readonly Uint8Array[] {
  if (size < 0 || size > leaves.length) throw new RangeError(`consistencyPath: no size ${size}`);
  return size === 0 ? [] : subProof(leaves, size, 0, leaves.length, true);
}

function subProof(
  leaves: readonly Uint8Array[],
  size: number,
  from: number,
  to: number,
  whole: boolean,
): readonly Uint8Array[] {
  if (size === to - from) return whole ? [] : [treeHash(leaves, from, to)];
  const half = splitPoint(to - from);
  return size <= half
    ? [...subProof(leaves, size, from, from + half, whole), treeHash(leaves, from + half, to)]
    : [...subProof(leaves, size - half, from + half, to, false), treeHash(leaves, from, from + half)];
}

/** Largest power of two below `count`, for `count` above 1. */
function splitPoint(count: number): number {
  let half = 1;
  while (half * 2 < count) half *= 2;
  return half;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
