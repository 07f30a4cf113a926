import { inclusionPath, leafHash, treeHash } from "./merkle.ts";
import { hex } from "./sealer.ts";

/** RFC 6962 root over the result rows of a scan or check, 64 hexadecimal characters: what its audit entry carries. */
export function resultsRoot(rows: readonly string[]): string {
  return hex(treeHash(rows.map(leafHash)));
}

/** Inclusion proof of one row against the root in the scan's audit entry. */
export interface ResultProof {
  readonly index: number;
  readonly size: number;
  readonly row: string;
  /** Sibling hashes, lowest first, 64 hexadecimal characters each. */
  readonly path: readonly string[];
}

/** `null` when there is no such row. */
export function resultProof(rows: readonly string[], index: number): ResultProof | null {
  const row = rows[index];
  if (row === undefined) return null;
  return { index, size: rows.length, row, path: inclusionPath(rows.map(leafHash), index).map(hex) };
}

/** Inclusion proof of one entry of the log. */
export interface EntryProof {
  readonly index: number;
  readonly size: number;
  /** RFC 6962 leaf hash of the entry, 64 hexadecimal characters. */
  readonly leaf: string;
  /** Sibling hashes, lowest first, 64 hexadecimal characters each. */
  readonly path: readonly string[];
}

/** Proves entries against the root over all leaves of the log; an index that is not there is left out. */
export function entryProofs(leaves: readonly string[], indexes: readonly number[]): readonly EntryProof[] {
  const bytes = leaves.map((leaf) => Buffer.from(leaf, "hex"));
  return indexes.flatMap((index) => {
    const leaf = leaves[index];
    if (leaf === undefined) return [];
    return [{ index, size: leaves.length, leaf, path: inclusionPath(bytes, index).map(hex) }];
  });
}
