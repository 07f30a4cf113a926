import type { AppOptions } from "../app/index.ts";
import { identity as identities, type LogLevel, openService, startWorker } from "../app/service/index.ts";
import { err, ok, type Problem, type Result } from "../base/index.ts";
import { serverIdentity } from "./auth/server-identity.ts";
import { announce, localIdentity, withdraw } from "./local-caller.ts";
import { JOB_GRACE_MS, untilAborted } from "./run-worker.ts";
import { type RunningServer, type ServeRequest, serve } from "./serve.ts";
import { startTracing } from "./tracing.ts";

export interface RunServerRequest extends ServeRequest {
  readonly logLevel: LogLevel;
  /** Work on jobs in this process as well; `false` where `trueup worker` does. */
  readonly work: boolean;
}

/** `trueup serve`: opens everything, listens, tells where, and runs until the signal; then finishes what it has and closes. */
export async function runServer(
  options: AppOptions,
  request: RunServerRequest,
  onReady: (server: Omit<RunningServer, "stop">) => void,
): Promise<Result<void, readonly Problem[]>> {
  const tracing = await startTracing(options.variables, request.version);
  if (!tracing.ok) return err([tracing.error]);
  const opened = await openService(options, { logLevel: request.logLevel, logTo: process.stderr });
  if (!opened.ok) return opened;
  const { service, session, close } = opened.value;
  const { identity, token } = localIdentity(
    serverIdentity(service, {
      clientSecret: () =>
        identities.clientSecretOf(service.config.identity, options.variables, session.fromRoot),
    }),
  );
  try {
    const server = await serve(opened.value, identity, request);
    if (!server.ok) return err([server.error]);
    const { origin, signInLink, stop } = server.value;
    const told = await announce(session.dataFolder, { origin, pid: process.pid, token });
    if (!told.ok)
      service.log.warn({ problem: told.error }, "commands on this machine will not find the server");
    const worker = request.work ? await startWorker(service, { variables: options.variables }) : null;
    onReady({ origin, signInLink });
    await untilAborted(options.signal);
    await withdraw(session.dataFolder, token);
    await Promise.all([stop(), worker?.stop(JOB_GRACE_MS)]);
    return ok(undefined);
  } finally {
    await close();
    await tracing.value();
  }
}
