import { describe, expect, it } from "vitest";
import { rfc3339 } from "../base/index.ts";
import type { Claim, NotificationStore, PlannedDelivery } from "../notify/ports.ts";
import { REPORT_TIME } from "./index.ts";
import { aNotice } from "./notices.ts";
import { okValue } from "./record.ts";

const T0 = Date.parse(REPORT_TIME);
const at = (seconds: number): string => rfc3339(T0 + seconds * 1_000);

/**
 * What every outbox must do. `open` gives a store in which nothing waits; it may hold what earlier cases delivered.
 */
export function notificationContract(name: string, open: () => Promise<NotificationStore>): void {
  describe(`${name} as an outbox`, () => {
    const to = (channel: string, over: Partial<PlannedDelivery> = {}): PlannedDelivery => ({
      channel,
      notBefore: at(0),
      digest: null,
      coalesce: false,
      ...over,
    });
    const claimAll = async (store: NotificationStore, now: number, lease = 60): Promise<readonly Claim[]> =>
      okValue(await store.claim(50, at(now), at(now + lease)));
    const delivered = (reference: string | null = null) =>
      ({ kind: "delivered", says: "200 OK", status: 200, reference }) as const;

    it("routes each notice once, in order, and tries what is due", async () => {
      const store = await open();
      const [first, second] = [aNotice(), aNotice({ subject: "fnd_000000000001" })];
      okValue(await store.add([first, second, first]));
      expect(okValue(await store.nextDue())).not.toBeNull();
      const seen: string[] = [];
      const plan = ({ id }: { id: string }) => {
        seen.push(id);
        return [to("c-route")];
      };
      expect(okValue(await store.route(10, at(0), plan))).toBe(2);
      expect(okValue(await store.route(10, at(0), plan))).toBe(0);
      expect(seen).toEqual([first.id, second.id]);

      const claims = await claimAll(store, 1);
      expect(claims.map(({ deliveries }) => deliveries.map(({ notice }) => notice))).toEqual([
        [first],
        [second],
      ]);
      expect(await claimAll(store, 2)).toEqual([]);
      for (const claim of claims) okValue(await store.finish(claim, delivered(), at(3)));
      expect(okValue(await store.nextDue())).toBeNull();
      const { items } = okValue(await store.list({ channel: "c-route", limit: 10 }));
      expect(items.map(({ status, tries, endedAt }) => ({ status, tries, endedAt }))).toEqual([
        { status: "delivered", tries: 1, endedAt: at(3) },
        { status: "delivered", tries: 1, endedAt: at(3) },
      ]);
    });

    it("keeps each try of a delivery, backs off, gives up and takes up again by hand", async () => {
      const store = await open();
      okValue(await store.add([aNotice({ subject: "fnd_tries" })]));
      okValue(await store.route(10, at(0), () => [to("c-tries")]));
      const [one] = await claimAll(store, 0);
      if (one === undefined) throw new Error("nothing to try");
      const failed = { kind: "failed", says: "503 busy", status: 503 } as const;
      okValue(await store.finish(one, { ...failed, nextTry: at(30) }, at(1)));
      expect(await claimAll(store, 29)).toEqual([]);
      expect(okValue(await store.nextDue())).toBe(at(30));
      const [two] = await claimAll(store, 30);
      if (two === undefined) throw new Error("nothing to try");
      okValue(await store.finish(two, { ...failed, nextTry: null }, at(31)));
      const { id } = two.deliveries[0] ?? { id: "" };

      expect(okValue(await store.nextDue())).toBeNull();
      expect(okValue(await store.counts())).toContainEqual({ channel: "c-tries", pending: 0, dead: 1 });
      expect(okValue(await store.get(id))).toMatchObject({
        delivery: { status: "dead", tries: 2, says: "503 busy", nextTry: null, endedAt: at(31) },
        tries: [
          { number: 1, startedAt: at(0), endedAt: at(1), outcome: "failed", status: 503, nextTry: at(30) },
          { number: 2, startedAt: at(30), endedAt: at(31), outcome: "failed", status: 503, nextTry: null },
        ],
      });
      expect(okValue(await store.retry("dlv_none", at(40)))).toBe(false);
      expect(okValue(await store.retry(id, at(40)))).toBe(true);
      expect(okValue(await store.retry(id, at(40)))).toBe(false);
      const [three] = await claimAll(store, 41);
      if (three === undefined) throw new Error("nothing to try");
      okValue(await store.finish(three, delivered(), at(42)));
      expect(okValue(await store.get(id))).toMatchObject({ delivery: { status: "delivered", tries: 3 } });
    });

    it("gives a delivery to another process when the lease ran out, and lets the first record nothing", async () => {
      const store = await open();
      okValue(await store.add([aNotice({ subject: "fnd_lease" })]));
      okValue(await store.route(10, at(0), () => [to("c-lease")]));
      const [lost] = await claimAll(store, 0, 60);
      expect(await claimAll(store, 59)).toEqual([]);
      const [found] = await claimAll(store, 60);
      if (lost === undefined || found === undefined) throw new Error("nothing to try");
      okValue(
        await store.finish(lost, { kind: "failed", says: "late", status: null, nextTry: null }, at(61)),
      );
      okValue(await store.finish(found, delivered("ts-1"), at(62)));
      okValue(
        await store.finish(lost, { kind: "failed", says: "later", status: null, nextTry: null }, at(63)),
      );
      const { id } = found.deliveries[0] ?? { id: "" };
      expect(okValue(await store.get(id))).toMatchObject({
        delivery: { status: "delivered", says: "200 OK" },
        tries: [{ outcome: "lost", endedAt: at(60) }, { outcome: "delivered" }],
      });
    });

    it("hands the reference of the first message to the next notice of the subject, which never overtakes it", async () => {
      const store = await open();
      const subject = "fnd_order";
      okValue(await store.add([aNotice({ subject }), aNotice({ subject })]));
      okValue(await store.route(10, at(0), () => [to("c-order"), to("c-order-2")]));
      const first = (await claimAll(store, 0)).filter(({ channel }) => channel === "c-order");
      expect(first).toHaveLength(1);
      expect(first[0]?.reference).toBeNull();
      if (first[0] !== undefined) okValue(await store.finish(first[0], delivered("ts-7"), at(1)));
      const [second] = (await claimAll(store, 2)).filter(({ channel }) => channel === "c-order");
      expect(second?.reference).toBe("ts-7");
      expect(second?.deliveries[0]?.tries).toBe(1);
      if (second !== undefined) okValue(await store.finish(second, delivered(null), at(3)));
      okValue(await store.add([aNotice({ subject })]));
      okValue(await store.route(10, at(4), () => [to("c-order")]));
      const [third] = (await claimAll(store, 4)).filter(({ channel }) => channel === "c-order");
      expect(third?.reference).toBe("ts-7");
      if (third !== undefined) okValue(await store.finish(third, { kind: "dropped", says: "gone" }, at(5)));
      for (const claim of await claimAll(store, 100))
        okValue(await store.finish(claim, delivered(), at(101)));
      for (const claim of await claimAll(store, 102))
        okValue(await store.finish(claim, delivered(), at(103)));
    });

    it("lets a later notice take the place of one that waits, where the plan says so", async () => {
      const store = await open();
      const subject = "fnd_coalesce";
      const [early, late] = [aNotice({ subject }), aNotice({ subject, state: "ended" })];
      okValue(await store.add([early]));
      okValue(
        await store.route(10, at(0), () => [
          to("c-co", { coalesce: true, notBefore: at(500) }),
          to("c-each"),
        ]),
      );
      okValue(await store.add([late]));
      okValue(
        await store.route(10, at(1), () => [
          to("c-co", { coalesce: true, notBefore: at(500) }),
          to("c-each"),
        ]),
      );
      const { items } = okValue(await store.list({ channel: "c-co", limit: 10 }));
      expect(items.map(({ notice, status }) => [notice.id, status])).toEqual([
        [late.id, "pending"],
        [early.id, "superseded"],
      ]);
      for (const claim of await claimAll(store, 600))
        okValue(await store.finish(claim, delivered(), at(601)));
      for (const claim of await claimAll(store, 602))
        okValue(await store.finish(claim, delivered(), at(603)));
      const each = okValue(await store.list({ channel: "c-each", limit: 10 }));
      expect(each.items.map(({ status }) => status)).toEqual(["delivered", "delivered"]);
    });

    it("sends a digest as one message, at its time", async () => {
      const store = await open();
      const digest = { digest: "daily/2026-11-25", notBefore: at(1_000) };
      const notices = [
        aNotice({ subject: "fnd_d1" }),
        aNotice({ subject: "fnd_d2" }),
        aNotice({ subject: "fnd_d1" }),
      ];
      okValue(await store.add(notices));
      okValue(await store.route(10, at(0), () => [to("c-digest", digest)]));
      expect(await claimAll(store, 999)).toEqual([]);
      const claims = await claimAll(store, 1_000);
      expect(claims).toHaveLength(1);
      expect(claims[0]?.deliveries.map(({ notice }) => notice.id)).toEqual(notices.map(({ id }) => id));
      if (claims[0] !== undefined) okValue(await store.finish(claims[0], delivered(), at(1_001)));
      expect(okValue(await store.nextDue())).toBeNull();
    });

    it("pages through the log by status, subject and workspace, and takes hostile text for text", async () => {
      const store = await open();
      const workspace = "o'ps\u0000; drop table notices";
      const notices = [1, 2, 3].map((n) =>
        aNotice({ subject: `fnd_page${n}`, workspace, title: "<b>\u0000" }),
      );
      okValue(await store.add(notices));
      okValue(await store.route(10, at(0), () => [to("c-page")]));
      const first = okValue(await store.list({ workspace, limit: 2 }));
      expect(first.items.map(({ notice }) => notice)).toEqual([notices[2], notices[1]]);
      const rest = okValue(await store.list({ workspace, limit: 2, before: first.next ?? 0 }));
      expect(rest).toMatchObject({ items: [{ notice: notices[0] }], next: null });
      expect(okValue(await store.list({ workspaces: [], limit: 2 })).items).toEqual([]);
      expect(
        okValue(await store.list({ subject: "fnd_page2", status: "pending", limit: 9 })).items,
      ).toHaveLength(1);
      for (const claim of await claimAll(store, 1)) okValue(await store.finish(claim, delivered("r"), at(2)));
    });

    it("forgets old notices of which nothing waits", async () => {
      const store = await open();
      const old = aNotice({ subject: "fnd_old", time: "2020-01-01T00:00:00.000Z" });
      const waits = aNotice({ subject: "fnd_waits", time: "2020-01-01T00:00:00.000Z" });
      okValue(await store.add([old, waits]));
      okValue(await store.route(10, at(0), (notice) => (notice.id === waits.id ? [to("c-prune")] : [])));
      expect(okValue(await store.prune("2021-01-01T00:00:00.000Z"))).toBe(1);
      const [left] = await claimAll(store, 1);
      expect(left?.deliveries[0]?.notice).toEqual(waits);
      if (left !== undefined) okValue(await store.finish(left, delivered(), at(2)));
      expect(okValue(await store.prune("2021-01-01T00:00:00.000Z"))).toBe(1);
    });
  });
}
