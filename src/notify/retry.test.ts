import fc from "fast-check";
import { expect, it } from "vitest";
import { retryDelayMs, TRIES_IN_A_ROUND } from "./retry.ts";

const plain = { permanent: false, retryAfterMs: null };
const HOUR = 3_600_000;

/** The longest wait after each try of a round. */
const LONGEST: readonly (number | null)[] = [
  15_000,
  30_000,
  60_000,
  120_000,
  240_000,
  480_000,
  960_000,
  1_920_000,
  HOUR,
  HOUR,
  HOUR,
  HOUR,
  HOUR,
  null,
];

it("doubles from 15 seconds to an hour, gives up, and begins again with the next round", () => {
  expect(LONGEST).toHaveLength(TRIES_IN_A_ROUND);
  for (const round of [0, 1, 2]) {
    for (const [index, longest] of LONGEST.entries()) {
      const tries = round * TRIES_IN_A_ROUND + index + 1;
      expect(retryDelayMs(tries, plain, 1)).toBe(longest);
      expect(retryDelayMs(tries, plain, 0)).toBe(longest === null ? null : longest / 2);
    }
  }
});

it("never tries again what is refused for good, and waits as long as it is asked to", () => {
  expect(retryDelayMs(1, { permanent: true, retryAfterMs: 5_000 }, 0.5)).toBeNull();
  expect(retryDelayMs(1, { permanent: false, retryAfterMs: 90_000 }, 0.5)).toBe(90_000);
  expect(retryDelayMs(9, { permanent: false, retryAfterMs: 1 }, 0)).toBe(HOUR / 2);
});

it("stays within half of the wait and the wait", () => {
  const tries = fc.integer({ min: 1, max: 10 * TRIES_IN_A_ROUND });
  fc.assert(
    fc.property(tries, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (made, random) => {
      const longest = LONGEST[(made - 1) % TRIES_IN_A_ROUND] ?? null;
      const delay = retryDelayMs(made, plain, random);
      if (longest === null) return delay === null;
      return delay !== null && delay >= longest / 2 && delay <= longest && Number.isInteger(delay);
    }),
  );
});
