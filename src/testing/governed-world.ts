import { beforeEach } from "vitest";
import type { Directory } from "../app/service/govern/directory.ts";
import { type Governing, storedCovers } from "../app/service/govern/index.ts";
import { ok, rfc3339 } from "../base/index.ts";
import type { Finding, Principal } from "../domain/index.ts";
import { combine } from "../judge/verdict/index.ts";
import type { Store } from "../store/index.ts";
import { aChange, aFinding, anActor, aPolicyRef, aPolicyResult, aViolation } from "./index.ts";
import { aScanRecord, okValue } from "./record.ts";
import { TEST_NOW, testClock, testConfig, testService } from "./service.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

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

export const DANA = person("dana", ["on-call", "edge"]);
export const KIM = person("kim", ["security", "on-call"]);
export const LEE = person("lee", ["security"]);
export const SAM = person("sam", ["edge", "on-call"]);
export const MAX = person("max", ["marketing"]);

/** People, a clock that tests move, and the questions that every suite of governance asks, over one store. */
export type GovernedWorld = ReturnType<typeof governedWorld>;

export function governedWorld(current: () => Store) {
  const clock = testClock();
  /** Ids of people whose authority went away. */
  const revoked = new Set<string>();
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
    // Each test lives in a year of its own: nothing that an earlier one left is live.
    clock.set(TEST_NOW + ++unique * 400 * DAY);
    revoked.clear();
  });

  return {
    current,
    clock,
    revoked,
    as,
    holder,
    covers,
    verdictOn,
    findingOf,
    storeFinding,
    scanWithout,
    lastEntry,
  };
}

function failing(level: "soft-mandatory" | "hard-mandatory") {
  const policy = aPolicyRef({ set: "starter", policy: "open-admin-ports-aws" });
  return aPolicyResult({ policy, level, outcome: "fail", violations: [aViolation({ policy, level })] });
}
