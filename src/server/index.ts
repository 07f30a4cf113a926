export { buildServer, DEFAULT_LIMITS, type ServerOptions } from "./build-server.ts";
export type { Authenticate, Authorize, HttpCall, Scope } from "./caller.ts";
export { EVERYTHING, maySee } from "./caller.ts";
export { type Metrics, makeMetrics } from "./metrics.ts";
export { openApiDocument } from "./openapi.ts";
export { type Access, type Method, type Route, type RouteReply, type RouteRequest, route } from "./route.ts";
export { routes } from "./routes/index.ts";
export { type RunServerRequest, runServer } from "./run-server.ts";
export { type Identity, type RunningServer, type ServeRequest, serve } from "./serve.ts";
