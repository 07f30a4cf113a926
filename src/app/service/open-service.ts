import type { DestinationStream } from "pino";
import { err, ok, type Problem, type Result, rfc3339 } from "../../base/index.ts";
import { type AppOptions, openSession, type Session } from "../session.ts";
import { storedCovers } from "./govern/index.ts";
import { serverDirectory } from "./identity/authority.ts";
import { liveBus } from "./live-bus.ts";
import { type LogLevel, makeLog } from "./log.ts";
import { deliverSoon } from "./notify/deliver-soon.ts";
import { keepPolicies } from "./policy-keeper.ts";
import type { Service } from "./service.ts";
import { sharedRead } from "./shared-read.ts";
import { tally } from "./tally.ts";

export interface ServiceOptions {
  readonly logLevel: LogLevel;
  readonly logTo: DestinationStream;
  /** Threads that judge; default: one fewer than there are processors. */
  readonly threads?: number;
}

export interface OpenedService {
  readonly service: Service;
  readonly session: Session;
  /** Ends the threads, closes the store. Safe to call twice. */
  close(): Promise<void>;
}

/** Puts a server or worker together from the configuration: keys, store, policies, log, bus. The only place that does. */
export async function openService(
  options: AppOptions,
  { logLevel, logTo, threads }: ServiceOptions,
): Promise<Result<OpenedService, readonly Problem[]>> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const { config, fromRoot } = session;
  const key = await session.estateKey();
  if (!key.ok) return key;
  const signing = await session.signingKey();
  if (!signing.ok) return signing;
  const covers = await session.covers();
  if (!covers.ok) return covers;
  const log = makeLog(logLevel, options.clock, logTo);
  const policies = await keepPolicies(session.policyPlaces([]), {
    estateKey: key.value,
    monotonic: options.monotonic,
    variables: options.variables,
    ...(threads === undefined ? {} : { threads }),
    onEnded: (reason) => log.warn({ reason }, "a judging thread was ended"),
  });
  if (!policies.ok) return policies;
  const store = await session.openStore();
  if (!store.ok) {
    await policies.value.stop();
    return err(store.error);
  }
  const live = liveBus(() => rfc3339(options.clock.now()), store.value.live);
  const tell = config.notifications.routes.length === 0 ? null : deliverSoon(store.value.jobs, log);
  const directory = serverDirectory({ clock: options.clock, config, store: store.value });
  const stored = sharedRead(() => storedCovers(store.value, directory, options.clock.now()));
  const service: Service = {
    config,
    root: fromRoot("."),
    clock: options.clock,
    monotonic: options.monotonic,
    store: store.value,
    estateKey: key.value,
    auditKey: signing.value.signer.vkey,
    log,
    policies: policies.value,
    directory,
    covers: async () => {
      const governed = await stored();
      // Those of files are read once: a server's configuration changes when it is started again.
      return governed.ok ? ok([...covers.value, ...governed.value]) : governed;
    },
    live,
    tally: tally(),
    changed(change) {
      live.publish(change);
      tell?.(change);
    },
  };
  let closing: Promise<void> | null = null;
  return ok({
    service,
    session,
    close() {
      closing ??= policies.value.stop().then(() => store.value.close());
      return closing;
    },
  });
}
