export type {
  Backend,
  Capabilities,
  CompileOptions,
  EvaluateOptions,
  Evaluation,
  FileCoverage,
  HostCall,
  ModuleSource,
  PrintLine,
  Program,
  QueryEvaluation,
  QueryResult,
  RegoVersion,
  RuleInfo,
  TraceEvent,
  TraceOp,
} from "./api.ts";
export type { Location, Outcome, RegoError, RegoErrorCode, RegoStage } from "./errors.ts";
