import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { changeSecrets, detectWithNoise, redact } from "../../changes/index.ts";
import { makeScrubber } from "../../secrets/index.ts";
import { readPlanJson } from "./read-plan.ts";
import { redactPlan } from "./redact-plan.ts";

const text = readFileSync(new URL("./fixtures/canary-plan.json", import.meta.url), "utf8");
const CANARY = /canary-[a-z0-9-]+x7q|CANARYpem\w+/g;

describe("a plan with a canary in every place of secrets", () => {
  const read = readPlanJson(text, { file: "canary-plan.json" });
  if (!read.ok) throw new Error(read.error.message);
  const plan = read.value;
  const canaries = [...new Set(text.match(CANARY))];
  const scrubber = makeScrubber(plan.secrets, "estate");

  it("has canaries", () => {
    expect(canaries.length).toBeGreaterThan(20);
  });

  it.each(canaries)("%s is known as a secret", (canary) => {
    expect(scrubber.scrub(`x ${canary} y`)).toBe("x (sensitive) y");
  });

  it("shows none in the redacted plan", () => {
    const redacted = JSON.stringify(redactPlan(plan.plan, scrubber));
    expect(redacted.match(CANARY)).toBeNull();
    expect(redacted).toContain("db.internal");
    expect(redacted).toContain("https://example.com/a:b@c");
    expect(redacted).toContain('"env":{"value":"prod"}');
  });

  it("shows none in the redacted plan even without the scrubber", () => {
    const redacted = JSON.stringify(redactPlan(plan.plan, makeScrubber([], "estate")));
    // Text within a text (container definitions, YAML, a description) has no path of its own: there only the
    // scrubber helps.
    const inTexts = redacted.match(CANARY)?.map((canary) => canary.replace(/-\d+x7q$/, ""));
    expect(inTexts?.sort()).toEqual(["canary-container", "canary-helm-yaml", "canary-in-url"]);
  });

  it("shows none in any redacted change", () => {
    const options = { workspace: "w", estateKey: "estate" };
    const all = [plan.planned, plan.drift].flatMap((transitions) => {
      const { changes, quiet } = detectWithNoise(transitions, options);
      return [...changes, ...quiet];
    });
    expect(all.length).toBeGreaterThan(4);
    expect(JSON.stringify(all.map((change) => redact(change, scrubber))).match(CANARY)).toBeNull();
    expect(changeSecrets(all).length).toBeGreaterThan(4);
  });

  it("keeps the shape: the redacted plan is read as the same plan", () => {
    const again = readPlanJson(JSON.stringify(redactPlan(plan.plan, scrubber)), { file: "redacted.json" });
    expect(again.ok && again.value.planned.map((one) => one.resource)).toEqual(
      plan.planned.map((one) => one.resource),
    );
  });
});
