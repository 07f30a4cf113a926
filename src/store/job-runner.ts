import { err, type JsonObject, messageOf, type Problem, problem, type Result } from "../base/index.ts";
import type { JobHandler, JobKind } from "../schedule/ports.ts";

export interface JobSettings {
  /** How often a worker looks for jobs of which nobody told it. */
  readonly pollMs: number;
  /** How long a process that says nothing keeps its jobs. */
  readonly leaseMs: number;
  /** How often it says something; several times within a lease. */
  readonly beatMs: number;
  /** How long a job waits while another one with its key runs. */
  readonly deferSeconds: number;
}

export interface Taken {
  readonly id: string;
  readonly kind: JobKind;
  /** Of the lease. */
  readonly key: string;
  readonly data: JsonObject;
  readonly retry: number;
  readonly lastTry: boolean;
  /** It was put back: another one with its key runs. */
  readonly isDeferred: boolean;
}

export interface Runner {
  wake(): void;
  stop(graceMs: number): Promise<void>;
}

interface RunnerOptions {
  readonly kind: JobKind;
  readonly concurrency: number;
  readonly handler: JobHandler;
  readonly settings: JobSettings;
  take(kind: JobKind): Promise<Taken | null>;
  settle(taken: Taken, done: Result<JsonObject, Problem>): Promise<void>;
  beat(taken: Taken): Promise<boolean>;
}

/** Takes jobs of one kind and runs them, up to `concurrency` at once. A database that is away is waited for. */
export function makeRunner(options: RunnerOptions): Runner {
  const { kind, concurrency, handler, settings } = options;
  const running = new Map<Promise<void>, AbortController>();
  let isStopping = false;
  let isAwake = true;
  let rouse: () => void = () => undefined;

  function wake(): void {
    isAwake = true;
    rouse();
  }

  function pause(): Promise<void> {
    if (isAwake) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, settings.pollMs);
      rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function loop(): Promise<void> {
    while (!isStopping) {
      isAwake = false;
      const taken = running.size < concurrency ? await options.take(kind).catch(() => null) : null;
      if (taken === null) await pause();
      else if (!taken.isDeferred) start(taken);
    }
  }

  function start(taken: Taken): void {
    const abort = new AbortController();
    const done = run(taken, abort).finally(() => {
      running.delete(done);
      wake();
    });
    running.set(done, abort);
  }

  async function run(taken: Taken, abort: AbortController): Promise<void> {
    const beats = setInterval(() => {
      options.beat(taken).then(
        (isOurs) => {
          if (!isOurs) abort.abort();
        },
        // A database that is away says nothing about whose job it is.
        () => undefined,
      );
    }, settings.beatMs);
    try {
      const { id, data, retry, lastTry } = taken;
      const done = await handler({ id, kind, data, retry, lastTry, signal: abort.signal }).catch(broken);
      await options.settle(taken, done).catch(() => undefined);
    } finally {
      clearInterval(beats);
    }
  }

  const looping = loop();
  return {
    wake,
    async stop(graceMs) {
      isStopping = true;
      wake();
      await looping;
      const late = setTimeout(() => {
        for (const abort of running.values()) abort.abort();
      }, graceMs);
      await Promise.all(running.keys());
      clearTimeout(late);
    },
  };
}

/** A handler that throws has a bug; the job is tried again all the same. */
function broken(cause: unknown): Result<JsonObject, Problem> {
  return err(problem("job_broken", messageOf(cause)));
}
