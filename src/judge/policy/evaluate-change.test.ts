import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import type { Change } from "../../domain/index.ts";
import { aChange } from "../../testing/index.ts";
import { changeDocument } from "./change-document.ts";
import { driftAsPlan, driftWithChanges } from "./drift-plan.ts";
import { type EvaluationContext, evaluateChange } from "./evaluate-change.ts";
import { evaluatePlan } from "./evaluate-plan.ts";
import { NO_HOST } from "./host.ts";
import { type Judgement, type PolicyDefinition, SILENT, type SpokenRule } from "./policy-engine.ts";
import type { PolicySet } from "./policy-set.ts";

const RISK = { class: "medium" as const, rules: [], properties: {}, unknownType: false };
const CONTEXT: EvaluationContext = {
  point: "scan",
  environment: { workspace: "payments", labels: { env: "prod" }, account: null },
  now: Date.parse("2026-11-24T10:00:00Z"),
  monotonic: () => 0,
  timeoutMs: 1_000,
  exchange: NO_HOST,
  scrub: (text) => text.replaceAll("hunter2-canary", "(sensitive)"),
};

const denies = (message: string): SpokenRule => ({ rule: "r", message, path: null, severity: null });

function setOf(
  judge: (document: Json) => Partial<Judgement>,
  over: Partial<PolicyDefinition> = {},
): PolicySet {
  const policy: PolicyDefinition = {
    name: "p",
    description: "",
    level: "soft-mandatory",
    document: "change",
    entry: "p",
    parameters: {},
    applies: {},
    ...over,
  };
  return {
    name: "set",
    place: "set",
    engine: "rego",
    revision: "sha256:1",
    policies: [policy],
    compiled: { judge: (_policy, document) => ({ ...SILENT, ...judge(document) }) },
    host: null,
    planSections: null,
    riskRules: null,
  };
}

const resultOf = (set: PolicySet, change: Change) =>
  evaluateChange([set], change, RISK, CONTEXT).find((result) => result.policy.set === "set");

describe("evaluateChange", () => {
  const openAfter = setOf((document) => {
    const change = (document as { change: { after: { open?: boolean } | null } }).change;
    return change.after?.open === true ? { deny: [denies("open")] } : {};
  });

  it.each([
    ["introduced: the rule passes on before", { open: false }, { open: true }, true],
    ["not introduced: it failed before already", { open: true, tag: 1 }, { open: true, tag: 2 }, false],
    ["a creation introduces everything", null, { open: true }, true],
  ])("%s", (_note, before, after, introduced) => {
    const result = resultOf(openAfter, aChange({ before, after }));
    expect(result?.violations[0]?.introduced).toBe(introduced);
  });

  it.each([
    ["delete", "delete", {}, "not_applicable"],
    ["forget", "forget", {}, "not_applicable"],
    ["update", "update", {}, "fail"],
    ["delete, where the policy says so", "delete", { actions: ["delete" as const] }, "fail"],
    ["another type", "update", { types: ["aws_instance"] }, "not_applicable"],
    ["a type by glob", "update", { types: ["aws_security_*"] }, "fail"],
    ["another point", "update", { points: ["ci" as const] }, "not_applicable"],
    ["another origin", "update", { origins: ["planned" as const] }, "not_applicable"],
  ])("a property policy on %s", (_note, action, applies, outcome) => {
    const set = setOf(() => ({ deny: [denies("x")] }), { applies });
    expect(resultOf(set, aChange({ action: action as Change["action"] }))?.outcome).toBe(outcome);
  });

  it("takes secrets out of everything that a policy says", () => {
    const leaky = setOf(() => ({
      deny: [denies("password hunter2-canary")],
      prints: ["hunter2-canary"],
      warn: [denies("hunter2-canary")],
    }));
    expect(JSON.stringify(resultOf(leaky, aChange()))).not.toContain("hunter2-canary");
  });

  it("reports an error as an error, never as a pass", () => {
    const erring = setOf(() => ({ error: { code: "eval_cancel_error", message: "out of time" } }));
    expect(resultOf(erring, aChange())?.outcome).toBe("error");
  });
});

describe("changeDocument", () => {
  const document = changeDocument(aChange(), RISK, CONTEXT) as Record<string, Json>;

  it("never shows a cover to a policy", () => {
    expect(document["break_glass"]).toBeNull();
  });

  it("tells the time of the change and of the evaluation", () => {
    expect(document["evaluated_at"]).toEqual({
      rfc3339: "2026-11-24T10:00:00.000Z",
      unix_ns: "1795514400000000000",
      weekday: "Tuesday",
      hour: 10,
    });
    expect(
      (changeDocument(aChange({ time: null }), RISK, CONTEXT) as Record<string, Json>)["time"],
    ).toBeNull();
  });
});

describe("evaluatePlan", () => {
  const perEntry = setOf(
    (document) => {
      const entries = (
        document as { resource_changes: { address: string; change: { after: { open?: boolean } | null } }[] }
      ).resource_changes;
      return {
        deny: entries
          .filter((entry) => entry.change.after?.open === true)
          .map((entry) => denies(`${entry.address} is open`)),
      };
    },
    { document: "plan" },
  );
  const change = (index: number, after: Json, before: Json = null): Change =>
    aChange({
      id: `c${index}`,
      planIndex: index,
      before,
      after,
      action: before === null ? "create" : "update",
      resource: { ...aChange().resource, address: `a.${index}` },
    });

  it("blames the change that brings a failure, and nobody else", () => {
    const changes = [change(0, { open: false }), change(1, { open: true })];
    const { byChange, plan } = evaluatePlan([perEntry], driftAsPlan(null, changes), changes, CONTEXT);
    expect([...byChange].map(([id, [result]]) => [id, result?.outcome])).toEqual([
      ["c0", "pass"],
      ["c1", "fail"],
    ]);
    expect(plan.map((result) => result.violations)).toEqual([[]]);
  });

  it("tells whether a failure was there before", () => {
    const changes = [
      change(0, { open: true, n: 2 }, { open: true, n: 1 }),
      change(1, { open: true }, { open: false }),
    ];
    const { byChange } = evaluatePlan([perEntry], driftAsPlan(null, changes), changes, CONTEXT);
    expect([...byChange.values()].map(([result]) => result?.violations[0]?.introduced)).toEqual([
      false,
      true,
    ]);
  });

  it("places what a rule over planned values says of a drift", () => {
    const overValues = setOf(
      (document) => {
        const plan = document as {
          planned_values: { root_module: { resources: { address: string; values: { open?: boolean } }[] } };
        };
        const open = plan.planned_values.root_module.resources.filter((item) => item.values.open === true);
        return { deny: open.map((item) => denies(`${item.address} is open`)) };
      },
      { document: "plan" },
    );
    const changes = [change(0, { open: true }), change(1, { open: false })];
    const drift = driftAsPlan(null, changes);
    const { byChange, plan } = evaluatePlan([overValues], drift, changes, CONTEXT, driftWithChanges);
    expect([...byChange.values()].map(([result]) => result?.outcome)).toEqual(["fail", "pass"]);
    expect(plan[0]?.violations).toEqual([]);
  });

  it("keeps a failure on an entry that is no change as one of the plan", () => {
    const changes = [change(0, { open: true })];
    const { plan } = evaluatePlan([perEntry], driftAsPlan(null, changes), [], CONTEXT);
    expect(plan[0]?.violations).toEqual([
      expect.objectContaining({ planLevel: true, message: "a.0 is open" }),
    ]);
  });
});
