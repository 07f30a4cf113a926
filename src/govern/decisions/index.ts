export type {
  DecisionCount,
  DecisionPage,
  DecisionQuery,
  DecisionStep,
  DecisionStore,
  DecisionWritten,
  PipelineRunStore,
  RecordedDecision,
  RecordedRun,
} from "./ports.ts";
