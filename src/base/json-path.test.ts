import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PropertyPath, parsePath, pathMatches, pathText, valueAt } from "./json-path.ts";

const TEXTS: readonly (readonly [PropertyPath, string])[] = [
  [["ingress", 0, "cidr_blocks", 1], "ingress[0].cidr_blocks[1]"],
  [["tags", "kubernetes.io/name"], 'tags["kubernetes.io/name"]'],
  [["a", 'q"uote'], 'a["q\\"uote"]'],
  [["a", ""], 'a[""]'],
  [[], ""],
];

describe("pathText and parsePath", () => {
  it.each(TEXTS)("%j is written %s", (path, text) => {
    expect(pathText(path)).toBe(text);
    expect(parsePath(text)).toEqual(path);
  });

  it("are inverse for every path", () => {
    const step = fc.oneof(fc.string(), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(step), (path) => {
        expect(parsePath(pathText(path))).toEqual(path);
      }),
    );
  });

  it.each(["a[", "a]b", 'a["x]', "a..b"])("%s is no path", (text) => {
    expect(parsePath(text)).toBeNull();
  });
});

describe("pathMatches", () => {
  it.each([
    ["ingress.cidr_blocks", "ingress[0].cidr_blocks[1]", true],
    ["ingress", "ingress[0].from_port", true],
    ["ingress[1]", "ingress[0].from_port", false],
    ["tags.*", "tags.owner", true],
    ["tags.*", "tags", false],
    ["**.password", "a.b[0].password", true],
    ["password", "a.password", false],
    ["tag", "tags", false],
  ])("%s holds %s: %s", (pattern, path, holds) => {
    expect(pathMatches(parsePath(pattern) ?? [], parsePath(path) ?? [])).toBe(holds);
  });
});

describe("valueAt", () => {
  it("reads own properties only", () => {
    expect(valueAt({ a: [{ b: 1 }] }, ["a", 0, "b"])).toBe(1);
    expect(valueAt({}, ["toString"])).toBeUndefined();
    expect(valueAt({}, ["__proto__"])).toBeUndefined();
  });
});
