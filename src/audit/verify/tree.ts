import { sha256 } from "../../base/index.ts";

/*
 * The verifier's Merkle tree, RFC 6962 section 2.1 and the checks of RFC 9162 section 2.1. Written apart from the writer's on
 * purpose: they share SHA-256 and nothing else.
 */

/** SHA-256(0x00 || entry). */
export function hashLeaf(entry: Uint8Array): Uint8Array {
  const data = new Uint8Array(entry.length + 1);
  data.set(entry, 1);
  return sha256(data);
}

/** SHA-256(0x01 || left || right). */
function hashPair(left: Uint8Array, right: Uint8Array): Uint8Array {
  const data = new Uint8Array(1 + left.length + right.length);
  data[0] = 1;
  data.set(left, 1);
  data.set(right, 1 + left.length);
  return sha256(data);
}

/** A tree that grows leaf by leaf: a binary counter whose digit h, when set, is the root of a full subtree of 2^h leaves. */
export class GrowingTree {
  private readonly digits: (Uint8Array | null)[] = [];
  private leaves = 0;

  get size(): number {
    return this.leaves;
  }

  /** Goes on from a tree of which only the full subtrees are known; `false` when they do not fit its size. */
  resume(size: number, peaks: readonly Uint8Array[]): boolean {
    const left = [...peaks].reverse();
    for (let rest = size, height = 0; rest > 0; rest = half(rest), height++) {
      const digit = isOdd(rest) ? left.shift() : null;
      if (digit === undefined) return false;
      this.digits[height] = digit;
    }
    this.leaves = size;
    return left.length === 0;
  }

  add(leaf: Uint8Array): void {
    let carry = leaf;
    let height = 0;
    for (let held = this.digits[height]; held !== undefined && held !== null; held = this.digits[height]) {
      carry = hashPair(held, carry);
      this.digits[height++] = null;
    }
    this.digits[height] = carry;
    this.leaves++;
  }

  root(): Uint8Array {
    let root: Uint8Array | null = null;
    for (const digit of this.digits) {
      if (digit !== null) root = root === null ? digit : hashPair(digit, root);
    }
    return root ?? sha256(new Uint8Array(0));
  }

  /** Full subtrees from the largest to the smallest. */
  peaks(): readonly Uint8Array[] {
    return this.digits.filter((digit) => digit !== null).reverse();
  }
}

/** RFC 9162, 2.1.3.2: is this leaf at `index` of the tree with `size` leaves and this root? */
export function provesInclusion(proof: {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}): boolean {
  if (!isCount(proof.index) || !isCount(proof.size) || proof.index >= proof.size) return false;
  let at = proof.index;
  let last = proof.size - 1;
  let hash = proof.leaf;
  for (const sibling of proof.path) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      hash = hashPair(sibling, hash);
      while (!isOdd(at) && at !== 0) {
        at = half(at);
        last = half(last);
      }
    } else hash = hashPair(hash, sibling);
    at = half(at);
    last = half(last);
  }
  return last === 0 && sameBytes(hash, proof.root);
}

/** RFC 9162, 2.1.4.2: is the tree of `oldSize` leaves a prefix of the tree of `newSize` leaves? */
export function provesConsistency(proof: {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}): boolean {
  const { oldSize, newSize, oldRoot, newRoot } = proof;
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.path.length === 0 && sameBytes(oldRoot, newRoot);
  if (oldSize === 0) return proof.path.length === 0;
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof.path] : proof.path;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let at = oldSize - 1;
  let last = newSize - 1;
  while (isOdd(at)) {
    at = half(at);
    last = half(last);
  }
  let oldHash = first;
  let newHash = first;
  for (const node of rest) {
    if (last === 0) return false;
    if (isOdd(at) || at === last) {
      oldHash = hashPair(node, oldHash);
      newHash = hashPair(node, newHash);
      while (!isOdd(at) && at !== 0) {
        at = half(at);
        last = half(last);
      }
    } else newHash = hashPair(newHash, node);
    at = half(at);
    last = half(last);
  }
  return last === 0 && sameBytes(oldHash, oldRoot) && sameBytes(newHash, newRoot);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

// Plain arithmetic instead of shifts: sizes may pass 2^31.
function half(n: number): number {
  return Math.floor(n / 2);
}

function isOdd(n: number): boolean {
  return n % 2 === 1;
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function isPowerOfTwo(n: number): boolean {
  let rest = n;
  while (rest > 1 && !isOdd(rest)) rest = half(rest);
  return rest === 1;
}
