import { describe, expect, it } from "vitest";
import {
  agreeToBreakGlass,
  closeBreakGlass,
  closeOpenReview,
  collectForGrants,
  decideReviewItem,
  expireGovernance,
  findReview,
  openBreakGlass,
  proveByReading,
  showBreakGlass,
} from "../app/service/govern/index.ts";
import { rfc3339 } from "../base/index.ts";
import type { AuditEvent } from "../domain/index.ts";
import type { OpenRequest } from "../govern/breakglass/index.ts";
import { type GovernedWorld, HOUR, KIM, LEE, MAX, MINUTE, SAM } from "./governed-world.ts";
import { anActor } from "./index.ts";
import { okValue, problemIn } from "./record.ts";

const REASON = {
  broken: "payments answer nobody since 01:50",
  impact: "no customer can pay at all",
  touches: "the security group of the bastion",
};

const OPEN: OpenRequest = {
  kind: "outage",
  reason: REASON,
  incident: "INC-17",
  scope: null,
  minutes: 60,
  sessions: [],
};
/** Break-glass and the review that ends it, with every way around them that is refused. */
export function grantContract(world: GovernedWorld): void {
  const { current, clock, as, holder, verdictOn, findingOf, storeFinding, scanWithout, lastEntry } = world;

  describe("break-glass", () => {
    it("covers its holder's soft failures in its window and scope, tells everybody, and is recorded", async () => {
      const dana = holder();
      const { grant, status } = okValue(await openBreakGlass(as(dana), OPEN));
      expect(status).toBe("active");
      expect(await lastEntry()).toMatchObject({ kind: "break_glass", subject: grant.id, answer: "opened" });
      clock.advance(MINUTE);
      expect(await verdictOn(dana, clock.now())).toMatchObject({ kind: "allowed", row: 6 });
      expect((await verdictOn(dana, clock.now())).withoutCovers.kind).toBe("violation");
    });

    it.each([
      { note: "an emergency that is none", over: { kind: "boredom" }, code: "emergency_unknown" },
      {
        note: "a full stop as a reason",
        over: { reason: { ...REASON, broken: "." } },
        code: "reason_missing",
      },
      { note: "no impact", over: { reason: { ...REASON, impact: "bad" } }, code: "reason_missing" },
      { note: "no incident", over: { incident: null }, code: "incident_missing" },
      { note: "an incident of another form", over: { incident: "ticket 5" }, code: "incident_refused" },
      { note: "a wider scope", over: { scope: { workspaces: ["*"] } }, code: "scope_too_wide" },
      { note: "a longer time", over: { minutes: 121 }, code: "grant_too_long" },
      { note: "no time at all", over: { minutes: 0 }, code: "grant_too_long" },
    ])("refuses $note, and records the attempt", async ({ over, code }) => {
      expect(problemIn(await openBreakGlass(as(holder()), { ...OPEN, ...over })).code).toBe(code);
      expect(await lastEntry()).toMatchObject({ kind: "break_glass", answer: "refused", details: { code } });
    });

    it("is not for somebody who is not entitled", async () => {
      expect(problemIn(await openBreakGlass(as(MAX), OPEN)).code).toBe("break_glass_not_entitled");
    });

    it("waits for a second person where the kind says so, who cannot be the holder or just anybody", async () => {
      const dana = holder();
      const request = { ...OPEN, kind: "with-consent", minutes: 30 };
      const { grant, status } = okValue(await openBreakGlass(as(dana), request));
      expect(status).toBe("pending");
      expect((await verdictOn(dana, clock.now())).kind).toBe("violation");
      const security = { ...dana, groups: ["security"] };
      expect(problemIn(await agreeToBreakGlass(as(security), grant.id)).code).toBe("own_request");
      expect(problemIn(await agreeToBreakGlass(as(MAX), grant.id)).code).toBe("break_glass_not_entitled");
      clock.advance(5 * MINUTE);
      const agreed = okValue(await agreeToBreakGlass(as(KIM), grant.id));
      expect(agreed.status).toBe("active");
      expect(agreed.ends).toBe(rfc3339(clock.now() + 30 * MINUTE));
      expect((await verdictOn(dana, clock.now())).kind).toBe("allowed");
      // What was done before the second person agreed is not covered by it.
      expect((await verdictOn(dana, clock.now() - MINUTE)).kind).toBe("violation");
    });

    it("never covers a hard-mandatory failure", async () => {
      const dana = holder();
      okValue(await openBreakGlass(as(dana), OPEN));
      expect(await verdictOn(dana, clock.now(), "hard-mandatory")).toMatchObject({
        kind: "violation",
        row: 1,
      });
    });

    it("covers nobody else, nothing before it and nothing from its last millisecond on", async () => {
      const dana = holder();
      const start = clock.now();
      okValue(await openBreakGlass(as(dana), OPEN));
      clock.advance(2 * HOUR);
      expect((await verdictOn(SAM, start + MINUTE)).kind).toBe("violation");
      expect((await verdictOn(dana, start - 1)).kind).toBe("violation");
      expect((await verdictOn(dana, start)).kind).toBe("allowed");
      expect((await verdictOn(dana, start + HOUR - 1)).kind).toBe("allowed");
      expect((await verdictOn(dana, start + HOUR)).kind).toBe("violation");
    });

    it("ends by hand at once; a closed grant cannot be closed again or opened wider", async () => {
      const dana = holder();
      const { grant } = okValue(await openBreakGlass(as(dana), OPEN));
      clock.advance(10 * MINUTE);
      expect(problemIn(await closeBreakGlass(as(MAX), { id: grant.id, because: "no" })).code).toBe(
        "break_glass_not_entitled",
      );
      expect(okValue(await closeBreakGlass(as(dana), { id: grant.id, because: "it is over" })).status).toBe(
        "revoked",
      );
      expect((await verdictOn(dana, clock.now())).kind).toBe("violation");
      expect((await verdictOn(dana, clock.now() - 1)).kind).toBe("allowed");
      expect(problemIn(await closeBreakGlass(as(dana), { id: grant.id, because: "again" })).code).toBe(
        "grant_not_open",
      );
    });

    it("a stale step writes nothing: of two racing ends one is told", async () => {
      const dana = holder();
      const { grant } = okValue(await openBreakGlass(as(dana), OPEN));
      const size = okValue(await current().audit.head()).size;
      const ends = await Promise.all(
        [1, 2, 3].map((n) => closeBreakGlass(as(dana), { id: grant.id, because: `end ${n}` })),
      );
      expect(ends.filter((end) => end.ok)).toHaveLength(1);
      expect(okValue(await current().audit.head()).size).toBe(size + 1);
    });
  });

  describe("the review after a grant", () => {
    async function afterGrant(team: readonly string[] = []) {
      const dana = holder(team);
      const { grant } = okValue(await openBreakGlass(as(dana), OPEN));
      clock.advance(10 * MINUTE);
      const own = findingOf(dana, clock.now(), `fnd_${grant.id.slice(4, 16)}`);
      const other = findingOf(SAM, clock.now(), `fnd_${grant.id.slice(-12)}`);
      await storeFinding(own);
      await storeFinding(other);
      clock.advance(HOUR);
      okValue(await expireGovernance(as(dana).service));
      return { dana, grant, own, other };
    }

    it("opens by itself, shows what others did apart, and closes only with a proof for each change of the holder", async () => {
      const { dana, grant, own, other } = await afterGrant();
      // The audit log was late: the scan that finds it runs after the end.
      const links = okValue(
        await collectForGrants(as(dana).service, dana, { findings: [own, other], events: [] }),
      );
      expect(links.map(({ ref, by }) => [ref, by]).sort()).toEqual(
        [
          [own.id, "holder"],
          [other.id, "others"],
        ].sort(),
      );
      expect(
        okValue(await collectForGrants(as(dana).service, dana, { findings: [own, other], events: [] })),
      ).toEqual([]);
      const review = okValue(await findReview(as(SAM), grant.id));
      expect(review.items.map(({ id, by }) => [id, by]).sort()).toEqual(
        links.map(({ ref, by }) => [ref, by]).sort(),
      );

      const choose = {
        review: review.id,
        item: own.id,
        choice: "roll_back",
        because: "the port must be closed",
      } as const;
      expect(problemIn(await decideReviewItem(as(dana), choose)).code).toBe("review_not_entitled");
      const entitled = { ...dana, groups: ["security"] };
      expect(problemIn(await decideReviewItem(as(entitled), choose)).code).toBe("own_review");
      expect(problemIn(await closeOpenReview(as(KIM), review.id)).code).toBe("review_incomplete");
      okValue(await decideReviewItem(as(KIM), choose));
      expect(problemIn(await closeOpenReview(as(KIM), review.id)).code).toBe("review_incomplete");

      expect(okValue(await proveByReading(as(KIM).service, KIM))).toBe(0);
      clock.advance(MINUTE);
      await scanWithout(own);
      expect(okValue(await proveByReading(as(KIM).service, KIM))).toBe(1);
      expect(problemIn(await closeOpenReview(as(entitled), review.id)).code).toBe("own_review");
      expect(okValue(await closeOpenReview(as(KIM), review.id)).status).toBe("closed");
      expect(okValue(await showBreakGlass(as(KIM), grant.id)).status).toBe("reviewed");
    });

    it("overdue: turns what was covered back into violations and blocks the next grant of the person and of the team", async () => {
      const { dana, own } = await afterGrant(["edge"]);
      const at = Date.parse(own.change.time ?? "");
      expect((await verdictOn(dana, at)).kind).toBe("allowed");
      // Within the day that the review has, the next night's grant is still given.
      const next = okValue(await openBreakGlass(as(dana), OPEN));
      okValue(await closeBreakGlass(as(dana), { id: next.grant.id, because: "was not needed" }));
      clock.advance(25 * HOUR);
      expect((await verdictOn(dana, at)).kind).toBe("violation");
      expect(problemIn(await openBreakGlass(as(dana), OPEN)).code).toBe("review_debt");
      expect(problemIn(await openBreakGlass(as(SAM), OPEN)).code).toBe("review_debt");
      expect(okValue(await openBreakGlass(as(holder(["payments"])), OPEN)).status).toBe("active");
      expect(okValue(await expireGovernance(as(dana).service)).overdue).toBeGreaterThan(0);
      // Somebody pays the debts, so that the team of other tests has none.
      for (const review of okValue(await current().reviews.list({ open: true, kind: "grant" }))) {
        for (const item of review.items.filter(({ by }) => by === "holder")) {
          okValue(
            await decideReviewItem(as(LEE), {
              review: review.id,
              item: item.id,
              choice: "already_back",
              because: "seen in the console",
            }),
          );
        }
        // Of what was found gone before the choice, the next scan says that it still is.
        await scanWithout(own);
        okValue(await proveByReading(as(LEE).service, LEE));
        const closed = await closeOpenReview(as(LEE), review.id);
        if (review.subject !== next.grant.id) okValue(closed);
      }
      expect(okValue(await openBreakGlass(as({ ...dana, groups: ["on-call"] }), OPEN)).status).toBe("active");
    });

    it("opens again when a late event shows another change by the holder", async () => {
      const { dana, grant } = await afterGrant();
      okValue(await closeOpenReview(as(KIM), okValue(await findReview(as(KIM), grant.id)).id));
      const late = findingOf(dana, Date.parse(grant.endsAt) - 1, `fnd_${grant.id.slice(6, 18)}`);
      await storeFinding(late);
      okValue(await collectForGrants(as(dana).service, dana, { findings: [late], events: [] }));
      expect(okValue(await findReview(as(KIM), grant.id)).closed).toBeNull();
      expect(okValue(await showBreakGlass(as(KIM), grant.id)).status).toBe("expired");
    });

    it("links audit events however often and in whatever order they come", async () => {
      const { dana, grant } = await afterGrant();
      const event = (id: string, at: number): AuditEvent => ({
        id,
        source: "cloudtrail",
        time: rfc3339(at),
        actor: anActor({ person: dana.name, personRule: "source_identity" }),
        channel: "console",
        action: "ec2:AuthorizeSecurityGroupIngress",
        write: true,
        outcome: "succeeded",
        account: null,
        region: null,
        types: [],
        identifiers: [],
        parameters: null,
      });
      const start = Date.parse(grant.startsAt ?? "");
      const events = [event("e2", start + 2), event("e1", start + 1), event("before", start - 1)];
      okValue(await collectForGrants(as(dana).service, dana, { findings: [], events }));
      okValue(
        await collectForGrants(as(dana).service, dana, { findings: [], events: [...events].reverse() }),
      );
      expect(okValue(await current().grants.links(grant.id)).map(({ ref }) => ref)).toEqual(["e1", "e2"]);
    });
  });
}
