import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { builtinCapabilities } from "./capabilities.ts";
import { builtins } from "./registry.ts";

const reference = JSON.parse(
  readFileSync(new URL("./fixtures/capabilities-1.22.2.json", import.meta.url), "utf8"),
) as { name: string }[];

test("the built-ins are those of OPA 1.22.2, with the same types and flags", () => {
  const own = new Map(builtinCapabilities().map((builtin) => [builtin.name, builtin]));
  expect([...own.keys()].sort()).toEqual(reference.map((builtin) => builtin.name).sort());
  for (const builtin of reference) expect(own.get(builtin.name)).toEqual(builtin);
});

test("every built-in is described", () => {
  for (const builtin of builtins.values()) {
    // Internal and operator built-ins have no documentation in the reference either.
    if (builtin.categories.length > 0) expect(builtin.description, builtin.name).not.toBe("");
  }
});
