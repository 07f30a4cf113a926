import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { regoCommand } from "./command.ts";
import { memoryHost } from "./memory-host.ts";

const FILES = {
  "p/app.rego":
    'package app\n\nimport data.users\n\ndefault allow := false\n\nallow if users[input.user].admin\n\ndeny contains msg if {\n\tnot allow\n\tmsg := sprintf("%s may not", [input.user])\n}\n',
  "p/users/data.json": '{"ann": {"admin": true}, "bob": {"admin": false}}',
  "p/limits.yaml": "max: 0x10\n",
  "in.json": '{"user": "bob", "n": 12345678901234567890}',
  "bad.rego": "package bad\n\np := q\n",
  "unused.rego": "package unused\n\np if {\n\tx := 1\n\ttrue\n}\n",
  "schema.json": '{"type": "object", "properties": {"user": {"type": "string"}}}',
  "typo.rego": "package typo\n\np if input.usr == 1\n",
};

const run = (line: readonly string[], stdin = "") => regoCommand(line, memoryHost(FILES, stdin));

describe("eval", () => {
  const cases: readonly [title: string, args: readonly string[], stdout: string, code: number][] = [
    ["a document", ["-d", "p", "-i", "in.json", "-f", "raw", "data.app.deny"], '["bob may not"]\n', 0],
    ["input text", ["-f", "raw", "-i", "in.json", "input.n + 1"], "12345678901234567891\n", 0],
    ["folders name documents, file names do not", ["-d", "p", "-f", "raw", "data.max"], "16\n", 0],
    [
      "a path before the file",
      ["-d", "a.b:p/users/data.json", "-f", "raw", "data.a.b.ann.admin"],
      "true\n",
      0,
    ],
    ["undefined", ["data.nope"], "{}\n", 0],
    ["undefined for people", ["-f", "pretty", "data.nope"], "undefined\n", 0],
    ["undefined with --fail", ["--fail", "data.nope"], "{}\n", 1],
    ["values", ["-f", "values", "x := 1; x + 1"], "[\n  true,\n  2\n]\n", 0],
    ["bindings", ["-f", "bindings", "x := [1, 2][_]"], '{\n  "x": 1\n}\n{\n  "x": 2\n}\n', 0],
    ["false alone is an answer", ["-f", "raw", "1 == 2"], "false\n", 0],
    ["false among others is none", ["-f", "raw", "1 == 2; true"], "", 0],
    ["a table", ["-f", "pretty", "x := 1"], "┌───┐\n│ x │\n├───┤\n│ 1 │\n└───┘\n", 0],
    ["sets and keys as JSON", ["-f", "raw", '[{1, 2}, {1: "<"}]'], '[[1,2],{"1":"\\u003c"}]\n', 0],
    ["--flag=value", ["--format=raw", "--data=p", "data.max"], "16\n", 0],
  ];
  it.each(cases)("%s", (_, args, stdout, code) => {
    const done = run(["eval", ...args]);
    expect([done.stdout, done.exitCode, done.stderr]).toEqual([stdout, code, ""]);
  });

  it("gives text and place of each expression", () => {
    expect(JSON.parse(run(["eval", "x := 1; count([x])"]).stdout)).toEqual({
      result: [
        {
          expressions: [
            { value: true, text: "x := 1", location: { row: 1, col: 1 } },
            { value: 1, text: "count([x])", location: { row: 1, col: 9 } },
          ],
          bindings: { x: 1 },
        },
      ],
    });
  });

  it("reads the query or the input from the standard input", () => {
    expect(run(["eval", "--stdin", "-f", "raw"], "1 + 1").stdout).toBe("2\n");
    expect(run(["eval", "-I", "-f", "raw", "input.a"], '{"a": 1.50}').stdout).toBe("1.50\n");
  });

  const failures: readonly [title: string, args: readonly string[], error: object][] = [
    ["a missing file", ["-d", "no", "1"], { message: "stat no: no such file or directory" }],
    [
      "text that is no query",
      ["x = {"],
      {
        message: "unexpected eof token",
        code: "rego_parse_error",
        location: { file: "", row: 1, col: 5 },
        details: { line: "x = {", idx: 4 },
      },
    ],
    [
      "an unsafe variable of a module",
      ["-d", "bad.rego", "1"],
      {
        message: "var q is unsafe",
        code: "rego_unsafe_var_error",
        location: { file: "bad.rego", row: 3, col: 6 },
      },
    ],
    [
      "a built-in error",
      ["--strict-builtin-errors", "1 / 0"],
      { message: "div: divide by zero", code: "eval_builtin_error", location: { file: "", row: 1, col: 1 } },
    ],
  ];
  it.each(failures)("answers %s with its error and 2", (_, args, error) => {
    const done = run(["eval", ...args]);
    expect(JSON.parse(done.stdout).errors[0]).toMatchObject(error);
    expect(done.exitCode).toBe(2);
  });

  it("refuses flags that it does not know", () => {
    const done = run(["eval", "--nope", "1"]);
    expect([done.exitCode, done.stderr.split("\n")[0]]).toEqual([1, "Error: unknown flag: --nope"]);
    expect(run(["eval", "-f", "nope", "1"]).stderr).toContain(
      'invalid argument "nope" for "-f, --format" flag',
    );
  });

  it("prints what policies print beside the result", () => {
    const done = run(["eval", "-f", "raw", 'print("hi", 1)']);
    expect([done.stdout, done.stderr]).toEqual(["true\n", "hi 1\n"]);
  });
});

describe("bundles", () => {
  const inside = {
    "b/.manifest": '{"roots": ["app"], "revision": "r1"}',
    "b/app/data.json": '{"x": 1}',
    "b/app/p.rego": "package app.c\n\np := data.app.x\n",
    "b/app/other.json": '{"ignored": true}',
  };

  it("reads a folder", () => {
    const done = regoCommand(["eval", "-b", "b", "-f", "raw", "data"], memoryHost(inside));
    expect(done.stdout).toBe('{"app":{"c":{"p":1},"x":1}}\n');
  });

  it("reads a tar.gz", () => {
    const archive = tarGz([
      ["./.manifest", inside["b/.manifest"]],
      ["./app/data.json", inside["b/app/data.json"]],
      ["./app/p.rego", inside["b/app/p.rego"]],
    ]);
    const done = regoCommand(
      ["eval", "-b", "x.tar.gz", "-f", "raw", "data"],
      memoryHost({ "x.tar.gz": archive }),
    );
    expect(done.stdout).toBe('{"app":{"c":{"p":1},"x":1}}\n');
  });

  const refused: readonly [
    title: string,
    files: Record<string, string | Uint8Array>,
    path: string,
    message: string,
  ][] = [
    [
      "data outside of the roots",
      { ...inside, "b/data.json": '{"zz": 1}' },
      "b",
      "loading error: bundle b: manifest roots [app] do not permit data at path '/zz' (hint: check bundle directory structure)",
    ],
    [
      "a package outside of the roots",
      { ...inside, "b/z.rego": "package z\n" },
      "b",
      "loading error: bundle b: manifest roots [app] do not permit 'package z' in module 'b/z.rego'",
    ],
    [
      "what is no archive",
      { "x.tar.gz": "plain" },
      "x.tar.gz",
      "loading error: bundle x.tar.gz: archive read failed",
    ],
    ["a cut archive", { "x.tar.gz": gzipSync(new Uint8Array(600).fill(55)) }, "x.tar.gz", "loading error:"],
  ];
  it.each(refused)("refuses %s", (_, files, path, message) => {
    const done = regoCommand(["eval", "-b", path, "1"], memoryHost(files));
    expect(done.exitCode).toBe(2);
    expect(JSON.parse(done.stdout).errors[0].message).toContain(message);
  });

  it("keeps hostile keys as data", () => {
    const files = { "d.json": '{"__proto__": {"a": 1}, "constructor": 2}' };
    const done = regoCommand(["eval", "-d", "d.json", "-f", "raw", "data"], memoryHost(files));
    expect(done.stdout).toBe('{"__proto__":{"a":1},"constructor":2}\n');
  });

  it("tells documents that contradict each other", () => {
    const done = regoCommand(
      ["eval", "-d", "d", "1"],
      memoryHost({ "d/x.json": '{"k": 1}', "d/y.json": '{"k": 2}' }),
    );
    expect(JSON.parse(done.stdout).errors[0].message).toBe(
      "d/y.json: merge error: conflicting values at data.k, also defined in d/x.json",
    );
  });
});

describe("check", () => {
  const cases: readonly [title: string, args: readonly string[], stderr: string, code: number][] = [
    ["accepts a folder", ["p"], "", 0],
    ["unused variables only when strict", ["unused.rego"], "", 0],
    [
      "strict",
      ["--strict", "unused.rego"],
      "1 error occurred: unused.rego:4: rego_compile_error: assigned var x unused\n",
      1,
    ],
    ["an error", ["bad.rego"], "1 error occurred: bad.rego:3: rego_unsafe_var_error: var q is unsafe\n", 1],
    ["without a file", [], "Error: specify at least one file", 1],
  ];
  it.each(cases)("%s", (_, args, stderr, code) => {
    const done = run(["check", ...args]);
    expect(done.exitCode).toBe(code);
    expect(done.stderr).toContain(stderr);
  });

  it("knows the input from a schema", () => {
    expect(run(["check", "typo.rego"]).exitCode).toBe(0);
    const done = run(["check", "-s", "schema.json", "-f", "json", "typo.rego"]);
    expect(JSON.parse(done.stderr).errors[0]).toMatchObject({
      code: "rego_type_error",
      message: "undefined ref: input.usr",
    });
  });
});

describe("capabilities", () => {
  it("lists the version that the engine follows", () => {
    expect(run(["capabilities"]).stdout).toBe("v1.22.2\n");
  });

  it("has the shape of OPA's files", () => {
    const found = JSON.parse(run(["capabilities", "--current"]).stdout);
    expect(found.future_keywords).toEqual(["and", "not", "or"]);
    expect(found.builtins.find((b: { name: string }) => b.name === "plus")).toMatchObject({
      decl: {
        args: [
          { name: "x", type: "number" },
          { name: "y", type: "number" },
        ],
        type: "function",
      },
      infix: "+",
    });
  });
});

describe("deps", () => {
  it("follows rules to the documents they read", () => {
    expect(run(["deps", "-d", "p", "data.app.deny"]).stdout).toBe(
      [
        "┌────────────────┬───────────────────┐",
        "│ BASE DOCUMENTS │ VIRTUAL DOCUMENTS │",
        "├────────────────┼───────────────────┤",
        "│ data.users     │ data.app.allow    │",
        "│ input.user     │ data.app.deny     │",
        "└────────────────┴───────────────────┘",
        "",
      ].join("\n"),
    );
  });
});

describe("bench", () => {
  it("counts runs and time", () => {
    const found = JSON.parse(run(["bench", "-f", "json", "1 + 1"]).stdout);
    expect(found.N).toBeGreaterThanOrEqual(10);
    expect(found.Extra.histogram_timer_rego_query_eval_ns_count).toBe(found.N);
  });

  it("measures nothing where nothing is defined", () => {
    expect(run(["bench", "data.nope"]).exitCode).toBe(1);
  });
});

describe("the command line", () => {
  it.each([[[]], [["--help"]], [["help"]]])("shows the commands for %j", (args) => {
    expect(run(args).stdout).toContain("trueup rego eval");
  });

  it("shows the usage of one command", () => {
    expect(run(["check", "--help"]).stdout).toMatch(/^Usage:\n {2}trueup rego check/);
  });

  it("answers any arguments with an exit code", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "eval",
        "test",
        "check",
        "fmt",
        "lint",
        "deps",
        "capabilities",
        "-d",
        "-f",
        "json",
        "p",
        "bad.rego",
      ),
      fc.constantFrom(
        "--schema",
        "--threshold",
        "-1",
        "--",
        "--timeout=1x",
        "-vc",
        "--run=(",
        "data.app",
        "x = {",
        "-",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (args) => {
        expect([0, 1, 2]).toContain(run(args).exitCode);
      }),
      { numRuns: 150 },
    );
  });

  it("refuses other words", () => {
    expect(run(["evil"]).exitCode).toBe(1);
  });
});

/** A ustar archive in gzip. */
function tarGz(files: readonly (readonly [path: string, text: string])[]): Uint8Array {
  const blocks = files.flatMap(([path, text]) => {
    const body = new TextEncoder().encode(text);
    const header = new Uint8Array(512);
    header.set(new TextEncoder().encode(path), 0);
    header.set(new TextEncoder().encode(body.length.toString(8).padStart(11, "0")), 124);
    header[156] = "0".charCodeAt(0);
    const padded = new Uint8Array(Math.ceil(body.length / 512) * 512);
    padded.set(body);
    return [header, padded];
  });
  return gzipSync(Buffer.concat([...blocks, new Uint8Array(1024)]));
}
