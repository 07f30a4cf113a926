export { checkLineage } from "./lineage.ts";
export { metadataPaths } from "./metadata-rules.ts";
export {
  DEFAULT_LIMITS,
  type PlanReading,
  type PlanSection,
  type ReadLimits,
  type ReadOptions,
  readPlanFile,
  readPlanJson,
  readStateFile,
  readStateJson,
  type StateReading,
} from "./read.ts";
export { redactPlan } from "./redact-plan.ts";
export { findBinary, type RunProgress, type RunTofuOptions, type RunTofuOutput, runTofu } from "./run.ts";
export { secretTypePaths } from "./secret-rules.ts";
