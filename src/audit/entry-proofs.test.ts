import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leafHash, nodeHash, treeHash } from "./merkle.ts";
import { type EntryProof, entryProofs } from "./results.ts";

/** RFC 9162 §2.1.3.2, written down again: what a reader of the report would do. */
function rootBy({ index, size, leaf, path }: EntryProof): string {
  let fn = index;
  let sn = size - 1;
  let root: Uint8Array = Buffer.from(leaf, "hex");
  for (const sibling of path.map((text) => Buffer.from(text, "hex"))) {
    if (fn % 2 === 1 || fn === sn) {
      root = nodeHash(sibling, root);
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2);
        sn = Math.floor(sn / 2);
      }
    } else root = nodeHash(root, sibling);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return Buffer.from(root).toString("hex");
}

describe("entryProofs", () => {
  it("leads every entry up to the root, and to no other one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), (size) => {
        const hashes = Array.from({ length: size }, (_, i) => leafHash(`entry ${i}`));
        const leaves = hashes.map((hash) => Buffer.from(hash).toString("hex"));
        const root = Buffer.from(treeHash(hashes)).toString("hex");
        const proofs = entryProofs(leaves, [...leaves.keys()]);
        expect(proofs.map(rootBy)).toEqual(leaves.map(() => root));
        const [first] = proofs;
        if (first !== undefined && size > 1)
          expect(rootBy({ ...first, leaf: "0".repeat(64) })).not.toBe(root);
      }),
    );
  });

  it("leaves out what is not there", () => {
    expect(entryProofs([], [0])).toEqual([]);
  });
});
