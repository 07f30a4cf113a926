import { afterEach, expect, it } from "vitest";
import { type EndedReason, type PoolOptions, type Ran, type ThreadPool, threadPool } from "./thread-pool.ts";

const ended: EndedReason[] = [];
let pool: ThreadPool<string, string>;

function make(over: Partial<PoolOptions> = {}): ThreadPool<string, string> {
  ended.length = 0;
  pool = threadPool<string, string>({
    module: new URL("./fixtures/test-thread.ts", import.meta.url),
    workerData: null,
    threads: 1,
    queue: 100,
    waitMs: 60_000,
    runMs: 1_000,
    heapMib: 64,
    monotonic: () => performance.now(),
    onEnded: (reason) => ended.push(reason),
    ...over,
  });
  return pool;
}

afterEach(() => pool.stop());

const done = (value: string): Ran<string> => ({ kind: "done", value });

it("answers every task with its own answer", async () => {
  make({ threads: 2 });
  const values = Array.from({ length: 50 }, (_, index) => `v${index}`);
  expect(await Promise.all(values.map((value) => pool.run(value)))).toEqual(values.map(done));
  expect(pool.state).toMatchObject({ running: 0, waiting: 0 });
});

it.each([
  ["loop", "time"],
  ["eat", "memory"],
  ["exit", "crash"],
] as const)("a task that does `%s` ends its thread and nothing else", async (task, reason) => {
  make({ runMs: task === "loop" ? 1_000 : 60_000 });
  const before = pool.run("before");
  const guilty = pool.run(task);
  const after = ["a", "b", "c", "d", "e"].map((value) => pool.run(value));
  expect(await before).toEqual(done("before"));
  expect(await guilty).toMatchObject({ kind: "ended", reason });
  expect(await Promise.all(after)).toEqual(["a", "b", "c", "d", "e"].map(done));
  expect(ended).toEqual([reason]);
});

it("tells of a fault of its own program without ending it", async () => {
  make();
  expect(await pool.run("throw")).toMatchObject({ kind: "ended", message: "thrown" });
  expect(await pool.run("next")).toEqual(done("next"));
});

it("refuses what it cannot take on", async () => {
  make({ queue: 1, waitMs: 100, runMs: 2_000 });
  const loops = [pool.run("loop"), pool.run("waits")];
  expect(await pool.run("too much")).toEqual({ kind: "refused", reason: "full" });
  const [first, second] = await Promise.all(loops);
  expect([first, second].map((ran) => ran?.kind)).toContain("refused");
});

it("says why when a thread cannot be started, and tries again", async () => {
  make({ workerData: "broken" });
  const broken = { kind: "ended", reason: "crash", message: "no policies" };
  expect(await pool.run("a")).toMatchObject(broken);
  expect(await pool.run("b")).toMatchObject(broken);
});

it("stops after what runs, refusing what waits", async () => {
  make();
  await pool.run("ready");
  const running = pool.run("runs");
  const stopped = pool.stop();
  expect(await running).toEqual(done("runs"));
  await stopped;
  expect(await pool.run("late")).toEqual({ kind: "refused", reason: "stopped" });
});
