import { type Clock, err, ok, type Problem, problem, type Result } from "../../../base/index.ts";

export interface BackoffSettings {
  /** Failures that cost nothing: people mistype. */
  readonly free: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

const SETTINGS: BackoffSettings = { free: 5, firstMs: 1_000, longestMs: 15 * 60_000 };
/** Keys that are remembered; the oldest are forgotten first. */
const MOST_KEYS = 20_000;

interface Failures {
  readonly count: number;
  readonly until: number;
  readonly last: number;
}

/** Lock-out that grows with each failure and ends by itself. Of one process: behind several, each counts for itself. */
export interface Backoff {
  /** Problem `rate_limited` while one of the keys has to wait. */
  check(keys: readonly string[]): Result<void, Problem>;
  failed(keys: readonly string[]): void;
  succeeded(keys: readonly string[]): void;
}

export function makeBackoff(clock: Clock, settings: Partial<BackoffSettings> = {}): Backoff {
  const { free, firstMs, longestMs } = { ...SETTINGS, ...settings };
  const held = new Map<string, Failures>();
  return {
    check(keys) {
      const now = clock.now();
      // A clock that was set back must not lock anybody out for longer than a lock-out lasts.
      const waits = keys.map((key) => Math.min((held.get(key)?.until ?? 0) - now, longestMs));
      const wait = Math.max(0, ...waits);
      if (wait <= 0) return ok(undefined);
      return err(
        problem("rate_limited", "too many attempts that failed", {
          hint: `come again in ${Math.ceil(wait / 1_000)} seconds`,
        }),
      );
    },
    failed(keys) {
      const now = clock.now();
      for (const key of keys) {
        const before = held.get(key);
        const count = before === undefined || now - before.last > 2 * longestMs ? 1 : before.count + 1;
        const wait = count <= free ? 0 : Math.min(firstMs * 2 ** Math.min(count - free - 1, 30), longestMs);
        held.delete(key);
        held.set(key, { count, until: now + wait, last: now });
        const oldest = held.size > MOST_KEYS ? held.keys().next().value : undefined;
        if (oldest !== undefined) held.delete(oldest);
      }
    },
    succeeded(keys) {
      for (const key of keys) held.delete(key);
    },
  };
}
