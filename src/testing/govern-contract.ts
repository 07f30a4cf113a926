import { beforeEach, describe, expect, it } from "vitest";
import type { Directory } from "../app/service/govern/directory.ts";
import {
  agreeToBreakGlass,
  askForApproval,
  askForException,
  askForRenewal,
  closeBreakGlass,
  closeOpenReview,
  collectForGrants,
  decideReviewItem,
  expireGovernance,
  findReview,
  type Governing,
  grantRequestedException,
  openBreakGlass,
  openRecurringReview,
  proveByReading,
  revokeGivenApproval,
  revokeGrantedException,
  showApproval,
  showBreakGlass,
  storedCovers,
  useGivenApproval,
  voteOnApproval,
} from "../app/service/govern/index.ts";
import { ok, rfc3339 } from "../base/index.ts";
import type { AuditEvent, Finding, PolicyException, Principal } from "../domain/index.ts";
import type { OpenRequest } from "../govern/breakglass/index.ts";
import type { ExceptionRequest } from "../govern/exceptions/index.ts";
import { combine } from "../judge/verdict/index.ts";
import type { Store } from "../store/index.ts";
import { aDecisionStep } from "./decision-contract.ts";
import { aChange, aFinding, anActor, aPolicyRef, aPolicyResult, aViolation } from "./index.ts";
import { aScanRecord, okValue, problemIn } from "./record.ts";
import { TEST_NOW, type TestClock, testClock, testConfig, testService } from "./service.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function person(name: string, groups: readonly string[]): Principal {
  return {
    id: `acc_${name}`,
    kind: "human",
    name: `${name}@example.com`,
    groups,
    method: "oidc",
    scopes: null,
    sourceIp: "198.51.100.7",
    userAgent: null,
    session: null,
  };
}

const DANA = person("dana", ["on-call", "edge"]);
const KIM = person("kim", ["security", "on-call"]);
const LEE = person("lee", ["security"]);
const SAM = person("sam", ["edge", "on-call"]);
const MAX = person("max", ["marketing"]);

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

/**
 * Everything that governance promises, and every way around it that it refuses, over one store. Each test has people of its own
 * making, so that they do not meet each other's debts.
 */
export function governContract(current: () => Store): void {
  let clock: TestClock;
  let revoked: Set<string>;
  let unique = 0;

  const directory = (): Directory => ({
    mayDo: async (principal, permission) =>
      ok(
        permission.startsWith("approvals") || permission.startsWith("exceptions.grant")
          ? principal.groups.includes("security") && !revoked.has(principal.id)
          : principal.groups.includes("security") || principal.groups.includes("edge"),
      ),
    approvers: async () =>
      ok(
        [KIM, LEE].filter(({ id }) => !revoked.has(id)).map(({ id, name, groups }) => ({ id, name, groups })),
      ),
    entitled: async () => ok(({ by }) => !revoked.has(by.id)),
  });

  function as(principal: Principal): Governing {
    const config = testConfig();
    const governance: typeof config.governance = {
      ...config.governance,
      teams: ["edge"],
      emergencies: [
        {
          name: "outage",
          title: "Production is down",
          groups: ["on-call"],
          scope: { workspaces: ["prod-*"] },
          maxMinutes: 120,
          consent: "told",
          incident: { kind: "pattern", pattern: "INC-[0-9]+" },
          reviewHours: { critical: 24, high: 24, medium: 48, low: 48 },
        },
        {
          name: "with-consent",
          title: "Needs two",
          groups: ["on-call"],
          scope: {},
          maxMinutes: 30,
          consent: "second_person",
          incident: null,
          reviewHours: { critical: 24, high: 24, medium: 48, low: 48 },
        },
      ],
      approvals: {
        byClass: { critical: { groups: ["security"], count: 2 }, high: { groups: ["security"], count: 1 } },
        hours: { critical: 4, high: 24, medium: 24, low: 24 },
      },
      exceptions: { ...config.governance.exceptions, unusedAfterDays: 14, owners: { starter: ["security"] } },
    };
    const soft = { name: "open-admin-ports-aws", level: "soft-mandatory" };
    const hard = { name: "no-root", level: "hard-mandatory" };
    const service = testService(current(), { clock, config: { ...config, governance } });
    const sets = [{ name: "starter", policies: [soft, hard] }];
    return {
      // Only names and levels of the loaded policies matter here.
      service: { ...service, policies: { ...service.policies, sets: sets as never } },
      principal,
      directory: directory(),
    };
  }

  /** A holder whom no other test knows. */
  function holder(team: readonly string[] = []): Principal {
    unique++;
    return person(`holder${unique}-${Math.floor(clock.now() / 1000)}`, ["on-call", ...team]);
  }

  async function covers() {
    return okValue(await storedCovers(current(), directory(), clock.now()));
  }

  /** The verdict on a soft failure by this person at that time, as the scanner sees it now. */
  async function verdictOn(
    who: Principal,
    time: number,
    level: "soft-mandatory" | "hard-mandatory" = "soft-mandatory",
  ) {
    return combine({
      change: aChange({
        actor: anActor({ person: who.name, personRule: "source_identity" }),
        time: rfc3339(time),
      }),
      environment: { workspace: "prod-edge", labels: {}, account: null },
      riskClass: "high",
      results: [failing(level)],
      covers: await covers(),
      letThrough: [],
      attributionDeadline: null,
      now: clock.now(),
    });
  }

  function findingOf(who: Principal, time: number, id: string): Finding {
    return aFinding({
      id,
      workspace: "prod-edge",
      change: {
        ...aFinding().change,
        actor: anActor({ person: who.name, personRule: "source_identity" }),
        time: rfc3339(time),
      },
    });
  }

  async function storeFinding(finding: Finding): Promise<void> {
    okValue(
      await current().findings.accept({
        workspace: finding.workspace,
        entries: [],
        findings: [finding],
        audit: [],
      }),
    );
  }

  /** A later scan that finds it gone, or finds it gone still. */
  async function scanWithout(finding: Finding): Promise<void> {
    const held = okValue(await current().findings.find(finding.id));
    const gone: Finding[] =
      held?.status === "resolved" ? [] : [{ ...finding, status: "resolved", delta: "gone" }];
    const time = rfc3339(clock.now());
    const summary = { gaps: [] };
    const { workspace } = finding;
    okValue(
      await current().scans.record(aScanRecord({ findings: gone, workspace, time, summary, audit: [] })),
    );
  }

  async function lastEntry() {
    const head = okValue(await current().audit.head());
    return okValue(await current().audit.entriesFrom(head.size - 1, 1))[0]?.entry;
  }

  beforeEach(() => {
    // Each test lives in a week of its own: nothing that an earlier one left is live.
    clock = testClock(TEST_NOW + ++unique * 400 * DAY);
    revoked = new Set();
  });

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
      const team = `team-${unique}`;
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
      expect(okValue(await openBreakGlass(as(holder([team])), OPEN)).status).toBe("active");
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

function failing(level: "soft-mandatory" | "hard-mandatory") {
  const policy = aPolicyRef({ set: "starter", policy: "open-admin-ports-aws" });
  return aPolicyResult({ policy, level, outcome: "fail", violations: [aViolation({ policy, level })] });
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
