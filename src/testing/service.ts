import { pino } from "pino";
import { type Config, defaultConfig } from "../app/config/index.ts";
import { liveBus } from "../app/service/live-bus.ts";
import type { Service } from "../app/service/service.ts";
import { type Clock, fixedClock, rfc3339 } from "../base/index.ts";
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

/** A service over a store, with the default configuration, a key of zeros and no log. */
export function testService(store: Store, overrides: Partial<Service> = {}): Service {
  const clock = overrides.clock ?? fixedClock(TEST_NOW);
  const live = overrides.live ?? liveBus(() => rfc3339(clock.now()), null);
  return {
    config: testConfig(),
    root: process.cwd(),
    clock,
    store,
    estateKey: new Uint8Array(32),
    log: pino({ level: "silent" }),
    live,
    changed: (change) => live.publish(change),
    ...overrides,
  };
}

export function testConfig(): Config {
  const config = defaultConfig({});
  if (config.ok) return config.value;
  throw new Error(config.error.map((found) => found.message).join("; "));
}
