import { describe, expect, it } from "vitest";
import { format } from "../fmt/format.ts";
import { compile } from "../program.ts";
import { IDIOMATIC_MANAGED_BY, lint } from "./lint.ts";

function rules(text: string): string[] {
  const found = lint({ name: "t", text });
  return found.ok
    ? found.value.map(({ rule, place }) => `${place.line}:${place.column} ${rule}`)
    : [found.error.text];
}

describe("lint", () => {
  it.each([
    ["a clean policy", 'import "time"\nmain = rule { time.now.hour > 8 }', []],
    ["an unused import", 'import "time"\nmain = true', ["1:1 unused-import"]],
    [
      "the first generation",
      'import "tfplan"\nmain = rule { tfplan.resources is defined }',
      ["1:1 deprecated-import"],
    ],
    [
      "the compatibility selectors",
      'import "tfplan/v2" as tfplan\nall_resources = tfplan.resource_changes.all\nmain = rule { all all_resources as _, rc { rc.applied.tags["a"] else null != null } }',
      ["2:41 compatibility-selector", "3:47 compatibility-selector"],
    ],
    [
      "`all` of something else",
      'import "tfplan/v2" as tfplan\nx = tfplan.planned_values.all\nmain = true',
      [],
    ],
    [
      "`applied` of the first generation",
      'import "tfplan"\nx = tfplan.resources.a.b[0].applied\nmain = true',
      ["1:1 deprecated-import"],
    ],
    ["a negated left operand", "x = 1\nmain = rule { not x in [1] }", ["2:15 negated-left-operand"]],
    ["the negated operator", "x = 1\nmain = rule { x not in [1] }", []],
    ["a file that does not parse", "main = (", ["t:1:9: expected an expression, found the end of the file"]],
  ])("%s", (_note, text, expected) => {
    expect(rules(text)).toEqual(expected);
  });

  it("offers a form that compiles, is formatted and has no findings of its own", () => {
    expect(compile({ name: "t", text: IDIOMATIC_MANAGED_BY }).ok).toBe(true);
    expect(rules(IDIOMATIC_MANAGED_BY)).toEqual([]);
    expect(format({ name: "t", text: IDIOMATIC_MANAGED_BY })).toEqual({
      ok: true,
      value: IDIOMATIC_MANAGED_BY,
    });
  });
});
