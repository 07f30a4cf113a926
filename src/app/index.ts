import type { Problem, Result } from "../base/index.ts";
import type { AppOptions } from "./session.ts";

export type { Permission } from "../authority/index.ts";
export type { EvidenceReport } from "./actions/evidence.ts";
export type {
  ApprovalView,
  ExceptionView,
  GrantStory,
  GrantView,
  ReviewView,
} from "./service/govern/index.ts";
export type { Service } from "./service/service.ts";
export type { AppOptions } from "./session.ts";

type Action<Request, Value> = (
  options: AppOptions,
  request: Request,
) => Promise<Result<Value, readonly Problem[]>>;

/** An action is loaded when it is first run, so that each command pays only for what it uses. */
function lazy<Request, Value>(load: () => Promise<Action<Request, Value>>): Action<Request, Value> {
  return async (options, request) => (await load())(options, request);
}

/** Everything that Trueup can be asked to do: the same actions serve the command line and the server. */
export const app = {
  auditCheckpoint: lazy(async () => (await import("./actions/audit.ts")).auditCheckpoint),
  auditExport: lazy(async () => (await import("./actions/audit.ts")).auditExport),
  auditImport: lazy(async () => (await import("./actions/audit.ts")).auditImport),
  auditList: lazy(async () => (await import("./actions/audit.ts")).auditList),
  auditPrune: lazy(async () => (await import("./actions/audit-prune.ts")).auditPrune),
  auditVerify: lazy(async () => (await import("./actions/audit-verify.ts")).auditVerify),
  baseline: lazy(async () => (await import("./actions/baseline.ts")).baseline),
  check: lazy(async () => (await import("./actions/check.ts")).check),
  doctor: lazy(async () => (await import("./actions/doctor.ts")).doctor),
  findingsList: lazy(async () => (await import("./actions/findings.ts")).findingsList),
  findingsShow: lazy(async () => (await import("./actions/findings.ts")).findingsShow),
  init: lazy(async () => (await import("./actions/init.ts")).init),
  policyList: lazy(async () => (await import("./actions/policy.ts")).policyList),
  policyTest: lazy(async () => (await import("./actions/policy-test.ts")).policyTest),
  riskExplain: lazy(async () => (await import("./actions/risk.ts")).riskExplain),
  riskSurvey: lazy(async () => (await import("./actions/risk.ts")).riskSurvey),
  scan: lazy(async () => (await import("./actions/scan.ts")).scan),
  tokenCreate: lazy(async () => (await import("./actions/token.ts")).tokenCreate),
  tokenList: lazy(async () => (await import("./actions/token.ts")).tokenList),
  tokenRevoke: lazy(async () => (await import("./actions/token.ts")).tokenRevoke),
  workspaceAdd: lazy(async () => (await import("./actions/workspace.ts")).workspaceAdd),
  workspaceDiscover: lazy(async () => (await import("./actions/workspace.ts")).workspaceDiscover),
  workspaceList: lazy(async () => (await import("./actions/workspace.ts")).workspaceList),
  workspaceRemove: lazy(async () => (await import("./actions/workspace.ts")).workspaceRemove),
  approvalList: lazy(async () => (await import("./actions/approval.ts")).approvalList),
  approvalRequest: lazy(async () => (await import("./actions/approval.ts")).approvalRequest),
  approvalRevoke: lazy(async () => (await import("./actions/approval.ts")).approvalRevoke),
  approvalShow: lazy(async () => (await import("./actions/approval.ts")).approvalShow),
  approvalVote: lazy(async () => (await import("./actions/approval.ts")).approvalVote),
  breakglassAgree: lazy(async () => (await import("./actions/breakglass.ts")).breakglassAgree),
  breakglassClose: lazy(async () => (await import("./actions/breakglass.ts")).breakglassClose),
  breakglassList: lazy(async () => (await import("./actions/breakglass.ts")).breakglassList),
  breakglassOpen: lazy(async () => (await import("./actions/breakglass.ts")).breakglassOpen),
  breakglassShow: lazy(async () => (await import("./actions/breakglass.ts")).breakglassShow),
  evidence: lazy(async () => (await import("./actions/evidence.ts")).evidence),
  exceptionGrant: lazy(async () => (await import("./actions/exception.ts")).exceptionGrant),
  exceptionList: lazy(async () => (await import("./actions/exception.ts")).exceptionList),
  exceptionRenew: lazy(async () => (await import("./actions/exception.ts")).exceptionRenew),
  exceptionRequest: lazy(async () => (await import("./actions/exception.ts")).exceptionRequest),
  exceptionRevoke: lazy(async () => (await import("./actions/exception.ts")).exceptionRevoke),
  exceptionShow: lazy(async () => (await import("./actions/exception.ts")).exceptionShow),
  exceptionReview: async (options: AppOptions) =>
    (await import("./actions/exception.ts")).exceptionReview(options),
  reviewClose: lazy(async () => (await import("./actions/review.ts")).reviewClose),
  reviewDecide: lazy(async () => (await import("./actions/review.ts")).reviewDecide),
  reviewList: lazy(async () => (await import("./actions/review.ts")).reviewList),
  reviewOpen: lazy(async () => (await import("./actions/review.ts")).reviewOpen),
  reviewReport: lazy(async () => (await import("./actions/review.ts")).reviewReport),
  reviewShow: lazy(async () => (await import("./actions/review.ts")).reviewShow),
  storeBackup: lazy(async () => (await import("./actions/store.ts")).storeBackup),
  storeGrants: async (role: string): Promise<string> => (await import("../store/index.ts")).grantsFor(role),
  storeMigrate: lazy(async () => (await import("./actions/store.ts")).storeMigrate),
  storeRestore: lazy(async () => (await import("./actions/store.ts")).storeRestore),
} as const;
