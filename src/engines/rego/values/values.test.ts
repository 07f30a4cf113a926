import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compare,
  equal,
  hash,
  JsonError,
  type JsonObject,
  lookup,
  marshal,
  num,
  objectEntries,
  objectOf,
  objectSize,
  parseJson,
  RegoSet,
  termText,
  toPlain,
  typeRank,
  type Value,
} from "./index.ts";

const numberText = fc.oneof(
  fc.integer({ min: -5, max: 5 }).map(String),
  fc.constantFrom("1.0", "1e0", "10e-1", "1.50", "-0", "1e400", "-1e400", "9007199254740993", "0.1"),
  fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }).map(String),
);
const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value; key: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    tie("key"),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(tie("value"), { maxLength: 3 }).map((items) => RegoSet.of(items)),
    fc.array(fc.tuple(tie("key"), tie("value")), { maxLength: 3 }).map((entries) => objectOf(entries)),
  ),
  key: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    numberText.map((text) => num.fromText(text)),
    fc.constantFrom("", "a", "b", "__proto__", "constructor", "10", "2", "😀", "\uffff"),
    fc.array(
      numberText.map((text) => num.fromText(text) as Value),
      { maxLength: 2 },
    ),
  ),
})).value;

describe("order", () => {
  test("is total, and agrees with equality and hash", () => {
    fc.assert(
      fc.property(value, value, value, (a, b, c) => {
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        expect(equal(a, b)).toBe(compare(a, b) === 0);
        if (equal(a, b)) expect(hash(a)).toBe(hash(b));
        const [x, y, z] = [a, b, c].sort(compare) as [Value, Value, Value];
        expect(compare(x, z)).toBeLessThanOrEqual(0);
        expect(compare(x, y)).toBeLessThanOrEqual(0);
        expect(compare(y, z)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  test("null, booleans, numbers, strings, arrays, objects, sets", () => {
    const ordered: Value[] = [null, false, true, -1, 0, 1, "", "a", [], objectOf([]), RegoSet.of([])];
    for (let i = 1; i < ordered.length; i++)
      expect(compare(ordered[i - 1] as Value, ordered[i] as Value)).toBeLessThan(0);
    expect(ordered.map(typeRank)).toEqual([...ordered.map(typeRank)].sort((a, b) => a - b));
  });

  test("strings by code point, not by UTF-16 unit", () => {
    expect(compare("\uffff", "😀")).toBeLessThan(0);
    expect(RegoSet.of(["😀", "\uffff"]).sortedItems()).toEqual(["\uffff", "😀"]);
  });

  test("numbers by value, whatever their spelling", () => {
    const spellings = ["1", "1.0", "1e0", "0.1e1", "10e-1"].map((text) => num.fromText(text));
    expect(RegoSet.of(spellings).size).toBe(1);
    expect(equal(num.fromText("9007199254740993"), num.fromText("9007199254740992"))).toBe(false);
    expect(equal(num.fromText("-0"), 0)).toBe(true);
  });
});

describe("containers", () => {
  test("a set holds each value once, whatever the order they came in", () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 8 }), (items) => {
        const set = RegoSet.of(items);
        expect(equal(set, RegoSet.of([...items].reverse()))).toBe(true);
        for (const item of items) {
          expect(set.has(item)).toBe(true);
          expect(lookup(set, item)).toBeDefined();
        }
        const sorted = set.sortedItems();
        for (let i = 1; i < sorted.length; i++)
          expect(compare(sorted[i - 1] as Value, sorted[i] as Value)).toBeLessThan(0);
      }),
    );
  });

  test("an object finds each of its keys", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 6 }), (entries) => {
        const object = objectOf(entries);
        expect(objectEntries(object)).toHaveLength(objectSize(object));
        for (const [key] of entries) {
          const last = entries.filter((entry) => equal(entry[0], key)).at(-1);
          expect(equal(lookup(object, key) as Value, last?.[1] as Value)).toBe(true);
        }
      }),
    );
  });

  test("keys named like members of Object.prototype are ordinary", () => {
    const object = parseJson('{"__proto__": {"x": 1}, "constructor": 2}');
    expect(termText(object)).toBe('{"__proto__": {"x": 1}, "constructor": 2}');
    expect(lookup(object, "toString")).toBeUndefined();
    expect(lookup(object, "x")).toBeUndefined();
    expect(lookup(parseJson("{}"), "__proto__")).toBeUndefined();
    expect(equal(object, objectOf(objectEntries(object as JsonObject)))).toBe(true);
  });
});

describe("arithmetic", () => {
  const cases: [string, string][] = [
    [num.toText(num.add(num.fromText("0.1"), num.fromText("0.2"))), "0.3"],
    [num.toText(num.div(1, 3)), "0.33333333333333333334"],
    [num.toText(num.mul(num.fromText("4.2"), 100)), "419.99999999999999997"],
    [num.toText(num.div(num.fromText("0.000001"), 10)), "1.00000000000000000005e-07"],
    [num.toText(num.add(num.fromText("123456.5"), 0)), "123456.5"],
    [num.toText(num.add(num.fromText("1234567.5"), 0)), "1.2345675e+06"],
    [num.toText(num.add(num.fromText("0.00001"), 0)), "1e-05"],
    [num.toText(num.add(num.fromText("9007199254740993"), 1)), "9007199254740994"],
    [num.toText(num.mul(num.fromText("123456789012345678901"), 10)), "1234567890123456789010"],
    [num.toText(num.fromText("1.50")), "1.50"],
    [num.toText(num.fromText("1e400")), "1e400"],
  ];
  for (const [got, expected] of cases) test(expected, () => expect(got).toBe(expected));

  test("whole numbers are exact at any size", () => {
    const big = fc.bigInt({ min: -(1n << 90n), max: 1n << 90n });
    fc.assert(
      fc.property(big, big, (a, b) => {
        const [x, y] = [num.fromBigInt(a), num.fromBigInt(b)];
        expect(num.toText(num.add(x, y))).toBe(String(a + b));
        expect(num.toText(num.sub(x, y))).toBe(String(a - b));
        expect(num.toText(num.mul(x, y))).toBe(String(a * b));
        if (b !== 0n) expect(num.toText(num.rem(x, y))).toBe(String(a % b));
        expect(Math.sign(num.compare(x, y))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});

describe("JSON", () => {
  test("what was written is what is read", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const parsed = parseJson(text);
        expect(equal(parseJson(marshal(parsed)), parsed)).toBe(true);
      }),
    );
  });

  test("spellings of numbers are kept", () => {
    const text = '{"a":[1.50,1e400,0.10,12345678901234567890,-0],"b":1}';
    expect(marshal(parseJson(text))).toBe(text);
  });

  test("Go's escapes", () => {
    expect(marshal('<a>&\u2028\u0001\b"\\')).toBe('"\\u003ca\\u003e\\u0026\\u2028\\u0001\\b\\"\\\\"');
  });

  test("plain values for the host", () => {
    expect(toPlain(parseJson('{"a": [1, 1.5, null, true]}'))).toEqual({ a: [1, 1.5, null, true] });
  });

  test("deep documents are read up to Go's limit, and refused beyond", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(marshal(parseJson(nested(5000)))).toBe(nested(5000));
    expect(() => parseJson(nested(10_001))).toThrow(JsonError);
    expect(() => parseJson("[".repeat(1_000_000))).toThrow(JsonError);
  });

  const broken = [
    "",
    "{",
    "[1,]",
    '{"a" 1}',
    "01",
    "1.",
    "tru",
    '"\\x"',
    '"a\nb"',
    "1 2",
    "NaN",
    "'a'",
    '{"a":1,}',
  ];
  for (const text of broken) test(`no JSON: ${text}`, () => expect(() => parseJson(text)).toThrow(JsonError));
});
