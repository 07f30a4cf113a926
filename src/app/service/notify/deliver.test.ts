import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { err, ok, rfc3339 } from "../../../base/index.ts";
import { type Channel, type Envelope, fault, type RouteRule } from "../../../notify/index.ts";
import { openStore, type Store } from "../../../store/index.ts";
import { REPORT_TIME } from "../../../testing/index.ts";
import { aNotice } from "../../../testing/notices.ts";
import { aScanRecord, okValue, problemIn, testOptions } from "../../../testing/record.ts";
import { deliver } from "./deliver.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const EVERY = {
  kinds: null,
  classes: null,
  severities: null,
  owners: null,
  workspaces: null,
  labels: null,
  hours: null,
};
const rule = (over: Partial<RouteRule>): RouteRule => ({
  name: "all",
  to: ["chat"],
  when: EVERY,
  quiet: null,
  urgent: ["critical"],
  digest: null,
  last: false,
  ...over,
});

let store: Store;
let now = Date.parse(REPORT_TIME);
const said: Envelope[] = [];
let broken = false;

const channel = (name: string, tells: Channel["tells"]): Channel => ({
  name,
  tells,
  digests: true,
  where: "here",
  async send(envelope) {
    if (broken) return err(fault("it answered 503", { status: 503 }));
    said.push(envelope);
    return ok({ says: "taken", status: 200, reference: "ref-1" });
  },
});
const channels = new Map(
  [channel("chat", "one_message"), channel("hook", "every_event")].map((one) => [one.name, one]),
);

const run = (routes: readonly RouteRule[]) =>
  deliver({
    notifications: store.notifications,
    settings: { publicUrl: null, channels: [], routes },
    channels,
    clock: { now: () => now },
    random: () => 1,
    signal: new AbortController().signal,
  });

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
});
afterAll(() => store.close());

it("tells of a scan once, keeps the try that failed, and updates the message", async () => {
  const notice = aNotice({ subject: "fnd_once" });
  okValue(await store.scans.record(aScanRecord({ notices: [notice] })));
  broken = true;
  expect(okValue(await run([rule({})]))).toMatchObject({ routed: 1, failed: 1, next: rfc3339(now + 15_000) });
  broken = false;
  expect(okValue(await run([rule({})]))).toMatchObject({ delivered: 0 });
  now += 15_000;
  expect(okValue(await run([rule({})]))).toMatchObject({ delivered: 1, next: null });
  okValue(await store.notifications.add([aNotice({ subject: "fnd_once", state: "ended" })]));
  expect(okValue(await run([rule({})]))).toMatchObject({ delivered: 1 });
  expect(said.map(({ message }) => message.kind === "notice" && message.reference)).toEqual([null, "ref-1"]);
  const [, first] = okValue(await store.notifications.list({ channel: "chat", limit: 5 })).items;
  expect(
    okValue(await store.notifications.get(first?.id ?? ""))?.tries.map(({ outcome }) => outcome),
  ).toEqual(["failed", "delivered"]);
});

it("writes no notice of a scan that was not recorded", async () => {
  const scan = aScanRecord({ notices: [aNotice({ subject: "fnd_lost" })] });
  const [entry] = scan.audit;
  if (entry === undefined) throw new Error("no entry");
  expect(problemIn(await store.scans.record({ ...scan, audit: [entry, entry] })).code).toBe(
    "audit_entry_repeated",
  );
  expect(okValue(await run([rule({})]))).toMatchObject({ routed: 0, delivered: 0 });
});

it("does not tell of an end of which no beginning was told, but sends machines every event", async () => {
  said.length = 0;
  okValue(await store.notifications.add([aNotice({ subject: "fnd_end", state: "ended" })]));
  expect(okValue(await run([rule({ to: ["chat", "hook"] })]))).toMatchObject({ delivered: 1, dropped: 1 });
  expect(said).toHaveLength(1);
});

it("waits for the end of quiet hours, not with what is urgent, and sends a digest as one message", async () => {
  said.length = 0;
  now = Date.parse("2026-12-01T23:30:00.000Z");
  const quiet = { from: 22 * 60, until: 7 * 60, timezone: "Europe/Berlin", days: [] };
  okValue(
    await store.notifications.add([
      aNotice({ subject: "fnd_q1" }),
      aNotice({ subject: "fnd_q2", severity: "critical" }),
    ]),
  );
  const routes = [rule({ quiet })];
  expect(okValue(await run(routes))).toMatchObject({ delivered: 1, next: "2026-12-02T06:00:00.000Z" });
  now = Date.parse("2026-12-02T06:00:00.000Z");
  expect(okValue(await run(routes))).toMatchObject({ delivered: 1, next: null });

  said.length = 0;
  const digest = { kind: "daily", at: 9 * 60, timezone: "UTC" } as const;
  okValue(await store.notifications.add([aNotice({ subject: "fnd_d1" }), aNotice({ subject: "fnd_d2" })]));
  expect(okValue(await run([rule({ digest })]))).toMatchObject({
    delivered: 0,
    next: "2026-12-02T09:00:00.000Z",
  });
  now = Date.parse("2026-12-02T09:00:00.000Z");
  expect(okValue(await run([rule({ digest })]))).toMatchObject({ delivered: 1 });
  expect(said.map(({ message }) => message.kind === "digest" && message.notices.length)).toEqual([2]);
});

it("asks routes in order and by every condition", async () => {
  now += 60_000;
  const when = { ...EVERY, labels: { env: "prod" }, owners: ["plat*"], classes: ["high"] as const };
  const last = rule({ when, to: ["hook"], last: true });
  okValue(
    await store.notifications.add([
      aNotice({ subject: "fnd_r1" }),
      aNotice({ subject: "fnd_r2", owner: null }),
    ]),
  );
  okValue(await run([last, rule({})]));
  const page = okValue(await store.notifications.list({ limit: 2 }));
  expect(page.items.map(({ channel, notice }) => [notice.subject, channel])).toEqual([
    ["fnd_r2", "chat"],
    ["fnd_r1", "hook"],
  ]);
});
