import { describe, expect, it } from "vitest";
import type { Json } from "../../../base/index.ts";
import type { HostAnswer, PolicyHost } from "../host.ts";
import {
  type CompiledPolicies,
  type EvaluationBounds,
  isSuspended,
  type Judgement,
  type PolicyDefinition,
  type PolicyEngine,
  type PolicyFile,
} from "../policy-engine.ts";

/** The same policy in the language under test: what each must say is written once, in {@link policyEngineContract}. */
export interface ContractPolicies {
  /** Fails with rule `r` when `change.after.open` is true. */
  readonly denies: PolicyFile;
  /** Does not compile; `null` where nothing is compiled here. */
  readonly broken: PolicyFile | null;
  /** Fails for whatever `change.after.limit` exceeds the parameter `max`. */
  readonly parametrised: PolicyFile;
  /** Never ends by itself. */
  readonly endless: PolicyFile;
  /** Reads what is not there. */
  readonly absent: PolicyFile;
  entryOf(file: PolicyFile): string;
}

/** Of an engine that is asked through the host. */
export interface Outside {
  readonly host: PolicyHost;
}

/** Judges as the application does: what the evaluation needs is done by the host, then it starts again. */
export async function judgeThrough(
  host: PolicyHost | null,
  compiled: CompiledPolicies,
  policy: PolicyDefinition,
  document: Json,
  bounds: EvaluationBounds,
): Promise<Judgement> {
  const answers = new Map<string, HostAnswer>();
  for (let round = 0; round < 10; round++) {
    const outcome = compiled.judge(policy, document, bounds, answers);
    if (!isSuspended(outcome)) return outcome;
    if (host === null) throw new Error("the evaluation needs a host");
    for (const request of outcome.requests) answers.set(request.key, await host.perform(request));
  }
  throw new Error("the evaluation asks without end");
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
export function policyEngineContract(
  engine: PolicyEngine,
  policies: ContractPolicies,
  outside: Outside | null = null,
): void {
  const host = outside?.host ?? null;
  // Real time passes outside: much of it where an answer is awaited, little where none will come.
  const bounds = outside === null ? BOUNDS : { ...BOUNDS, timeoutMs: 20_000 };
  const shortBounds = outside === null ? BOUNDS : { ...BOUNDS, timeoutMs: 300 };
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
  const compiledOf = (file: PolicyFile, policy: PolicyDefinition): CompiledPolicies => {
    const compiled = engine.compile({ set: "set", files: [file], policies: [policy] });
    if (!compiled.ok) throw new Error(compiled.error.map((found) => found.message).join("\n"));
    return compiled.value;
  };
  const judge = async (
    file: PolicyFile,
    after: Json,
    parameters: Readonly<Record<string, Json>> = {},
    within = bounds,
  ): Promise<Judgement> => {
    const policy = definition(file, parameters);
    return judgeThrough(host, compiledOf(file, policy), policy, documentOf(after), within);
  };

  describe(`policy engine ${engine.name}`, () => {
    it("says nothing about what passes", async () => {
      const judgement = await judge(policies.denies, { open: false });
      expect([judgement.deny, judgement.error]).toEqual([[], null]);
    });

    it("names rule and message of what fails", async () => {
      expect((await judge(policies.denies, { open: true })).deny).toEqual([
        expect.objectContaining({ rule: "r", message: expect.stringMatching(/./) }),
      ]);
    });

    it("gives each policy its own parameters", async () => {
      expect((await judge(policies.parametrised, { limit: 5 }, { max: 4 })).deny).toHaveLength(1);
      expect((await judge(policies.parametrised, { limit: 5 }, { max: 5 })).deny).toHaveLength(0);
    });

    it.skipIf(policies.broken === null)("refuses what does not compile, with its place", () => {
      const broken = policies.broken as PolicyFile;
      const compiled = engine.compile({ set: "set", files: [broken], policies: [definition(broken)] });
      expect(compiled.ok).toBe(false);
      if (compiled.ok) return;
      expect(compiled.error[0]?.place?.file).toContain(broken.path);
      if (broken.bytes === undefined) expect(compiled.error[0]?.place?.line).toBeGreaterThan(0);
    });

    it("refuses a policy that is not in the set, at the latest when it is asked", async () => {
      const policy = { ...definition(policies.denies), entry: "nowhere.to.be.found" };
      const compiled = engine.compile({ set: "set", files: [policies.denies], policies: [policy] });
      if (!compiled.ok) return;
      const judgement = await judgeThrough(host, compiled.value, policy, documentOf({}), bounds);
      expect(judgement.error?.code).toBe("policy_missing");
    });

    it("ends an endless policy as an error, not as a pass", async () => {
      const judgement = await judge(policies.endless, {}, {}, shortBounds);
      expect(judgement.error).not.toBeNull();
      expect(judgement.deny).toEqual([]);
    });

    it("does not fail on what is missing unless the policy says so", async () => {
      const judgement = await judge(policies.absent, {});
      expect(judgement.deny).toEqual([]);
    });

    it("never throws, whatever the document is", async () => {
      const policy = definition(policies.denies);
      const compiled = compiledOf(policies.denies, policy);
      const hostile = JSON.parse(
        '{"__proto__": {"open": true}, "change": {"after": {"constructor": null}}}',
      ) as Json;
      for (const document of [null, [], "text", 1e308, hostile]) {
        const judgement = await judgeThrough(host, compiled, policy, document, bounds);
        expect(judgement.deny).toEqual([]);
      }
    });

    it("keeps nothing from one document to the next", async () => {
      const policy = definition(policies.denies);
      const compiled = compiledOf(policies.denies, policy);
      const ask = async (open: boolean): Promise<number> =>
        (await judgeThrough(host, compiled, policy, documentOf({ open }), bounds)).deny.length;
      expect([await ask(true), await ask(false), await ask(true)]).toEqual([1, 0, 1]);
    });
  });
}
