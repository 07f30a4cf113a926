import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { marshal, type Value } from "../values/index.ts";
import { MergedData } from "./documents.ts";

const merged = (...documents: readonly Value[]): [text: string, error: string | undefined] => {
  const data = new MergedData();
  let error: string | undefined;
  for (const [i, document] of documents.entries()) error ??= data.merge([], document, `${i}.json`);
  return [marshal(data.value), error];
};

describe("MergedData", () => {
  it("merges objects at any depth", () => {
    expect(merged({ a: { b: { x: 1 } } }, { a: { b: { y: 2 }, c: 3 } })).toEqual([
      '{"a":{"b":{"x":1,"y":2},"c":3}}',
      undefined,
    ]);
  });

  it("changes nothing that it was given", () => {
    const first = { a: { b: 1 } };
    merged(first, { a: { c: 2 } });
    expect(first).toEqual({ a: { b: 1 } });
  });

  it("names both files of a conflict", () => {
    expect(merged({ a: { "b-c": { d: 1 } } }, { a: { "b-c": { d: 2 } } })[1]).toBe(
      '1.json: merge error: conflicting values at data.a["b-c"].d, also defined in 0.json',
    );
  });

  it("lets later documents replace where that is asked for", () => {
    const data = new MergedData();
    data.merge(["a"], { b: 1, c: { d: 1 } }, "x.json");
    expect(data.merge([], { a: { b: 2, c: { e: 2 } } }, "y.json", true)).toBeUndefined();
    expect(marshal(data.value)).toBe('{"a":{"b":2,"c":{"d":1,"e":2}}}');
  });

  it("bears documents of 9,000 levels", () => {
    const deep = (leaf: string): Value => {
      let value: Value = { [leaf]: 1 };
      for (let i = 0; i < 9_000; i++) value = { n: value };
      return value;
    };
    const [text, error] = merged(deep("a"), deep("b"));
    expect([error, text.includes('{"a":1,"b":1}')]).toEqual([undefined, true]);
  });

  it("gives what JSON would give for documents that share nothing", () => {
    const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString"));
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 2, maxLength: 6 }), (keys) => {
        const documents = keys.map((name) => JSON.parse(`{${JSON.stringify(name)}:{"v":1}}`) as Value);
        const whole = JSON.parse(
          `{${keys.map((name) => `${JSON.stringify(name)}:{"v":1}`).join(",")}}`,
        ) as Value;
        expect(merged(...documents)).toEqual([marshal(whole), undefined]);
      }),
    );
  });
});
