import { join } from "node:path";
import { type JsonObject, ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { type JobHandler, type JobKind, nextRun } from "../../../schedule/index.ts";
import { WORKSPACE_DEFAULTS } from "../../../workspaces/index.ts";
import { exportJob } from "../exports/export-due.ts";
import { expireGovernance, remindOfExceptions } from "../govern/index.ts";
import { deliverJob } from "../notify/deliver-job.ts";
import { pruneExpired } from "../retention/prune-expired.ts";
import type { Service } from "../service.ts";
import { runScanJob } from "./run-scan.ts";
import { reconcileSchedules } from "./schedule-scans.ts";
import type { ScanSurroundings } from "./workspace-place.ts";
import { discoverAll } from "./workspaces.ts";

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
const JITTER_SECONDS = 300;
const DISCOVERY_MS = 10 * 60_000;

/** Who adds what the configuration says. */
const CONFIGURATION: Principal = {
  id: "trueup",
  kind: "service",
  name: "the configuration",
  groups: [],
  method: "command_line",
  scopes: null,
  sourceIp: null,
  userAgent: null,
  session: null,
};

/** Lines that every installation has. */
const OWN_LINES: readonly { readonly name: string; readonly cron: string; readonly kind: JobKind }[] = [
  { name: "deliver", cron: "* * * * *", kind: "deliver" },
  { name: "export", cron: "* * * * *", kind: "export" },
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
    expire: async () => counted(await expireGovernance(service)),
    remind: async () => counted(await remindOfExceptions(service)),
    housekeeping: () => housekeep(service),
    ...(service.config.exports.length === 0 ? {} : { export: exportJob(service, surroundings.variables) }),
    ...options.handlers,
  };
  for (const { name, cron, kind } of OWN_LINES) {
    const line = { cron, timezone: "UTC", jitterMs: 0, job: { kind, key: name, data: {} } };
    const nextAt = nextRun(line, service.clock.now());
    const isWanted = handlers[kind] !== undefined && nextAt !== null;
    must(await jobs.schedule(name, isWanted ? { ...line, nextAt } : null));
  }
  await discoverConfigured(service, surroundings);
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

/** The configuration's own rules. One that fails is told and does not keep the others, or the scans, from running. */
async function discoverConfigured(service: Service, surroundings: ScanSurroundings): Promise<void> {
  for (const rule of service.config.workspaces) {
    const { name, source, include, exclude, labels, account, owners, schedule } = rule;
    const settings = {
      ...WORKSPACE_DEFAULTS,
      labels,
      account,
      owners,
      schedule: schedule === null ? null : { ...schedule, jitterSeconds: JITTER_SECONDS },
    };
    const signal = AbortSignal.timeout(DISCOVERY_MS);
    const request = { name, source, include, exclude, settings, dryRun: false, surroundings, signal };
    const done = await discoverAll(service, CONFIGURATION, request);
    if (done.ok) {
      const { added, missing } = done.value;
      service.log.info({ rule: name, added: added.length, missing }, "looked for workspaces");
    } else service.log.warn({ rule: name, problem: done.error.code }, done.error.message);
  }
}

/** What a job did, as the queue keeps it. */
function counted(done: Result<number | object, Problem>): Result<JsonObject, Problem> {
  if (!done.ok) return done;
  return ok(typeof done.value === "number" ? { told: done.value } : { ...done.value });
}

/** What piles up by itself. */
async function housekeep(service: Service): Promise<Result<JsonObject, Problem>> {
  const replies = await service.store.replies.prune(service.clock.now());
  if (!replies.ok) return replies;
  const sessions = await service.store.accounts.forgetEnded(rfc3339(service.clock.now()));
  if (!sessions.ok) return sessions;
  const expired = await pruneExpired(service.store, service.config, service.clock.now());
  return expired.ok ? ok({ replies: replies.value, sessions: sessions.value, ...expired.value }) : expired;
}

function must(result: Result<void, Problem>): void {
  if (!result.ok) throw new Error(result.error.message);
}
