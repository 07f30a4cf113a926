export { localPrincipal } from "../local-principal.ts";
export type { DecideRequest, GivenDecision } from "./decisions/decide-change.ts";
export type {
  ApprovalView,
  Directory,
  ExceptionView,
  Governing,
  GrantStory,
  GrantView,
  ReviewView,
} from "./govern/index.ts";
export * as governance from "./govern/index.ts";
export * as identity from "./identity/index.ts";
export type { LiveBus, LiveChange, LiveEvent } from "./live-bus.ts";
export { LOG_LEVELS, type LogLevel } from "./log.ts";
export { type OpenedService, openService, type ServiceOptions } from "./open-service.ts";
export { type RunningWorker, startWorker, type WorkerOptions } from "./scan/worker.ts";
export { serverActions } from "./server-actions.ts";
export type { Service } from "./service.ts";
