import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jsonEqual, pathText } from "../../../base/index.ts";
import type { Transition } from "../../../domain/index.ts";
import { readPlanJson } from "./read-plan.ts";
import type { PlanReading, ReadOptions } from "./reading.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url);

function read(input: string | Uint8Array, over: Partial<ReadOptions> = {}): PlanReading {
  const plan = readPlanJson(input, { file: "plan.json", ...over });
  if (!plan.ok) throw new Error(plan.error.message);
  return plan.value;
}

function fixture(name: string): PlanReading {
  return read(readFileSync(new URL(name, FIXTURES)));
}

function problemOf(value: unknown): { code: string; message: string } {
  const plan = readPlanJson(JSON.stringify(value), { file: "plan.json" });
  if (plan.ok) throw new Error("expected a problem");
  return plan.error;
}

const row = (one: Transition): unknown[] => [one.resource.address, one.action, one.drift, one.planIndex];

describe("a plan of every action", () => {
  const plan = fixture("aws-plan.json");

  it("is read as planned transitions", () => {
    expect(plan.planned.map(row)).toEqual([
      ["aws_security_group.bastion", "update", null, 0],
      ['module.net["a"].aws_subnet.s[0]', "create", null, 1],
      ["aws_instance.web", "replace", null, 2],
      ["aws_instance.app", "replace", null, 3],
      ["aws_instance.web (deposed 0a1b2c3d)", "delete", null, 4],
      ["aws_ebs_volume.old", "delete", null, 5],
      ["aws_ebs_volume.kept", "forget", null, 6],
      ["aws_kms_key.k", "update", null, 8],
    ]);
    expect(plan).toMatchObject({
      formatVersion: "1.2",
      toolVersion: "1.9.5",
      refreshOnly: false,
      compared: 9,
    });
    expect(plan.gaps.map((gap) => gap.code)).toEqual(["deposed"]);
  });

  it("points drift from the code to what is there", () => {
    const [drift, ...unapplied] = plan.drift;
    expect(drift && row(drift)).toEqual(["aws_security_group.bastion", "update", "managed", 0]);
    expect(drift?.causeHint).toBeNull();
    expect(unapplied.every((one) => one.causeHint === "unapplied_commit" && one.origin === "observed")).toBe(
      true,
    );
    expect(unapplied.map((one) => [one.resource.address, one.action, one.drift])).toEqual([
      ["aws_security_group.bastion", "update", "managed"],
      ['module.net["a"].aws_subnet.s[0]', "delete", "missing"],
      ["aws_instance.web", "update", "managed"],
      ["aws_instance.app", "update", "managed"],
      ["aws_instance.web (deposed 0a1b2c3d)", "create", "managed"],
      ["aws_ebs_volume.old", "create", "managed"],
      ["aws_kms_key.k", "update", "managed"],
    ]);
    const kms = unapplied.at(-1);
    expect(kms?.before).toEqual({
      id: "k-1",
      enable_key_rotation: false,
      arn: "arn:aws:kms:eu-central-1:111122223333:key/k-1",
    });
    expect(kms?.after).toMatchObject({ enable_key_rotation: true });
    expect(kms?.unknown).toEqual([]);
  });

  it.each([
    [
      "aws_security_group.bastion",
      { account: "111122223333", region: "eu-central-1", id: "sg-01", provider: "aws", module: null },
    ],
    [
      'module.net["a"].aws_subnet.s[0]',
      { account: null, region: "eu-central-1", id: null, module: 'module.net["a"]', name: "s" },
    ],
    ["aws_ebs_volume.old", { region: "eu-central-1", id: "vol-1" }],
    ["aws_ebs_volume.kept", { region: "eu-central-1", id: "vol-2" }],
  ])("knows which resource %s is", (address, want) => {
    expect(plan.planned.find((one) => one.resource.address === address)?.resource).toMatchObject(want);
  });

  it("annotates what the tool calls relevant and filters nothing by it", () => {
    expect(plan.planned.filter((one) => one.relevant).map((one) => one.resource.address)).toEqual([
      "aws_kms_key.k",
    ]);
  });

  it("marks what is known only after apply", () => {
    const subnet = plan.planned[1];
    expect(subnet?.unknown.map(pathText).sort()).toEqual(["arn", "id"]);
  });
});

describe("documents of others", () => {
  it("reads plans of Terraform 0.12", () => {
    const plan = fixture("terraform-0.12-plan.json");
    expect(plan.formatVersion).toBe("0.1");
    expect(plan.planned.map(row)).toEqual([["aws_s3_bucket.b", "create", null, 0]]);
    expect(plan.planned[0]?.resource.provider).toBe("aws");
    expect(plan.declared).toHaveLength(1);
  });

  it("tells changes from planned values alone, and says so", () => {
    const plan = fixture("planned-values-only.json");
    expect(plan.planned.map((one) => [one.resource.address, one.action])).toEqual([
      ["aws_s3_bucket.new", "create"],
      ["module.m.aws_s3_bucket.old", "update"],
    ]);
    expect(plan.planned[1]?.resource.module).toBe("module.m");
    expect(plan.gaps.map((gap) => gap.code)).toEqual(["partial_plan"]);
  });

  it.each([
    ["no version", { resource_changes: [] }, "partial_plan"],
    ["an errored plan", { format_version: "1.2", errored: true, resource_changes: [] }, "errored_plan"],
    ["an incomplete plan", { format_version: "1.2", complete: false, resource_changes: [] }, "partial_plan"],
    [
      "a change without a change",
      { format_version: "1.0", resource_changes: [{ address: "a.b", type: "a" }] },
      "unreadable",
    ],
    [
      "a change that is no object",
      { format_version: "1.0", resource_changes: [null, 1, "x", []] },
      "unreadable",
    ],
    [
      "deferred changes",
      {
        format_version: "1.2",
        resource_changes: [],
        deferred_changes: [{ reason: "x", resource_change: { address: "a.b" } }],
      },
      "deferred",
    ],
    [
      "unknown actions",
      {
        format_version: "1.9",
        resource_changes: [
          { address: "a.b", type: "a", change: { actions: ["juggle"], before: {}, after: {} } },
        ],
      },
      "unknown_action",
    ],
  ])("tells a gap for %s", (_note, plan, code) => {
    expect(read(JSON.stringify(plan)).gaps.map((gap) => gap.code)).toContain(code);
  });

  it("says where a provider cannot tell what drifted", () => {
    const change = { actions: ["delete"], before: { filename: "f" }, after: null };
    const plan = read(
      JSON.stringify({
        format_version: "1.2",
        resource_drift: [{ address: "local_file.f", type: "local_file", name: "f", change }],
      }),
    );
    expect(plan.gaps).toMatchObject([{ code: "opaque", subject: "local_file.f" }]);
  });

  it("builds an address that is missing from what it is made of", () => {
    const change = { actions: ["create"], before: null, after: {} };
    const plan = read(
      JSON.stringify({
        format_version: "1.0",
        resource_changes: [{ module_address: "module.m", type: "aws_x", name: "n", index: "k", change }],
      }),
    );
    expect(plan.planned[0]?.resource).toMatchObject({ address: 'module.m.aws_x.n["k"]', module: "module.m" });
  });

  it("takes an unknown action for what it does to the sides", () => {
    const change = (before: unknown, after: unknown) => ({
      address: "a.b",
      type: "a",
      change: { actions: ["juggle"], before, after },
    });
    const plan = read(
      JSON.stringify({
        format_version: "1.9",
        resource_changes: [change({}, {}), change(null, {}), change({}, null)],
      }),
    );
    expect(plan.planned.map((one) => one.action)).toEqual(["update", "create", "delete"]);
  });

  it.each([
    ["an unknown major", { format_version: "2.0", resource_changes: [] }, "plan_unsupported_format"],
    ["a version that is none", { format_version: "x", resource_changes: [] }, "plan_unsupported_format"],
    ["another document", { hello: 1 }, "not_a_plan"],
    ["a state of show -json", { format_version: "1.0", values: { root_module: {} } }, "plan_is_state"],
    ["a state file", { version: 4, lineage: "l", resources: [] }, "plan_is_state"],
  ])("refuses %s", (_note, plan, code) => {
    expect(problemOf(plan).code).toBe(code);
  });

  it.each([
    ["resource_changes is an object", { resource_changes: {} }],
    [
      "sections are of the wrong kind",
      { resource_changes: [], planned_values: 1, prior_state: "x", configuration: [], variables: null },
    ],
    [
      "marks are of the wrong kind",
      {
        resource_changes: [
          {
            address: "a.b",
            type: "a",
            change: {
              actions: ["create"],
              before: null,
              after: { p: 1 },
              after_sensitive: "yes",
              after_unknown: [1, "x", null],
            },
          },
        ],
      },
    ],
  ])("survives that %s", (_note, plan) => {
    expect(readPlanJson(JSON.stringify({ format_version: "1.2", ...plan }), { file: "f" }).ok).toBe(true);
  });

  it("keeps hostile keys as data", () => {
    const text =
      '{"format_version":"1.2","__proto__":{"x":1},"variables":{"__proto__":{"value":"v"}},"resource_changes":[{"address":"aws_x.a","type":"aws_x","name":"a","mode":"managed","change":{"actions":["create"],"before":null,"after":{"__proto__":{"password":"canary-1x7"},"constructor":"c"},"after_unknown":{"__proto__":{"id":true}},"after_sensitive":{"__proto__":true}}}]}';
    const plan = read(text);
    expect(plan.planned[0]?.unknown).toEqual([["__proto__", "id"]]);
    expect(plan.secrets).toContain("canary-1x7");
    expect("password" in {}).toBe(false);
  });

  it("takes deep attributes", () => {
    const after = JSON.parse(`${'{"a":'.repeat(50)}1${"}".repeat(50)}`);
    const plan = read(
      JSON.stringify({
        format_version: "1.2",
        resource_changes: [
          { address: "a.b", type: "a", change: { actions: ["create"], before: null, after } },
        ],
      }),
    );
    expect(jsonEqual(plan.planned[0]?.after, after)).toBe(true);
  });

  it("holds configured places of secrets", () => {
    const text = JSON.stringify({
      format_version: "1.2",
      resource_changes: [
        {
          address: "a.b",
          type: "a_t",
          change: { actions: ["create"], before: null, after: { odd: "canary-odd-1" } },
        },
      ],
    });
    const plan = read(text, { secretPaths: [{ type: "a_*", path: ["odd"] }] });
    expect(plan.secrets).toEqual(["canary-odd-1"]);
    expect(plan.planned[0]?.sensitive).toEqual([["odd"]]);
  });
});
