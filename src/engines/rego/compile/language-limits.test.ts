import { describe, expect, it } from "vitest";
import type { Capabilities } from "../api.ts";
import { compile } from "../compile.ts";

const textsOf = (source: string, version: 0 | 1, capabilities: Capabilities): readonly string[] => {
  const compiled = compile({ modules: [{ name: "a.rego", source, version }], capabilities });
  return compiled.ok ? [] : compiled.error.map((error) => error.text.split("\n")[0] ?? "");
};

/** What OPA 1.22.2 says with capabilities of the same lists. */
const CASES: readonly [
  title: string,
  source: string,
  version: 0 | 1,
  Capabilities,
  says: readonly string[],
][] = [
  ["nothing is restricted by lists that are not there", "package a\nimport rego.v1\np := 1", 0, {}, []],
  [
    "v1 needs its feature",
    "package a\np := 1",
    1,
    { features: [] },
    ["rego_parse_error: illegal capabilities: rego_v1 feature required for parsing v1 Rego"],
  ],
  ["v1 with its feature", "package a\np := 1", 1, { features: ["rego_v1"] }, []],
  [
    "so does its import",
    "package a\nimport rego.v1\np := 1",
    0,
    { features: [] },
    ["a.rego:2: rego_parse_error: invalid import, `rego.v1` is not supported by current capabilities"],
  ],
  [
    "a keyword that is not listed",
    "package a\nimport future.keywords.every\np = 1",
    0,
    { features: [], future_keywords: ["and", "not", "or"] },
    ["a.rego:2: rego_parse_error: unexpected keyword, must be one of [and not or]"],
  ],
  [
    "keywords of v1 come with its feature",
    "package a\nimport future.keywords.every\np = 1",
    0,
    { features: ["rego_v1"], future_keywords: [] },
    [],
  ],
];

describe("capabilities restrict the language", () => {
  it.each(CASES)("%s", (_title, source, version, capabilities, says) => {
    expect(textsOf(source, version, capabilities)).toEqual(says);
  });
});
