import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Json } from "../../base/index.ts";
import { attribute, ONE_BY_ONE, SEARCH_BUDGET } from "./attribute.ts";
import type { SpokenRule } from "./policy-engine.ts";

const said = (message: string, rule: string | null = null): SpokenRule => ({
  rule,
  message,
  path: null,
  severity: null,
});

/** A policy that fails with `bad N` for each entry N that is listed, and always with the plan's own failures. */
function policy(bad: readonly number[], own: readonly string[] = []) {
  let asked = 0;
  const failing = (entries: readonly Json[]): SpokenRule[] => {
    asked++;
    return [
      ...own.map((text) => said(text)),
      ...entries.filter((n) => bad.includes(n as number)).map((n) => said(`bad ${n}`)),
    ];
  };
  return { failing, asked: () => asked };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

describe("attribute", () => {
  it("asks nothing but the empty plan when only the plan's own failures are there", () => {
    const { failing, asked } = policy([], ["provider is not pinned"]);
    const { failures } = attribute(upTo(100), failing(upTo(100)), failing);
    expect(failures).toEqual([{ said: said("provider is not pinned"), entries: [] }]);
    expect(asked()).toBe(2);
  });

  it.each([3, ONE_BY_ONE, ONE_BY_ONE + 1, 20_000])("places each failure among %i changes", (count) => {
    const bad = [0, Math.floor(count / 2), count - 1].filter((n, i, all) => all.indexOf(n) === i);
    const { failing, asked } = policy(bad, ["own"]);
    const { failures, exhausted } = attribute(upTo(count), failing(upTo(count)), failing);
    expect(exhausted).toBe(false);
    expect(failures.filter((f) => f.entries.length > 0).map((f) => [f.said.message, f.entries])).toEqual(
      bad.map((n) => [`bad ${n}`, [n]]),
    );
    expect(asked()).toBeLessThanOrEqual(Math.max(count, Math.ceil(count / 32) + 3 * 32) + 2);
  });

  it("keeps a failure that no single change brings as the plan's own", () => {
    const together = (entries: readonly Json[]): SpokenRule[] =>
      entries.length >= 2 ? [said("too many at once")] : [];
    expect(attribute([1, 2, 3], together([1, 2, 3]), together).failures).toEqual([
      { said: said("too many at once"), entries: [] },
    ]);
  });

  it("stops at its budget, says so, and loses no failure", () => {
    const count = 100_000;
    const bad = upTo(count);
    const { failing, asked } = policy(bad);
    const { failures, exhausted } = attribute(upTo(count), failing(upTo(count)), failing);
    expect(exhausted).toBe(true);
    expect(failures).toHaveLength(count);
    expect(asked()).toBeLessThanOrEqual(SEARCH_BUDGET + 32 + 3);
  }, 120_000);

  it("tells failures of two rules with one message apart", () => {
    const failing = (entries: readonly Json[]): SpokenRule[] =>
      entries.map((n) => said("same", n === 1 ? "a" : "b"));
    const { failures } = attribute([1, 2], failing([1, 2]), failing);
    expect(failures.map((f) => [f.said.rule, f.entries])).toEqual([
      ["a", [0]],
      ["b", [1]],
    ]);
  });

  it("agrees with asking for each change alone, whatever fails", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_200 }),
        fc.uniqueArray(fc.nat(1_199), { maxLength: 30 }),
        (count, picks) => {
          const bad = picks.filter((n) => n < count);
          const { failing } = policy(bad);
          const { failures } = attribute(upTo(count), failing(upTo(count)), failing);
          const placed = failures.flatMap((f) => f.entries).sort((a, b) => a - b);
          expect(placed).toEqual([...bad].sort((a, b) => a - b));
        },
      ),
      { numRuns: 30 },
    );
  });
});
