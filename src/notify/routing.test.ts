import { describe, expect, it } from "vitest";
import { aNotice } from "../testing/notices.ts";
import type { Notice } from "./ports.ts";
import { planDeliveries } from "./routing.ts";
import type { Hours, RouteRule } from "./settings.ts";

const EVERY: RouteRule["when"] = {
  kinds: null,
  classes: null,
  severities: null,
  owners: null,
  workspaces: null,
  labels: null,
  hours: null,
};

type Over = Partial<Omit<RouteRule, "when">> & { readonly when?: Partial<RouteRule["when"]> };

function rule({ when, ...over }: Over = {}): RouteRule {
  const plain = { name: "all", to: ["chat"], quiet: null, urgent: [], digest: null, last: false };
  return { ...plain, ...over, when: { ...EVERY, ...when } };
}

function plan(routes: readonly RouteRule[], now: string, notice: Notice = aNotice()) {
  return planDeliveries(notice, routes, (channel) => channel === "chat", Date.parse(now));
}

const NOON = "2026-11-24T12:00:00.000Z";

describe("who is told", () => {
  const CASES: readonly (readonly [note: string, when: Partial<RouteRule["when"]>, told: boolean])[] = [
    ["kind", { kinds: ["finding.*"] }, true],
    ["another kind", { kinds: ["approval.*"] }, false],
    ["class", { classes: ["high"] }, true],
    ["another class", { classes: ["low", "critical"] }, false],
    ["severity", { severities: ["error"] }, true],
    ["another severity", { severities: ["info"] }, false],
    ["owner", { owners: ["plat*"] }, true],
    ["nobody, of what somebody owns", { owners: ["-"] }, false],
    ["workspace", { workspaces: ["prod-*"] }, true],
    ["another workspace", { workspaces: ["dev-*"] }, false],
    ["labels", { labels: { env: "prod", team: "*" } }, true],
    ["one label of two", { labels: { env: "prod", team: "edge" } }, false],
    ["a label that is not there", { labels: { zone: "*" } }, false],
    ["a label that every object has", { labels: { constructor: "*" } }, false],
    ["one condition of two", { kinds: ["finding.*"], severities: ["info"] }, false],
  ];
  it.each(CASES)("by %s", (_note, when, told) => {
    expect(plan([rule({ when })], NOON)).toHaveLength(told ? 1 : 0);
  });

  it("a notice without class or owner", () => {
    const notice = aNotice({ class: null, owner: null });
    expect(plan([rule({ when: { classes: ["high"] } })], NOON, notice)).toEqual([]);
    expect(plan([rule({ when: { owners: ["-"] } })], NOON, notice)).toHaveLength(1);
  });

  it("each channel once, at the earliest time, until a last route", () => {
    const digest = { kind: "daily", at: 9 * 60, timezone: "UTC" } as const;
    const routes = [
      rule({ name: "later", to: ["chat", "hook"], digest }),
      rule({ name: "now", to: ["chat"], last: true }),
      rule({ name: "never", to: ["mail"] }),
    ];
    expect(plan(routes, NOON)).toEqual([
      { channel: "chat", notBefore: NOON, digest: null, coalesce: true },
      {
        channel: "hook",
        notBefore: "2026-11-25T09:00:00.000Z",
        digest: "later/2026-11-25T09:00:00.000Z",
        coalesce: false,
      },
    ]);
  });
});

const berlin = (from: number, until: number, days: readonly number[] = []): Hours => ({
  from: from * 60,
  until: until * 60,
  timezone: "Europe/Berlin",
  days,
});

describe("quiet hours", () => {
  // Berlin springs forward on 2026-03-29 at 02:00 (01:00Z) and falls back on 2026-10-25 at 03:00 (01:00Z).
  const CASES: readonly (readonly [note: string, quiet: Hours, now: string, notBefore: string])[] = [
    ["outside of them", berlin(22, 7), "2026-12-01T12:00:00.000Z", "2026-12-01T12:00:00.000Z"],
    ["in winter", berlin(22, 7), "2026-12-01T23:30:20.000Z", "2026-12-02T06:00:00.000Z"],
    ["in summer", berlin(22, 7), "2026-07-01T21:00:00.000Z", "2026-07-02T05:00:00.000Z"],
    ["at their end", berlin(22, 7), "2026-12-02T06:00:00.000Z", "2026-12-02T06:00:00.000Z"],
    ["in the night that is short", berlin(22, 7), "2026-03-28T22:00:00.000Z", "2026-03-29T05:00:00.000Z"],
    ["in the night that is long", berlin(22, 7), "2026-10-24T21:00:00.000Z", "2026-10-25T06:00:00.000Z"],
    [
      "that end in the hour that is skipped",
      berlin(22, 2),
      "2026-03-29T00:30:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "that end in the hour that comes twice",
      berlin(22, 3),
      "2026-10-25T00:30:00.000Z",
      "2026-10-25T02:00:00.000Z",
    ],
    ["on another day", berlin(22, 7, [6]), "2026-12-01T23:30:00.000Z", "2026-12-01T23:30:00.000Z"],
    ["that began the day before", berlin(22, 7, [6]), "2026-12-06T02:00:00.000Z", "2026-12-06T06:00:00.000Z"],
    [
      "that would begin on a day that is none",
      berlin(22, 7, [6]),
      "2026-12-06T22:00:00.000Z",
      "2026-12-06T22:00:00.000Z",
    ],
  ];
  it.each(CASES)("%s", (_note, quiet, now, notBefore) => {
    expect(plan([rule({ quiet })], now)).toMatchObject([{ notBefore }]);
  });

  it("hold back nothing that is urgent, and end some time even if they are always", () => {
    const now = "2026-12-01T23:30:00.000Z";
    const urgent = rule({
      quiet: berlin(22, 7),
      urgent: ["error"],
      digest: { kind: "every", ms: 3_600_000 },
    });
    expect(plan([urgent], now)).toMatchObject([{ notBefore: now, digest: null }]);
    expect(plan([rule({ quiet: berlin(7, 7) })], now)).toMatchObject([
      { notBefore: "2026-12-09T23:30:00.000Z" },
    ]);
  });

  it("as a condition: only what happens in them", () => {
    const route = rule({ when: { hours: berlin(9, 17, [1, 2, 3, 4, 5]) } });
    expect(plan([route], "2026-11-24T08:00:00.000Z")).toHaveLength(1);
    expect(plan([route], "2026-11-24T07:59:59.000Z")).toEqual([]);
    expect(plan([route], "2026-11-24T16:00:00.000Z")).toEqual([]);
    expect(plan([route], "2026-11-28T10:00:00.000Z")).toEqual([]);
  });
});

describe("digests", () => {
  const daily = (hour: number) =>
    rule({ digest: { kind: "daily", at: hour * 60, timezone: "Europe/Berlin" } });
  const CASES: readonly (readonly [note: string, route: RouteRule, now: string, notBefore: string])[] = [
    ["today", daily(9), "2026-11-24T07:00:10.000Z", "2026-11-24T08:00:00.000Z"],
    ["tomorrow, when it is that minute", daily(9), "2026-11-24T08:00:30.000Z", "2026-11-25T08:00:00.000Z"],
    ["over the night that is short", daily(9), "2026-03-28T12:00:00.000Z", "2026-03-29T07:00:00.000Z"],
    ["over the night that is long", daily(9), "2026-10-24T12:00:00.000Z", "2026-10-25T08:00:00.000Z"],
    [
      "in the minute that is skipped: an hour later",
      daily(2),
      "2026-03-28T12:00:00.000Z",
      "2026-03-29T01:00:00.000Z",
    ],
    [
      "in the hour that comes twice: the first",
      daily(2),
      "2026-10-24T12:00:00.000Z",
      "2026-10-25T00:00:00.000Z",
    ],
    ["after the hour that comes twice", daily(2), "2026-10-25T02:00:00.000Z", "2026-10-26T01:00:00.000Z"],
    [
      "before the clock changes on that day",
      daily(1),
      "2026-03-28T12:00:00.000Z",
      "2026-03-29T00:00:00.000Z",
    ],
    [
      "each hour",
      rule({ digest: { kind: "every", ms: 3_600_000 } }),
      "2026-11-24T07:20:00.000Z",
      "2026-11-24T08:00:00.000Z",
    ],
  ];
  it.each(CASES)("%s", (_note, route, now, notBefore) => {
    expect(plan([route], now)).toMatchObject([{ notBefore, digest: `all/${notBefore}` }]);
  });

  it("wait for the end of quiet hours as well", () => {
    const route = rule({
      quiet: berlin(22, 10),
      digest: { kind: "daily", at: 9 * 60, timezone: "Europe/Berlin" },
    });
    expect(plan([route], "2026-11-23T23:00:00.000Z")).toMatchObject([
      { notBefore: "2026-11-25T08:00:00.000Z" },
    ]);
  });
});
