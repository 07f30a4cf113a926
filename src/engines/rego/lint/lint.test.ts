import { describe, expect, it } from "vitest";
import { regoCommand } from "../cli/command.ts";
import { memoryHost } from "../cli/memory-host.ts";
import { compile } from "../compile.ts";
import type { LintRule } from "./finding.ts";
import { type LintRequest, lint } from "./lint.ts";

const SCHEMA = {
  type: "object",
  properties: {
    change: { $ref: "#/$defs/Change" },
    tags: { type: "object", additionalProperties: { type: "string" } },
  },
  $defs: {
    Change: {
      type: "object",
      properties: {
        action: { type: "string" },
        after: { anyOf: [{ type: "null" }, { type: "object", additionalProperties: true }] },
        resource: { type: "object", properties: { type: { type: "string" }, address: { type: "string" } } },
        properties: {
          type: "array",
          items: { type: "object", properties: { path: { type: "string" }, before: {}, after: {} } },
        },
      },
    },
  },
};

function found(rule: LintRule, text: string, more: Partial<LintRequest> = {}): readonly string[] {
  const result = lint({ modules: [{ name: "p.rego", source: text }], ...more });
  if (!result.ok) throw new Error(result.error.map((error) => error.text).join("\n"));
  return result.value.filter((finding) => finding.rule === rule).map((finding) => `${finding.location.row}`);
}

const body = (lines: string): string => `package p\n\ndeny if {\n${lines}\n}\n\nf(x) if x\n`;

describe("negated-missing-input", () => {
  const traps: readonly string[] = [
    "not f(input.x)",
    'not startswith(input.x, "a")',
    "not input.x > 5",
    "not input.x != 1",
    "not input.x in [1]",
    "not count(input.x) == 0",
    "not [input.x] == [1]",
    "not data.zz.q > 1",
    'not {"a": input.x}',
    "not 1 == count(input.x)",
    "not input.a[input.x]",
    "not input.x + 1 == 2",
    'some c in input.list\nnot startswith(c.name, "a")',
  ];
  it.each(traps)("finds `%s`", (lines) => {
    expect(found("negated-missing-input", body(lines))).toHaveLength(1);
  });

  const harmless: readonly string[] = [
    "not input.x",
    "not input.x == input.y",
    "not input.x = 1",
    'not regex.match("a", object.get(input, "x", ""))',
    "input.x\nnot f(input.x)",
    "x := input.x\nnot f(x)",
    "input.x.y == 1\nnot f(input.x)",
    "f(input.x)",
    "count([1 | input.x]) == 0",
  ];
  it.each(harmless)("passes `%s`", (lines) => {
    expect(found("negated-missing-input", body(lines))).toEqual([]);
  });

  it.each(["import rego.v2", "import future.keywords.not"])("knows that `%s` negates the whole", (line) => {
    expect(
      found("negated-missing-input", `package p\n\n${line}\n\ndeny if not f(input.x)\n\nf(x) if x\n`),
    ).toEqual([]);
  });

  it.each(traps.slice(0, 12))("is right about `%s`: the rule stays undefined without input", (lines) => {
    const program = compile({ modules: [{ name: "p.rego", source: body(lines) }] });
    if (!program.ok) throw new Error(program.error[0]?.text);
    const result = program.value.evaluate("p/deny", {});
    expect(result.ok && result.value.value).toBeUndefined();
  });

  it("looks into comprehensions", () => {
    expect(found("negated-missing-input", body("count([1 | not f(input.x)]) == 0"))).toEqual(["4"]);
  });
});

describe("unknown-path", () => {
  const cases: readonly [lines: string, misspelt: boolean][] = [
    ["input.change.action == 1", false],
    ["input.change.actoin == 1", true],
    ["input.chagne", true],
    ["input.change.after.anything.at.all", false],
    ["input.change.properties[_].path", false],
    ["input.change.properties[_].pth", true],
    ["some p in input.change.properties\np.pth", true],
    ["some p in input.change.properties\np.path", false],
    ["c := input.change\nr := c.resource\nr.adress", true],
    ["every p in input.change.properties { p.pth }", true],
    ["input.tags.anything", false],
    ["input.change.action.more", true],
    ["input[x]", false],
    ["data.other.thing", false],
  ];
  it.each(cases)("`%s`", (lines, misspelt) => {
    expect(found("unknown-path", body(lines), { schemas: { input: SCHEMA } })).toHaveLength(misspelt ? 1 : 0);
  });

  it("names what was probably meant", () => {
    const result = lint({
      modules: [{ name: "p.rego", source: body("input.change.actoin == 1") }],
      schemas: { input: SCHEMA },
    });
    expect(result.ok && result.value.find((finding) => finding.rule === "unknown-path")).toMatchObject({
      message: "`input.change.actoin` is in no document: `input.change` has no `actoin`",
      hint: "write `action`",
      location: { row: 4, col: 14 },
    });
  });

  it("follows imports and documents below data", () => {
    const schemas = { "data.limits": { type: "object", properties: { max: { type: "number" } } } };
    const text =
      "package p\n\nimport data.limits as l\n\ndeny if l.mx > 1\n\nwarn if l.max > data.limits.mox\n";
    expect(found("unknown-path", text, { schemas })).toEqual(["5", "7"]);
  });

  it("bears schemas that refer to themselves", () => {
    const loop = { $ref: "#" };
    const tree = { type: "object", properties: { next: { $ref: "#" } } };
    expect(found("unknown-path", body("input.next.next.nxt"), { schemas: { input: tree } })).toHaveLength(1);
    expect(found("unknown-path", body("input.next"), { schemas: { input: loop } })).toEqual([]);
  });
});

describe("unused-rule", () => {
  it("finds a helper that the deciding rules do not reach", () => {
    const text = "package p\n\ndeny if used\n\nused if inner\n\ninner if input.x\n\nforgotten if input.y\n";
    expect(found("unused-rule", text)).toEqual(["9"]);
  });

  it("tells helpers of tests from helpers of rules", () => {
    const result = lint({
      modules: [
        { name: "p.rego", source: "package p\n\ndeny if input.x\n\nopen if input.y\n" },
        {
          name: "p_test.rego",
          source: "package p_test\n\nimport data.p\n\ntest_open if p.open\n\nhelper := 1\n",
        },
      ],
    });
    expect(result.ok && result.value.map((finding) => finding.message)).toEqual([
      "rule `data.p.open` is used by tests only: no deny, violation, allow, review or warn rule reaches it",
    ]);
  });

  const quiet: readonly [title: string, text: string, entrypoints?: readonly string[]][] = [
    ["a library without a deciding rule", "package lib\n\nf(x) if x\n\ng(x) if x\n"],
    ["a rule that is asked for", "package p\n\ndeny if input.x\n\nextra if input.y\n", ["p/extra"]],
    ["a rule that a whole package's reader reaches", "package p\n\ndeny if data.q\n\n"],
    [
      "an entry point by its annotation",
      "package p\n\ndeny if input.x\n\n# METADATA\n# entrypoint: true\nextra if input.y\n",
    ],
    ["rules by name with a suffix", "package p\n\ndeny_ssh if input.x\n\nwarn_tags if input.y\n"],
  ];
  it.each(quiet)("passes %s", (_, text, entrypoints = []) => {
    expect(found("unused-rule", text, { entrypoints })).toEqual([]);
  });
});

describe("unknown-rule", () => {
  const modules = (text: string) => [
    { name: "lib.rego", source: "package lib.net\n\ninternal(ip) if ip\n\nlist := [1]\n" },
    { name: "p.rego", source: `package p\n\nimport data.lib.net\n\n${text}\n` },
  ];
  const cases: readonly [text: string, count: number][] = [
    ["deny if net.lst[_] == 1", 1],
    ["deny if net.list[_] == 1", 0],
    ["deny if data.lib.nett", 0],
    ["deny if data.settings.x", 0],
    ["deny if data.lib.net[input.x]", 0],
  ];
  it.each(cases)("`%s`", (text, count) => {
    expect(found("unknown-rule", "package q\n", { modules: modules(text) })).toHaveLength(count);
  });

  it("knows base documents", () => {
    const data = { lib: { net: { given: [1] } } };
    expect(found("unknown-rule", "", { modules: modules("deny if net.given"), data })).toEqual([]);
  });
});

describe("never-true", () => {
  const impossible: readonly string[] = [
    "false",
    "not true",
    "1 == 2",
    '"a" == "b"',
    "3 < 2",
    "not 1 == 1",
    "input.x in []",
    "some x in set()",
    "count(input.x) < 0",
    "count(input.x) == -1",
    'input.a == "x"\ninput.b\ninput.a == "y"',
    'input.a == "x"\ninput.a != "x"',
    "input.n > 5\ninput.n < 3",
    "input.n >= 5\ninput.n < 5",
    "5 < input.n\ninput.n <= 5",
    "x := input.n\nx == 1\nx > 1",
    "input.n == 1.0\ninput.n == 2",
  ];
  it.each(impossible)("finds `%s`", (lines) => {
    expect(found("never-true", body(lines))).toHaveLength(1);
  });

  const possible: readonly string[] = [
    "true",
    "1 == 1.0",
    "input.a == input.b\ninput.a == 1",
    'input.a[_] == "x"\ninput.a[_] == "y"',
    'input.a == "x" with input as {"a": "x"}\ninput.a == "y"',
    "input.n > 3\ninput.n < 5",
    "input.n >= 5\ninput.n <= 5",
    "input.n != 1\ninput.n != 2",
    "count(input.x) == 0",
    'not input.a == "x"\ninput.a == "y"',
  ];
  it.each(possible)("passes `%s`", (lines) => {
    expect(found("never-true", body(lines))).toEqual([]);
  });
});

describe("lint", () => {
  const files = {
    "p.rego": body("not f(input.x)"),
    "bad.rego": "package b\n\np := q\n",
    "s.json": JSON.stringify(SCHEMA),
  };

  it("prints findings and ends with 1", () => {
    const done = regoCommand(["lint", "p.rego"], memoryHost(files));
    expect(done.exitCode).toBe(1);
    expect(done.stdout).toMatch(
      /^p\.rego:4:1: `not f\(input\.x\)` is undefined, not true, .*\[negated-missing-input\]\n$/,
    );
  });

  it("prints JSON", () => {
    const done = regoCommand(["lint", "-f", "json", "-s", "s.json", "p.rego"], memoryHost(files));
    expect(JSON.parse(done.stdout).findings.map((finding: { rule: string }) => finding.rule)).toEqual([
      "negated-missing-input",
      "unknown-path",
    ]);
  });

  it("ends with 2 where policies do not compile", () => {
    expect(regoCommand(["lint", "bad.rego"], memoryHost(files)).exitCode).toBe(2);
  });
});
