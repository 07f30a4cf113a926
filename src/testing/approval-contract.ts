import { describe, expect, it } from "vitest";
import {
  askForApproval,
  revokeGivenApproval,
  showApproval,
  useGivenApproval,
  voteOnApproval,
} from "../app/service/govern/index.ts";
import type { Principal } from "../domain/index.ts";
import { aDecisionStep } from "./decision-contract.ts";
import { DANA, type GovernedWorld, KIM, LEE } from "./governed-world.ts";
import { okValue, problemIn } from "./record.ts";

const DECIDED = {
  type: "aws_security_group",
  action: "update",
  verdict: "review",
  row: 9,
  because: "no rule speaks for it",
  rules: [],
  covers: [],
  withoutCovers: "review",
} as const;
/** Approvals: who may say yes, how often, and for what. */
export function approvalContract(world: GovernedWorld): void {
  const { current, clock, revoked, as, covers } = world;

  describe("approvals", () => {
    async function asked(
      who: Principal,
      riskClass: "high" | "critical" = "critical",
      digests = ["d1", "d2"],
    ) {
      const changes = digests.map((digest) => ({
        ...DECIDED,
        id: digest,
        digest,
        address: `a.${digest}`,
        risk: riskClass,
      }));
      const step = aDecisionStep({ digests, document: decisionDocument(changes) });
      const decision = { ...step.record.decision, kind: "require_approval" as const, point: "ci" as const };
      okValue(await current().decisions.record({ ...step, record: { ...step.record, decision } }));
      return askForApproval(as(who), { decision: decision.id, reason: "release of Thursday" });
    }

    it("needs N of M, none of whom asked, each counted once, and holds a subset of what was approved", async () => {
      const { request } = okValue(await asked(KIM, "high"));
      expect(
        problemIn(await voteOnApproval(as(KIM), { id: request.id, answer: "approve", because: "mine" })).code,
      ).toBe("own_request");
      expect(
        problemIn(await voteOnApproval(as(DANA), { id: request.id, answer: "approve", because: "ok" })).code,
      ).toBe("approval_not_entitled");
      expect(
        okValue(await voteOnApproval(as(LEE), { id: request.id, answer: "approve", because: "ok" })).status,
      ).toBe("approved");
      const use = { id: request.id, decision: "dec_x", requestIds: [] };
      expect(problemIn(await useGivenApproval(as(KIM), { ...use, digests: ["d1", "d3"] })).code).toBe(
        "approval_other_changes",
      );
      okValue(await useGivenApproval(as(KIM), { ...use, digests: ["d1"] }));
    });

    it("is refused at once where not enough people could say yes", async () => {
      expect(problemIn(await asked(KIM, "critical")).code).toBe("approval_no_approver");
      expect(okValue(await asked(DANA, "critical")).status).toBe("pending");
    });

    it("one person's yes counts once", async () => {
      const { request } = okValue(await asked(DANA));
      const yes = { id: request.id, answer: "approve", because: "fine" } as const;
      okValue(await voteOnApproval(as(KIM), yes));
      expect(problemIn(await voteOnApproval(as(KIM), yes)).code).toBe("approval_repeated");
      expect(okValue(await showApproval(as(DANA), request.id)).status).toBe("pending");
      expect(okValue(await voteOnApproval(as(LEE), yes)).status).toBe("approved");
    });

    it("a yes whose authority went away counts no more", async () => {
      const { request } = okValue(await asked(DANA));
      const yes = { id: request.id, answer: "approve", because: "fine" } as const;
      okValue(await voteOnApproval(as(KIM), yes));
      okValue(await voteOnApproval(as(LEE), yes));
      revoked.add(KIM.id);
      expect(okValue(await showApproval(as(DANA), request.id)).status).toBe("pending");
      const use = { id: request.id, decision: "dec_x", digests: ["d1"], requestIds: [] };
      expect(problemIn(await useGivenApproval(as(DANA), use)).code).toBe("approval_not_approved");
      expect((await covers()).filter(({ id }) => id === request.id)).toEqual([]);
    });

    it("one no is a no; a revoked or expired yes is none", async () => {
      const { request } = okValue(await asked(DANA, "high"));
      okValue(await voteOnApproval(as(KIM), { id: request.id, answer: "approve", because: "fine" }));
      okValue(
        await voteOnApproval(as(LEE), { id: request.id, answer: "reject", because: "not before Friday" }),
      );
      expect(okValue(await showApproval(as(DANA), request.id)).status).toBe("rejected");
      const second = okValue(await asked(DANA, "high")).request;
      okValue(await voteOnApproval(as(KIM), { id: second.id, answer: "approve", because: "fine" }));
      okValue(await revokeGivenApproval(as(KIM), { id: second.id, because: "the plan is wrong" }));
      expect(okValue(await showApproval(as(DANA), second.id)).status).toBe("revoked");
      const third = okValue(await asked(DANA, "high")).request;
      okValue(await voteOnApproval(as(KIM), { id: third.id, answer: "approve", because: "fine" }));
      clock.set(Date.parse(third.expiresAt));
      const use = { id: third.id, decision: "dec_x", digests: ["d1"], requestIds: [] };
      expect(problemIn(await useGivenApproval(as(DANA), use)).code).toBe("approval_not_approved");
    });

    it("racing votes are both kept; racing uses of a single-use approval pass once", async () => {
      const { request } = okValue(await asked(DANA));
      const votes = await Promise.all(
        [KIM, LEE].map(async (who) => {
          for (;;) {
            const done = await voteOnApproval(as(who), {
              id: request.id,
              answer: "approve",
              because: "fine",
            });
            if (done.ok || done.error.code !== "stale_version") return done;
          }
        }),
      );
      expect(votes.every((one) => one.ok)).toBe(true);
      const held = okValue(await current().approvals.find(request.id));
      if (held === null) throw new Error("the request is gone");
      okValue(
        await current().approvals.write({
          request: { ...held, singleUse: true, version: held.version + 1 },
          from: held.version,
          audit: [],
        }),
      );
      const uses = await Promise.all(
        [1, 2, 3, 4].map((n) =>
          useGivenApproval(as(DANA), {
            id: request.id,
            decision: `dec_${n}`,
            digests: ["d1", "d2"],
            requestIds: [`r${n}`],
          }),
        ),
      );
      expect(uses.filter((one) => one.ok)).toHaveLength(1);
      expect(okValue(await showApproval(as(DANA), request.id)).request.uses).toHaveLength(1);
    });
  });
}

function decisionDocument(changes: readonly object[]) {
  return {
    schema: "trueup.decision/v1",
    ask_sha256: "0".repeat(64),
    changes: changes.map((change) => ({ ...change })),
    policy_sets: [],
    gaps: [],
    notes: [],
    plan_violations: [],
    explanation: null,
  };
}
