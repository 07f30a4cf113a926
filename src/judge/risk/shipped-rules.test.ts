import { describe, expect, it } from "vitest";
import { compareRisk } from "../../domain/index.ts";
import { changeBetween, SANDBOX } from "../../testing/index.ts";
import { classify } from "./classify.ts";
import { shippedRiskRules as rules } from "./shipped-risk-rules.generated.ts";
import { indexOf } from "./type-index.ts";

const types = Object.keys(rules.types);
const index = indexOf(rules);

/** Categories that must be high or critical as they stand. */
const GUARDED = ["network", "security-policy", "iam", "database", "encryption", "dns", "logging", "secrets"];
/** Groups of these categories whose types are medium: they carry traffic, but do not decide who gets in. */
const MEDIUM_GROUPS = ["aws/egress-access", "aws/network-edge", "azure/network-edge", "google/network-edge"];

describe("shipped rules", () => {
  it("know at least 300 resource types over four platforms", () => {
    const of = (prefix: string) => types.filter((type) => type.startsWith(prefix)).length;
    expect(types.length).toBeGreaterThanOrEqual(300);
    expect(of("aws_")).toBeGreaterThanOrEqual(150);
    expect(of("azurerm_")).toBeGreaterThanOrEqual(100);
    expect(of("google_")).toBeGreaterThanOrEqual(100);
    expect(of("kubernetes_")).toBeGreaterThanOrEqual(50);
  });

  it.each(GUARDED)("hold every %s type high or critical", (category) => {
    const loose = types
      .map((type) => index.typeOf(type))
      .filter((type) => type.category === category && compareRisk(type.class, "high") < 0)
      .filter((type) => !MEDIUM_GROUPS.includes(type.group ?? ""));
    expect(loose.map((type) => type.type)).toEqual([]);
    expect(types.filter((type) => index.typeOf(type).category === category).length).toBeGreaterThan(10);
  });

  it("name a group for every type, and say what it decides", () => {
    for (const type of types.map((name) => index.typeOf(name))) {
      expect([type.type, type.group]).toEqual([type.type, expect.any(String)]);
      expect([type.type, type.says]).not.toEqual([type.type, ""]);
    }
  });

  it("call plain tags, labels and descriptions low on every known type", () => {
    for (const type of types) {
      for (const name of ["tags", "labels", "description"]) {
        if (type.startsWith("google_") && name === "tags") continue; // network tags: firewall rules read them
        const change = changeBetween(type, { [name]: { team: "a" } }, { [name]: { team: "b" } });
        expect([type, name, classify(change, SANDBOX, rules).class]).toEqual([type, name, "low"]);
      }
    }
  });

  const keys = rules.accessKeys.flatMap((rule) =>
    rule.keys.map((glob) => [glob, glob.replaceAll("*", "x")] as const),
  );
  it.each(keys)("call a label that %s holds high, on any type and in any map", (_glob, key) => {
    for (const [type, map] of [
      ["aws_instance", "tags"],
      ["google_compute_disk", "labels"],
      ["nobody_knows", "tags"],
    ] as const) {
      const change = changeBetween(type, { [map]: {} }, { [map]: { [key]: "on" } });
      expect([type, classify(change, SANDBOX, rules).class]).toEqual([type, "high"]);
    }
    const labels = (value: string) => ({ metadata: [{ labels: { [key.toUpperCase()]: value } }] });
    const change = changeBetween("kubernetes_namespace", labels("a"), labels("b"));
    expect(classify(change, SANDBOX, rules).class).toBe("high");
    const removed = changeBetween("kubernetes_namespace", labels("a"), { metadata: [{ labels: {} }] });
    expect(classify(removed, SANDBOX, rules).class).toBe("high");
  });

  it("leave a plain label beside an access key low", () => {
    const labels = (team: string) => ({
      metadata: [{ labels: { team, "pod-security.kubernetes.io/enforce": "restricted" } }],
    });
    expect(
      classify(changeBetween("kubernetes_namespace", labels("a"), labels("b")), SANDBOX, rules).class,
    ).toBe("low");
  });

  it("never call an unknown type low", () => {
    for (const action of ["create", "update", "delete", "replace", "read", "no_op", "forget"] as const) {
      const change = changeBetween("acme_thing", { tags: {} }, { tags: { a: "1" } }, { action });
      expect(compareRisk(classify(change, SANDBOX, rules).class, "medium")).toBeGreaterThanOrEqual(0);
    }
  });
});
