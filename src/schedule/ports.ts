import type { JsonObject, Problem, Result } from "../base/index.ts";

/** Names of everything that runs apart from a request; each has one handler. */
export type JobKind = "scan" | "deliver" | "expire" | "housekeeping" | "export" | "remind";

export const JOB_KINDS = [
  "scan",
  "deliver",
  "expire",
  "housekeeping",
  "export",
  "remind",
] as const satisfies readonly JobKind[];

/**
 * A job's id from 24 hexadecimal characters: a UUID that ends in zeros. What a job makes is named by the same characters, so that one
 * is found from the other.
 */
export function jobIdOf(hex: string): string {
  const all = hex.padEnd(32, "0");
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join("-");
}

/** The 24 characters that {@link jobIdOf} was given. */
export function hexOfJob(id: string): string {
  return id.replaceAll("-", "").slice(0, 24);
}

export interface JobRequest {
  readonly kind: JobKind;
  readonly data: JsonObject;
  /** Chosen by the caller where the job's id is an idempotency key: a UUID. It stays the same through every retry. */
  readonly id?: string;
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
  /** No further try comes after this one. */
  readonly lastTry: boolean;
  /** Aborted when the worker stops, when the job is cancelled, and when another worker has taken it over. */
  readonly signal: AbortSignal;
}

/** A Problem means "try again later"; what cannot succeed ends well and says so in its own record. */
export type JobHandler = (job: RunningJob) => Promise<Result<JsonObject, Problem>>;

/** When a job is made again and again. */
export interface ScheduleLine {
  /** Five fields. */
  readonly cron: string;
  /** IANA name: `Europe/Berlin`. */
  readonly timezone: string;
  /** Added to every time of the line, the same each time. */
  readonly jitterMs: number;
  readonly job: JobRequest;
}

export interface ScheduledLine extends ScheduleLine {
  readonly name: string;
  /** RFC 3339. */
  readonly nextAt: string;
  readonly lastAt: string | null;
}

export interface JobCounts {
  readonly kind: JobKind;
  readonly waiting: number;
  readonly running: number;
}

/** Durable jobs on the store's database: a worker that dies loses nothing, another one takes its job up. */
export interface JobQueue {
  /** Returns the job's id, or `null` where one with the same key waits already. */
  enqueue(job: JobRequest): Promise<Result<string | null, Problem>>;
  /** Starts to work: up to `concurrency` jobs of that kind at once in this process. */
  work(kind: JobKind, concurrency: number, handler: JobHandler): Promise<Result<void, Problem>>;
  /** One that waits never runs; one that runs is told by its signal, in whichever process. `false`: it has ended, or never was. */
  cancel(kind: JobKind, id: string): Promise<Result<boolean, Problem>>;
  /** The same name replaces the earlier line; `null` removes it. `nextAt`: RFC 3339, when it fires first. */
  schedule(
    name: string,
    line: (ScheduleLine & { readonly nextAt: string }) | null,
  ): Promise<Result<void, Problem>>;
  /** By name. */
  schedules(): Promise<Result<readonly ScheduledLine[], Problem>>;
  /**
   * Makes the jobs of every line that is due at `now`, each once however many processes ask, and sets when it fires again.
   * A line that `next` gives no time for is removed. Returns the names that fired.
   */
  fireDue(
    now: string,
    next: (line: ScheduleLine) => string | null,
  ): Promise<Result<readonly string[], Problem>>;
  counts(): Promise<Result<readonly JobCounts[], Problem>>;
  /** Lets running jobs end (up to `graceMs`), then gives them back. */
  stop(graceMs: number): Promise<void>;
}
