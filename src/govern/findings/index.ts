export {
  type Acceptance,
  acceptFindings,
  type Baseline,
  type BaselineEntry,
  canBeAccepted,
  EMPTY_BASELINE,
} from "./baseline.ts";
export { DEFAULT_WINDOW_MS, groupFindings } from "./grouping.ts";
export type {
  FindingComment,
  FindingCount,
  FindingEvent,
  FindingPage,
  FindingPageQuery,
  FindingQuery,
  FindingSort,
  FindingStore,
  Recorded,
  ScanRecord,
  ScanStore,
  ScanSummary,
} from "./ports.ts";
export { DEFAULT_DUE_RULES, type DueRules, type OwnerRule, ownerOf } from "./rules.ts";
export { findingId, type TriageInput, type TriageOutcome, triage } from "./triage.ts";
