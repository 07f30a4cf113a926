import type { AppOptions } from "../app/index.ts";
import { type LogLevel, openService, startWorker } from "../app/service/index.ts";
import { err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { startTracing } from "./tracing.ts";

export interface RunWorkerRequest {
  readonly version: string;
  readonly logLevel: LogLevel;
  /** Scans at once; absent: as the worker has it. */
  readonly scans?: number;
}

/** Running jobs have so long to end when the process is told to stop; then another worker takes them up. */
export const JOB_GRACE_MS = 25_000;

/** `trueup worker`: works on jobs until the signal. Any number of them share one Postgres. */
export async function runWorker(
  options: AppOptions,
  request: RunWorkerRequest,
  onReady: () => void,
): Promise<Result<void, readonly Problem[]>> {
  const tracing = await startTracing(options.variables, request.version);
  if (!tracing.ok) return err([tracing.error]);
  const opened = await openService(options, { logLevel: request.logLevel, logTo: process.stderr });
  if (!opened.ok) return opened;
  const { service, close } = opened.value;
  try {
    const worker = await startWorker(service, {
      variables: options.variables,
      ...(request.scans === undefined ? {} : { concurrency: request.scans }),
    });
    onReady();
    await untilAborted(options.signal);
    service.log.info("stopping");
    await worker.stop(JOB_GRACE_MS);
    return ok(undefined);
  } catch (cause) {
    return err([problem("worker_failed", `the worker cannot run: ${messageOf(cause)}`)]);
  } finally {
    await close();
    await tracing.value();
  }
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
