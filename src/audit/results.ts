import type { JudgedChange } from "../domain/index.ts";
import { inclusionPath, leafHash, treeHash } from "./merkle.ts";
import { recordText } from "./record-text.ts";
import { hex } from "./sealer.ts";

/** Results of one scan or check as a tree: the audit entry carries `root`, the store keeps `rows`. */
export interface ResultsTree {
  /** RFC 8785 text of each result, ordered by change id so that the root does not depend on the order of judgement. */
  readonly rows: readonly string[];
  /** 64 hexadecimal characters. */
  readonly root: string;
}

/** Takes only redacted changes: what is hashed is what is stored. */
export function resultsTree(judged: readonly JudgedChange[]): ResultsTree {
  const rows = judged
    .map((result) => ({ id: result.change.id, text: recordText(result) }))
    .sort((a, b) => compare(a.id, b.id) || compare(a.text, b.text))
    .map(({ text }) => text);
  return { rows, root: resultsRoot(rows) };
}

/** RFC 6962 root over result rows, 64 hexadecimal characters. */
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

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
