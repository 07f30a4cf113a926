import { describe, expect, it } from "vitest";
import { parseConfig } from "./index.ts";

const GOOD = `version: 1
break_glass:
  teams: [edge]
  emergencies:
    outage:
      title: Production is down
      groups: [on-call]
      scope: {workspaces: [prod-*], risk_classes: [high, critical]}
      max: 2h
      consent: second_person
      incident: {pattern: "INC-[0-9]+"}
      review: {critical: 12h}
approvals:
  critical: {groups: [security], count: 2, within: 4h}
exception_limits:
  max: {high: 10d}
  unused_after: 14d
  owners: {starter: [security]}
`;

describe("governance in trueup.yaml", () => {
  it("reads everything", () => {
    const read = parseConfig(GOOD, "trueup.yaml");
    expect(read.ok && read.value.governance).toEqual({
      emergencies: [
        {
          name: "outage",
          title: "Production is down",
          groups: ["on-call"],
          scope: { workspaces: ["prod-*"], riskClasses: ["high", "critical"] },
          maxMinutes: 120,
          consent: "second_person",
          incident: { kind: "pattern", pattern: "INC-[0-9]+" },
          reviewHours: { critical: 12, high: 72, medium: 168, low: 336 },
        },
      ],
      teams: ["edge"],
      approvals: {
        byClass: { critical: { groups: ["security"], count: 2 } },
        hours: { critical: 4, high: 24, medium: 24, low: 24 },
      },
      exceptions: {
        maxDays: { critical: 7, high: 10, medium: 90, low: 180 },
        reviewEveryDays: { critical: 7, high: 14, medium: 30, low: 90 },
        unusedAfterDays: 14,
        owners: { starter: ["security"] },
      },
    });
  });

  it.each([
    { note: "no way to check", from: '{pattern: "INC-[0-9]+"}', to: "{}", says: "incident" },
    { note: "a pattern that is none", from: '"INC-[0-9]+"', to: '"INC-("', says: "is no RE2 pattern" },
    { note: "nobody may open it", from: "groups: [on-call]", to: "groups: []", says: "groups" },
    { note: "a length that is none", from: "max: 2h", to: "max: 0s", says: "max" },
    { note: "an approval by nobody", from: "count: 2", to: "count: 0", says: "count" },
    { note: "a consent that is none", from: "second_person", to: "maybe", says: "consent" },
  ])("refuses $note", ({ from, to, says }) => {
    expect(GOOD).toContain(from);
    const read = parseConfig(GOOD.replace(from, to), "trueup.yaml");
    expect(read.ok ? [] : read.error.map(({ message }) => message).join("; ")).toContain(says);
  });
});
