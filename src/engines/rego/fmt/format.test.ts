import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { regoCommand } from "../cli/command.ts";
import { memoryHost } from "../cli/memory-host.ts";
import { format } from "./format.ts";

const formatted = (source: string, version: 0 | 1 = 1): string => {
  const result = format("x.rego", source, { version });
  return result.ok ? result.value : result.error.map((error) => error.text).join("\n");
};
const inModule = (text: string): string => `package a\n\n${text}\n`;

/** What `opa fmt` 1.22.2 printed for the text. */
const CASES: readonly [title: string, written: string, printed: string, version?: 0][] = [
  ["`=` in heads", "p=1", "p := 1"],
  ["`=` in heads of v0", "p=1", "p = 1", 0],
  ["one-line rules stay together", "p if { x }\nq if y", "p if x\nq if y"],
  ["an empty row parts them", "p if x\n\nq if y", "p if x\n\nq if y"],
  ["a body below its head", "p if\n  x", "p if {\n\tx\n}"],
  ["a constant body", "p if true", "p := true"],
  ["a function of a constant", 'r("*") if true', 'r("*") := true'],
  ["a function that is only a head", 'r("*")\nr(1) := true', 'r("*")\nr(1) := true'],
  [
    "membership without its keyword",
    "p {\n\tinternal.member_2(1, [1])\n}",
    "p {\n\tinternal.member_2(1, [1])\n}",
    0,
  ],
  ["a union in a collection", "p := {(x | y)}\nq := [(a | b) | c]", "p := {(x | y)}\nq := [(a | b) | c]"],
  ["a union that begins a body", "p if {\n\t(x | y)\n}", "p if {\n\t(x | y)\n}"],
  ["a set as body", "p if {\n\t{1}\n}", "p if {\n\t{1}\n}"],
  ["arguments before `if`", "p := f(\n1,\n2) if x", "p := f(\n\t1,\n\t2,\n) if x"],
  ["a comment that has no place", 'p := {\n  # why\n  "a":   1,\n}', 'p := {\n  # why\n  "a":   1,\n}'],
  ["comments of a rule and above it", "# above\np := 1 # beside", "# above\np := 1 # beside"],
  [
    "a chain on several rows",
    "import rego.v2\n\np if {\n\tx and\n\ty or\n\tz\n}",
    "import rego.v2\n\np if {\n\tx and\n\t\ty or\n\t\tz\n}",
  ],
  ["a negated negation", "import rego.v2\n\np if not (not x)", "import rego.v2\n\np if not (not x)"],
  ["a negated set", "import rego.v2\n\np if not ({x})", "import rego.v2\n\np if not ({x})"],
  ["what rego.v1 covers", "import rego.v1\nimport future.keywords.in\n\np := 1", "import rego.v1\n\np := 1"],
  ["a key that is quoted", 'a["b"] := 1', 'a["b"] := 1'],
  ["names and keys where a head is a longer path", 'a["b"] := 1\nx.y["z"] := 2', "a.b := 1\nx.y.z := 2"],
  ["else beside a brace", "p if {\n  x\n} else := 1", "p if {\n\tx\n} else := 1"],
  ["else on a row of its own", "p if {\n  x\n}\nelse := 1", "p if {\n\tx\n}\n\nelse := 1"],
  ["else behind one row", "p := 1 if q else := 2", "p := 1 if q\n\nelse := 2"],
  ["operators show their order", "p := 1 + 2 * 3", "p := 1 + (2 * 3)"],
  ["parentheses of the whole are dropped", "p := (1 + 2)", "p := 1 + 2"],
  ["an object on several rows", 'p := {\n"a": 1, "b": 2}', 'p := {\n\t"a": 1, "b": 2,\n}'],
  ["an object on one row", 'p := { "a":1 }', 'p := {"a": 1}'],
  ["arguments on several rows", "p := f(1,\n2)", "p := f(\n\t1,\n\t2,\n)"],
  ["arguments below the bracket", "p := f(\n1, 2\n)", "p := f(1, 2)"],
  ["a set holds equal numbers once", "p := {3.5, 3.50}", "p := {3.5}"],
  ["strings as they were written", 'p := "\\u0000"\nq := `r"`', 'p := "\\u0000"\nq := `r"`'],
  ["quoted paths", 'p := data["x"].y["a-b"]["if"]', 'p := data.x.y["a-b"]["if"]'],
  ["a comment beside", "p if x # why", "p if x # why"],
  ["comments above", "# one\n\n# two\np := 1", "# one\n\n# two\np := 1"],
  ["comments in a list", "p := [1, # one\n2 # two\n# end\n]", "p := [\n\t1, # one\n\t2, # two\n\t# end\n]"],
  ["empty rows of a body", "p if {\n  x\n\n\n  y\n}", "p if {\n\tx\n\n\ty\n}"],
  [
    "with on rows of its own",
    "p if {\n  x\n    with input as 1\n with data.y as 2\n}",
    "p if {\n\tx\n\t\twith input as 1\n\t\twith data.y as 2\n}",
  ],
  ["every on one row", "p if { every x in y { x; true } ; z }", "p if {\n\tevery x in y { x; true}\n\tz\n}"],
  [
    "some",
    "p if { some a,b ; some c in x ; some k,v in x }",
    "p if {\n\tsome a, b\n\tsome c in x\n\tsome k, v in x\n}",
  ],
  ["templates", 'p := $"a {1} {x}"', 'p := $"a 1 {x}"'],
  ["partial sets of v0", "p[x] { x = 1 }", "p[x] {\n\tx = 1\n}", 0],
  [
    "imports in order",
    "import data.b\nimport data.a as z\n\nimport input.c",
    "import data.a as z\nimport data.b\n\nimport input.c",
  ],
  [
    "what rego.v2 covers",
    "import rego.v2\nimport rego.v1\n\np if x and (y or z)",
    "import rego.v2\n\np if x and (y or z)",
  ],
  ["negated disjunction", "import rego.v2\n\np if not (x or y)", "import rego.v2\n\np if not (x or y)"],
];

describe("format", () => {
  it.each(CASES)("%s", (_, written, printed, version = 1 as 0) => {
    expect(formatted(inModule(written), version)).toBe(inModule(printed));
  });

  it.each(CASES)("changes nothing the second time: %s", (_, __, printed, version = 1 as 0) => {
    expect(formatted(inModule(printed), version)).toBe(inModule(printed));
  });

  it("lays out a long module as opa does", () => {
    const read = (name: string): string => readFileSync(join(import.meta.dirname, "cases", name), "utf8");
    expect(formatted(read("layout.rego.in"))).toBe(read("layout.rego.out"));
    expect(formatted(read("layout.rego.out"))).toBe(read("layout.rego.out"));
  });

  it("answers text that does not parse with its errors", () => {
    expect(formatted("package a\n\np := {")).toContain("rego_parse_error");
  });

  it("bears deep nesting", () => {
    const deep = (levels: number): string => inModule(`p := ${"[".repeat(levels)}${"]".repeat(levels)}`);
    expect(formatted(deep(300))).toBe(deep(300));
    expect(formatted(deep(100_000))).toContain("rego_parse_error");
  });
});

describe("fmt", () => {
  const UNTIDY = "package a\np:=1\n";
  const TIDY = "package a\n\np := 1\n";
  const files = {
    "d/x.rego": UNTIDY,
    "d/sub/ok.rego": TIDY,
    "d/data.json": "{}",
    "bad.rego": "package a\n\np := {",
  };
  const run = (args: readonly string[], stdin = "") => {
    const host = memoryHost(files, stdin);
    return { host, ...regoCommand(["fmt", ...args], host) };
  };

  const cases: readonly [
    title: string,
    args: readonly string[],
    stdout: string,
    code: number,
    stdin?: string,
  ][] = [
    ["prints what it formatted", ["d"], TIDY + TIDY, 0],
    ["lists what would change", ["-l", "d"], "d/x.rego\n", 0],
    ["fails on what would change", ["-l", "--fail", "d"], "d/x.rego\n", 2],
    ["passes what would not", ["--fail", "d/sub"], "", 0],
    [
      "shows the difference",
      ["-d", "d"],
      "--- d/x.rego\n+++ d/x.rego (formatted)\n@@ -1,3 +1,4 @@\n package a\n-p:=1\n+\n+p := 1\n \n",
      0,
    ],
    ["reads the standard input", [], TIDY, 0, UNTIDY],
    ["a missing file", ["no"], "", 1],
    ["text that does not parse", ["bad.rego"], "", 2],
  ];
  it.each(cases)("%s", (_, args, stdout, code, stdin) => {
    const done = run(args, stdin);
    expect([done.stdout, done.exitCode]).toEqual([stdout, code]);
  });

  it("writes only what changed", () => {
    const { host, stdout } = run(["-w", "d"]);
    expect([stdout, host.files.get("d/x.rego"), host.files.get("d/sub/ok.rego")]).toEqual(["", TIDY, TIDY]);
  });
});
