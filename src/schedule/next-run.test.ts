import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkCron, jitterOf, nextRun } from "./next-run.ts";

const runs = (cron: string, timezone: string, from: string, count: number, jitterMs = 0): string[] => {
  const found: string[] = [];
  let at = Date.parse(from);
  for (let n = 0; n < count; n++) {
    const next = nextRun({ cron, timezone, jitterMs }, at);
    if (next === null) break;
    found.push(next.replace(".000Z", "Z"));
    at = Date.parse(next);
  }
  return found;
};

describe("when a line runs next", () => {
  it.each([
    [
      "every four hours",
      "17 */4 * * *",
      "UTC",
      "2026-11-24T12:00:00Z",
      ["2026-11-24T12:17:00Z", "2026-11-24T16:17:00Z"],
    ],
    ["strictly after", "0 12 * * *", "UTC", "2026-11-24T12:00:00Z", ["2026-11-25T12:00:00Z"]],
    [
      "local time of the timezone",
      "30 6 * * 1-5",
      "Asia/Kolkata",
      "2026-11-27T12:00:00Z",
      ["2026-11-30T01:00:00Z"],
    ],
    ["a leap day", "0 0 29 2 *", "UTC", "2026-11-24T12:00:00Z", ["2028-02-29T00:00:00Z"]],
    // Europe/Berlin: 29 March 2026, 02:00 → 03:00; 25 October 2026, 03:00 → 02:00.
    [
      "through the lost hour",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-03-28T00:00:00Z",
      ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"],
    ],
    [
      "once in the hour that comes twice",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-24T12:00:00Z",
      ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
    ],
    [
      "at one local time on both sides of the change",
      "0 9 * * *",
      "America/New_York",
      "2026-10-31T12:00:00Z",
      ["2026-10-31T13:00:00Z", "2026-11-01T14:00:00Z"],
    ],
  ])("%s", (_name, cron, timezone, from, expected) => {
    expect(runs(cron, timezone, from, expected.length)).toEqual(expected);
  });

  it("never comes for a day that is not", () => {
    expect(nextRun({ cron: "0 0 31 2 *", timezone: "UTC", jitterMs: 0 }, 0)).toBeNull();
  });

  it("lies strictly later, and a jitter only moves it", () => {
    const instant = fc.integer({ min: Date.parse("2024-01-01"), max: Date.parse("2030-01-01") });
    const zone = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe");
    fc.assert(
      fc.property(instant, zone, fc.integer({ min: 0, max: 3_600_000 }), (after, timezone, jitterMs) => {
        const line = { cron: "17 */2 * * *", timezone };
        const next = Date.parse(nextRun({ ...line, jitterMs }, after) ?? "");
        expect(next).toBeGreaterThan(after);
        expect(next).toBe(Date.parse(nextRun({ ...line, jitterMs: 0 }, after - jitterMs) ?? "") + jitterMs);
      }),
      { numRuns: 200 },
    );
  });

  it("after a long time without workers, is one run and then the next regular one", () => {
    const line = { cron: "0 * * * *", timezone: "UTC", jitterMs: 0 };
    expect(nextRun(line, Date.parse("2026-11-24T17:30:00Z"))).toBe("2026-11-24T18:00:00.000Z");
  });
});

describe("what is no line", () => {
  it.each([
    ["", "UTC", "cron_invalid"],
    ["* * * *", "UTC", "cron_invalid"],
    ["* * * * * *", "UTC", "cron_invalid"],
    ["61 * * * *", "UTC", "cron_invalid"],
    ["@daily", "UTC", "cron_invalid"],
    ["2026-11-24T12:00:00", "UTC", "cron_invalid"],
    [`${"1,".repeat(500)}1 * * * *`, "UTC", "cron_invalid"],
    ["0 0 * * *", "Mars/Olympus", "timezone_unknown"],
    ["0 0 * * *", "", "timezone_unknown"],
  ])("`%s` in `%s`: %s", (cron, timezone, code) => {
    expect(checkCron(cron, timezone)).toMatchObject({ code });
  });
});

describe("jitter", () => {
  it("is the same for a name, within the spread, and spreads", () => {
    const places = Array.from({ length: 400 }, (_, n) => jitterOf(`live/${n}`, 600));
    expect(places).toEqual(Array.from({ length: 400 }, (_, n) => jitterOf(`live/${n}`, 600)));
    expect(Math.max(...places)).toBeLessThan(600_000);
    // Ten minutes hold ten: none is empty, none holds more than a quarter.
    const minutes = Array.from(
      { length: 10 },
      (_, m) => places.filter((at) => Math.floor(at / 60_000) === m).length,
    );
    expect(Math.min(...minutes)).toBeGreaterThan(0);
    expect(Math.max(...minutes)).toBeLessThan(100);
    expect(jitterOf("live/1", 0)).toBe(0);
  });
});
