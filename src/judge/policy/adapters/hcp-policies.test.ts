import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import { loadPolicySet } from "../load-set.ts";
import { isSuspended } from "../policy-engine.ts";

const BOUNDS = { now: 0, monotonic: () => 0, timeoutMs: 1_000 };

function planWith(...acls: readonly string[]): Json {
  return {
    format_version: "1.2",
    resource_changes: acls.map((acl, i) => ({ address: `aws_s3_bucket.b${i}`, change: { after: { acl } } })),
  };
}

const HCL = `policy "public-buckets" {
  query             = "data.terraform.policies.buckets.deny"
  enforcement_level = "mandatory"
  description       = "Buckets are private"
}
policy "counted" {
  query = "data.terraform.policies.buckets.count"
}
`;
const REGO = `package terraform.policies.buckets

import input.plan as tfplan

deny contains msg if {
  some rc in tfplan.resource_changes
  rc.change.after.acl == "public-read"
  msg := sprintf("%s is public", [rc.address])
}

count := [i | some i, _ in input.plan.resource_changes]
`;
const OLD_REGO = `package terraform.policies.buckets

deny[msg] {
  rc := input.plan.resource_changes[_]
  rc.change.after.acl == "public-read"
  msg := sprintf("%s is public", [rc.address])
}

count = [] { true }
`;

function load(files: Readonly<Record<string, string>>) {
  return loadPolicySet(
    "hcp",
    "hcp",
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
}

async function judged(rego: string, hcl: string, plan: Json) {
  const set = await load({ "policies.hcl": hcl, "buckets.rego": rego });
  if (!set.ok) throw new Error(JSON.stringify(set.error));
  const [policy] = set.value.policies;
  const outcome = set.value.compiled.judge(policy!, plan, BOUNDS, new Map());
  if (isSuspended(outcome)) throw new Error("suspended");
  return outcome;
}

describe("an OPA policy set of HCP Terraform", () => {
  it("is loaded from policies.hcl: queries over the plan, `mandatory` is soft-mandatory, advisory is the default", async () => {
    const set = await load({ "policies.hcl": HCL, "buckets.rego": REGO });
    if (!set.ok) throw new Error(JSON.stringify(set.error));
    expect(set.value.engine).toBe("rego");
    expect(
      set.value.policies.map(({ name, level, document, description }) => [
        name,
        level,
        document,
        description,
      ]),
    ).toEqual([
      ["public-buckets", "soft-mandatory", "plan", "Buckets are private"],
      ["counted", "advisory", "plan", ""],
    ]);
    // A query may hand `input.plan` on as a whole, so no part of it may be left out.
    expect(set.value.planSections).toBeNull();
  });

  it.each([
    ["as OPA 1.0 reads it", REGO],
    ["in the older syntax", OLD_REGO],
  ])("fails by what its query lists, %s", async (_note, rego) => {
    const found = await judged(rego, HCL, planWith("private", "public-read"));
    expect(found.deny.map((said) => said.message)).toEqual(["aws_s3_bucket.b1 is public"]);
    expect((await judged(rego, HCL, planWith("private"))).deny).toEqual([]);
  });

  it.each([
    ["no list", "deny := true", "policy_result_invalid"],
    ["undefined", "deny := [1] if input.plan.nowhere", "policy_result_invalid"],
    [
      "a call to the network",
      'deny := http.send({"method": "GET", "url": "http://x/"}).body',
      "policy_needs_network",
    ],
  ])("never passes when the result is %s", async (_note, rule, code) => {
    const rego = `package terraform.policies.buckets\n\n${rule}\n\ncount := []\n`;
    expect((await judged(rego, HCL, planWith())).error?.code).toBe(code);
  });

  it("takes anything that is listed for a violation", async () => {
    const rego =
      'package terraform.policies.buckets\n\ndeny := [7, null, false, ["x"], {"msg": "m"}]\n\ncount := []\n';
    expect((await judged(rego, HCL, planWith())).deny.map((said) => said.message)).toEqual([
      "7",
      "null",
      "false",
      '["x"]',
      "m",
    ]);
  });

  it.each([
    ["no query", 'policy "p" { enforcement_level = "advisory" }', "`query` of policy `p` must name a rule"],
    ["a query that is an expression", 'policy "p" { query = "count(data.x) > 0" }', "must name a rule"],
    [
      "a level of Sentinel",
      'policy "p" { query = "data.a.b", enforcement_level = "hard-mandatory" }',
      "must be advisory or mandatory",
    ],
    ["an unknown setting", 'policy "p" { query = "data.a.b", source = "x" }', "has no setting `source`"],
    ["another block", 'module "m" { source = "x" }', "a block `module` cannot stand here"],
    ["a name twice", `${HCL}${HCL}`, "is declared twice"],
    ["no HCL", "policy {", "expected"],
    [
      "a rule that is not there",
      'policy "p" { query = "data.nope.deny" }',
      "no rule of the set is `data.nope.deny`",
    ],
  ])("is refused with %s", async (_note, hcl, message) => {
    const set = await load({ "policies.hcl": hcl, "buckets.rego": REGO });
    const [found] = set.ok ? [] : set.error;
    expect(found?.message).toContain(message);
    expect(found?.place?.file).toBe("hcp/policies.hcl");
  });

  it("is refused beside a sentinel.hcl: a set has one framework", async () => {
    const set = await load({ "policies.hcl": HCL, "sentinel.hcl": "", "buckets.rego": REGO });
    expect(set.ok ? null : set.error[0]?.code).toBe("policy_config_invalid");
  });
});
