export type { LoadedPolicy, LoadedSet, LoadOptions } from "./apply/load-set.ts";
export { loadPolicySet } from "./apply/load-set.ts";
export type { ProgramAst } from "./ast/ast.ts";
export { printProgram } from "./ast/print.ts";
export { applyCommand } from "./cli/apply-command.ts";
export type { CommandResult } from "./cli/flags.ts";
export { fmtCommand } from "./cli/fmt-command.ts";
export { mockCommand, mocksOfPlan } from "./cli/mock-command.ts";
export { testCommand } from "./cli/test-command.ts";
export type { SentinelConfig } from "./config/config.ts";
export { readConfig } from "./config/config.ts";
export type { RawBlock, RawConfig } from "./config/raw.ts";
export { readRawConfig } from "./config/raw.ts";
export type { SentinelError, SentinelErrorCode } from "./errors.ts";
export type {
  EvaluateOptions,
  Evaluation,
  FailedEvaluation,
  HostCall,
  RuleResult,
  Status,
} from "./evaluator/evaluate.ts";
export { LANGUAGE_VERSION } from "./evaluator/evaluate.ts";
export type { ImportSource } from "./evaluator/imports.ts";
export type { Limits } from "./evaluator/meter.ts";
export { format } from "./fmt/format.ts";
export { evaluateWithHost } from "./host/evaluate-with-host.ts";
export type { SentinelHost } from "./host/host.ts";
export { memoryHost } from "./host/memory-host.ts";
export { nodeHost } from "./host/node-host.ts";
export type { HttpAnswer, HttpRequest } from "./imports/define.ts";
export type { LintFinding, LintRule } from "./lint/lint.ts";
export { lint } from "./lint/lint.ts";
export type { Parsed } from "./parser/parse.ts";
export { parse } from "./parser/parse.ts";
export type { CompileOptions, Program } from "./program.ts";
export { compile } from "./program.ts";
export type { Result } from "./result.ts";
export type { Place, SourceFile } from "./source-file.ts";
export type { TerraformOptions } from "./terraform/terraform-imports.ts";
export { terraformImport, terraformImports } from "./terraform/terraform-imports.ts";
export type { Json } from "./values/json.ts";
export type { Value } from "./values/value.ts";
