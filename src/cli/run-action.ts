import type { AppOptions } from "../app/index.ts";
import type { Problem, Result } from "../base/index.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Invocation } from "./invocation.ts";
import { noteProblems } from "./terminal.ts";

/** The one place where a command meets the real clock, environment and working directory. */
export function appOptions({ terminal, configFile, signal }: Invocation): AppOptions {
  return {
    cwd: process.cwd(),
    variables: process.env,
    ...(configFile === undefined ? {} : { configFile }),
    clock: { now: () => Date.now() },
    monotonic: () => performance.now(),
    onProgress: (text) => terminal.progress(text),
    signal,
  };
}

/** Runs an action; problems are printed and end in exit code 2, a value goes on to `then`. */
export async function runAction<T>(
  invocation: Invocation,
  action: (options: AppOptions) => Promise<Result<T, readonly Problem[]>>,
  then: (value: T) => Promise<ExitCode> | ExitCode,
): Promise<ExitCode> {
  const done = await action(appOptions(invocation));
  invocation.terminal.settle();
  if (done.ok) return then(done.value);
  noteProblems(invocation.terminal, done.error);
  return EXIT.failed;
}
