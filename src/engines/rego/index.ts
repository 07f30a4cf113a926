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
export type { Module } from "./ast/ast.ts";
export { compile } from "./compile.ts";
export type { Location, Outcome, RegoError, RegoErrorCode, RegoStage } from "./errors.ts";
export { parseModule } from "./parser/parse.ts";
