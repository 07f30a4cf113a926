import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/index.ts";
import { type Change, compareRisk, type PropertyChange } from "../../domain/index.ts";
import { changeBetween, PROD, propertyOf, SANDBOX } from "../../testing/index.ts";
import { classify } from "./classify.ts";
import { shippedRiskRules as rules } from "./shipped-risk-rules.generated.ts";

const types = fc.constantFrom(
  "aws_security_group",
  "aws_db_instance",
  "aws_iam_role",
  "aws_s3_bucket",
  "aws_kms_key",
  "aws_ecs_service",
  "azurerm_network_security_group",
  "google_compute_instance",
  "kubernetes_deployment",
  "kubernetes_manifest",
  "acme_thing",
);
const names = fc.constantFrom(
  "ingress",
  "cidr_blocks",
  "policy",
  "tags",
  "description",
  "publicly_accessible",
  "enabled",
  "labels",
  "spec",
  "kind",
  "manifest",
  "break-glass",
  "security_context",
  "privileged",
  "acl",
  "desired_count",
  "anything",
);
const leaf: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    22,
    "0.0.0.0/0",
    "10.0.0.0/8",
    "*",
    "public-read",
    "",
    "Enabled",
    "{}",
  ),
  fc.constant<Json>(JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*" }] })),
);
const value: fc.Arbitrary<Json> = fc.letrec<{ any: Json }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(names, tie("any"), { maxKeys: 3 }),
  ),
})).any;
const property: fc.Arbitrary<PropertyChange> = fc
  .record({ name: names, step: fc.option(fc.nat(2)), before: value, after: value, unknown: fc.boolean() })
  .map(({ name, step, before, after, unknown }) =>
    propertyOf(step === null ? [name] : [name, step], before, unknown ? null : after, { unknown }),
  );
const attributes: fc.Arbitrary<JsonObject> = fc.dictionary(names, value, { maxKeys: 5 });
const actions = fc.constantFrom("create", "update", "delete", "replace", "read", "no_op", "forget");

describe("classify", () => {
  it("never lowers the class for another changed property", () => {
    fc.assert(
      fc.property(
        types,
        actions,
        attributes,
        attributes,
        fc.array(property, { maxLength: 4 }),
        property,
        fc.boolean(),
        (type, action, before, after, properties, more, prod) => {
          const environment = prod ? PROD : SANDBOX;
          const less: Change = changeBetween(type, before, after, { action, properties });
          const full: Change = { ...less, properties: [...properties, more] };
          const [one, two] = [classify(less, environment, rules), classify(full, environment, rules)];
          expect(compareRisk(two.class, one.class)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is never below the class of one of its properties or rules, and deterministic", () => {
    fc.assert(
      fc.property(
        types,
        actions,
        attributes,
        attributes,
        fc.array(property),
        (type, action, before, after, properties) => {
          const change: Change = changeBetween(type, before, after, { action, properties });
          const assessment = classify(change, PROD, rules);
          for (const riskClass of Object.values(assessment.properties)) {
            expect(compareRisk(assessment.class, riskClass)).toBeGreaterThanOrEqual(0);
          }
          for (const hit of assessment.rules)
            expect(compareRisk(assessment.class, hit.class)).toBeGreaterThanOrEqual(0);
          expect(classify(change, PROD, rules)).toEqual(assessment);
          expect(compareRisk(classify(change, SANDBOX, rules).class, assessment.class)).toBeLessThanOrEqual(
            0,
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
