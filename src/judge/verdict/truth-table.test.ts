import { describe, expect, it } from "vitest";
import type { VerdictKind } from "../../domain/index.ts";
import { rowOf, type Situation, VERDICT_OF_ROW } from "./truth-table.ts";

const QUESTIONS = [
  "hardFails",
  "hardErrors",
  "awaitsAttribution",
  "softFailsUncovered",
  "softErrorsUncovered",
  "softCovered",
  "reviewFires",
  "coverHolds",
  "permitted",
] as const satisfies readonly (keyof Situation)[];

/** The table as the design prints it: what must be true, what must be false; the first match wins. */
const TABLE: readonly (readonly [
  row: number,
  verdict: VerdictKind,
  yes: readonly string[],
  no: readonly string[],
])[] = [
  [1, "violation", ["hardFails"], []],
  [2, "review", ["hardErrors"], ["hardFails"]],
  [3, "review", ["awaitsAttribution"], ["hardFails", "hardErrors"]],
  [4, "violation", ["softFailsUncovered"], ["hardFails", "hardErrors", "awaitsAttribution"]],
  [
    5,
    "review",
    ["softErrorsUncovered"],
    ["hardFails", "hardErrors", "awaitsAttribution", "softFailsUncovered"],
  ],
  [
    6,
    "allowed",
    ["softCovered"],
    ["hardFails", "hardErrors", "awaitsAttribution", "softFailsUncovered", "softErrorsUncovered"],
  ],
  [
    7,
    "review",
    ["reviewFires"],
    [
      "hardFails",
      "hardErrors",
      "awaitsAttribution",
      "softFailsUncovered",
      "softErrorsUncovered",
      "softCovered",
      "coverHolds",
    ],
  ],
];

function allSituations(): Situation[] {
  return Array.from({ length: 2 ** QUESTIONS.length }, (_, bits) => {
    const answers = QUESTIONS.map((question, i) => [question, (bits & (1 << i)) !== 0] as const);
    return Object.fromEntries(answers) as unknown as Situation;
  });
}

describe("truth table", () => {
  const situations = allSituations();

  it("answers each of the 512 situations as the printed table does", () => {
    for (const s of situations) {
      const holds = (name: string): boolean => s[name as keyof Situation];
      const match = TABLE.find(([, , yes, no]) => yes.every(holds) && !no.some(holds));
      const expected = match?.[0] ?? (s.permitted || s.coverHolds ? 8 : 9);
      expect([rowOf(s), s]).toEqual([expected, s]);
    }
  });

  it("matches exactly one printed row, so that their order hides nothing", () => {
    for (const s of situations) {
      const holds = (name: string): boolean => s[name as keyof Situation];
      expect(TABLE.filter(([, , yes, no]) => yes.every(holds) && !no.some(holds)).length).toBeLessThanOrEqual(
        1,
      );
    }
  });

  it("reaches every row", () => {
    expect(new Set(situations.map(rowOf))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
  });

  it.each(TABLE)("gives row %i the verdict %s", (row, verdict) => {
    expect(VERDICT_OF_ROW[row as keyof typeof VERDICT_OF_ROW]).toBe(verdict);
  });

  it("never gets stricter by a cover that holds, and never softer by a failure", () => {
    const strictness: Record<VerdictKind, number> = { allowed: 0, review: 1, violation: 2 };
    const strict = (s: Situation): number => strictness[VERDICT_OF_ROW[rowOf(s)]];
    for (const s of situations) {
      expect(strict({ ...s, coverHolds: true })).toBeLessThanOrEqual(strict(s));
      expect(strict({ ...s, hardFails: true })).toBe(2);
      if (!s.awaitsAttribution && !s.hardErrors) {
        expect(strict({ ...s, softFailsUncovered: true })).toBe(2);
      }
    }
  });
});
