import { expect, it } from "vitest";
import { sharedRead } from "./shared-read.ts";

it("never answers with what was read before the question", async () => {
  let value = 0;
  let reads = 0;
  const ends: (() => void)[] = [];
  const ask = sharedRead(async () => {
    reads += 1;
    const seen = value;
    await new Promise<void>((resolve) => ends.push(resolve));
    return seen;
  });
  const first = ask();
  value = 1;
  const later = [ask(), ask(), ask()];
  ends.shift()?.();
  expect(await first).toBe(0);
  while (ends.length === 0) await Promise.resolve();
  ends.shift()?.();
  expect(await Promise.all(later)).toEqual([1, 1, 1]);
  expect(reads).toBe(2);
});

it("goes on after a read that failed", async () => {
  let fails = true;
  const ask = sharedRead(async () => {
    if (fails) throw new Error("away");
    return "back";
  });
  await expect(ask()).rejects.toThrow("away");
  fails = false;
  expect(await ask()).toBe("back");
});
