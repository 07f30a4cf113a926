export { RISK_SET, RISK_SET_REVISION } from "./built-in-risk.ts";
export { changeDocument, type DocumentContext } from "./change-document.ts";
export { driftAsPlan, driftWithChanges } from "./drift-plan.ts";
export { type EvaluationContext, evaluateChange } from "./evaluate-change.ts";
export { evaluatePlan, type PlanEvaluation } from "./evaluate-plan.ts";
export {
  type HostAnswer,
  type HostAnswers,
  type HostExchange,
  type HostFailure,
  type HostRequest,
  type HttpSend,
  isLoopback,
  NO_HOST,
  type OpaQuery,
  type OpaServer,
  type PolicyHost,
  reaches,
  type WasmPolicy,
  type WasmRun,
} from "./host.ts";
export { loadPolicySet } from "./load-set.ts";
export { MANIFEST, manifestSchema } from "./manifest.ts";
export type {
  Applies,
  CompiledPolicies,
  EvaluationBounds,
  Judgement,
  PolicyDefinition,
  PolicyEngine,
  PolicyFile,
} from "./policy-engine.ts";
export { type PolicySet, sectionsRead, summaryOf } from "./policy-set.ts";
export { readPolicyFolder } from "./read-folder.ts";
export { type PolicyTestCase, type PolicyTestReport, testPolicies } from "./test-policies.ts";
