import { expect, it } from "vitest";
import { grouped } from "./grouped.ts";

it("lets what comes while one runs share the next run, and gives each its own answer", async () => {
  const runs: (readonly number[])[] = [];
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const double = grouped<number, number>(async (members) => {
    runs.push(members);
    if (runs.length === 1) await gate;
    return members.map((n) => n * 2);
  }, 3);
  const first = [double(1), double(2)];
  await Promise.resolve();
  await Promise.resolve();
  const later = [3, 4, 5, 6].map(double);
  go();
  expect(await Promise.all([...first, ...later])).toEqual([2, 4, 6, 8, 10, 12]);
  expect(runs).toEqual([[1, 2], [3, 4, 5], [6]]);
  expect(await double(7)).toBe(14);
});
