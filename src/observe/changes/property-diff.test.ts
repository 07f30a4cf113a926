import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Json, jsonEqual, type PropertyPath, pathText } from "../../base/index.ts";
import { type DiffContext, type Difference, diffProperties } from "./property-diff.ts";

const LISTS: DiffContext = { isSet: () => false, isNoise: () => false, mayBeNoise: () => false };
const SETS: DiffContext = { ...LISTS, isSet: () => true };

function told(before: Json, after: Json, context: DiffContext): string[] {
  return diffProperties(before, after, context).map(
    (one) => `${pathText(one.path)}: ${JSON.stringify(one.before)} -> ${JSON.stringify(one.after)}`,
  );
}

const rule = (port: number, cidr = "10.0.0.0/8"): Json => ({
  from_port: port,
  to_port: port,
  protocol: "tcp",
  cidr_blocks: [cidr],
  description: "",
});

describe("objects", () => {
  it.each([
    ["a changed member", { a: 1, b: 2 }, { a: 1, b: 3 }, ["b: 2 -> 3"]],
    ["an added member", { a: 1 }, { a: 1, b: { c: 2 } }, ['b: null -> {"c":2}']],
    ["a removed member", { a: { b: 1 } }, {}, ['a: {"b":1} -> null']],
    ["a nested member", { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, ["a.b.c: 1 -> 2"]],
    ["another type", { a: [1] }, { a: { b: 1 } }, ['a: [1] -> {"b":1}']],
    ["another key order", { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ["null and missing", { a: null }, {}, []],
  ])("%s", (_note, before, after, want) => {
    expect(told(before as Json, after as Json, LISTS)).toEqual(want);
  });

  it("keeps hostile keys apart from prototypes", () => {
    const before = JSON.parse('{"__proto__": {"a": 1}, "constructor": {"b": 1}}');
    const after = JSON.parse('{"__proto__": {"a": 2}, "toString": 1}');
    expect(told(before, after, LISTS)).toEqual([
      "__proto__.a: 1 -> 2",
      'constructor: {"b":1} -> null',
      "toString: null -> 1",
    ]);
  });
});

describe("ordered lists", () => {
  it.each([
    ["an element in the middle", ["a", "c"], ["a", "b", "c"], ['l[1]: null -> "b"']],
    ["an element gone", ["a", "b", "c"], ["a", "c"], ['l[1]: "b" -> null']],
    ["an element changed", ["a", "b"], ["a", "x"], ['l[1]: "b" -> "x"']],
    [
      "two elements around an equal one",
      ["a", "b", "c"],
      ["x", "b", "y"],
      ['l[0]: "a" -> "x"', 'l[2]: "c" -> "y"'],
    ],
    ["everything else", ["a", "b", "c"], ["x", "y"], ['l: ["a","b","c"] -> ["x","y"]']],
    ["an element of blocks", [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 3 }], ["l[1].a: 2 -> 3"]],
  ])("%s", (_note, before, after, want) => {
    expect(told({ l: before } as Json, { l: after } as Json, LISTS)).toEqual(want);
  });
});

describe("sets of blocks", () => {
  it("an ingress rule added in the middle is one addition", () => {
    const before = { ingress: [rule(80), rule(443)] };
    const after = { ingress: [rule(80), rule(22, "0.0.0.0/0"), rule(443)] };
    expect(told(before, after, SETS)).toEqual([
      `ingress[1]: null -> ${JSON.stringify(rule(22, "0.0.0.0/0"))}`,
    ]);
  });

  it("also when everything moved", () => {
    const before = { ingress: [rule(80), rule(443), rule(8080)] };
    const after = { ingress: [rule(8080), rule(22), rule(80), rule(443)] };
    expect(told(before, after, SETS)).toEqual([`ingress[1]: null -> ${JSON.stringify(rule(22))}`]);
  });

  it("a rule whose ports say which it is differs inside", () => {
    const before = { ingress: [rule(80), rule(443)] };
    const after = { ingress: [rule(443, "0.0.0.0/0"), rule(80)] };
    expect(told(before, after, SETS)).toEqual(['ingress[0].cidr_blocks[0]: "10.0.0.0/8" -> "0.0.0.0/0"']);
  });

  it("a rule that cannot be told from another was removed and added", () => {
    const before = { ingress: [rule(80), rule(81)] };
    const after = { ingress: [rule(22), rule(23)] };
    expect(told(before, after, SETS)).toHaveLength(2);
    expect(told(before, after, SETS)[0]).toMatch(/^ingress\[0\]: \{.*80.*-> \{.*22/);
  });

  it("the same identity twice pairs nothing", () => {
    const before = {
      b: [
        { name: "x", v: 1 },
        { name: "x", v: 2 },
        { name: "y", v: 3 },
      ],
    };
    const after = {
      b: [
        { name: "x", v: 4 },
        { name: "x", v: 5 },
        { name: "y", v: 6 },
      ],
    };
    expect(told(before, after, SETS).filter((line) => line.startsWith("b[2].v"))).toEqual(["b[2].v: 3 -> 6"]);
    expect(told(before, after, SETS)).toHaveLength(3);
  });

  it("a single block differs inside whatever changed", () => {
    expect(told({ spec: [{ a: 1, b: 2 }] }, { spec: [{ a: 3, b: 4 }] }, SETS)).toEqual([
      "spec[0].a: 1 -> 3",
      "spec[0].b: 2 -> 4",
    ]);
  });

  it("tells where an edited element was before", () => {
    const [one] = diffProperties({ l: [rule(80), rule(443)] }, { l: [rule(443, "::/0"), rule(80)] }, SETS);
    expect(one && pathText(one.beforePath)).toBe("l[1].cidr_blocks[0]");
  });
});

/**
 * Keys like those of attributes, hostile ones among them; no `null` in lists, where it could not be told from
 * absence.
 */
const scalar = fc.oneof(fc.boolean(), fc.integer(), fc.string({ maxLength: 4 }));
const tree = fc.letrec<{ value: Json; list: Json[]; object: Record<string, Json> }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(fc.constantFrom("a", "b", "name", "__proto__", "constructor"), tie("value"), {
    maxKeys: 4,
    noNullPrototype: false,
  }),
}));
const attributes = tree.object.map((value): Json => JSON.parse(JSON.stringify(value)));

/** Puts differences of ordered lists into `before`: removals from the back, then the rest from the front. */
function apply(before: Json, differences: readonly Difference[]): Json {
  const root = { root: structuredClone(before) };
  const isElement = (one: Difference): boolean => typeof one.path.at(-1) === "number";
  const removals = differences.filter((one) => one.after === null && isElement(one));
  for (const one of removals.reverse()) {
    const list = at(root, one.path.slice(0, -1));
    if (Array.isArray(list)) list.splice(Number(one.path.at(-1)), 1);
  }
  for (const one of differences) {
    if (one.after === null && isElement(one)) continue;
    const parent = at(root, one.path.slice(0, -1));
    const step = one.path.at(-1);
    if (Array.isArray(parent))
      parent.splice(Number(step), one.before === null ? 0 : 1, structuredClone(one.after));
    else if (typeof parent === "object" && parent !== null && step !== undefined) {
      if (one.after === null) Reflect.deleteProperty(parent, step);
      else
        Object.defineProperty(parent, step, {
          value: structuredClone(one.after),
          enumerable: true,
          configurable: true,
          writable: true,
        });
    }
  }
  return root.root;
}

function at(root: { root: Json }, path: PropertyPath): unknown {
  let value: unknown = root.root;
  for (const step of path) value = Object.getOwnPropertyDescriptor(value, step)?.value;
  return value;
}

describe("any attributes", () => {
  it("do not differ from themselves", () => {
    fc.assert(
      fc.property(attributes, (value) => {
        const copy = JSON.parse(JSON.stringify(value));
        expect(diffProperties(value, copy, LISTS)).toEqual([]);
        expect(diffProperties(value, copy, SETS)).toEqual([]);
      }),
    );
  });

  it("become the others when their differences are applied", () => {
    fc.assert(
      fc.property(attributes, attributes, (before, after) => {
        const applied = apply(before, diffProperties(before, after, LISTS));
        expect(jsonEqual(applied, after), JSON.stringify({ before, after, applied })).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("differ in every place that they are told to differ in", () => {
    fc.assert(
      fc.property(attributes, attributes, (before, after) => {
        for (const context of [LISTS, SETS])
          for (const one of diffProperties(before, after, context))
            expect(jsonEqual(one.before, one.after)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it("differ when they are not equal", () => {
    fc.assert(
      fc.property(attributes, attributes, (before, after) => {
        fc.pre(!jsonEqual(before, after));
        expect(diffProperties(before, after, LISTS).length).toBeGreaterThan(0);
      }),
    );
  });

  it("do not differ by the order of their sets", () => {
    const shuffled = fc
      .array(tree.value, { maxLength: 6 })
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        const [before, after]: Json[] = JSON.parse(JSON.stringify([{ l: list }, { l: other }]));
        expect(diffProperties(before ?? null, after ?? null, SETS)).toEqual([]);
      }),
    );
  });

  it("count each element of a set once", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ max: 5 })), fc.array(fc.integer({ max: 5 })), (before, after) => {
        const differences = diffProperties({ l: before }, { l: after }, SETS);
        const removed = differences.filter((one) => one.before !== null).length;
        const added = differences.filter((one) => one.after !== null).length;
        expect(before.length - removed).toBe(after.length - added);
      }),
    );
  });
});
