import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { below, membersOf, pathSet, relation, replaceAt, visitAt } from "./path-set.ts";

describe("pathSet", () => {
  const set = pathSet([["a", 0, "b"], ["c"]]);

  it.each([
    [["a"], "above"],
    [["a", 0], "above"],
    [["a", 0, "b"], "inside"],
    [["a", 0, "b", "x"], "inside"],
    [["a", 1], "apart"],
    [["c"], "inside"],
    [["d"], "apart"],
    [[], "above"],
  ])("%j stands %s", (path, want) => {
    expect(relation(set, path)).toBe(want);
  });

  it("gives its members below a path", () => {
    expect(membersOf(below(set, ["a"]))).toEqual([[0, "b"]]);
    expect(membersOf(below(set, ["c", "x"]))).toEqual([[]]);
  });

  it("replaces and visits exactly what lies at its paths", () => {
    const value = { a: [{ b: 1, x: 2 }, { b: 3 }], c: [4], d: 5 };
    expect(replaceAt(value, set, () => "hidden")).toEqual({
      a: [{ b: "hidden", x: 2 }, { b: 3 }],
      c: "hidden",
      d: 5,
    });
    const seen: unknown[] = [];
    visitAt(value, set, (found) => seen.push(found));
    expect(seen).toEqual([1, [4]]);
  });

  it("keeps what does not exist, and hostile keys", () => {
    const hostile = JSON.parse('{"__proto__": {"b": 1}}');
    const replaced = replaceAt(hostile, pathSet([["__proto__", "b"], ["missing"]]), () => "hidden");
    expect(JSON.stringify(replaced)).toBe('{"__proto__":{"b":"hidden"}}');
  });

  it("leaves a value without members as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        expect(replaceAt(json, pathSet([]), () => "hidden")).toBe(json);
      }),
    );
  });
});
