import { randomBytes, randomUUID } from "node:crypto";
import type PgBoss from "pg-boss";
import * as z from "zod";
import { canonicalJson, type JsonObject, type Problem, type Result } from "../base/index.ts";
import {
  JOB_KINDS,
  type JobHandler,
  type JobKind,
  type JobQueue,
  type JobRequest,
  jobIdOf,
  type ScheduledLine,
} from "../schedule/ports.ts";
import { bossDatabase } from "./boss-database.ts";
import { attempt, type Database, type Sql } from "./database.ts";
import { type JobSettings, makeRunner, type Runner, type Taken } from "./job-runner.ts";

export const JOB_DEFAULTS: JobSettings = {
  pollMs: 2_000,
  leaseMs: 30_000,
  beatMs: 8_000,
  deferSeconds: 2,
};

/** Tries after the first, and seconds before the next one (doubled each time). */
const RETRIES = { retryLimit: 5, retryDelay: 2, retryBackoff: true } as const;
/** Leases end a job whose process is gone; the queue's own limit only must never come first. */
const EXPIRE_HOURS = 23;
const CHANNEL = "trueup_jobs";
/** Maintenance of the queue's own tables: archives what ended, drops what is old. */
const MAINTAIN_MS = 5 * 60_000;

const heldRows = z.array(z.object({ key: z.string() })).max(1);
const goneRows = z.array(z.object({ job: z.string(), kind: z.enum(JOB_KINDS) }));
const instant = z.date().transform((date) => date.toISOString());
const scheduleRows = z.array(
  z.object({
    name: z.string(),
    cron: z.string(),
    timezone: z.string(),
    jitter_ms: z.number().int(),
    job: z.string(),
    next_at: instant,
    last_at: instant.nullable(),
  }),
);
const countRows = z.array(
  z.object({ name: z.enum(JOB_KINDS), state: z.string(), count: z.coerce.number().int() }),
);

interface BossJob {
  readonly id: string;
  readonly data: JsonObject;
  readonly retryCount: number;
  readonly retryLimit: number;
  readonly singletonKey: string | null;
  readonly priority: number;
}

/**
 * The {@link JobQueue} of a store: pg-boss keeps the jobs, this adds what it has not. A worker holds a lease on what it runs, taken in
 * the transaction that fetches the job, so that a process that is gone is noticed within seconds; jobs with one key never run at once
 * and never stand in the way of others; cron lines are any number, and fire once after a time without workers.
 * pg-boss is loaded, and its tables are made, when the queue is used first.
 */
export function jobQueueOver(database: Database, over: Partial<JobSettings> = {}): JobQueue {
  const settings = { ...JOB_DEFAULTS, ...over };
  const owner = randomUUID();
  const runners = new Map<JobKind, Runner>();
  let opening: Promise<PgBoss> | null = null;
  let unlisten: (() => Promise<void>) | null = null;
  let timers: readonly NodeJS.Timeout[] = [];
  let isStopped = false;

  function boss(): Promise<PgBoss> {
    opening ??= openBoss(database).catch((cause: unknown) => {
      opening = null;
      throw cause;
    });
    return opening;
  }

  async function send(sql: Sql, job: JobRequest): Promise<string | null> {
    const id = await (await boss()).send(job.kind, job.data, {
      db: bossDatabase(sql),
      id: job.id ?? jobIdOf(randomBytes(12).toString("hex")),
      // The queue counts all jobs without a key as one.
      singletonKey: job.key ?? randomUUID(),
      priority: job.priority ?? 0,
      ...(job.startAfter === undefined ? {} : { startAfter: new Date(job.startAfter).toISOString() }),
    });
    if (id !== null) await sql.query("select pg_notify($1, $2)", [CHANNEL, job.kind]);
    return id;
  }

  /** The next job of a kind, and the right to run it, in one transaction. `null`: there is none. */
  async function take(kind: JobKind): Promise<Taken | null> {
    const queue = await boss();
    return database.transaction(async (sql) => {
      const db = bossDatabase(sql);
      const fetched = await queue.fetch<JsonObject>(kind, { db, batchSize: 1, includeMetadata: true });
      const job: BossJob | undefined = fetched[0];
      if (job === undefined) return null;
      const key = `${kind}:${job.singletonKey ?? job.id}`;
      const held = heldRows.parse(
        await sql.query(
          `insert into job_leases (key, job, kind, owner, until)
           values ($1, $2, $3, $4, now() + $5 * interval '1 millisecond')
           on conflict (key) do update set job = excluded.job, owner = excluded.owner, until = excluded.until
           where job_leases.until < now() or job_leases.job = excluded.job
           returning key`,
          [key, job.id, kind, owner, settings.leaseMs],
        ),
      );
      const { id, data, retryCount, retryLimit } = job;
      if (held.length > 0) {
        return {
          id,
          kind,
          key,
          data,
          retry: retryCount,
          lastTry: retryCount >= retryLimit,
          isDeferred: false,
        };
      }
      await defer(queue, sql, kind, job);
      return { id, kind, key, data, retry: retryCount, lastTry: false, isDeferred: true };
    });
  }

  /** Another job with its key runs: it waits a little, and others come first. */
  async function defer(queue: PgBoss, sql: Sql, kind: JobKind, job: BossJob): Promise<void> {
    const db = bossDatabase(sql);
    await queue.deleteJob(kind, job.id, { db });
    await queue.send(kind, job.data, {
      db,
      id: job.id,
      singletonKey: job.singletonKey ?? job.id,
      priority: job.priority,
      startAfter: settings.deferSeconds,
    });
  }

  /** Ends a job that this process still holds; one that was taken over is its new holder's. */
  async function settle(taken: Taken, done: Result<JsonObject, Problem>): Promise<void> {
    const queue = await boss();
    await database.transaction(async (sql) => {
      const db = bossDatabase(sql);
      if (!(await release(sql, taken))) return;
      if (done.ok) await queue.complete(taken.kind, taken.id, done.value, { db });
      else
        await queue.fail(
          taken.kind,
          taken.id,
          { code: done.error.code, message: done.error.message },
          { db },
        );
    });
  }

  async function release(sql: Sql, taken: Taken): Promise<boolean> {
    const rows = await sql.query(
      "delete from job_leases where key = $1 and owner = $2 and job = $3 returning key",
      [taken.key, owner, taken.id],
    );
    return rows.length > 0;
  }

  /** Prolongs what this process runs. `false`: the job was cancelled, or somebody else has it. */
  async function beat(taken: Taken): Promise<boolean> {
    const rows = await database.query(
      `update job_leases set until = now() + $4 * interval '1 millisecond'
       where key = $1 and owner = $2 and job = $3 returning key`,
      [taken.key, owner, taken.id, settings.leaseMs],
    );
    if (rows.length === 0) return false;
    const job = await (await boss()).getJobById(taken.kind, taken.id);
    return job?.state === "active";
  }

  /** Gives the jobs of processes that are gone to others. */
  async function sweep(): Promise<void> {
    const queue = await boss();
    const kinds = await database.transaction(async (sql) => {
      const gone = goneRows.parse(
        await sql.query("delete from job_leases where until < now() returning job, kind"),
      );
      for (const { job, kind } of gone) {
        await queue.fail(kind, job, { message: "its worker is gone" }, { db: bossDatabase(sql) });
      }
      return gone.map(({ kind }) => kind);
    });
    for (const kind of kinds) runners.get(kind)?.wake();
  }

  async function begin(): Promise<void> {
    if (unlisten !== null) return;
    unlisten = async () => undefined;
    unlisten = await database.listen(CHANNEL, (kind) => {
      for (const [name, runner] of runners) if (name === kind) runner.wake();
    });
    const quietly = (work: () => Promise<unknown>) => () => void work().catch(() => undefined);
    timers = [
      setInterval(quietly(sweep), settings.beatMs),
      setInterval(
        quietly(async () => (await boss()).maintain()),
        MAINTAIN_MS,
      ),
    ];
    await sweep();
  }

  return {
    enqueue: (job) =>
      attempt("the job was not taken", async () => {
        await boss();
        return database.transaction((sql) => send(sql, job));
      }),
    work: (kind: JobKind, concurrency: number, handler: JobHandler) =>
      attempt("the worker did not start", async () => {
        if (isStopped) throw new Error("the queue is stopping");
        if (runners.has(kind)) throw new TypeError(`somebody works on \`${kind}\` already`);
        await boss();
        runners.set(kind, makeRunner({ kind, concurrency, handler, settings, take, settle, beat }));
        await begin();
      }),
    cancel: (kind, id) =>
      attempt("the job was not cancelled", async () => {
        const queue = await boss();
        const job = await queue.getJobById(kind, id);
        if (job === null || !["created", "retry", "active"].includes(job.state)) return false;
        await queue.cancel(kind, id);
        return true;
      }),
    schedule: (name, line) =>
      attempt("the schedule was not kept", async () => {
        if (line === null) {
          await database.query("delete from job_schedules where name = $1", [name]);
          return;
        }
        // Said again as it was, a line keeps its time: a server that starts again must not lose a run that is due.
        await database.query(
          `insert into job_schedules (name, cron, timezone, jitter_ms, job, next_at)
           values ($1, $2, $3, $4, $5, $6::timestamptz)
           on conflict (name) do update set cron = excluded.cron, timezone = excluded.timezone,
             jitter_ms = excluded.jitter_ms, job = excluded.job, next_at = excluded.next_at
           where (job_schedules.cron, job_schedules.timezone, job_schedules.jitter_ms, job_schedules.job)
             is distinct from (excluded.cron, excluded.timezone, excluded.jitter_ms, excluded.job)`,
          [name, line.cron, line.timezone, line.jitterMs, canonicalJson({ ...line.job }), line.nextAt],
        );
      }),
    schedules: () =>
      attempt("the schedules cannot be read", async () =>
        scheduleRows.parse(await database.query("select * from job_schedules order by name")).map(lineOf),
      ),
    fireDue: (now, next) =>
      attempt("the schedules did not fire", async () => {
        await boss();
        return database.transaction(async (sql) => {
          const due = scheduleRows
            .parse(
              await sql.query(
                `select * from job_schedules where next_at <= $1::timestamptz
                 order by next_at, name limit 500 for update skip locked`,
                [now],
              ),
            )
            .map(lineOf);
          for (const line of due) {
            await send(sql, line.job);
            const nextAt = next(line);
            if (nextAt === null) {
              await sql.query("delete from job_schedules where name = $1", [line.name]);
            } else {
              await sql.query(
                "update job_schedules set next_at = $2::timestamptz, last_at = $3::timestamptz where name = $1",
                [line.name, nextAt, now],
              );
            }
          }
          return due.map(({ name }) => name);
        });
      }),
    counts: () =>
      attempt("the jobs cannot be counted", async () => {
        await boss();
        const rows = countRows.parse(
          await database.query(
            `select name, case when state = 'active' then 'running' else 'waiting' end as state, count(*) as count
             from pgboss.job where state <= 'active' group by 1, 2`,
          ),
        );
        const count = (kind: JobKind, state: string): number =>
          rows.find((row) => row.name === kind && row.state === state)?.count ?? 0;
        return JOB_KINDS.map((kind) => ({
          kind,
          waiting: count(kind, "waiting"),
          running: count(kind, "running"),
        }));
      }),
    async stop(graceMs) {
      isStopped = true;
      for (const timer of timers) clearInterval(timer);
      await Promise.all([...runners.values()].map((runner) => runner.stop(graceMs)));
      await unlisten?.().catch(() => undefined);
      const queue = await opening?.catch(() => null);
      await queue?.stop({ graceful: false, close: false });
    },
  };
}

async function openBoss(database: Database): Promise<PgBoss> {
  const { default: Boss } = await import("pg-boss");
  const boss = new Boss({ db: bossDatabase(database), supervise: false, schedule: false });
  // Its own timers are off; what is left to tell comes back from the calls themselves.
  boss.on("error", () => undefined);
  await boss.start();
  for (const kind of JOB_KINDS) {
    await boss.createQueue(kind, { name: kind, policy: "short", expireInHours: EXPIRE_HOURS, ...RETRIES });
  }
  return boss;
}

function lineOf(row: z.infer<typeof scheduleRows>[number]): ScheduledLine {
  return {
    name: row.name,
    cron: row.cron,
    timezone: row.timezone,
    jitterMs: row.jitter_ms,
    // Written by `schedule` from a JobRequest.
    job: JSON.parse(row.job) as JobRequest,
    nextAt: row.next_at,
    lastAt: row.last_at,
  };
}
