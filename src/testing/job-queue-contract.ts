import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { ok, problem } from "../base/index.ts";
import type { JobKind, RunningJob } from "../schedule/ports.ts";
import type { Store } from "../store/index.ts";
import { okValue } from "./record.ts";
import type { StorePlace } from "./stores.ts";

/** A rhythm in which a test sees a lease end. */
export const FAST_JOBS = { pollMs: 100, leaseMs: 1_500, beatMs: 300, deferSeconds: 1 } as const;

/** What every {@link JobQueue} does. Each test works on a kind of its own, on stores that it opens itself. */
export function jobQueueContract(place: () => StorePlace): void {
  const withStore = async (use: (store: Store) => Promise<void>): Promise<void> => {
    const store = await place().open({ jobs: FAST_JOBS });
    try {
      await use(store);
    } finally {
      await store.jobs.stop(0);
      await store.close();
    }
  };

  it("runs a job once, and again after a problem", () =>
    withStore(async ({ jobs }) => {
      const tries: number[] = [];
      const ended = gate();
      const id = okValue(await jobs.enqueue({ kind: "deliver", data: { to: "ann" } }));
      okValue(
        await jobs.work("deliver", 2, async (job) => {
          expect(job).toMatchObject({ id, data: { to: "ann" } });
          tries.push(job.retry);
          if (tries.length === 1) return { ok: false, error: problem("away", "nobody answers") };
          ended.open();
          return ok({});
        }),
      );
      await ended.passed;
      expect(tries).toEqual([0, 1]);
    }));

  it("keeps jobs of one key apart and lets others pass them", () =>
    withStore(async ({ jobs }) => {
      const log: string[] = [];
      const first = gate();
      const all = gate();
      okValue(
        await jobs.work("export", 4, async ({ data }) => {
          log.push(`start ${data["name"]}`);
          if (data["name"] === "a1") await first.passed;
          log.push(`end ${data["name"]}`);
          if (data["name"] === "other") first.open();
          if (data["name"] === "a2") all.open();
          return ok({});
        }),
      );
      okValue(await jobs.enqueue({ kind: "export", key: "a", data: { name: "a1" } }));
      await until(() => log.includes("start a1"));
      expect(okValue(await jobs.enqueue({ kind: "export", key: "a", data: { name: "a2" } }))).not.toBeNull();
      okValue(await jobs.enqueue({ kind: "export", key: "b", data: { name: "other" } }));
      await all.passed;
      expect(log.indexOf("end other")).toBeLessThan(log.indexOf("end a1"));
      expect(log.indexOf("end a1")).toBeLessThan(log.indexOf("start a2"));
    }));

  it("does not add what waits already, takes the more urgent first, and keeps an id", () =>
    withStore(async ({ jobs }) => {
      const id = randomUUID();
      expect(okValue(await jobs.enqueue({ kind: "remind", id, key: "k", data: { name: "late" } }))).toBe(id);
      expect(okValue(await jobs.enqueue({ kind: "remind", key: "k", data: { name: "twice" } }))).toBeNull();
      okValue(await jobs.enqueue({ kind: "remind", data: { name: "urgent" }, priority: 9 }));
      const order: unknown[] = [];
      const ended = gate();
      okValue(
        await jobs.work("remind", 1, async ({ data }) => {
          if (order.push(data["name"]) === 2) ended.open();
          return ok({});
        }),
      );
      await ended.passed;
      expect(order).toEqual(["urgent", "late"]);
    }));

  it("cancels what waits and tells what runs", () =>
    withStore(async ({ jobs }) => {
      const runs: RunningJob[] = [];
      const cancelled = gate();
      const waiting = okValue(await jobs.enqueue({ kind: "housekeeping", data: { name: "waits" } })) ?? "";
      expect(okValue(await jobs.cancel("housekeeping", waiting))).toBe(true);
      expect(okValue(await jobs.cancel("housekeeping", randomUUID()))).toBe(false);
      const id = okValue(await jobs.enqueue({ kind: "housekeeping", data: { name: "runs" } })) ?? "";
      okValue(
        await jobs.work("housekeeping", 1, async (job) => {
          runs.push(job);
          job.signal.addEventListener("abort", cancelled.open);
          await cancelled.passed;
          return ok({});
        }),
      );
      await until(() => runs.length === 1);
      expect(okValue(await jobs.cancel("housekeeping", id))).toBe(true);
      await cancelled.passed;
      await until(async () => counted(okValue(await jobs.counts()), "housekeeping") === 0);
      expect(runs.map(({ data }) => data["name"])).toEqual(["runs"]);
      expect(okValue(await jobs.cancel("housekeeping", id))).toBe(false);
    }));

  it("fires a line once for all that was missed, and keeps its time when it is said again", () =>
    withStore(async ({ jobs }) => {
      const line = {
        cron: "0 * * * *",
        timezone: "UTC",
        jitterMs: 0,
        job: { kind: "expire", key: "line", data: { of: "line" } },
      } as const;
      const nextAt = "2026-11-24T12:00:00.000Z";
      okValue(await jobs.schedule("hourly", { ...line, nextAt }));
      okValue(await jobs.schedule("hourly", { ...line, nextAt: "2026-11-24T20:00:00.000Z" }));
      expect(okValue(await jobs.schedules())).toEqual([{ ...line, name: "hourly", nextAt, lastAt: null }]);

      const later = "2026-11-24T17:30:00.000Z";
      const next = () => "2026-11-24T18:00:00.000Z";
      expect(okValue(await jobs.fireDue("2026-11-24T11:59:59.999Z", next))).toEqual([]);
      const both = await Promise.all([jobs.fireDue(later, next), jobs.fireDue(later, next)]);
      expect(both.flatMap(okValue)).toEqual(["hourly"]);
      expect(okValue(await jobs.schedules())).toMatchObject([{ nextAt: next(), lastAt: later }]);
      expect(counted(okValue(await jobs.counts()), "expire")).toBe(1);
      okValue(await jobs.schedule("hourly", null));
      expect(okValue(await jobs.schedules())).toEqual([]);
    }));

  it("does not wait for transactions that wait for it", () =>
    withStore(async (store) => {
      const ended = gate();
      let left = 20;
      okValue(
        await store.jobs.work("scan", 3, async () => {
          okValue(await store.findings.list({}));
          if (--left === 0) ended.open();
          return ok({});
        }),
      );
      await Promise.all(
        Array.from({ length: 20 }, async (_, n) =>
          okValue(await store.jobs.enqueue({ kind: "scan", data: { n } })),
        ),
      );
      await ended.passed;
    }));

  it("gives the jobs of a process that says nothing to another one, which it then leaves alone", () =>
    withStore(async (store) => {
      // A second queue on the same database that never says that it lives: its lease ends while the handler runs.
      if (place().kind === "memory" || place().kind === "pglite") return;
      const other = await place().open({ jobs: { ...FAST_JOBS, beatMs: 3_600_000 } });
      try {
        const stuck = gate();
        const started = gate();
        const took = gate();
        const id = okValue(await other.jobs.enqueue({ kind: "deliver", data: {} }));
        okValue(
          await other.jobs.work("deliver", 1, async () => {
            started.open();
            await stuck.passed;
            return ok({});
          }),
        );
        await started.passed;
        okValue(
          await store.jobs.work("deliver", 1, async (job) => {
            expect(job).toMatchObject({ id, retry: 1 });
            took.open();
            return ok({});
          }),
        );
        await took.passed;
        stuck.open();
        await until(async () => counted(okValue(await store.jobs.counts()), "deliver") === 0);
      } finally {
        await other.close();
      }
    }));
}

function counted(
  counts: readonly { readonly kind: JobKind; readonly waiting: number; readonly running: number }[],
  kind: JobKind,
): number {
  const found = counts.find((count) => count.kind === kind);
  return (found?.waiting ?? 0) + (found?.running ?? 0);
}

interface Gate {
  readonly passed: Promise<void>;
  open(): void;
}

function gate(): Gate {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
