import { describe, expect, it } from "vitest";
import { compile } from "../index.ts";

/** What OPA 1.22.2 answers, block by block: metadata is read where something asks for it. The block begins in row 3. */
const REFUSED: readonly {
  readonly block: readonly string[];
  readonly says: readonly string[];
  readonly row: number;
}[] = [
  {
    block: ["authors:", " The team"],
    says: ["line 2: cannot unmarshal !!str `The team` into []interface {}"],
    row: 5,
  },
  { block: ["authors: {a: b}"], says: ["line 1: cannot unmarshal !!map into []interface {}"], row: 4 },
  {
    block: ["authors: a very long text"],
    says: ["line 1: cannot unmarshal !!str `a very ...` into []interface {}"],
    row: 4,
  },
  { block: ["organizations: abc"], says: ["line 1: cannot unmarshal !!str `abc` into []string"], row: 4 },
  {
    block: ["organizations: [a, [b], 3, {c: d}]"],
    says: ["line 1: cannot unmarshal !!seq into string", "line 1: cannot unmarshal !!map into string"],
    row: 4,
  },
  { block: ["entrypoint: 'true'"], says: ["line 1: cannot unmarshal !!str `true` into bool"], row: 4 },
  { block: ["entrypoint: 1"], says: ["line 1: cannot unmarshal !!int `1` into bool"], row: 4 },
  {
    block: ["schemas: [{a: b}, 3]"],
    says: ["line 1: cannot unmarshal !!int `3` into map[string]interface {}"],
    row: 4,
  },
  { block: ["custom: [a]"], says: ["line 1: cannot unmarshal !!seq into map[string]interface {}"], row: 4 },
  {
    block: ["custom:", "  - a"],
    says: ["line 2: cannot unmarshal !!seq into map[string]interface {}"],
    row: 5,
  },
  {
    block: ["title: [a]", "description: {a: b}", "custom: x"],
    says: [
      "line 1: cannot unmarshal !!seq into string",
      "line 2: cannot unmarshal !!map into string",
      "line 3: cannot unmarshal !!str `x` into map[string]interface {}",
    ],
    row: 5,
  },
];

function errorsOf(block: readonly string[]) {
  const text = `package t\n\n# METADATA\n${block.map((line) => `# ${line}`).join("\n")}\np := rego.metadata.rule()\n`;
  const compiled = compile({ modules: [{ name: "t.rego", source: text }] });
  return compiled.ok ? [] : compiled.error;
}

describe("members of a metadata block", () => {
  it.each(REFUSED)("$block is refused as go-yaml refuses it", ({ block, says, row }) => {
    const errors = errorsOf(block);
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ["rego_parse_error", `yaml: unmarshal errors:\n  ${says.join("\n  ")}`],
    ]);
    expect(errors[0]?.row).toBe(row);
  });

  it.each([
    ["title: 3"],
    ["title: true"],
    ["entrypoint: yes"],
    ["authors:"],
    ["custom: {a: [1]}"],
    ["scope: rule"],
  ])("%s is taken", (line) => {
    expect(errorsOf([line])).toEqual([]);
  });

  it("reads any scalar where a text is wanted", () => {
    expect(errorsOf(["scope: 4"]).map(({ message }) => message)).toEqual([
      "invalid annotation scope '4'. Use one of 'rule', 'document', 'package', or 'subpackages'",
    ]);
  });
});
