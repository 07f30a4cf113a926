import { describe, expect, it } from "vitest";
import { changeBetween, SANDBOX } from "../../testing/index.ts";
import { classify } from "./classify.ts";
import { mergeRiskRules } from "./merge-risk-rules.ts";
import { parseRiskRules } from "./parse-risk-rules.ts";
import type { RiskRules } from "./risk-rules.ts";
import { shippedRiskRules } from "./shipped-risk-rules.generated.ts";

function parsed(value: unknown): RiskRules {
  const result = parseRiskRules(value);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

describe("parseRiskRules", () => {
  it.each([
    ["no mapping", [], ["risk rules must be a mapping"]],
    ["no version", {}, ["`version` must be 1"]],
    ["another version", { version: 2 }, ["`version` must be 1"]],
    ["an unknown key", { version: 1, typos: {} }, ["`typos` is not known here"]],
    [
      "an unknown class",
      { version: 1, types: { a: "severe" } },
      ["`severe` is not one of low, medium, high, critical"],
    ],
    [
      "an unknown watch",
      { version: 1, properties: { a: { class: "low", watch: "all" } } },
      ["`all` is not one of"],
    ],
    ["no path", { version: 1, properties: { "a[": "low" } }, ["`a[` is not a property path"]],
    ["no class", { version: 1, properties: { a: {} } }, ["is missing; give low, medium, high or critical"]],
    [
      "a type in two groups",
      { version: 1, groups: { x: { class: "low", types: ["a"] }, y: { class: "low", types: ["a"] } } },
      ["is in two groups"],
    ],
    [
      "an environment that lowers",
      { version: 1, environments: [{ name: "dev", labels: {}, raise: { high: "low" } }] },
      ["may raise a class, never lower it"],
    ],
    [
      "an unknown type called low",
      { version: 1, unknown_type: { class: "low", remove: "high" } },
      ["is never `low`"],
    ],
    ["an access key rule without keys", { version: 1, access_keys: [{}] }, ["needs `keys`"]],
    ["an unknown modifier", { version: 1, modifiers: { luck: "low" } }, ["`luck` is not one of"]],
    [
      "a hostile name",
      JSON.parse('{"version":1,"types":{"__proto__":"low"}}'),
      ["`__proto__` is not a name"],
    ],
    [
      "everything at once",
      { types: [], label_maps: {} },
      ["`version` must be 1", "`types` must be a mapping", "`label_maps` must be a list"],
    ],
  ])("refuses %s", (_note, value, messages) => {
    const result = parseRiskRules(value);
    const told = result.ok ? [] : result.error.map((problem) => problem.message);
    expect(told).toHaveLength(messages.length);
    for (const [i, message] of messages.entries()) expect(told[i]).toContain(message);
  });

  it("says where", () => {
    const result = parseRiskRules({ version: 1, types: { aws_x: { properties: { a: "severe" } } } });
    expect(result.ok ? null : result.error[0]?.place?.path).toBe('types.aws_x.properties["a"]');
  });
});

describe("mergeRiskRules", () => {
  const classOf = (rules: RiskRules, type: string, name: string) =>
    classify(changeBetween(type, { [name]: { k: "a" } }, { [name]: { k: "b" } }), SANDBOX, rules).class;

  it("lays a project's rules over the shipped ones", () => {
    const project = parsed({
      version: 1,
      types: {
        acme_vault: { class: "critical", properties: { note: "low" } },
        aws_cloudwatch_dashboard: "high",
      },
      properties: { colour: "low" },
      access_keys: [{ keys: ["k"], says: "our proxy reads it" }],
    });
    const rules = mergeRiskRules(shippedRiskRules, project);
    expect(classOf(rules, "acme_vault", "seal")).toBe("critical");
    expect(classOf(rules, "acme_vault", "note")).toBe("low");
    expect(classOf(rules, "aws_cloudwatch_dashboard", "body")).toBe("high");
    expect(classOf(rules, "aws_kms_key", "colour")).toBe("low");
    expect(classOf(rules, "aws_instance", "tags")).toBe("high");
    expect(classOf(shippedRiskRules, "aws_instance", "tags")).toBe("low");
    expect(rules.sources.at(-1)).toBe("project");
  });

  it("keeps what a project does not mention about a type", () => {
    const rules = mergeRiskRules(
      shippedRiskRules,
      parsed({ version: 1, types: { aws_s3_bucket: { properties: { acl: "low" } } } }),
    );
    expect(rules.types["aws_s3_bucket"]?.group).toBe("aws/storage");
    expect(classOf(rules, "aws_s3_bucket", "policy")).toBe("high");
    expect(classOf(rules, "aws_s3_bucket", "acl")).toBe("low");
  });

  it("changes what a modifier is worth", () => {
    const rules = mergeRiskRules(
      shippedRiskRules,
      parsed({ version: 1, modifiers: { public_address: "high" } }),
    );
    const change = changeBetween(
      "aws_security_group",
      { ingress: [] },
      { ingress: [{ cidr_blocks: ["::/0"] }] },
    );
    expect(classify(change, SANDBOX, rules).class).toBe("high");
    expect(classify(change, SANDBOX, shippedRiskRules).class).toBe("critical");
  });
});
