import type { Problem, Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import type { AuditQuery } from "./audit.ts";
import type { Service } from "./service.ts";

type Action<Request, Value> = (
  service: Service,
  principal: Principal,
  request: Request,
) => Promise<Result<Value, Problem>>;

/** Loaded when it is first run: a command line that never serves pays for none of it. */
function lazy<Request, Value>(load: () => Promise<Action<Request, Value>>): Action<Request, Value> {
  let loaded: Action<Request, Value> | null = null;
  return async (service, principal, request) => {
    loaded ??= await load();
    return loaded(service, principal, request);
  };
}

/** What a server can be asked to do, besides what other rooms of the service bring along themselves. */
export const serverActions = {
  acceptBaseline: lazy(async () => (await import("./findings.ts")).acceptBaseline),
  auditCheckpoint: async (service: Service) => (await import("./audit.ts")).auditCheckpoint(service),
  auditExport: async (service: Service) => (await import("./audit.ts")).auditExport(service),
  auditImport: lazy(async () => (await import("./audit.ts")).auditImport),
  auditPage: async (service: Service, query: AuditQuery) =>
    (await import("./audit.ts")).auditPage(service, query),
  auditVerify: async (service: Service, checkpoints: readonly string[]) =>
    (await import("./audit.ts")).auditVerify(service, checkpoints),
  assignFinding: lazy(async () => (await import("./findings.ts")).assignFinding),
  checkUpload: lazy(async () => (await import("./check-upload.ts")).checkUpload),
  commentFinding: lazy(async () => (await import("./findings.ts")).commentFinding),
  decideChange: lazy(async () => (await import("./decisions/decide-change.ts")).decideChange),
  testChannel: lazy(
    async () => async (service: Service, principal: Principal, name: string) =>
      (await import("./notify/test-channel.ts")).testChannel(service, principal, name),
  ),
  reportApplied: lazy(async () => (await import("./decisions/report-applied.ts")).reportApplied),
  addWorkspace: lazy(async () => (await import("./scan/index.ts")).addWorkspace),
  cancelScan: lazy(async () => (await import("./scan/index.ts")).cancelScan),
  changeWorkspace: lazy(async () => (await import("./scan/index.ts")).changeWorkspace),
  discoverWorkspaces: lazy(async () => (await import("./scan/index.ts")).discoverAll),
  forgetExport: async (service: Service, name: string) =>
    (await import("./exports/list-exports.ts")).forgetExport(service, name),
  listExports: async (service: Service) => (await import("./exports/list-exports.ts")).listExports(service),
  removeWorkspace: lazy(async () => (await import("./scan/index.ts")).removeWorkspace),
  startScan: lazy(async () => (await import("./scan/index.ts")).startScan),
} as const;
