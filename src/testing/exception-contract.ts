import { describe, expect, it } from "vitest";
import {
  askForException,
  askForRenewal,
  decideReviewItem,
  findReview,
  grantRequestedException,
  openRecurringReview,
  proveByReading,
  revokeGrantedException,
} from "../app/service/govern/index.ts";
import { rfc3339 } from "../base/index.ts";
import type { PolicyException } from "../domain/index.ts";
import type { ExceptionRequest } from "../govern/exceptions/index.ts";
import { DANA, DAY, type GovernedWorld, KIM, LEE, MAX, MINUTE } from "./governed-world.ts";
import { okValue, problemIn } from "./record.ts";

/** Exceptions and the regular review of what still stands. */
export function exceptionContract(world: GovernedWorld): void {
  const { clock, revoked, as, verdictOn } = world;

  describe("exceptions", () => {
    const ask = (over: Partial<ExceptionRequest> = {}): ExceptionRequest => ({
      rule: "starter/open-admin-ports-aws",
      scope: { workspaces: ["prod-edge"], addresses: ["module.edge.*"], paths: ["ingress"] },
      riskClass: "high",
      owner: "edge",
      ticket: "OPS-41",
      reason: "the vendor moves in until Friday",
      from: null,
      until: rfc3339(clock.now() + 7 * DAY),
      reviewEveryDays: null,
      evidence: [],
      ...over,
    });

    it("is requested, granted by an owner, used, and over at its last millisecond everywhere", async () => {
      const { exception } = okValue(await askForException(as(DANA), ask()));
      const during = clock.now() + DAY;
      expect((await verdictOn(MAX, during)).kind).toBe("violation");
      okValue(
        await grantRequestedException(as(KIM), { id: exception.id, because: "agreed with the vendor" }),
      );
      expect(await verdictOn(MAX, during)).toMatchObject({
        kind: "allowed",
        covers: [{ id: exception.id, verified: true }],
      });
      clock.set(Date.parse(exception.until) - 1);
      expect((await verdictOn(MAX, during)).kind).toBe("allowed");
      clock.advance(1);
      expect((await verdictOn(MAX, during)).kind).toBe("violation");
    });

    it.each([
      { note: "a rule by wildcard", over: () => ({ rule: "starter/*" }), code: "exception_rule" },
      { note: "a rule that no set has", over: () => ({ rule: "starter/nothing" }), code: "rule_unknown" },
      { note: "a hard-mandatory rule", over: () => ({ rule: "starter/no-root" }), code: "hard_mandatory" },
      {
        note: "everything in this account",
        over: () => ({ scope: { accounts: ["1"] } }),
        code: "exception_too_wide",
      },
      {
        note: "all addresses",
        over: () => ({ scope: { addresses: ["*"], paths: ["a"] } }),
        code: "exception_too_wide",
      },
      { note: "no property", over: () => ({ scope: { addresses: ["a.b"] } }), code: "exception_too_wide" },
      { note: "back-dating", over: () => ({ from: rfc3339(clock.now() - 1) }), code: "exception_back_dated" },
      {
        note: "too long a time",
        over: () => ({ until: rfc3339(clock.now() + 31 * DAY) }),
        code: "exception_too_long",
      },
      {
        note: "an end before its start",
        over: () => ({ until: rfc3339(clock.now()) }),
        code: "exception_expired",
      },
      { note: "no reason", over: () => ({ reason: "because" }), code: "reason_missing" },
      { note: "a rare review", over: () => ({ reviewEveryDays: 90 }), code: "exception_cadence" },
    ])("refuses $note", async ({ over, code }) => {
      expect(problemIn(await askForException(as(DANA), ask(over()))).code).toBe(code);
    });

    it("cannot be granted by whoever asked, by somebody else's approver, or twice", async () => {
      const { exception } = okValue(await askForException(as(KIM), ask()));
      const grant = { id: exception.id, because: "fine" };
      expect(problemIn(await grantRequestedException(as(KIM), grant)).code).toBe("own_request");
      expect(problemIn(await grantRequestedException(as(DANA), grant)).code).toBe("exception_not_entitled");
      revoked.add(LEE.id);
      expect(problemIn(await grantRequestedException(as(LEE), grant)).code).toBe("exception_not_entitled");
      revoked.clear();
      okValue(await grantRequestedException(as(LEE), grant));
      expect(problemIn(await grantRequestedException(as(LEE), grant)).code).toBe("exception_not_requested");
    });

    it("revoked, it covers nothing from then on; renewed, it needs evidence of since then and another yes", async () => {
      const { exception } = okValue(await askForException(as(DANA), ask()));
      okValue(await grantRequestedException(as(KIM), { id: exception.id, because: "fine" }));
      clock.advance(DAY);
      const renewal = {
        id: exception.id,
        until: rfc3339(clock.now() + 9 * DAY),
        reason: "the vendor is late again",
      };
      expect(problemIn(await askForRenewal(as(DANA), { ...renewal, evidence: [] })).code).toBe(
        "evidence_stale",
      );
      const stale = { ref: "OPS-1", says: "old", at: rfc3339(clock.now() - 2 * DAY) };
      expect(problemIn(await askForRenewal(as(DANA), { ...renewal, evidence: [stale] })).code).toBe(
        "evidence_stale",
      );
      const fresh = { ref: "OPS-44", says: "the vendor's new date", at: rfc3339(clock.now() - 1) };
      const renewed = okValue(await askForRenewal(as(DANA), { ...renewal, evidence: [fresh] }));
      expect(renewed.status).toBe("requested");
      okValue(await revokeGrantedException(as(KIM), { id: exception.id, because: "the wrong port" }));
      expect((await verdictOn(MAX, clock.now())).kind).toBe("violation");
      okValue(
        await grantRequestedException(as(KIM), { id: renewed.exception.id, because: "until the new date" }),
      );
      expect((await verdictOn(MAX, clock.now())).kind).toBe("allowed");
    });

    it("comes up in the regular review, with a note when nothing needed it", async () => {
      const until = rfc3339(clock.now() + 30 * DAY);
      const { exception } = okValue(await askForException(as(DANA), ask({ until })));
      okValue(await grantRequestedException(as(KIM), { id: exception.id, because: "fine" }));
      clock.advance(30 * DAY - 1);
      const due = rfc3339(clock.now() + 7 * DAY);
      const { review } = okValue(await openRecurringReview(as(KIM), { name: "monthly", due }));
      const item = review.items.find(({ id }) => id === exception.id);
      expect(item?.evidence[0]?.says).toContain("nothing needed it");
    });

    it("a regular review ends each of them: renewed, taken back or escalated, each with its proof", async () => {
      const held: PolicyException[] = [];
      for (const address of ["module.edge.a", "module.edge.b", "module.edge.c"]) {
        const scope = { workspaces: ["prod-edge"], addresses: [address], paths: ["ingress"] };
        const { exception } = okValue(await askForException(as(DANA), ask({ scope })));
        okValue(await grantRequestedException(as(KIM), { id: exception.id, because: "fine" }));
        held.push(exception);
      }
      clock.advance(DAY);
      const due = rfc3339(clock.now() + 7 * DAY);
      const { review } = okValue(await openRecurringReview(as(KIM), { name: "weekly", due }));
      const choices = ["renew", "roll_back", "escalate"] as const;
      for (const [index, exception] of held.entries()) {
        const choice = choices[index] ?? "escalate";
        okValue(
          await decideReviewItem(as(KIM), {
            review: review.id,
            item: exception.id,
            choice,
            because: "as the vendor says",
          }),
        );
      }
      const open = async (): Promise<readonly string[]> =>
        okValue(await findReview(as(KIM), review.id))
          .items.filter(({ id, proof }) => held.some((one) => one.id === id) && proof === null)
          .map(({ id }) => id);
      // Escalating is proven by having told it; the others are not, as long as nothing came of the choice.
      okValue(await proveByReading(as(KIM).service, KIM));
      expect(await open()).toEqual([held[0]?.id, held[1]?.id].sort());
      clock.advance(MINUTE);
      const fresh = { ref: "OPS-60", says: "still needed", at: rfc3339(clock.now()) };
      const renewal = {
        id: held[0]?.id ?? "",
        until: rfc3339(clock.now() + 9 * DAY),
        reason: "the vendor is late again",
      };
      const asked = okValue(await askForRenewal(as(DANA), { ...renewal, evidence: [fresh] }));
      okValue(await proveByReading(as(KIM).service, KIM));
      expect(await open()).toContain(held[0]?.id);
      okValue(await grantRequestedException(as(KIM), { id: asked.exception.id, because: "until Friday" }));
      okValue(await revokeGrantedException(as(KIM), { id: held[1]?.id ?? "", because: "done" }));
      okValue(await proveByReading(as(KIM).service, KIM));
      expect(await open()).toEqual([]);
    });
  });
}
