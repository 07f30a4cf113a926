import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import underPressure from "@fastify/under-pressure";
import fastify, { type FastifyInstance, LogController } from "fastify";
import type { Service } from "../app/service/index.ts";
import { type Problem, problem } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";
import type { Authenticate, Authorize } from "./caller.ts";
import { type DispatchContext, dispatch, sendProblem } from "./dispatch.ts";
import type { Metrics } from "./metrics.ts";
import { openApiDocument } from "./openapi.ts";
import { INTERNAL } from "./problem-status.ts";
import type { Route } from "./route.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who asks, once that is known. */
    principal: Principal | null;
  }
}

export interface ServerOptions {
  readonly routes: readonly Route[];
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  readonly version: string;
  readonly metrics?: Metrics;
  /** Certificate and key in PEM; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Addresses of proxies whose `X-Forwarded-*` headers are believed. Default: none. */
  readonly trustedProxies?: readonly string[];
  /** Requests of one caller in a minute. */
  readonly limits?: { readonly principal: number; readonly address: number };
  /** Event loop delay above which requests are refused with 503, in milliseconds; 0: never. Default 2,000. */
  readonly maxDelayMs?: number;
  /** Holds every reply to its schema. For tests. */
  readonly checkReplies?: boolean;
}

const MEBIBYTE = 1024 * 1024;
export const DEFAULT_LIMITS = { principal: 60_000, address: 600 } as const;
/** A body that has not come by then is not waited for. */
const REQUEST_TIMEOUT_MS = 120_000;

/** The HTTP server over a list of routes, not yet listening. `service` belongs to the caller, who closes it after the server. */
export async function buildServer(service: Service, options: ServerOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: service.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MEBIBYTE,
    requestTimeout: REQUEST_TIMEOUT_MS,
    requestIdHeader: false,
    genReqId: requestId,
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    return503OnClosing: true,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 500, ignoreTrailingSlash: false },
    ...(options.tls === undefined ? {} : { https: { ...options.tls, minVersion: "TLSv1.2" as const } }),
  }) as unknown as FastifyInstance;
  app.decorateRequest("principal", null);
  app.removeAllContentTypeParsers();
  answerFaults(app);
  await harden(app, options);
  observe(app, service, options.metrics);
  const context: DispatchContext = {
    service,
    authenticate: options.authenticate,
    authorize: options.authorize,
    limit: limiter(app, options.limits ?? DEFAULT_LIMITS),
    checkReplies: options.checkReplies ?? false,
  };
  registerDocument(app, options);
  for (const route of options.routes) registerRoute(app, context, route);
  return app;
}

function registerRoute(app: FastifyInstance, context: DispatchContext, route: Route): void {
  const path = `${route.atRoot === true ? "" : "/v1"}${route.path}`.replace(/\{(\w+)\}/g, ":$1");
  const types = route.raw ?? ["application/json"];
  // Parsers are per route: what one takes as bytes, another would not take at all.
  app.register(async (scope) => {
    if (route.method !== "GET") {
      scope.addContentTypeParser([...types], { parseAs: "buffer" }, (_request, body, done) =>
        done(null, body),
      );
    }
    scope.route({
      method: route.method,
      url: path,
      ...(route.maxBodyBytes === undefined ? {} : { bodyLimit: route.maxBodyBytes }),
      exposeHeadRoute: false,
      handler: (request, reply) => dispatch(context, route, request, reply),
    });
  });
}

function registerDocument(app: FastifyInstance, options: ServerOptions): void {
  const text = JSON.stringify(openApiDocument(options.routes, { version: options.version }));
  app.get("/v1/openapi.json", { exposeHeadRoute: false }, (_request, reply) =>
    reply.header("content-type", "application/json; charset=utf-8").send(text),
  );
}

async function harden(app: FastifyInstance, options: ServerOptions): Promise<void> {
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
    hsts: options.tls === undefined ? false : { maxAge: 31_536_000, includeSubDomains: false },
    crossOriginResourcePolicy: { policy: "same-origin" },
    referrerPolicy: { policy: "no-referrer" },
    frameguard: { action: "deny" },
  });
  await app.register(underPressure, {
    maxEventLoopDelay: options.maxDelayMs ?? 2_000,
    retryAfter: 1,
    pressureHandler: (request, reply) => {
      // Health must answer above all when the rest cannot.
      if (request.url === "/livez" || request.url === "/readyz" || request.url === "/metrics") return;
      sendProblem(reply, request, BUSY);
    },
  });
  await app.register(rateLimit, { global: false });
  app.addHook("onSend", async (request, reply) => {
    reply.header("x-request-id", request.id);
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
  });
}

type Limit = DispatchContext["limit"];

/** A signed-in caller is counted by name, anybody else by address. */
function limiter(app: FastifyInstance, limits: NonNullable<ServerOptions["limits"]>): Limit {
  const byPrincipal = app.createRateLimit({
    max: limits.principal,
    timeWindow: "1 minute",
    keyGenerator: (request) => `principal ${request.principal?.id ?? ""}`,
  });
  const byAddress = app.createRateLimit({
    max: limits.address,
    timeWindow: "1 minute",
    keyGenerator: (request) => `address ${request.ip}`,
  });
  return async (principal, request) => {
    const counted = await (principal === null ? byAddress(request) : byPrincipal(request));
    if (counted.isAllowed || !counted.isExceeded) return null;
    return problem("rate_limited", `more than ${counted.max} requests in a minute`, {
      hint: `come again in ${counted.ttlInSeconds} seconds`,
    });
  };
}

/** One line for each answered request: never a body, a query or a credential. */
function observe(app: FastifyInstance, service: Service, metrics: Metrics | undefined): void {
  app.addHook("onRequest", async () => {
    metrics?.begun();
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    const seconds = reply.elapsedTime / 1_000;
    metrics?.answered(request.method, route, reply.statusCode, seconds);
    const level = reply.statusCode >= 500 ? "error" : isHealth(route) ? "debug" : "info";
    service.log[level](
      {
        request: request.id,
        method: request.method,
        route,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        principal: request.principal?.id ?? null,
      },
      "request",
    );
  });
}

function isHealth(route: string): boolean {
  return route === "/livez" || route === "/readyz" || route === "/metrics";
}

/** What goes wrong outside of a route: unknown paths, refused bodies, bugs. */
function answerFaults(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => sendProblem(reply, request, ROUTE_MISSING));
  app.setErrorHandler((fault: Error & { code?: string; statusCode?: number }, request, reply) => {
    const known = FAULTS[fault.code ?? ""];
    if (known !== undefined) return sendProblem(reply, request, known);
    if (fault.statusCode !== undefined && fault.statusCode >= 400 && fault.statusCode < 500) {
      return sendProblem(reply, request, problem("request_invalid", "the request is not well formed"));
    }
    request.log.error({ request: request.id, err: fault }, "a bug: the request was not answered");
    return sendProblem(reply, request, INTERNAL);
  });
}

const ROUTE_MISSING = problem("route_missing", "there is nothing at this address", {
  hint: "see /v1/openapi.json for what there is",
});
const BUSY = problem("server_busy", "the server has more to do than it can", {
  hint: "come again in a second",
});
const FAULTS: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: problem("body_too_large", "the body is longer than this route takes"),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: problem("body_type_unsupported", "this route takes no body of this type", {
    hint: "send `content-type: application/json`",
  }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: problem(
    "body_invalid",
    "the body is not as long as its Content-Length says",
  ),
  FST_ERR_CTP_EMPTY_JSON_BODY: problem("body_invalid", "the body is empty"),
};

/** A caller's own request id is kept where it is harmless, so that both logs tell of the same thing. */
function requestId(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && /^[\w.-]{8,64}$/.test(given) ? given : crypto.randomUUID();
}
