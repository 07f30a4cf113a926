import type { JsonObject, Problem, Result } from "../base/index.ts";

/** Names of everything that runs apart from a request; each has one handler. */
export type JobKind = "scan" | "deliver" | "expire" | "housekeeping" | "export" | "remind";

export interface JobRequest {
  readonly kind: JobKind;
  readonly data: JsonObject;
  /** Jobs with the same key never run at the same time, and one that waits is not added twice. */
  readonly key?: string;
  /** RFC 3339; absent: at once. */
  readonly startAfter?: string;
  /** Higher first. Default 0. */
  readonly priority?: number;
}

export interface RunningJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly data: JsonObject;
  /** 0 for the first try. */
  readonly retry: number;
  /** Aborted when the worker stops or the job's time is up. */
  readonly signal: AbortSignal;
}

export type JobHandler = (job: RunningJob) => Promise<Result<JsonObject, Problem>>;

/** Durable jobs on the store's database: a worker that dies loses nothing, another one takes its job up. */
export interface JobQueue {
  /** Returns the job's id, or `null` where one with the same key waits already. */
  enqueue(job: JobRequest): Promise<Result<string | null, Problem>>;
  /** Starts to work: up to `concurrency` jobs of that kind at once in this process. */
  work(kind: JobKind, concurrency: number, handler: JobHandler): Promise<Result<void, Problem>>;
  /** Cron lines (five fields) with an IANA timezone; the same name replaces the earlier line. `null` removes it. */
  schedule(
    name: string,
    line: { readonly cron: string; readonly timezone: string; readonly job: JobRequest } | null,
  ): Promise<Result<void, Problem>>;
  /** Lets running jobs end (up to `graceMs`), then gives them back. */
  stop(graceMs: number): Promise<void>;
}
