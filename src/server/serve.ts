import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { OpenedService, Service } from "../app/service/index.ts";
import { codeOf, err, messageOf, ok, type Problem, problem, type Result } from "../base/index.ts";
import { buildServer, type ServerOptions } from "./build-server.ts";
import type { Authenticate, Authorize } from "./caller.ts";
import { observeService } from "./domain-metrics.ts";
import { makeMetrics } from "./metrics.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes/index.ts";
import { systemRoutes } from "./routes/system.ts";

/** Who is who: given by the identity rooms. */
export interface Identity {
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  /** Sign-in and sign-out; absent: there are none. */
  readonly routes?: readonly Route[];
  /** One-time link with which the first person signs in; `null` where somebody can sign in already. */
  firstSignIn(origin: string): Promise<Result<string | null, Problem>>;
}

export interface ServeRequest {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Serve other machines without TLS: somebody in front does it. */
  readonly insecureBehindProxy: boolean;
  readonly trustedProxies: readonly string[];
  readonly version: string;
  readonly limits?: ServerOptions["limits"];
}

export interface RunningServer {
  /** `http://127.0.0.1:7070`: where it can be reached. */
  readonly origin: string;
  readonly signInLink: string | null;
  /** Takes no new request, finishes those that it has, records what was decided. The service is closed by its owner afterwards. */
  stop(): Promise<void>;
}

/** Requests that do not end by then are cut off. */
const GRACE_MS = 25_000;

/** Starts to listen. Problems: `host_needs_tls`, `tls_unreadable`, `address_in_use`, `listen_failed`. */
export async function serve(
  { service }: OpenedService,
  identity: Identity,
  request: ServeRequest,
): Promise<Result<RunningServer, Problem>> {
  const exposed = exposure(request);
  if (exposed !== null) return err(exposed);
  const tls = await readTls(request.tls);
  if (!tls.ok) return tls;
  const metrics = makeMetrics();
  observeService(metrics.registry, service);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const all: readonly Route[] = [
    ...systemRoutes({
      version: request.version,
      metrics: () => metrics.registry.metrics(),
      // Of the last while, not of the whole life.
      lagMs() {
        const lag = delay.percentile(99) / 1e6;
        delay.reset();
        return lag;
      },
    }),
    ...routes,
    ...(identity.routes ?? []),
  ];
  const app = await buildServer(service, {
    routes: all,
    authenticate: identity.authenticate,
    authorize: identity.authorize,
    version: request.version,
    metrics,
    trustedProxies: request.trustedProxies,
    ...(tls.value === null ? {} : { tls: tls.value }),
    ...(request.limits === undefined ? {} : { limits: request.limits }),
  });
  try {
    await app.listen({ host: request.host, port: request.port });
  } catch (cause) {
    return err(unheard(request, cause));
  }
  const bound = app.server.address();
  const origin = originOf(request, typeof bound === "object" && bound !== null ? bound.port : request.port);
  const link = await identity.firstSignIn(origin);
  if (!link.ok) {
    await app.close();
    return link;
  }
  service.log.info({ origin, store: service.store.durability }, "listening");
  return ok({ origin, signInLink: link.value, stop: () => stop(app, service, delay) });
}

async function stop(
  app: Awaited<ReturnType<typeof buildServer>>,
  service: Service,
  delay: ReturnType<typeof monitorEventLoopDelay>,
): Promise<void> {
  service.log.info("stopping");
  // Streams never end by themselves; everything else gets its time.
  const cut = setTimeout(() => app.server.closeAllConnections(), GRACE_MS);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
    delay.disable();
  }
}

/** Credentials and policy inputs travel on this connection: off this machine only under TLS, unless somebody says otherwise. */
function exposure({ host, tls, insecureBehindProxy }: ServeRequest): Problem | null {
  if (isLoopback(host) || tls !== null || insecureBehindProxy) return null;
  return problem("host_needs_tls", `\`${host}\` can be reached by other machines, and there is no TLS`, {
    hint: "give --tls-cert and --tls-key, or --insecure-behind-proxy where a proxy on this host does it",
  });
}

export function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}

async function readTls(
  files: ServeRequest["tls"],
): Promise<Result<{ readonly cert: string; readonly key: string } | null, Problem>> {
  if (files === null) return ok(null);
  try {
    const [cert, key] = await Promise.all([readFile(files.cert, "utf8"), readFile(files.key, "utf8")]);
    return ok({ cert, key });
  } catch (cause) {
    return err(problem("tls_unreadable", `the certificate or its key cannot be read: ${messageOf(cause)}`));
  }
}

function unheard({ host, port }: ServeRequest, cause: unknown): Problem {
  if (codeOf(cause) === "EADDRINUSE") {
    return problem("address_in_use", `port ${port} on \`${host}\` is taken by another program`, {
      hint: "choose another one with --port",
    });
  }
  return problem("listen_failed", `it is not possible to listen on \`${host}\`: ${messageOf(cause)}`);
}

function originOf({ host, tls }: ServeRequest, port: number): string {
  const name = isIP(host) === 6 ? `[${host}]` : host === "0.0.0.0" ? "127.0.0.1" : host;
  return `${tls === null ? "http" : "https"}://${name}:${port}`;
}
