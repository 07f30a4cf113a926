export {
  type GrantingContext,
  grantException,
  noteUse,
  renewException,
  revokeException,
} from "./change-exception.ts";
export { needlessExceptions } from "./needless.ts";
export type * from "./ports.ts";
export {
  DEFAULT_EXCEPTION_LIMITS,
  type ExceptionLimits,
  type ExceptionRequest,
  type RequestContext,
  requestException,
} from "./request.ts";
export { coverOfException, exceptionReviewDue, exceptionStatus, isUnused } from "./status.ts";
