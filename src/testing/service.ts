import { pino } from "pino";
import { type Config, defaultConfig } from "../app/config/index.ts";
import { liveBus } from "../app/service/live-bus.ts";
import type { PolicyKeeper } from "../app/service/policy-keeper.ts";
import type { Service } from "../app/service/service.ts";
import { tally } from "../app/service/tally.ts";
import { type Clock, err, fixedClock, ok, problem, rfc3339 } from "../base/index.ts";
import { shippedRiskRules } from "../judge/risk/index.ts";
import type { Store } from "../store/index.ts";

/** The instant at which tests live. */
export const TEST_NOW = Date.parse("2026-11-24T12:00:00.000Z");

/** A clock that tests move. */
export interface TestClock extends Clock {
  set(epochMs: number): void;
  advance(ms: number): void;
}

export function testClock(start: number = TEST_NOW): TestClock {
  let now = start;
  return {
    now: () => now,
    set(epochMs) {
      now = epochMs;
    },
    advance(ms) {
      now += ms;
    },
  };
}

/** Judges nothing. Tests that judge open a keeper of their own (`keepPolicies`). */
const NO_POLICIES: PolicyKeeper = {
  sets: [],
  riskRules: shippedRiskRules,
  judge: {
    decide: async () => err(problem("judge_unavailable", "this test has no judge")),
    judge: async () => err(problem("judge_unavailable", "this test has no judge")),
    state: { threads: 0, running: 0, waiting: 0 },
    stop: async () => undefined,
  },
  reload: async () => ok(undefined),
  stop: async () => undefined,
};

/** A service over a store, with the default configuration, a key of zeros and no log. */
export function testService(store: Store, overrides: Partial<Service> = {}): Service {
  const clock = overrides.clock ?? fixedClock(TEST_NOW);
  const live = overrides.live ?? liveBus(() => rfc3339(clock.now()), null);
  return {
    config: testConfig(),
    root: process.cwd(),
    clock,
    monotonic: () => performance.now(),
    store,
    estateKey: new Uint8Array(32),
    auditKey: "trueup.local/test+00000000+none",
    log: pino({ level: "silent" }),
    policies: NO_POLICIES,
    directory: null,
    covers: async () => ok([]),
    live,
    tally: tally(),
    changed: (change) => live.publish(change),
    ...overrides,
  };
}

export function testConfig(): Config {
  const config = defaultConfig({});
  if (config.ok) return config.value;
  throw new Error(config.error.map((found) => found.message).join("; "));
}
