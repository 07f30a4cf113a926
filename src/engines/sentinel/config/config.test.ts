import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readConfig, understand } from "./config.ts";
import { parseHcl } from "./hcl.ts";
import { mergeConfigs } from "./overrides.ts";
import { directoryOf, isRemoteSource, joinPath } from "./paths.ts";
import { readRawConfig } from "./raw.ts";

function value(text: string): unknown {
  const body = parseHcl({ name: "t.hcl", text: `x = ${text}` });
  return body.ok ? JSON.parse(JSON.stringify(body.value.attributes[0]?.value)) : `error: ${body.error.text}`;
}

describe("HCL values", () => {
  it.each([
    ['"a\\n\\"b\\\\\\t\\u00e9"', 'a\n"b\\\té'],
    ['"$$\u007bx} %%{y} $5"', "$\u007bx} %{y} $5"],
    ["7", 7],
    ["-1.5e2", -150],
    ["true", true],
    ["null", null],
    ["[]", []],
    ['[1, "a", [true],]', [1, "a", [true]]],
    ["[\n1,\n2\n]", [1, 2]],
    ['{ a = 1, "b c" : 2 }', { a: 1, "b c": 2 }],
    ["{\n  a = 1\n  b = { c = [] }\n}", { a: 1, b: { c: [] } }],
    ['{ 0 = "x" }', { 0: "x" }],
    ["<<EOT\nline\n  two\nEOT\n", "line\n  two\n"],
    ["<<-EOT\n    line\n      two\n    EOT\n", "line\n  two\n"],
    ['"$\u007bx}"', "error: t.hcl:1:6: template interpolation is not supported in a configuration file"],
    ['"%{if}"', "error: t.hcl:1:6: template interpolation is not supported in a configuration file"],
    ["var.x", "error: t.hcl:1:5: expected a literal value, found `var.x`"],
    ["f(1)", "error: t.hcl:1:5: expected a literal value, found `f(1)`"],
    ["1 + 1", "error: t.hcl:1:7: expected the end of the line, found `+ 1`"],
    ["01", "error: t.hcl:1:5: expected a literal value, found `01`"],
    ['"a', "error: t.hcl:1:5: a string is not closed on its line"],
    ['"\\q"', "error: t.hcl:1:6: unknown escape sequence `\\q`"],
    ["[1 2]", "error: t.hcl:1:8: expected `,` or `]`, found `2]`"],
    ["{ a = 1 b = 2 }", "error: t.hcl:1:13: expected `,`, a new line or `}`, found `b = 2 }`"],
    ["{ a = 1, a = 2 }", "error: t.hcl:1:14: the key `a` is given twice"],
    ["<<EOT\nx", "error: t.hcl:1:5: the heredoc `EOT` is not closed"],
    ["[".repeat(200), "error: t.hcl:1:105: the file nests deeper than 100 levels"],
  ])("%s", (text, expected) => {
    expect(value(text)).toEqual(expected);
  });

  it("keeps `__proto__` a plain key", () => {
    const body = parseHcl({ name: "t", text: 'x = { "__proto__" = { a = 1 } }' });
    const object = body.ok ? body.value.attributes[0]?.value : null;
    expect(Object.keys(object as object)).toEqual(["__proto__"]);
  });

  it("never throws on any text", () => {
    const pieces = fc.constantFrom(
      "a",
      '"b"',
      "{",
      "}",
      "[",
      "]",
      "=",
      ":",
      ",",
      "\n",
      "1",
      "-",
      "<<E",
      "#",
      "/*",
      "*/",
      "true",
      "$",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((list) => list.join(" ")),
        ),
        (text) => {
          parseHcl({ name: "t", text });
          readConfig({ name: "t.hcl", text });
          readConfig({ name: "t.json", text });
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const FULL = `
# comment
mock "tfplan/v2" { module { source = "mock.sentinel" } }
mock "time" {
  data = { now = { hour = 9 } }
}
module "old" { source = "old.sentinel" }
import "module" "foo" { source = "modules/foo.sentinel" }
import "static" "people" {
  source = "./people.json"
  format = "json"
}
import "plugin" "tfplan" { config = { "plan_path": "./plan.json" } }
global "day" { value = "monday" }
param "hour" { value = 7 } // trailing
policy "p" {
  source            = "./p.sentinel"
  enforcement_level = "soft-mandatory"
  params            = { "n" = 1 }
}
policy "q" { }
test { rules = { main = false, violations = [] } }
sentinel { features = { terraform = true, apply-all = true } }
`;

describe("configuration", () => {
  it("understands every block", () => {
    const config = readConfig({ name: "sentinel.hcl", text: FULL });
    if (!config.ok) {
      throw new Error(config.error.text);
    }
    expect([...config.value.mocks]).toEqual([
      ["tfplan/v2", { kind: "module", source: "mock.sentinel" }],
      ["time", { kind: "data", data: { now: { hour: 9 } } }],
    ]);
    expect([...config.value.imports]).toEqual([
      ["old", { kind: "module", source: "old.sentinel" }],
      ["foo", { kind: "module", source: "modules/foo.sentinel" }],
      ["people", { kind: "static", source: "./people.json", format: "json" }],
      ["tfplan", { kind: "plugin", source: null, config: { plan_path: "./plan.json" } }],
    ]);
    expect({ ...config.value.globals }).toEqual({ day: "monday" });
    expect({ ...config.value.params }).toEqual({ hour: 7 });
    expect(config.value.policies).toEqual([
      { name: "p", source: "./p.sentinel", level: "soft-mandatory", params: { n: 1 } },
      { name: "q", source: "./q.sentinel", level: "advisory", params: {} },
    ]);
    expect(config.value.test).toEqual({ rules: { main: false, violations: [] } });
    expect({ ...config.value.features }).toEqual({ terraform: true, "apply-all": true });
    expect(config.value.legacy).toBe(false);
  });

  it.each([
    ["an unknown block", "frobnicate { }", "c.hcl:1:1: the block `frobnicate` is not known"],
    ["an attribute outside of a block", "x = 1", "c.hcl:1:1: the attribute `x` stands outside of a block"],
    ["an unknown attribute", "test { rule = {} }", "c.hcl:1:1: `rule` is not known in the block `test`"],
    ["a mock without content", 'mock "x" { }', "c.hcl:1:1: the block `mock x` needs `data`"],
    ["a missing label", "param { value = 1 }", "c.hcl:1:1: the block `param` needs one label"],
    [
      "an unknown import kind",
      'import "x" "y" { source = "z" }',
      "c.hcl:1:1: the import kind `x` is not known",
    ],
    [
      "a level that does not exist",
      'policy "p" { enforcement_level = "hard" }',
      "c.hcl:1:1: `hard` is not an enforcement level",
    ],
    [
      "a module over a standard import",
      'import "module" "time" { source = "x" }',
      "c.hcl:1:1: `time` is a standard import and can only be replaced by a mock",
    ],
    ["a mock twice", 'mock "x" { data = {} }\nmock "x" { data = {} }', "c.hcl:2:1: `x` is configured twice"],
    [
      "a source that is no text",
      'import "module" "x" { source = 1 }',
      "c.hcl:1:1: `source` of the block `import module x` must be a string",
    ],
  ])("refuses %s", (_note, text, message) => {
    const config = readConfig({ name: "c.hcl", text });
    expect(config.ok ? "accepted" : config.error.text).toBe(message);
  });

  it.each([
    [
      "legacy",
      '{"mock": {"tfplan": "a.sentinel", "time": {"now": {"hour": 9}}}, "modules": {"n": {"path": "n.sentinel"}}, "param": {"k": 1}, "global": {"g": "x"}, "test": {"main": true}}',
      true,
    ],
    [
      "HCL's JSON",
      '{"mock": {"tfplan": {"module": {"source": "a.sentinel"}}, "time": {"data": {"now": {"hour": 9}}}}, "import": {"module": {"n": {"source": "n.sentinel"}}}, "param": {"k": {"value": 1}}, "global": {"g": {"value": "x"}}, "test": {"rules": {"main": true}}}',
      false,
    ],
  ])("reads %s", (_note, text, legacy) => {
    const config = readConfig({ name: "c.json", text });
    if (!config.ok) {
      throw new Error(config.error.text);
    }
    expect([...config.value.mocks]).toEqual([
      ["tfplan", { kind: "module", source: "a.sentinel" }],
      ["time", { kind: "data", data: { now: { hour: 9 } } }],
    ]);
    expect([...config.value.imports]).toEqual([["n", { kind: "module", source: "n.sentinel" }]]);
    expect([
      { ...config.value.params },
      { ...config.value.globals },
      config.value.test,
      config.value.legacy,
    ]).toEqual([{ k: 1 }, { g: "x" }, { rules: { main: true } }, legacy]);
  });

  it.each([
    ["no JSON", "{", "c.json:1:1: the file is not JSON"],
    ["no object", "[]", "c.json:1:1: the file must hold a JSON object"],
    ["an unknown legacy key", '{"modules": {}, "x": 1}', "c.json:1:1: the key `x` is not known"],
  ])("refuses JSON that is %s", (_note, text, message) => {
    const config = readConfig({ name: "c.json", text });
    expect(config.ok ? "accepted" : config.error.text).toContain(message);
  });
});

describe("overrides", () => {
  function merged(files: Readonly<Record<string, string>>): unknown {
    const raws = Object.entries(files).map(([path, text]) => {
      const raw = readRawConfig({ name: path, text });
      if (!raw.ok) {
        throw new Error(raw.error.text);
      }
      return { path, raw: raw.value };
    });
    const result = mergeConfigs(raws);
    const config = result.ok ? understand(result.value) : result;
    return config.ok ? config.value : config.error.text;
  }

  it("replaces attributes and nested blocks, in lexical order", () => {
    expect(
      merged({
        "z_override.hcl":
          'policy "p" { enforcement_level = "hard-mandatory" }\nmock "m" { module { source = "b" } }',
        "a_override.hcl": 'policy "p" { enforcement_level = "advisory" }',
        "sentinel.hcl": 'policy "p" { source = "p.sentinel" }\nmock "m" { module { source = "a" } }',
      }),
    ).toMatchObject({
      policies: [{ name: "p", source: "p.sentinel", level: "hard-mandatory" }],
      mocks: new Map([["m", { kind: "module", source: "b" }]]),
    });
  });

  it("refuses to override what is not there, but for test", () => {
    expect(merged({ "override.hcl": 'param "x" { value = 1 }' })).toBe(
      'override.hcl:1:1: there is no block `param "x"` to override',
    );
    expect(merged({ "override.hcl": "test { rules = { main = true } }" })).toMatchObject({
      test: { rules: { main: true } },
    });
  });
});

describe("paths", () => {
  it.each([
    ["a/b", "../c", "a/c"],
    ["a", "../../c", "../c"],
    [".", "./c", "c"],
    ["", "c/./d", "c/d"],
    ["/x/y", "../z", "/x/z"],
    ["a", "/abs", "/abs"],
    ["a", "..", "."],
  ])("%s + %s", (base, path, expected) => {
    expect(joinPath(base, path)).toBe(expected);
  });
  it("finds folders and remote sources", () => {
    expect([directoryOf("a/b"), directoryOf("a"), directoryOf("/a")]).toEqual(["a", ".", "/"]);
    expect(["git::https://x/y", "https://x", "github.com/a/b", "s3::https://x"].map(isRemoteSource)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(["./a", "../a.sentinel", "a.b/c", "/x"].map(isRemoteSource)).toEqual([false, false, false, false]);
  });
});
