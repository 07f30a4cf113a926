import { describe, expect, it } from "vitest";
import { compile, type RegoVersion } from "../index.ts";

/** One rule `p` of package `t`; `want` is its plain value, absent for undefined. */
interface Case {
  readonly name: string;
  readonly rego: string;
  readonly more?: readonly string[];
  readonly version?: RegoVersion;
  readonly input?: unknown;
  readonly data?: unknown;
  readonly want?: unknown;
}

const CASES: Readonly<Record<string, readonly Case[]>> = {
  rules: [
    { name: "constant", rego: "p := 1", want: 1 },
    { name: "body", rego: "p if input.x > 1", input: { x: 2 }, want: true },
    { name: "undefined", rego: "p if input.x > 1", input: {} },
    {
      name: "several bodies that agree",
      rego: "p := 1 if input.a\np := 1 if input.b",
      input: { a: true, b: true },
      want: 1,
    },
    { name: "default", rego: "default p := 7\np := 1 if input.a", want: 7 },
    { name: "default with a comprehension", rego: "default p := [x | some x in [1, 2]]", want: [1, 2] },
    {
      name: "else chain",
      rego: "p := 1 if {\n  input.a\n} else := 2 if {\n  input.b\n} else := 3",
      input: { b: true },
      want: 2,
    },
    { name: "last else", rego: "p := 1 if {\n  false\n} else := 3", want: 3 },
    { name: "partial set", rego: "p contains x if some x in [3, 1, 2, 1]", want: [1, 2, 3] },
    { name: "partial set, empty", rego: "p contains x if { some x in []; x > 0 }", want: [] },
    { name: "partial object", rego: 'p[k] := v if some k, v in {"a": 1, "b": 2}', want: { a: 1, b: 2 } },
    { name: "reference head", rego: "q.a.b := 1\nq.a.c := 2\np := q", want: { a: { b: 1, c: 2 } } },
    {
      name: "reference head with variables",
      rego: 'q[x][y] := z if { some x, y in {"k": 1}; z := 2 }\np := q',
      want: { k: { 1: 2 } },
    },
    {
      name: "sets at a path",
      rego: 'q[x] contains y if { some x in ["a", "b"]; some y in [1, 2] }\np := q',
      want: { a: [1, 2], b: [1, 2] },
    },
    {
      name: "ground path beside a variable one",
      rego: 'q[x] := 1 if some x in ["a"]\nq.b.c := 2\np := q',
      want: { a: 1, b: { c: 2 } },
    },
    { name: "v1 head without value", rego: 'p[x] if some x in ["a"]', want: { a: true } },
    { name: "v0 partial set", version: 0, rego: "p[x] { x := [1, 2][_] }", want: [1, 2] },
    { name: "v0 object with dots", version: 0, rego: 'q.b[x] { x := "k" }\np = q', want: { b: { k: true } } },
    { name: "v0 chained bodies", version: 0, rego: "p[1] { true } { false }", want: [1] },
    {
      name: "v0 words are names",
      version: 0,
      rego: "if = 1\ncontains = 2\np = [if, contains]",
      want: [1, 2],
    },
    { name: "v0 with import rego.v1", version: 0, rego: "import rego.v1\np contains 1 if true", want: [1] },
  ],
  functions: [
    { name: "arguments", rego: "f(x, y) := x + y\np := f(1, 2)", want: 3 },
    { name: "head only", rego: 'f("a")\np := f("a")', want: true },
    { name: "pattern argument", rego: 'f([x, {"k": y}]) := [y, x]\np := f([1, {"k": 2}])', want: [2, 1] },
    {
      name: "several definitions",
      rego: 'f(1) := "one"\nf(x) := "many" if x > 1\np := [f(1), f(5)]',
      want: ["one", "many"],
    },
    { name: "false result fails as a statement", rego: "f(x) := false\np if f(1)" },
    { name: "undefined argument", rego: "default f(_) := 1\nf(x) := 2 if x == 2\np := f(input.none)" },
    {
      name: "default function",
      rego: "default f(_) := 1\nf(x) := 2 if x == 2\np := [f(2), f(3)]",
      want: [2, 1],
    },
    {
      name: "else in a function",
      rego: "f(x) := 1 if {\n  x > 10\n} else := 2 if {\n  x > 5\n} else := 3\np := [f(11), f(6), f(1)]",
      want: [1, 2, 3],
    },
    { name: "output as an operand", rego: 'p := x if split("a,b", ",", x)', want: ["a", "b"] },
    { name: "wildcard argument", rego: "f(_, y) := y\np := f(1, 2)", want: 2 },
    {
      name: "in another package",
      rego: "import data.lib\np := lib.inc(1)",
      more: ["package lib\ninc(x) := x + 1"],
      want: 2,
    },
  ],
  expressions: [
    { name: "precedence", rego: "p := 1 + 2 * 3 - 4 / 2", want: 5 },
    { name: "unary minus", rego: "p := x if { y := 3; x := -y + 1 }", want: -2 },
    {
      name: "comparison across types",
      rego: 'p := [1 < "a", null < false, [1] < {}, {} < set()]',
      want: [true, true, true, true],
    },
    {
      name: "set operators",
      rego: "p := [{1, 2} & {2, 3}, {1} | {2}, {1, 2} - {2}]",
      want: [[2], [1, 2], [1]],
    },
    { name: "unification binds both ways", rego: "p := [x, y] if [x, 2] = [1, y]", want: [1, 2] },
    { name: "object unification", rego: 'p := x if {"a": x, "b": 1} = {"a": 3, "b": 1}', want: 3 },
    { name: "object unification wants the same keys", rego: 'p if {"a": 1} = input', input: { a: 1, b: 1 } },
    { name: "only false and undefined fail", rego: 'p if { 0; ""; null; []; {} }', want: true },
    { name: "references into literals", rego: 'p := {"a": [10, 20]}.a[1]', want: 20 },
    {
      name: "computed reference",
      rego: "p := input[input.key].x",
      input: { key: "a", a: { x: 5 } },
      want: 5,
    },
    { name: "aliases", rego: "p := z if { x = y; y = z; z = 1 }", want: 1 },
    { name: "order of expressions does not matter", rego: "p := x if { x = y + 1; y = 2 }", want: 3 },
    { name: "raw string", rego: "p := `a\\n`", want: "a\\n" },
    { name: "escapes", rego: 'p := "a\\u00e9\\t"', want: "aé\t" },
    {
      name: "big integers",
      rego: 'p := sprintf("%d", [12345678901234567890 + 1])',
      want: "12345678901234567891",
    },
    { name: "repeated key keeps the last value", rego: 'p := {"a": 1, "a": 2}', want: { a: 2 } },
    { name: "set constructor", rego: "p := count(set())", want: 0 },
    {
      name: "keyword after a dot",
      rego: "p := input.package.default.if",
      input: { package: { default: { if: 3 } } },
      want: 3,
    },
  ],
  iteration: [
    {
      name: "wildcard",
      rego: "p contains x if x := input.a[_].b",
      input: { a: [{ b: 1 }, { c: 2 }, { b: 3 }] },
      want: [1, 3],
    },
    {
      name: "index variable",
      rego: "p contains [i, x] if x := input.a[i]",
      input: { a: ["x", "y"] },
      want: [
        [0, "x"],
        [1, "y"],
      ],
    },
    {
      name: "some declares",
      rego: "i := 9\np contains i if { some i; input.a[i] == 2 }",
      input: { a: [1, 2, 2] },
      want: [1, 2],
    },
    {
      name: "some in, pattern",
      rego: "p contains x if some [x, 1] in [[1, 1], [2, 2], [3, 1]]",
      want: [1, 3],
    },
    { name: "some in a set and an object", rego: "p := [x | some x in {2, 1}] if true", want: [1, 2] },
    { name: "some in a scalar", rego: "p := [x | some x in 7]", want: [] },
    {
      name: "objects iterate by key",
      rego: "p := [k | some k, _ in input]",
      input: { b: 1, "10": 1, "9": 1, a: 1 },
      want: ["10", "9", "a", "b"],
    },
    { name: "in", rego: "p := [2 in [1, 2], 3 in [1, 2], 1, 5 in [4, 5]]", want: [true, false, 1, true] },
    { name: "in with a key", rego: 'p := ("a", 1 in {"a": 1})', want: true },
    { name: "every", rego: "p if every x in [1, 2] { x > 0 }", want: true },
    { name: "every, empty", rego: "p if every x in [] { x > 0 }", want: true },
    { name: "every, not a collection", rego: "p if every x in 1 { x > 0 }" },
    { name: "every, key and value", rego: 'p if every k, v in {"a": 1} { k == "a"; v == 1 }', want: true },
    { name: "every fails", rego: "p if every x in [1, -1] { x > 0 }" },
    {
      name: "join",
      rego: "p contains [x, y] if { some x in [1, 2, 3]; some y in [2, 3, 4]; x == y }",
      want: [
        [2, 2],
        [3, 3],
      ],
    },
    { name: "sets by member", rego: "q := {1, 2}\np if q[1]", want: true },
    { name: "composite key of a set", rego: "q contains [1, 2]\np := x if q[[1, x]]", want: 2 },
  ],
  comprehensions: [
    { name: "array", rego: "p := [y | some x in [1, 2]; y := x * 2]", want: [2, 4] },
    { name: "set", rego: "p := {y | some x in [1, 2, 3]; y := x % 2}", want: [0, 1] },
    { name: "object", rego: 'p := {k: count(v) | some k, v in {"a": [1], "b": []}}', want: { a: 1, b: 0 } },
    { name: "nested", rego: "p := [[y | some y in x] | some x in [[1], [2, 3]]]", want: [[1], [2, 3]] },
    { name: "undefined parts are skipped", rego: 'p := [x.a | some x in [{"a": 1}, {}]]', want: [1] },
    {
      name: "closes over outer variables",
      rego: "p := [[y | some y in [1, 2, 3]; y > x] | some x in [1, 2]]",
      want: [[2, 3], [3]],
    },
  ],
  negation: [
    { name: "undefined", rego: "p if not input.x", want: true },
    { name: "false", rego: "p if not input.x", input: { x: false }, want: true },
    { name: "true", rego: "p if not input.x", input: { x: true } },
    { name: "legacy: arguments come first", rego: 'p if not startswith(input.x, "a")' },
    { name: "legacy: nested calls come first", rego: 'p if not startswith(lower(input.x), "a")' },
    { name: "both sides missing", rego: "p if not input.x == input.y", want: true },
    {
      name: "future.keywords.not holds the arguments",
      rego: 'import future.keywords.not\np if not startswith(input.x, "a")',
      want: true,
    },
    {
      name: "rego.v2 holds the arguments",
      rego: 'import rego.v2\np if not startswith(lower(input.x), "a")',
      want: true,
    },
    { name: "body", rego: "import rego.v2\np if not { x := input.x; x > 1 }", input: { x: 1 }, want: true },
  ],
  logic: [
    { name: "or", rego: "import rego.v2\np if input.a or input.b", input: { b: true }, want: true },
    {
      name: "and binds tighter",
      rego: "import rego.v2\np if input.a or input.b and input.c",
      input: { b: true },
    },
    {
      name: "one result per outer binding",
      rego: "import rego.v2\np := [x | some x in [1]; x == 1 or x < 5]",
      want: [1],
    },
    { name: "bodies", rego: "import rego.v2\np if { x := 1; x > 5 } or { y := 2; y > 1 }", want: true },
  ],
  templates: [
    { name: "values", rego: 'x := 1\np := $"a {x} {[1, "b"]}"', want: 'a 1 [1, "b"]' },
    { name: "undefined", rego: 'p := $"{input.none}!"', want: "<undefined>!" },
    { name: "raw", rego: "p := $`a\n{1 + 1}`", want: "a\n2" },
    { name: "escaped brace", rego: 'p := $"\\{x}"', want: "{x}" },
  ],
  with: [
    { name: "input", rego: 'q := input.x\np := y if y := q with input as {"x": 5}', want: 5 },
    {
      name: "path of input",
      rego: "q := input\np := y if y := q with input.a.b as 1",
      input: { a: 3, c: 1 },
      want: { a: { b: 1 }, c: 1 },
    },
    {
      name: "base data",
      rego: "q := data.d.x\np := y if y := q with data.d.x as 2",
      data: { d: { x: 1, y: 1 } },
      want: 2,
    },
    { name: "a rule", rego: "q := 1\nr := q + 1\np := y if y := r with data.t.q as 5", want: 6 },
    { name: "a built-in by a value", rego: "q := count([1])\np := y if y := q with count as 7", want: 7 },
    {
      name: "a built-in by a function",
      rego: "f(x) := 42\nq := count([1])\np := y if y := q with count as f",
      want: 42,
    },
    {
      name: "a function by a function that calls it",
      rego: "f(x) := x\ng(x) := f(x) + 1\np := y if y := f(1) with f as g",
      want: 2,
    },
    { name: "undefined replacement", rego: "p if true with input as input.none" },
    {
      name: "several",
      rego: "q := [input.a, data.b]\np := y if y := q with input.a as 1 with data.b as 2",
      want: [1, 2],
    },
    {
      name: "does not leak",
      rego: "q := input.x\np := [y, z] if { y := q with input.x as 1; z := q }",
      input: { x: 9 },
      want: [1, 9],
    },
    {
      name: "iterating expression",
      rego: "p contains x if x = input.a[_] with input.a as [1, 2]",
      want: [1, 2],
    },
    { name: "negated", rego: "p if not input.x with input.x as false", input: { x: true }, want: true },
  ],
  documents: [
    {
      name: "package",
      rego: "p := data.lib",
      more: ["package lib\na := 1\nb if false\nf(x) := x\nc contains 2"],
      want: { a: 1, c: [2] },
    },
    {
      name: "rules over base data",
      rego: "p := data.lib",
      more: ["package lib\na := 1"],
      data: { lib: { b: 2 } },
      want: { a: 1, b: 2 },
    },
    {
      name: "variable in the path",
      rego: "p contains x if data.lib[x] == 1",
      more: ["package lib\na := 1\nb := 2"],
      data: { lib: { c: 1 } },
      want: ["a", "c"],
    },
    { name: "nested packages", rego: "p := data.a.b.c", more: ["package a.b\nc := d\nd := 4"], want: 4 },
    {
      name: "import with alias",
      rego: "import data.lib.x as y\np := y",
      more: ["package lib\nx := 3"],
      want: 3,
    },
    {
      name: "numbers name string keys of base data",
      rego: "p := data.d[2]",
      data: { d: { "2": "x" } },
      want: "x",
    },
    {
      name: "hostile keys",
      rego: 'p := [input["__proto__"], input.constructor, object.get(input, "toString", 0)]',
      input: JSON.parse('{"__proto__": 1, "constructor": 2}'),
      want: [1, 2, 0],
    },
    { name: "no prototype leaks", rego: "p if input.constructor", input: {} },
    { name: "hostile keys in results", rego: 'p := {"__proto__": 1}["__proto__"]', want: 1 },
  ],
  metadata: [
    { name: "rule", rego: "# METADATA\n# title: hi\np := x if x := rego.metadata.rule().title", want: "hi" },
    { name: "chain", rego: "p := count(rego.metadata.chain())", want: 1 },
  ],
};

for (const backend of ["codegen", "closures"] as const) {
  describe(`language, ${backend}`, () => {
    for (const [group, cases] of Object.entries(CASES)) {
      it.each(cases)(`${group}: $name`, (c) => {
        const modules = [`package t\n${c.rego}`, ...(c.more ?? [])].map((source, i) => ({
          name: `m${i}.rego`,
          source,
          version: c.version ?? 1,
        }));
        const program = compile({ modules, data: c.data ?? {}, backend });
        expect(program.ok ? [] : program.error.map((e) => e.text)).toEqual([]);
        if (!program.ok) return;
        expect(program.value.backend).toBe(backend);
        const result = program.value.evaluate("t/p", c.input);
        expect(result).toMatchObject({ ok: true });
        if (result.ok) expect(result.value.value).toEqual(c.want);
      });
    }
  });
}
