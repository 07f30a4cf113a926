import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkLineage } from "./lineage.ts";
import { readStateJson } from "./read-state.ts";
import type { StateReading } from "./reading.ts";

function read(input: string): StateReading {
  const state = readStateJson(input, { file: "terraform.tfstate" });
  if (!state.ok) throw new Error(state.error.message);
  return state.value;
}

describe("a state file", () => {
  const state = read(readFileSync(new URL("./fixtures/state-file.json", import.meta.url), "utf8"));

  it("is read with addresses, keys and provider facts", () => {
    expect(state).toMatchObject({ formatVersion: "4", toolVersion: "1.9.5", serial: 7 });
    expect(state.declared.map((one) => one.resource)).toMatchObject([
      {
        address: 'module.net["a"].aws_security_group.edge[0]',
        provider: "aws",
        account: "111122223333",
        id: "sg-1",
      },
      {
        address: 'module.net["a"].aws_security_group.edge[1] (deposed 0a1b2c3d)',
        id: "sg-0",
        module: 'module.net["a"]',
      },
      { address: 'aws_db_instance.db["a.b"]', provider: "aws", module: null },
    ]);
    expect(state.gaps.map((gap) => gap.code)).toEqual(["deposed", "unreadable"]);
  });

  it("knows its secrets by marks, rules and data sources", () => {
    expect([...state.secrets].sort()).toEqual([
      "canary-data-1x7",
      "canary-marked-1x7",
      "canary-output-1x7",
      "canary-password-1x7",
      "canary-step-1x7",
    ]);
    expect(state.declared[2]?.sensitive).toEqual(
      expect.arrayContaining([["endpoint"], ["list", 0, "v"], ["password"]]),
    );
  });
});

describe("a shown state", () => {
  it("is read with child modules", () => {
    const resource = {
      address: "module.m.aws_vpc.v",
      mode: "managed",
      type: "aws_vpc",
      name: "v",
      values: { id: "vpc-1" },
    };
    const values = { root_module: { child_modules: [{ address: "module.m", resources: [resource] }] } };
    expect(read(JSON.stringify({ format_version: "1.0", values })).declared).toMatchObject([
      { resource: { address: "module.m.aws_vpc.v", module: "module.m", provider: "aws", id: "vpc-1" } },
    ]);
  });

  it("may be empty", () => {
    expect(read('{"format_version":"1.0"}').declared).toEqual([]);
  });
});

describe("other documents", () => {
  it.each([
    ["an encrypted state", { encrypted_data: "x", encryption_version: "v0", meta: {} }, "state_encrypted"],
    ["a state file of version 3", { version: 3, modules: [] }, "state_unsupported_format"],
    ["a shown state of an unknown major", { format_version: "9.0", values: {} }, "state_unsupported_format"],
    ["a plan", { format_version: "1.2", resource_changes: [] }, "state_is_plan"],
    ["something else", { a: 1 }, "not_a_state"],
  ])("%s is refused", (_note, value, code) => {
    expect(readStateJson(JSON.stringify(value), { file: "f" })).toMatchObject({ ok: false, error: { code } });
  });
});

describe("checkLineage", () => {
  const state = (lineage: string | null): StateReading => ({ ...read('{"format_version":"1.0"}'), lineage });

  it.each([
    ["the same", "a", "a", null],
    ["not recorded", "a", null, null],
    ["not told", null, "a", null],
    ["another", "a", "b", "state_lineage_mismatch"],
  ])("%s", (_note, own, recorded, code) => {
    expect(checkLineage(state(own), { workspace: "w", lineage: recorded }, "f")?.code ?? null).toBe(code);
  });
});
