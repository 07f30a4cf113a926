import { describe, expect, it } from "vitest";
import { compile } from "../index.ts";

/** Operands for every short way, common ones and those that only look so. */
const OPERANDS = [
  "null",
  "true",
  "0",
  "1",
  "9007199254740991",
  "-9007199254740991",
  "1.5",
  '""',
  '"a"',
  '"ab"',
  "[]",
  '["a", null, 1]',
  "{}",
  '{"a": null}',
  '{"a": false}',
  '{"a": {"b": 1}}',
  '{"__proto__": 1}',
  "set()",
  '{"a", 1}',
];

const CALLS: readonly (readonly [name: string, operands: number])[] = [
  ["count", 1],
  ["startswith", 2],
  ["endswith", 2],
  ["internal.member_2", 2],
  ["plus", 2],
  ["minus", 2],
  ["object.get", 3],
];

/** With a mock anywhere in force every call takes the long way. */
const MOCK = "with upper as lower";

function answers(call: string, suffix: string, operands: readonly (readonly string[])[]): unknown {
  const rules = operands.map((args, i) => `p${i} := x if x := ${call}(${args.join(", ")})`).join("\n");
  const source = `package t\n\n${rules}\n\nall := x if x := data.t.values ${suffix}\n`;
  const names = operands.map((_, i) => `"${i}": [x | x := p${i}]`).join(", ");
  const compiled = compile({
    modules: [{ name: "t.rego", source: `${source}\nvalues := {${names}}\n\ninput_of(x) := x\n` }],
  });
  if (!compiled.ok) throw new Error(compiled.error.map((error) => error.text).join("\n"));
  const outcome = compiled.value.evaluate("t/all", {});
  if (!outcome.ok) throw new Error(outcome.error.map((error) => error.text).join("\n"));
  return outcome.value.value;
}

function combinations(count: number): string[][] {
  if (count === 0) return [[]];
  const rest = combinations(count - 1);
  const operands = count === 3 ? OPERANDS.filter((text) => text.startsWith("{")) : OPERANDS;
  return operands.flatMap((operand) => rest.map((others) => [operand, ...others]));
}

describe("the short ways of built-ins", () => {
  it.each(CALLS)("%s says the same as its long way", (name, count) => {
    // Through input, so that the type checker knows nothing of them and operands of wrong types arrive as well.
    const operands = combinations(count).map((args) => args.map((text) => `input_of(${text})`));
    expect(answers(name, "", operands)).toEqual(answers(name, MOCK, operands));
  });

  it.each([
    ["a member that is null", '{"a": null}', null],
    ["a member that is false", '{"a": false}', false],
    ["no such member", '{"b": 1}', "none"],
  ])("object.get with %s", (_note, object, expected) => {
    const source = `package t\np := object.get(input.x, "a", "none")\n`;
    const compiled = compile({ modules: [{ name: "t.rego", source }] });
    if (!compiled.ok) throw new Error("it does not compile");
    const outcome = compiled.value.evaluate("t/p", { x: JSON.parse(object) });
    expect(outcome.ok && outcome.value.value).toBe(expected);
  });
});
