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
