import { join } from "node:path";
import { type JsonObject, ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import { type JobHandler, type JobKind, nextRun } from "../../../schedule/index.ts";
import { deliverJob } from "../notify/deliver-job.ts";
import type { Service } from "../service.ts";
import { runScanJob } from "./run-scan.ts";
import { reconcileSchedules } from "./schedule-scans.ts";

export interface WorkerOptions {
  /** Scans at once in this process. Default 2. */
  readonly concurrency?: number;
  /** Folder of repositories and work trees. Default `.trueup/checkouts` below the configuration. */
  readonly cache?: string;
  /** The environment from which tools get theirs. Default: the process's own. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** Handlers of jobs that other rooms bring. One of a kind that is handled here takes its place. */
  readonly handlers?: Readonly<Partial<Record<JobKind, JobHandler>>>;
  /** How often cron lines are looked at. Default 15 s. */
  readonly tickMs?: number;
}

export interface RunningWorker {
  /** Takes no new job, lets running ones end for so long, then gives them back. */
  stop(graceMs: number): Promise<void>;
}

const CONCURRENCY = 2;
const TICK_MS = 15_000;

/** Lines that every installation has. */
const OWN_LINES: readonly { readonly name: string; readonly cron: string; readonly kind: JobKind }[] = [
  { name: "deliver", cron: "* * * * *", kind: "deliver" },
  { name: "expire", cron: "* * * * *", kind: "expire" },
  { name: "remind", cron: "*/15 * * * *", kind: "remind" },
  { name: "housekeeping", cron: "23 3 * * *", kind: "housekeeping" },
];

/**
 * Works on the jobs of a service until it is stopped: scans, and whatever `handlers` name. Every worker of an installation looks at the
 * cron lines; each line fires once. Throws where the queue cannot be opened: nothing would run.
 */
export async function startWorker(service: Service, options: WorkerOptions = {}): Promise<RunningWorker> {
  const { jobs } = service.store;
  const surroundings = {
    cache: options.cache ?? join(service.root, ".trueup", "checkouts"),
    variables: options.variables ?? process.env,
  };
  const handlers: Partial<Record<JobKind, JobHandler>> = {
    scan: (job) => runScanJob(service, surroundings, job),
    deliver: deliverJob(service, surroundings.variables),
    housekeeping: () => housekeep(service),
    ...options.handlers,
  };
  for (const { name, cron, kind } of OWN_LINES) {
    const line = { cron, timezone: "UTC", jitterMs: 0, job: { kind, key: name, data: {} } };
    const nextAt = nextRun(line, service.clock.now());
    const isWanted = handlers[kind] !== undefined && nextAt !== null;
    must(await jobs.schedule(name, isWanted ? { ...line, nextAt } : null));
  }
  must(await reconcileSchedules(service));
  for (const [kind, handler] of Object.entries(handlers) as [JobKind, JobHandler][]) {
    must(
      await jobs.work(
        kind,
        kind === "scan" ? (options.concurrency ?? CONCURRENCY) : 1,
        logged(service, handler),
      ),
    );
  }
  const tick = async (): Promise<void> => {
    const now = service.clock.now();
    const fired = await jobs.fireDue(rfc3339(now), (line) => nextRun(line, service.clock.now()));
    if (!fired.ok) service.log.warn({ problem: fired.error.code }, "the schedules did not fire");
  };
  await tick();
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = ticking.then(tick, tick);
  }, options.tickMs ?? TICK_MS);
  service.log.info({ kinds: Object.keys(handlers) }, "working");
  return {
    async stop(graceMs) {
      clearInterval(timer);
      await ticking;
      await jobs.stop(graceMs);
    },
  };
}

function logged(service: Service, handler: JobHandler): JobHandler {
  return async (job) => {
    const done = await handler(job);
    if (!done.ok) {
      const { code, message } = done.error;
      service.log.warn({ job: job.id, kind: job.kind, retry: job.retry, problem: code }, message);
    }
    return done;
  };
}

/** What piles up by itself. */
async function housekeep(service: Service): Promise<Result<JsonObject, Problem>> {
  const replies = await service.store.replies.prune(service.clock.now());
  return replies.ok ? ok({ replies: replies.value }) : replies;
}

function must(result: Result<void, Problem>): void {
  if (!result.ok) throw new Error(result.error.message);
}
