export { changeBetween, PROD, propertyOf, SANDBOX } from "./change-between.ts";
export {
  aChange,
  anActor,
  anEnvironment,
  aPlannedChange,
  aPropertyChange,
  aRedactedChange,
  aResource,
  aRisk,
  CHANGE_TIME,
  REPORT_TIME,
} from "./changes.ts";
export { aHostileChange, aHostileFinding, HOSTILE_TEXTS } from "./hostile.ts";
export {
  aDecision,
  aDeterminingRule,
  aFinding,
  aJudgedChange,
  anAllowedVerdict,
  anAuditEntry,
  aPassingResult,
  aPolicyRef,
  aPolicyResult,
  aReviewVerdict,
  aVerdict,
  aViolation,
  aWaivedVerdict,
  STARTER_REVISION,
} from "./judgements.ts";
export {
  aCheckReport,
  anAllowedChange,
  anAllowedFinding,
  aReviewChange,
  aReviewFinding,
  aScanReport,
} from "./reports.ts";
