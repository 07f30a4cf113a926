import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/index.ts";
import type { DeclaredState } from "../../domain/index.ts";
import { changeBetween, PROD, SANDBOX } from "../../testing/index.ts";
import { accessKeysIn } from "./access-keys.ts";
import { classify } from "./classify.ts";
import { explainRisk } from "./explain.ts";
import { shippedRiskRules as rules } from "./shipped-risk-rules.generated.ts";
import { survey } from "./survey.ts";
import { withAccessKeysOf } from "./with-access-keys-of.ts";

function declared(type: string, attributes: JsonObject = {}): DeclaredState {
  return { kind: "declared", resource: changeBetween(type, null, {}).resource, attributes, sensitive: [] };
}

describe("survey", () => {
  it("counts types, the riskiest first, and names what no policy covers", () => {
    const estate = ["aws_instance", "aws_instance", "aws_kms_key", "aws_security_group", "acme_thing"];
    const rows = survey(
      estate.map((type) => declared(type)),
      rules,
      [
        { policy: "starter/open-admin-ports", types: ["aws_security_group*"] },
        { policy: "starter/mandatory-tags", types: [] },
      ],
    );
    expect(rows.map(({ type, count, class: riskClass, gap }) => [type, count, riskClass, gap])).toEqual([
      ["aws_kms_key", 1, "critical", true],
      ["aws_security_group", 1, "high", false],
      ["aws_instance", 2, "medium", false],
      ["acme_thing", 1, "medium", false],
    ]);
    expect(rows[1]?.policies).toEqual(["starter/open-admin-ports"]);
    expect(rows[0]?.generalPolicies).toEqual(["starter/mandatory-tags"]);
    expect(rows[3]?.unknownType).toBe(true);
  });

  it("has nothing to say about an empty estate", () => {
    expect(survey([], rules, [])).toEqual([]);
  });
});

describe("explainRisk", () => {
  it("tells every rule by property, the environment and where the rules come from", () => {
    const change = changeBetween("aws_instance", { ami: "a", tags: {} }, { ami: "b", tags: { a: "b" } });
    const told = explainRisk(change, PROD, rules);
    expect(told.assessment.class).toBe("critical");
    expect(told.type).toMatchObject({
      name: "aws_instance",
      known: true,
      group: "aws/compute",
      class: "medium",
    });
    expect(told.environments).toEqual(["production"]);
    expect(told.properties.map(({ text, class: riskClass }) => [text, riskClass])).toEqual([
      ["ami", "critical"],
      ["tags", "low"],
    ]);
    expect(told.properties[0]?.hits.map((hit) => hit.rule)).toEqual([
      "aws/compute/ami",
      "environment/production",
    ]);
    expect(told.sources[0]).toBe("common");
  });
});

describe("accessKeysIn", () => {
  const policy = (key: string) =>
    JSON.stringify({ Statement: [{ Condition: { StringEquals: { [key]: "x" } } }] });

  it.each([
    ["aws_iam_policy", { policy: policy("aws:PrincipalTag/squad") }, ["squad"]],
    ["aws_iam_policy", { policy: policy("aws:ResourceTag/cost:centre") }, ["cost:centre"]],
    ["aws_iam_policy", { policy: policy("ec2:ResourceTag/zone") }, ["zone"]],
    ["kubernetes_network_policy", { spec: [{ pod_selector: [{ match_labels: { role: "db" } }] }] }, ["role"]],
    [
      "kubernetes_validating_webhook_configuration",
      {
        webhook: [
          { namespace_selector: [{ match_expressions: [{ key: "skip", operator: "DoesNotExist" }] }] },
        ],
      },
      ["skip"],
    ],
    ["kubernetes_deployment", { spec: [{ selector: [{ match_labels: { app: "web" } }] }] }, []],
    ["aws_iam_policy", { policy: policy("aws:SourceIp") }, []],
  ])("finds in %s %j the keys %j", (type, attributes, keys) => {
    expect(accessKeysIn([declared(type, attributes)]).map((rule) => rule.keys[0])).toEqual(keys);
  });

  it("makes the labels of this estate's network policies high, and leaves other rules alone", () => {
    const rule = declared("kubernetes_network_policy", {
      spec: [{ pod_selector: [{ match_labels: { role: "db" } }] }],
    });
    const labelled = (value: string) => ({ metadata: [{ labels: { role: value } }] });
    const change = changeBetween("kubernetes_pod", labelled("db"), labelled("web"));
    expect(classify(change, SANDBOX, rules).class).toBe("low");
    expect(classify(change, SANDBOX, withAccessKeysOf(rules, [rule])).class).toBe("high");
    expect(withAccessKeysOf(rules, [])).toBe(rules);
  });
});
