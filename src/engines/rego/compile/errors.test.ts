import { describe, expect, it } from "vitest";
import { compile, type RegoVersion } from "../index.ts";

/** `row:col code: message` of all errors, in order. */
type Wanted = readonly string[];

interface Case {
  readonly name: string;
  readonly rego: string;
  readonly want: Wanted;
  readonly version?: RegoVersion;
  readonly strict?: boolean;
}

const PARSE: readonly Case[] = [
  { name: "empty module", rego: "", want: ["0:0 rego_parse_error: empty module"] },
  { name: "no package", rego: "p := 1", want: ["1:1 rego_parse_error: package expected"] },
  {
    name: "leading zero",
    rego: "package t\np := 01",
    want: [
      "2:6 rego_parse_error: unexpected number token: expected number without leading zero",
      "2:6 rego_parse_error: unexpected number token: expected rule value term (e.g., p := <VALUE> { ... })",
    ],
  },
  {
    name: "open string",
    rego: 'package t\np := "abc',
    want: [
      "2:6 rego_parse_error: non-terminated string",
      "2:6 rego_parse_error: illegal token",
      "2:6 rego_parse_error: illegal token",
    ],
  },
  {
    name: "if is required",
    rego: "package t\np { true }",
    want: ["2:1 rego_parse_error: `if` keyword is required before rule body"],
  },
  {
    name: "contains is required",
    rego: "package t\np[1]",
    want: ["2:1 rego_parse_error: `contains` keyword is required for partial set rules"],
  },
  {
    name: "double negation",
    rego: "package t\np if { not not true }",
    want: ["2:12 rego_parse_error: unexpected not keyword"],
  },
  {
    name: "default with a reference",
    rego: "package t\ndefault p := input.x",
    want: ["2:1 rego_parse_error: illegal default rule (value cannot contain ref)"],
  },
  {
    name: "bad import",
    rego: "package t\nimport foo.bar",
    want: [
      "2:8 rego_parse_error: unexpected import path, must begin with one of: {data, future, input, rego}, got: foo (hint: if this is unexpected, try updating OPA)",
    ],
  },
  {
    name: "v0 hint",
    version: 0,
    rego: "package t\np if true",
    want: [
      "2:1 rego_parse_error: var cannot be used for rule name (hint: `import future.keywords.if` for `p if { ... }` rules)",
      "2:3 rego_parse_error: var cannot be used for rule name (hint: `import future.keywords.if` for `p if { ... }` rules)",
      "2:6 rego_parse_error: boolean cannot be used for rule name",
    ],
  },
];

const COMPILE: readonly Case[] = [
  {
    name: "unsafe variable",
    rego: "package t\np if x > 1",
    want: ["2:6 rego_unsafe_var_error: var x is unsafe"],
  },
  {
    name: "unsafe in a head",
    rego: "package t\np := x if true",
    want: ["2:6 rego_unsafe_var_error: var x is unsafe"],
  },
  {
    name: "unsafe in negation",
    rego: "package t\np if not input.a[x]",
    want: ["2:6 rego_unsafe_var_error: var x is unsafe"],
  },
  {
    name: "recursion",
    rego: "package t\np if q\nq if p",
    want: [
      "2:1 rego_recursion_error: rule data.t.p is recursive: data.t.p -> data.t.q -> data.t.p",
      "3:1 rego_recursion_error: rule data.t.q is recursive: data.t.q -> data.t.p -> data.t.q",
    ],
  },
  {
    name: "assigned twice",
    rego: "package t\np if { x := 1; x := 2 }",
    want: ["2:16 rego_compile_error: var x assigned above"],
  },
  {
    name: "assignment to a call",
    rego: "package t\np if { f(x) := 1 }",
    want: ["2:8 rego_compile_error: cannot assign to call"],
  },
  {
    name: "used before",
    rego: "package t\np if { x == 1; x := 1 }",
    want: ["2:16 rego_compile_error: var x referenced above"],
  },
  {
    name: "kinds conflict",
    rego: "package t\np := 1\np contains 2",
    want: ["2:1 rego_type_error: conflicting rules data.t.p found"],
  },
  {
    name: "two defaults",
    rego: "package t\ndefault p := 1\ndefault p := 2",
    want: ["1:1 rego_type_error: multiple default rules data.t.p found at m.rego:2, m.rego:3"],
  },
  {
    name: "undefined function",
    rego: "package t\np := nope(1)",
    want: ["2:6 rego_type_error: undefined function nope"],
  },
  {
    name: "arity",
    rego: "package t\nf(x) := x\np := f(1, 2, 3)",
    want: ["3:6 rego_type_error: function data.t.f has arity 1, got 3 arguments"],
  },
  { name: "match error", rego: 'package t\np if 1 == "a"', want: ["2:6 rego_type_error: match error"] },
  {
    name: "operand type",
    rego: "package t\np := upper(1)",
    want: ["2:6 rego_type_error: upper: invalid argument(s)"],
  },
  {
    name: "reference into a known shape",
    rego: 'package t\np := x if { y := {"a": 1}; x := y.b }',
    want: ["2:33 rego_type_error: undefined ref: y.b"],
  },
  {
    name: "shadowed document",
    rego: "package t\ninput := 1",
    want: ["2:1 rego_compile_error: rules must not shadow input (use a different rule name)"],
  },
  {
    name: "deprecated built-in",
    rego: "package t\np if any([true])",
    want: ["2:6 rego_type_error: deprecated built-in function calls in expression: any"],
  },
  {
    name: "with on a rule's part",
    rego: 'package t\nq := {"a": 1}\np if q with data.t.q.a as 2',
    want: ["3:13 rego_compile_error: with keyword cannot partially replace virtual document(s)"],
  },
  {
    name: "strict: unused variable",
    strict: true,
    rego: "package t\np if { x := 1 }",
    want: ["2:8 rego_compile_error: assigned var x unused"],
  },
  {
    name: "strict: unused import",
    strict: true,
    rego: "package t\nimport data.x\np := 1",
    want: ["2:1 rego_compile_error: import data.x unused"],
  },
  {
    name: "strict: unused argument",
    strict: true,
    rego: "package t\nf(x) := 1",
    want: ["2:1 rego_compile_error: unused argument x. (hint: use _ (wildcard variable) instead)"],
  },
];

describe.each([
  ["parse", PARSE],
  ["compile", COMPILE],
])("%s errors", (stage, cases) => {
  it.each(cases)("$name", ({ rego, version, strict, want }) => {
    const program = compile({
      modules: [{ name: "m.rego", source: rego, version: version ?? 1 }],
      strict: strict ?? false,
    });
    const got = program.ok ? [] : program.error;
    expect(got.map((e) => `${e.row}:${e.col} ${e.code}: ${e.message}`)).toEqual(want);
    expect(new Set(got.map((e) => e.stage))).toEqual(new Set([stage]));
  });
});

describe("schemas", () => {
  const schema = {
    type: "object",
    properties: { user: { type: "object", properties: { name: { type: "string" } } } },
  };

  it("finds a misspelt path of the input", () => {
    const program = compile({
      modules: [{ name: "m.rego", source: "package t\np if input.user.nmae" }],
      schemas: { "": schema },
    });
    expect(program.ok ? [] : program.error.map((e) => e.message)).toEqual(["undefined ref: input.user.nmae"]);
  });

  it("finds an operand of the wrong type", () => {
    const program = compile({
      modules: [
        {
          name: "m.rego",
          source: "package t\np if input.user.name > 1; q := abs(input.user.name)".replace("; q", "\nq"),
        },
      ],
      schemas: { input: schema },
    });
    expect(program.ok ? [] : program.error.map((e) => e.message)).toEqual(["abs: invalid argument(s)"]);
  });

  it("reads annotations", () => {
    const source = "package t\n# METADATA\n# schemas:\n#   - input: schema.me\np if input.user.nmae";
    const program = compile({ modules: [{ name: "m.rego", source }], schemas: { me: schema } });
    expect(program.ok ? [] : program.error.map((e) => e.message)).toEqual(["undefined ref: input.user.nmae"]);
  });
});
