import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  appendLeaves,
  consistencyPath,
  EMPTY_RANGE,
  EMPTY_ROOT,
  inclusionPath,
  leafHash,
  peakCount,
  rootOf,
  treeHash,
} from "./merkle.ts";
import { hex } from "./sealer.ts";
import { GrowingTree, hashLeaf, provesConsistency, provesInclusion } from "./verify/tree.ts";

/** The reference inputs and roots of the Certificate Transparency test suite, in hexadecimal. */
const INPUTS = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const REFERENCE = INPUTS.map((input) => leafHash(Buffer.from(input, "hex")));

describe("the tree of RFC 6962", () => {
  it("has the reference roots", () => {
    expect(hex(EMPTY_ROOT)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(ROOTS.map((_, index) => hex(treeHash(REFERENCE.slice(0, index + 1))))).toEqual(ROOTS);
  });

  it("has the reference consistency proofs", () => {
    expect(consistencyPath(REFERENCE, 6).map(hex)).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    expect(consistencyPath(REFERENCE.slice(0, 5), 2).map(hex)).toEqual([
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]);
  });

  it("tells a leaf from a node with the same bytes", () => {
    const [a, b] = [leafHash("a"), leafHash("b")];
    const node = Buffer.concat([a, b]);
    expect(hex(treeHash([leafHash(node)]))).not.toBe(hex(treeHash([a, b])));
  });
});

const leafSets = fc
  .array(fc.string(), { minLength: 1, maxLength: 70 })
  .map((texts) => texts.map((text, index) => `${index}:${text}`));

describe("writer and verifier", () => {
  it("agree on every root, however the tree grew", () => {
    fc.assert(
      fc.property(leafSets, fc.nat(70), (texts, cut) => {
        const leaves = texts.map(leafHash);
        const tree = new GrowingTree();
        for (const text of texts) tree.add(hashLeaf(Buffer.from(text)));
        const range = appendLeaves(appendLeaves(EMPTY_RANGE, leaves.slice(0, cut)), leaves.slice(cut));
        expect(hex(tree.root())).toBe(hex(rootOf(range)));
        expect(tree.peaks().map(hex)).toEqual(range.peaks.map(hex));
        expect(range.peaks).toHaveLength(peakCount(texts.length));
      }),
    );
  });

  it("agree that a leaf is in the tree, and on nothing else", () => {
    fc.assert(
      fc.property(leafSets, fc.nat(), fc.nat(), (texts, pick, other) => {
        const leaves = texts.map(leafHash);
        const index = pick % texts.length;
        const proof = {
          leaf: leafHash(texts[index] ?? ""),
          index,
          size: texts.length,
          path: inclusionPath(leaves, index),
          root: treeHash(leaves),
        };
        expect(provesInclusion(proof)).toBe(true);
        expect(provesInclusion({ ...proof, leaf: leafHash("another") })).toBe(false);
        expect(provesInclusion({ ...proof, path: [...proof.path, proof.leaf] })).toBe(false);
        if (proof.path.length > 0)
          expect(provesInclusion({ ...proof, path: proof.path.slice(1) })).toBe(false);
        const wrong = other % (texts.length + 2);
        if (wrong !== index) expect(provesInclusion({ ...proof, index: wrong })).toBe(false);
      }),
    );
  });

  it("agree that one tree continues another, and on nothing else", () => {
    fc.assert(
      fc.property(leafSets, fc.nat(), (texts, pick) => {
        const leaves = texts.map(leafHash);
        const oldSize = pick % (texts.length + 1);
        const proof = {
          oldSize,
          oldRoot: treeHash(leaves.slice(0, oldSize)),
          newSize: texts.length,
          newRoot: treeHash(leaves),
          path: consistencyPath(leaves, oldSize),
        };
        expect(provesConsistency(proof)).toBe(true);
        if (oldSize === 0) return;
        expect(provesConsistency({ ...proof, oldRoot: leafHash("another") })).toBe(false);
        expect(provesConsistency({ ...proof, newRoot: leafHash("another") })).toBe(false);
        expect(provesConsistency({ ...proof, path: [...proof.path, leafHash("more")] })).toBe(false);
      }),
    );
  });

  it.each([
    [{ index: -1, size: 1 }],
    [{ index: 0.5, size: 1 }],
    [{ index: 1, size: 1 }],
    [{ index: 0, size: Number.POSITIVE_INFINITY }],
  ])("no proof holds for %j", (place) => {
    const leaf = leafHash("a");
    expect(provesInclusion({ leaf, root: leaf, path: [], ...place })).toBe(false);
  });
});
