import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { appOptions } from "../run-action.ts";
import { noteProblems } from "../terminal.ts";
import { version } from "../version.ts";

export interface WorkerOptions {
  readonly scans?: number;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
}

/** Works on scans, deliveries and what is due until it is told to stop. */
export function worker({ scans, logLevel }: WorkerOptions) {
  return async (invocation: Invocation): Promise<ExitCode> => {
    const { runWorker } = await import("../../server/index.ts");
    const request = { version: version(), logLevel, ...(scans === undefined ? {} : { scans }) };
    const done = await runWorker(appOptions(invocation), request, () =>
      invocation.terminal.out("trueup works"),
    );
    invocation.terminal.settle();
    if (done.ok) return EXIT.ok;
    noteProblems(invocation.terminal, done.error);
    return EXIT.failed;
  };
}
