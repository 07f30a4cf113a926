import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import { detectWithNoise, redact } from "../../changes/index.ts";
import { makeScrubber } from "../../secrets/index.ts";
import { readPlanJson } from "./read-plan.ts";
import { readStateJson } from "./read-state.ts";
import { redactPlan } from "./redact-plan.ts";

/** JSON that looks like a plan here and there: its names, with anything at all below them. */
const name = fc.constantFrom(
  ..."resource_changes resource_drift planned_values prior_state configuration variables root_module child_modules resources module_calls module outputs output_changes relevant_attributes resource address mode type name provider_name change actions before after after_unknown before_sensitive after_sensitive sensitive_values values value sensitive default expressions constant_value references provider_config provider_config_key region instances attributes sensitive_attributes index_key metadata labels tags data password env deposed deferred_changes resource_change __proto__ constructor toString".split(
    " ",
  ),
);
const text = fc.constantFrom(
  "aws_x.a",
  "kubernetes_secret",
  "managed",
  "data",
  "update",
  "create",
  "delete",
  "no-op",
  "var.x",
  "{",
  '{"a":1}',
  "",
  "1.2",
  "canary-0x7",
);
const value = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 6, depthSize: "medium" },
    text,
    fc.constantFrom(null, true, false, 0, -1.5, 1e300),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(name, tie("any"), { maxKeys: 5 }),
  ),
})).any;
const entry = fc.record(
  {
    address: text,
    type: text,
    name: text,
    mode: fc.constantFrom("managed", "data", 1),
    change: fc.record(
      {
        actions: fc.array(text, { maxLength: 2 }),
        before: value,
        after: value,
        after_unknown: value,
        before_sensitive: value,
        after_sensitive: value,
      },
      { requiredKeys: [] },
    ),
    values: value,
    instances: fc.array(value, { maxLength: 2 }),
  },
  { requiredKeys: [] },
);
const entries = fc.oneof(fc.array(entry, { maxLength: 3 }), value);
const plan = fc.record(
  {
    format_version: fc.constantFrom("1.2", "0.1", "1"),
    resource_changes: entries,
    resource_drift: entries,
    planned_values: fc.oneof(
      fc.record({ root_module: fc.record({ resources: entries, child_modules: value }) }),
      value,
    ),
    prior_state: value,
    configuration: value,
    variables: value,
    output_changes: value,
    relevant_attributes: value,
    deferred_changes: value,
  },
  { requiredKeys: ["format_version", "resource_changes"] },
);

describe("documents of any shape", () => {
  it("are read or refused, never thrown at", () => {
    fc.assert(
      fc.property(plan, (document) => {
        const read = readPlanJson(JSON.stringify(document), {
          file: "f",
          secretPaths: [{ type: "*", path: ["**", "data"] }],
        });
        if (!read.ok) return;
        const scrubber = makeScrubber(read.value.secrets, "k");
        for (const transitions of [read.value.planned, read.value.drift]) {
          const { changes, quiet } = detectWithNoise(transitions, { workspace: "w", estateKey: "k" });
          for (const change of [...changes, ...quiet]) redact(change, scrubber);
        }
        redactPlan(read.value.plan, scrubber);
        expect(read.value.declared.length).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1500 },
    );
  });

  it("hold as states too", () => {
    const state = fc.record(
      { version: fc.constant(4), lineage: text, outputs: value, resources: entries, values: value },
      { requiredKeys: ["version"] },
    );
    fc.assert(
      fc.property(state, (document) => {
        expect(readStateJson(JSON.stringify(document), { file: "f" })).toHaveProperty("ok");
      }),
      { numRuns: 500 },
    );
  });

  it("leave the prototype of objects alone", () => {
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
