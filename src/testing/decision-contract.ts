import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { DecisionStep, RecordedDecision, RecordedRun } from "../govern/decisions/index.ts";
import type { Store } from "../store/index.ts";
import { aDecision, REPORT_TIME } from "./index.ts";
import { freshEntry, okValue, problemIn } from "./record.ts";

const id = (prefix: string): string => `${prefix}_${randomBytes(12).toString("hex")}`;

export function aRecordedDecision(over: Partial<RecordedDecision> = {}): RecordedDecision {
  return {
    decision: aDecision({ id: id("dec") }),
    workspace: "prod-edge",
    principal: "arn:aws:iam::1:user/dana",
    digests: [randomBytes(32).toString("hex")],
    request: null,
    planSha256: null,
    idempotencyKey: null,
    document: { changes: [] },
    ...over,
  };
}

export function aDecisionStep(
  over: Partial<RecordedDecision> = {},
  more: Partial<DecisionStep> = {},
): DecisionStep {
  const record = aRecordedDecision(over);
  return {
    record,
    run: null,
    audit: [freshEntry({ kind: "decision", details: { decision: record.decision.id } })],
    ...more,
  };
}

export function aRecordedRun(over: Partial<RecordedRun["run"]> = {}): RecordedRun {
  return {
    run: {
      run: "ci/42",
      commit: "4".repeat(40),
      ref: "refs/heads/main",
      verified: true,
      approved: true,
      workspace: "prod-edge",
      identity: "arn:aws:iam::1:role/deploy",
      decision: null,
      appliedAt: null,
      changeDigests: ["d1", "d2"],
      ...over,
    },
    planSha256: "a".repeat(64),
    recordedAt: REPORT_TIME,
  };
}

/** What every store must do with decisions and the runs that they let through. */
export function decisionContract(current: () => Store): void {
  describe("decisions", () => {
    it("are written with their audit entries and read back as they were", async () => {
      const { audit, decisions } = current();
      const before = okValue(await audit.head()).size;
      const step = aDecisionStep({ document: { says: "`\u0000` \ud800", n: 1e21 } });
      const written = okValue(await decisions.record(step));
      expect(written).toMatchObject({ repeated: false, record: step.record, warnings: [] });
      expect(written.checkpoint?.size).toBe(before + 1);
      expect(okValue(await audit.entriesFrom(before, 5))).toMatchObject([{ entry: step.audit[0] }]);
      const read = okValue(await decisions.find(step.record.decision.id));
      expect(read?.document).toEqual({ says: "`\u0000` \uFFFD", n: 1e21 });
      expect(okValue(await decisions.find("dec_none"))).toBeNull();
    });

    it("are found by digest and by the platform's request, newest first", async () => {
      const { decisions } = current();
      const [first, second] = [aDecisionStep(), aDecisionStep({ digests: ["x", "y,z"], request: "req-1" })];
      okValue(await decisions.record(first));
      okValue(await decisions.record(second));
      const third = aDecisionStep({ digests: [first.record.digests[0] ?? "", "x"] });
      okValue(await decisions.record(third));
      const ids = (found: readonly RecordedDecision[]) => found.map(({ decision }) => decision.id);
      expect(ids(okValue(await decisions.byDigest("x")))).toEqual([
        third.record.decision.id,
        second.record.decision.id,
      ]);
      expect(ids(okValue(await decisions.byRequest("req-1")))).toEqual([second.record.decision.id]);
      expect(okValue(await decisions.byRequest("req-2"))).toEqual([]);
    });

    it("give the first answer again for the same idempotency key, also when asked at the same time", async () => {
      const { audit, decisions } = current();
      const key = id("key");
      const before = okValue(await audit.head()).size;
      const steps = Array.from({ length: 5 }, () => aDecisionStep({ idempotencyKey: key }));
      const all = await Promise.all(steps.map((step) => decisions.record(step)));
      const again = okValue(await decisions.record(aDecisionStep({ idempotencyKey: key })));
      const answers = [...all.map(okValue), again];
      expect(new Set(answers.map(({ record }) => record.decision.id)).size).toBe(1);
      expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(okValue(await audit.head()).size).toBe(before + 1);
    });

    it("that cannot be written leave nothing, and take nobody along", async () => {
      const { audit, decisions } = current();
      const taken = freshEntry();
      okValue(await audit.append([taken]));
      const before = okValue(await audit.head()).size;
      const bad = aDecisionStep({}, { audit: [freshEntry(), taken] });
      const unreadable = aDecisionStep({ decision: aDecision({ id: id("dec"), time: "no time" }) });
      const good = Array.from({ length: 4 }, () => aDecisionStep());
      const [first, , second, , ...others] = await Promise.all(
        [good[0], bad, good[1], unreadable, good[2], good[3]].map((step) =>
          decisions.record(step ?? aDecisionStep()),
        ),
      );
      for (const result of [first, second, ...others]) expect(result?.ok).toBe(true);
      expect(problemIn(await decisions.record(bad)).code).toBe("audit_entry_repeated");
      expect(problemIn(await decisions.record(unreadable)).code).toBe("store_failed");
      for (const step of [bad, unreadable]) {
        expect(okValue(await decisions.find(step.record.decision.id))).toBeNull();
      }
      expect(okValue(await audit.head()).size).toBe(before + 4);
      expect(
        problemIn(
          await decisions.record(
            aDecisionStep({ decision: good[0]?.record.decision ?? bad.record.decision }),
          ),
        ).code,
      ).toBe("decision_repeated");
    });

    it("page by filter, newest first, and count", async () => {
      const { decisions } = current();
      const workspace = id("w");
      const at = (minute: number): string => `2026-11-24T09:${String(minute).padStart(2, "0")}:00.000Z`;
      const steps = Array.from({ length: 7 }, (_, n) =>
        aDecisionStep({
          workspace: n === 3 ? "other" : workspace,
          decision: aDecision({ id: id("dec"), kind: n % 2 === 0 ? "deny" : "allow", time: at(n) }),
        }),
      );
      for (const step of steps) okValue(await decisions.record(step));
      const ids = (numbers: readonly number[]) => numbers.map((n) => steps[n]?.record.decision.id);
      const seen: string[] = [];
      let before: number | undefined;
      do {
        const page = okValue(
          await decisions.page({
            workspaces: [workspace],
            limit: 4,
            ...(before === undefined ? {} : { before }),
          }),
        );
        seen.push(...page.items.map(({ decision }) => decision.id));
        before = page.next ?? undefined;
      } while (before !== undefined);
      expect(seen).toEqual(ids([6, 5, 4, 2, 1, 0]));
      const some = async (over: object) =>
        okValue(await decisions.page({ workspaces: [workspace, "other"], limit: 9, ...over })).items.map(
          ({ decision }) => decision.id,
        );
      expect(await some({ kind: "allow", from: at(1), until: at(5) })).toEqual(ids([3, 1]));
      expect(await some({ digest: steps[2]?.record.digests[0] })).toEqual(ids([2]));
      expect(await some({ principal: "nobody" })).toEqual([]);
      expect(await some({ workspaces: [] })).toEqual([]);
      const [count] = okValue(await decisions.counts(at(0)));
      expect(count?.count).toBeGreaterThan(0);
      expect(okValue(await decisions.counts("2999-01-01T00:00:00Z"))).toEqual([]);
    });
  });

  describe("pipeline runs", () => {
    it("are recorded with their decision and marked as applied once", async () => {
      const { decisions, runs } = current();
      const workspace = id("w");
      const record = aRecordedDecision({ workspace, planSha256: "a".repeat(64) });
      const { run } = aRecordedRun({ workspace, decision: record.decision.id });
      okValue(await decisions.record({ record, run, audit: [freshEntry()] }));
      const decision = record.decision.id;
      expect(okValue(await runs.byDecision(decision))).toMatchObject({ run, planSha256: record.planSha256 });

      const other = { decision, planSha256: "b".repeat(64), appliedAt: REPORT_TIME };
      expect(problemIn(await runs.markApplied(other, [])).code).toBe("plan_not_decided");
      const right = { ...other, planSha256: "a".repeat(64) };
      expect(okValue(await runs.markApplied(right, [freshEntry()])).run.appliedAt).toBe(REPORT_TIME);
      const later = { ...right, appliedAt: "2026-12-01T00:00:00.000Z" };
      expect(okValue(await runs.markApplied(later, [freshEntry()])).run.appliedAt).toBe(REPORT_TIME);
      expect(problemIn(await runs.markApplied({ ...right, decision: "dec_none" }, [])).code).toBe(
        "run_unknown",
      );
    });

    it("are listed by the window in which they may have acted", async () => {
      const { runs } = current();
      const workspace = id("w");
      const hour = (h: number): string => `2026-11-24T${String(h).padStart(2, "0")}:00:00.000Z`;
      const record = async (run: string, recorded: number, applied: number | null) =>
        okValue(
          await runs.record(
            {
              ...aRecordedRun({ workspace, run, appliedAt: applied === null ? null : hour(applied) }),
              recordedAt: hour(recorded),
            },
            [freshEntry()],
          ),
        );
      await record("early", 1, 2);
      await record("applied in it", 1, 5);
      await record("never applied", 4, null);
      await record("late", 9, 10);
      const found = okValue(await runs.within(workspace, hour(4), hour(8)));
      expect(found.map(({ run }) => run.run)).toEqual(["applied in it", "never applied"]);
    });
  });
}
