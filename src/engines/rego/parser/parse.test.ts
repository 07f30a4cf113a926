import { describe, expect, it } from "vitest";
import { bodyText, refText, termText } from "../ast/text.ts";
import { moduleJson } from "../ast/to-json.ts";
import { parseModule, parseQueryText } from "./parse.ts";

function rulesOf(source: string, version: 0 | 1 | 2 = 1): string[] {
  const parsed = parseModule("m.rego", source, version);
  if (!parsed.ok) throw new Error(parsed.error.map((e) => e.text).join("\n"));
  return parsed.value.rules.map((r) => {
    const { head } = r;
    const args = head.args === undefined ? "" : `(${head.args.map(termText).join(", ")})`;
    const key = head.usesContains && head.key !== undefined ? ` contains ${termText(head.key)}` : "";
    const value = head.value === undefined ? "" : ` := ${termText(head.value)}`;
    return `${r.isDefault ? "default " : ""}${refText(head.ref)}${args}${key}${value} { ${bodyText(r.body)} }`;
  });
}

describe("parser", () => {
  it.each([
    ["p := 1", "p := 1 { true }"],
    ["p if x", "p := true { x }"],
    ["p contains x if y", "p contains x { y }"],
    ["p[x] := y if z", "p[x] := y { z }"],
    ["f(x, [y]) := x + y", "f(x, [y]) := plus(x, y) { true }"],
    ["default p := false", "default p := false { true }"],
    ["a.b[c].d := 1 if e", "a.b[c].d := 1 { e }"],
    ["p if { a; b == 1 }", "p := true { a; equal(b, 1) }"],
    ["p if {\n  a\n  not b\n}", "p := true { a; not b }"],
    ["p if some x, y in z", "p := true { some x, y in z }"],
    ["p if every x in y { x > 1 }", "p := true { every x in y { gt(x, 1) } }"],
    ["p if a with input.x as 1 with data.y as 2", "p := true { a with input.x as 1 with data.y as 2 }"],
    ["p := 1 + 2 * 3", "p := plus(1, mul(2, 3)) { true }"],
    ["p := (1 + 2) * 3", "p := mul(plus(1, 2), 3) { true }"],
    ["p := a & b | c", "p := or(and(a, b), c) { true }"],
    ["p := 1 in [1] == true", "p := internal.member_2(1, equal([1], true)) { true }"],
    ["p := {x | some x in y}", "p := {x | some x in y} { true }"],
    ["p := {k: v | some k, v in y}", "p := {k: v | some k, v in y} { true }"],
    ["p := [x | x = y[_]]", "p := [x | x = y[_]] { true }"],
    ["p := {}", "p := {} { true }"],
    ["p := set()", "p := set() { true }"],
    ['p := a.b["c d"].e', 'p := a.b["c d"].e { true }'],
    ["p := -x", "p := minus(0, x) { true }"],
    ['p := $"a {b}"', 'p := $"a {b}" { true }'],
  ])("reads %s", (source, want) => {
    expect(rulesOf(`package t\n${source}`)).toEqual([want]);
  });

  it("keeps comments, rows and columns", () => {
    const parsed = parseModule(
      "m.rego",
      "package t # one\n\n# two\np if {\n\tx := 1 # three\n\tx == y\n}",
      1,
    );
    if (!parsed.ok) throw new Error("must parse");
    const module = parsed.value;
    expect(module.comments.map((c) => `${c.loc.row}:${c.loc.col}${c.text}`)).toEqual([
      "1:11 one",
      "3:1 two",
      "5:9 three",
    ]);
    expect(module.rules[0]?.body.map((e) => `${e.loc.row}:${e.loc.col}`)).toEqual(["5:2", "6:2"]);
  });

  it("counts characters, not bytes or code units", () => {
    const parsed = parseModule("m.rego", 'package t\np := "😀é" +', 1);
    expect(parsed.ok ? undefined : parsed.error[0]).toMatchObject({ row: 2, col: 11 });
  });

  it("mixes versions by import", () => {
    expect(rulesOf("package t\nimport rego.v1\np contains 1", 0)).toEqual(["p contains 1 { true }"]);
    expect(rulesOf("package t\np[x] { x = 1 }", 0)).toEqual(["p { x = 1 }"]);
    expect(rulesOf("package t\nimport rego.v2\np if a and b or c")).toEqual(["p := true { a and b or c }"]);
  });

  it("gives a module in OPA's JSON shape", () => {
    const parsed = parseModule("m.rego", "package a.b\nimport data.c as d\np := d.x", 1);
    expect(parsed.ok && moduleJson(parsed.value)).toEqual({
      package: {
        path: [
          { type: "var", value: "data" },
          { type: "string", value: "a" },
          { type: "string", value: "b" },
        ],
      },
      imports: [
        {
          path: {
            type: "ref",
            value: [
              { type: "var", value: "data" },
              { type: "string", value: "c" },
            ],
          },
          alias: "d",
        },
      ],
      rules: [
        {
          head: {
            name: "p",
            value: {
              type: "ref",
              value: [
                { type: "var", value: "d" },
                { type: "string", value: "x" },
              ],
            },
            assign: true,
            ref: [{ type: "var", value: "p" }],
          },
          body: [{ index: 0, generated: true, terms: { type: "boolean", value: true } }],
        },
      ],
    });
  });

  it("reads queries", () => {
    const parsed = parseQueryText("x := 1; data.a[i] > x");
    expect(parsed.ok && bodyText(parsed.value.body)).toBe("x := 1; gt(data.a[i], x)");
    expect(parseQueryText("").ok).toBe(false);
  });
});
