import { type Problem, problem } from "../base/index.ts";

/** HTTP status of each Problem code that a use case or the dispatcher may answer. A code that is not here is 422. */
const STATUS: Readonly<Record<string, number>> = {
  request_invalid: 400,
  body_invalid: 400,
  cursor_invalid: 400,
  credentials_missing: 401,
  credentials_invalid: 401,
  credentials_expired: 401,
  forbidden: 403,
  account_disabled: 403,
  own_account: 403,
  account_missing: 404,
  binding_missing: 404,
  token_missing: 404,
  token_revoked: 409,
  provider_unreachable: 503,
  csrf_refused: 403,
  route_missing: 404,
  method_refused: 405,
  finding_missing: 404,
  decision_missing: 404,
  workspace_missing: 404,
  scan_missing: 404,
  scan_ended: 409,
  scan_waiting: 409,
  workspace_disabled: 409,
  workspace_name_taken: 409,
  export_configured: 409,
  channel_missing: 404,
  grant_missing: 404,
  exception_missing: 404,
  approval_missing: 404,
  review_missing: 404,
  review_item_unknown: 404,
  own_request: 403,
  own_review: 403,
  break_glass_not_entitled: 403,
  exception_not_entitled: 403,
  approval_not_entitled: 403,
  review_not_entitled: 403,
  review_debt: 409,
  review_closed: 409,
  review_incomplete: 409,
  break_glass_already_open: 409,
  grant_not_open: 409,
  grant_not_pending: 409,
  exception_not_requested: 409,
  exception_not_live: 409,
  grant_not_ended: 409,
  approval_not_pending: 409,
  approval_repeated: 409,
  approval_over: 409,
  approval_no_approver: 409,
  not_found: 404,
  conflict: 409,
  idempotency_running: 409,
  audit_log_empty: 409,
  audit_import_conflict: 409,
  audit_entry_repeated: 409,
  version_conflict: 412,
  stale_version: 412,
  body_too_large: 413,
  body_type_unsupported: 415,
  idempotency_mismatch: 422,
  version_required: 428,
  rate_limited: 429,
  internal_error: 500,
  store_failed: 503,
  store_unavailable: 503,
  incident_unreachable: 503,
  judge_unavailable: 503,
  server_busy: 503,
  server_stopping: 503,
};

export const DEFAULT_PROBLEM_STATUS = 422;

export function problemStatus(code: string): number {
  return Object.hasOwn(STATUS, code) ? (STATUS[code] ?? DEFAULT_PROBLEM_STATUS) : DEFAULT_PROBLEM_STATUS;
}

/** Place of one fault in what was sent. */
export interface Fault {
  /** JSON pointer (RFC 6901) below `params`, `query` or `body`: `/body/point`. */
  readonly pointer: string;
  readonly detail: string;
}

/** Title of each status, the same for every occurrence (RFC 9457 §3.1.3). */
const TITLES: Readonly<Record<number, string>> = {
  400: "The request is not well formed",
  401: "Sign in first",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "In conflict with what is there",
  412: "Somebody else changed it meanwhile",
  413: "Too large",
  415: "Media type not supported",
  422: "The request cannot be fulfilled",
  428: "If-Match is required",
  429: "Too many requests",
  500: "Internal error",
  503: "Not available now",
};

/** A Problem as RFC 9457 writes it (`application/problem+json`). Never carries a trace. */
export interface ProblemDocument {
  /** `urn:trueup:problem:<code>`: a name, nothing to fetch. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** `urn:trueup:request:<request id>`. */
  readonly instance: string;
  readonly code: string;
  readonly hint?: string;
  readonly place?: Problem["place"];
  readonly errors?: readonly Fault[];
}

export function problemDocument(
  found: Problem,
  requestId: string,
  faults: readonly Fault[] = [],
): ProblemDocument {
  const status = problemStatus(found.code);
  return {
    type: `urn:trueup:problem:${found.code}`,
    title: TITLES[status] ?? "The request cannot be fulfilled",
    status,
    detail: found.message,
    instance: `urn:trueup:request:${requestId}`,
    code: found.code,
    ...(found.hint === undefined ? {} : { hint: found.hint }),
    ...(found.place === undefined ? {} : { place: found.place }),
    ...(faults.length === 0 ? {} : { errors: faults }),
  };
}

/** What a bug is told as: the sentence is for the caller, the cause for the log. */
export const INTERNAL = problem("internal_error", "the server could not answer, the cause is in its log", {
  hint: "report it with the request id",
});
