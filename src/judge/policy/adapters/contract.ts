import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import type {
  EvaluationBounds,
  Judgement,
  PolicyDefinition,
  PolicyEngine,
  PolicyFile,
} from "../policy-engine.ts";

/** The same policy in the language under test: what each must say is written once, in {@link policyEngineContract}. */
export interface ContractPolicies {
  /** Fails with rule `r` when `change.after.open` is true. */
  readonly denies: PolicyFile;
  /** Does not compile. */
  readonly broken: PolicyFile;
  /** Fails for whatever `change.after.limit` exceeds the parameter `max`. */
  readonly parametrised: PolicyFile;
  /** Never ends by itself. */
  readonly endless: PolicyFile;
  /** Reads what is not there. */
  readonly absent: PolicyFile;
  entryOf(file: PolicyFile): string;
}

let ticks = 0;
/** A clock that moves on its own: each look costs a tenth of a second, so that no test depends on real time. */
const BOUNDS: EvaluationBounds = {
  now: Date.parse("2026-11-24T10:00:00Z"),
  monotonic: () => (ticks += 100),
  timeoutMs: 1_000,
};

const documentOf = (after: Json): Json => ({
  schema: "trueup.change/v1",
  change: {
    action: "update",
    origin: "observed",
    before: null,
    after,
    properties: [],
    resource: { type: "t", address: "t.a", tags: {} },
  },
});

/** Every implementation of PolicyEngine passes this. */
export function policyEngineContract(engine: PolicyEngine, policies: ContractPolicies): void {
  const definition = (
    file: PolicyFile,
    parameters: Readonly<Record<string, Json>> = {},
  ): PolicyDefinition => ({
    name: "p",
    description: "",
    level: "soft-mandatory",
    document: "change",
    entry: policies.entryOf(file),
    parameters,
    applies: {},
  });
  const judge = (
    file: PolicyFile,
    after: Json,
    parameters: Readonly<Record<string, Json>> = {},
  ): Judgement => {
    const policy = definition(file, parameters);
    const compiled = engine.compile({ set: "set", files: [file], policies: [policy] });
    if (!compiled.ok) throw new Error(compiled.error.map((found) => found.message).join("\n"));
    return compiled.value.judge(policy, documentOf(after), BOUNDS);
  };

  describe(`policy engine ${engine.name}`, () => {
    it("says nothing about what passes", () => {
      const judgement = judge(policies.denies, { open: false });
      expect([judgement.deny, judgement.error]).toEqual([[], null]);
    });

    it("names rule and message of what fails", () => {
      expect(judge(policies.denies, { open: true }).deny).toEqual([
        expect.objectContaining({ rule: "r", message: expect.stringMatching(/./) }),
      ]);
    });

    it("gives each policy its own parameters", () => {
      expect(judge(policies.parametrised, { limit: 5 }, { max: 4 }).deny).toHaveLength(1);
      expect(judge(policies.parametrised, { limit: 5 }, { max: 5 }).deny).toHaveLength(0);
    });

    it("refuses what does not compile, with file and line", () => {
      const compiled = engine.compile({
        set: "set",
        files: [policies.broken],
        policies: [definition(policies.broken)],
      });
      expect(compiled.ok).toBe(false);
      if (compiled.ok) return;
      expect(compiled.error[0]?.place?.file).toContain(policies.broken.path);
      expect(compiled.error[0]?.place?.line).toBeGreaterThan(0);
    });

    it("refuses a policy that is not in the set", () => {
      const policy = { ...definition(policies.denies), entry: "nowhere.to.be.found" };
      expect(engine.compile({ set: "set", files: [policies.denies], policies: [policy] }).ok).toBe(false);
    });

    it("ends an endless policy as an error, not as a pass", () => {
      const judgement = judge(policies.endless, {});
      expect(judgement.error).not.toBeNull();
      expect(judgement.deny).toEqual([]);
    });

    it("does not fail on what is missing unless the policy says so", () => {
      const judgement = judge(policies.absent, {});
      expect(judgement.deny).toEqual([]);
    });

    it("never throws, whatever the document is", () => {
      const policy = definition(policies.denies);
      const compiled = engine.compile({ set: "set", files: [policies.denies], policies: [policy] });
      if (!compiled.ok) throw new Error("the contract's policy does not compile");
      const hostile = JSON.parse(
        '{"__proto__": {"open": true}, "change": {"after": {"constructor": null}}}',
      ) as Json;
      for (const document of [null, [], "text", 1e308, hostile]) {
        expect(() => compiled.value.judge(policy, document, BOUNDS)).not.toThrow();
      }
    });

    it("keeps nothing from one document to the next", () => {
      const policy = definition(policies.denies);
      const compiled = engine.compile({ set: "set", files: [policies.denies], policies: [policy] });
      if (!compiled.ok) throw new Error("the contract's policy does not compile");
      const ask = (open: boolean): number =>
        compiled.value.judge(policy, documentOf({ open }), BOUNDS).deny.length;
      expect([ask(true), ask(false), ask(true)]).toEqual([1, 0, 1]);
    });
  });
}
