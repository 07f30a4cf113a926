import { describe, expect, it } from "vitest";
import { memoryHost } from "../host/memory-host.ts";
import { loadPolicySet } from "./load-set.ts";

describe("loadPolicySet", () => {
  it("compiles the policies of a folder with what they import", () => {
    const host = memoryHost({
      "set/sentinel.hcl":
        'import "module" "m" { source = "lib/m.sentinel" }\nimport "plugin" "time" { config = { timezone = "UTC" } }\nparam "a" { value = 1 }\npolicy "p" {\n  source = "p.sentinel"\n  params = { b = 2 }\n}\npolicy "q" { enforcement_level = "hard-mandatory" }',
      "set/q_override.hcl": 'policy "q" { enforcement_level = "soft-mandatory" }',
      "set/lib/m.sentinel": "x = 3",
      "set/p.sentinel": 'import "m"\nparam a\nparam b\nmain = rule { a + b is m.x }',
      "set/q.sentinel": "main = true",
    });
    const set = loadPolicySet(host, "set");
    if (!set.ok) {
      throw new Error(set.error[0]?.text);
    }
    const { policies, imports, importConfig } = set.value;
    expect(policies.map(({ name, level, params }) => [name, level, { ...params }])).toEqual([
      ["p", "advisory", { a: 1, b: 2 }],
      ["q", "soft-mandatory", { a: 1 }],
    ]);
    expect({ ...importConfig["time"] }).toEqual({ timezone: "UTC" });
    for (const { program, params } of policies) {
      expect(program.evaluate({ imports, params })).toMatchObject({ ok: true, value: { status: "pass" } });
    }
  });

  it("names every file that is wrong", () => {
    const host = memoryHost({
      "sentinel.hcl": 'import "module" "m" { source = "gone.sentinel" }\npolicy "p" { }\npolicy "q" { }',
      "p.sentinel": "main = (",
    });
    const set = loadPolicySet(host, ".");
    expect(set.ok ? [] : set.error.map((error) => error.text)).toEqual([
      "the file `gone.sentinel` cannot be read",
      "p.sentinel:1:9: expected an expression, found the end of the file",
      "the file `q.sentinel` cannot be read",
    ]);
  });
});
