import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile, type EvaluateOptions } from "../index.ts";

const BACKENDS = ["codegen", "closures"] as const;

function run(
  rego: string,
  input: unknown,
  options: EvaluateOptions = {},
  backend: (typeof BACKENDS)[number] = "codegen",
): unknown {
  const program = compile({ modules: [{ name: "m.rego", source: `package t\n${rego}` }], backend });
  if (!program.ok) return program.error.map((e) => e.code);
  const result = program.value.evaluate("t/p", input, options);
  return result.ok ? result.value.value : result.error.map((e) => e.code);
}

describe.each(BACKENDS)("robustness, %s", (backend) => {
  it("ends an endless search by steps", () => {
    const rego =
      "p if { r := numbers.range(1, 3000); some a in r; some b in r; some c in r; a + b + c == -1 }";
    expect(run(rego, {}, { maxSteps: 1_000_000 }, backend)).toEqual(["eval_cancel_error"]);
  });

  it("ends at a deadline of the injected clock", () => {
    let now = 0;
    const rego =
      "p if { r := numbers.range(1, 3000); some a in r; some b in r; some c in r; a + b + c == -1 }";
    expect(run(rego, {}, { monotonicMs: () => (now += 10), deadlineMs: 500 }, backend)).toEqual([
      "eval_cancel_error",
    ]);
  });

  it("ends when the shared flag is set", () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    Atomics.store(flag, 0, 1);
    const rego = "p if { r := numbers.range(1, 3000); some a in r; some b in r; a + b == -1 }";
    expect(run(rego, {}, { cancelFlag: flag }, backend)).toEqual(["eval_cancel_error"]);
  });

  it("refuses a range beyond the item limit", () => {
    expect(run("p := count(numbers.range(1, 1000000000))", {}, { maxItems: 1000 }, backend)).toEqual([
      "eval_cancel_error",
    ]);
  });

  it("reads an input nested 10,000 deep", () => {
    let input: unknown = 1;
    for (let i = 0; i < 10_000; i++) input = { a: [input] };
    expect(
      run("p if { input == input; x := {input}; count(x) == 1; input.a[0].a[0].a }", input, {}, backend),
    ).toBe(true);
  });

  it("gives errors as values in strict mode", () => {
    const program = compile({ modules: [{ name: "m.rego", source: "package t\np := 1 / 0" }], backend });
    expect(program.ok && program.value.evaluate("t/p", {}, { strictBuiltinErrors: true })).toMatchObject({
      ok: false,
      error: [
        {
          code: "eval_builtin_error",
          row: 2,
          col: 6,
          text: "m.rego:2: eval_builtin_error: div: divide by zero",
        },
      ],
    });
    expect(program.ok && program.value.evaluate("t/p", {})).toMatchObject({
      ok: true,
      value: { value: undefined },
    });
  });

  it("says which values conflict", () => {
    const program = compile({ modules: [{ name: "m.rego", source: "package t\np := 1\np := 2" }], backend });
    const result = program.ok ? program.value.evaluate("t/p", {}) : undefined;
    expect(result?.ok === false && result.error[0]?.message).toBe(
      "rule data.t.p produced conflicting values:\n  1 at m.rego:2\n  2 at m.rego:3",
    );
  });

  it("stays usable after an evaluation was ended", () => {
    const source = "package t\np := [x | some x in input.a; f(x)]\nf(x) if x > input.min";
    const program = compile({ modules: [{ name: "m.rego", source }], backend });
    if (!program.ok) throw new Error("must compile");
    const big = Array.from({ length: 10_000 }, (_, i) => i);
    expect(program.value.evaluate("t/p", { a: big, min: 0 }, { maxSteps: 100 }).ok).toBe(false);
    expect(program.value.evaluate("t/p", { a: [1, 2], min: 1 })).toMatchObject({
      ok: true,
      value: { value: [2] },
    });
  });
});

describe("hostile text", () => {
  it.each([
    ["brackets", "[".repeat(10_000)],
    ["balanced brackets", `${"[".repeat(10_000)}1${"]".repeat(10_000)}`],
    ["braces", "{".repeat(10_000)],
    ["parentheses", `${"(".repeat(10_000)}1${")".repeat(10_000)}`],
    ["calls", `${"f(".repeat(10_000)}1${")".repeat(10_000)}`],
    ["not", "not ".repeat(10_000)],
    ["sums", `1${" + 1".repeat(20_000)}`],
    ["members", `1${" in [1]".repeat(5_000)}`],
  ])("deep nesting of %s is an error value or compiles", (_name, text) => {
    const program = compile({ modules: [{ name: "m.rego", source: `package t\np := ${text}` }] });
    if (program.ok) expect(program.value.evaluate("t/p", {})).toBeDefined();
    else expect(program.error.length).toBeGreaterThan(0);
  });

  it.each([
    ["braces with logical operators", `${"{".repeat(300)}1${"}".repeat(300)}`],
    ["parentheses with logical operators", `${"(".repeat(300)}1${")".repeat(300)}`],
    ["negated braces", `${"not {".repeat(300)}1${"}".repeat(300)}`],
  ])("%s end", (_name, text) => {
    const program = compile({
      modules: [{ name: "m.rego", source: `package t\nimport rego.v2\np if ${text}` }],
    });
    expect(program).toBeDefined();
  });

  it("takes a package path of 20,000 parts", () => {
    const source = `package ${Array.from({ length: 20_000 }, (_, i) => `a${i}`).join(".")}\np := 1`;
    expect(compile({ modules: [{ name: "m.rego", source }] })).toBeDefined();
  });

  it("reads an input of 10 MB", () => {
    const input = {
      items: Array.from({ length: 100_000 }, (_, i) => ({
        id: i,
        name: `item-${i}`,
        text: "x".repeat(60),
        tags: { a: i % 7 },
      })),
    };
    expect(run("p := count([x | some x in input.items; x.tags.a == 3])", input)).toBe(14286);
  });

  it("puts no policy text into generated code", () => {
    const nasty = '"];process.exit(1);//';
    const rego = `p := input[${JSON.stringify(nasty)}]\nq contains ${JSON.stringify(["`$", "{process.exit(1)}`"].join(""))}`;
    expect(run(rego, { [nasty]: 5 })).toBe(5);
  });

  it("reaches no global", () => {
    for (const name of ["globalThis", "process", "constructor", "require", "Function", "rt", "m", "K", "q"]) {
      expect(run(`p := ${name}`, {})).toEqual(["rego_unsafe_var_error"]);
    }
  });

  it("never throws, whatever the text", () => {
    const word = fc.constantFrom(
      "p",
      "x",
      "if",
      "{",
      "}",
      "[",
      "]",
      "(",
      ")",
      ":=",
      "=",
      "==",
      "1",
      '"s"',
      "input",
      "data",
      "some",
      "in",
      "every",
      "not",
      "with",
      "as",
      ".",
      ",",
      "|",
      "\n",
      "default",
      "else",
      "contains",
      "import",
      "_",
      "f",
      "count",
      '$"{x}"',
      "and",
      "or",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), (words) => {
        const program = compile({
          modules: [{ name: "m.rego", source: `package t\nimport rego.v2\n${words.join(" ")}` }],
        });
        if (program.ok) expect(program.value.evaluate("t", { x: 1 }, { maxSteps: 100_000 })).toBeDefined();
      }),
      { numRuns: 400, seed: 5 },
    );
  });

  it("both back ends agree on arbitrary input", () => {
    const source = `package t
p contains [k, v] if some k, v in input
q := {k: count(v) | some k, v in input; is_array(v)}
r := [x | some x in input[_]; not x == null]
s := input == input
`;
    const programs = BACKENDS.map((backend) => compile({ modules: [{ name: "m.rego", source }], backend }));
    fc.assert(
      fc.property(fc.jsonValue(), (input) => {
        const [a, b] = programs.map((p) => (p.ok ? p.value.evaluate("t", input) : undefined));
        expect(b).toEqual(a);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
