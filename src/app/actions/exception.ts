import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import type { CoverScope, RiskClass } from "../../domain/index.ts";
import { exceptionReviewDue } from "../../govern/exceptions/index.ts";
import { parseDuration } from "../config/duration.ts";
import {
  askForException,
  askForRenewal,
  type ExceptionView,
  grantRequestedException,
  listExceptions,
  revokeGrantedException,
  showException,
} from "../service/govern/index.ts";
import type { AppOptions } from "../session.ts";
import { list, step } from "./governed.ts";

type Done<T> = Promise<Result<T, readonly Problem[]>>;

const EXCEPTION = ["exception", "trueup.exception/v1"] as const;
const at = (id: string): string => `/exceptions/${encodeURIComponent(id)}`;

/** What somebody has seen, as of now. */
export interface Seen {
  readonly ref: string;
  readonly says: string;
}

export interface ExceptionRequestInput {
  readonly rule: string;
  readonly scope: CoverScope;
  readonly riskClass: RiskClass;
  readonly owner: string;
  readonly ticket: string | null;
  readonly reason: string;
  /** A duration from now (`7d`), or an RFC 3339 instant. */
  readonly until: string;
  readonly evidence: readonly Seen[];
}

/** `trueup exception request`. */
export async function exceptionRequest(
  options: AppOptions,
  input: ExceptionRequestInput,
): Done<ExceptionView> {
  const until = endOf(options, input.until);
  if (!until.ok) return err([until.error]);
  const request = {
    ...input,
    until: until.value,
    from: null,
    reviewEveryDays: null,
    evidence: seenNow(options, input.evidence),
  };
  return step(options, {
    call: { method: "POST", path: "/exceptions", body: request },
    answers: EXCEPTION,
    local: (governing) => askForException(governing, request),
    policies: true,
  });
}

/** `trueup exception renew`. */
export async function exceptionRenew(
  options: AppOptions,
  input: {
    readonly id: string;
    readonly until: string;
    readonly reason: string;
    readonly evidence: readonly Seen[];
  },
): Done<ExceptionView> {
  const until = endOf(options, input.until);
  if (!until.ok) return err([until.error]);
  const { id, reason } = input;
  const renewal = { until: until.value, reason, evidence: seenNow(options, input.evidence) };
  return step(options, {
    call: { method: "POST", path: `${at(id)}/renew`, body: renewal },
    answers: EXCEPTION,
    local: (governing) => askForRenewal(governing, { ...renewal, id }),
  });
}

/** Which one, and why. */
export interface Named {
  readonly id: string;
  readonly because: string;
}

/** `trueup exception grant`. */
export function exceptionGrant(options: AppOptions, { id, because }: Named): Done<ExceptionView> {
  return step(options, {
    call: { method: "POST", path: `${at(id)}/grant`, body: { because } },
    answers: EXCEPTION,
    local: (governing) => grantRequestedException(governing, { id, because }),
  });
}

/** `trueup exception revoke`. */
export function exceptionRevoke(options: AppOptions, { id, because }: Named): Done<ExceptionView> {
  return step(options, {
    call: { method: "POST", path: `${at(id)}/revoke`, body: { because } },
    answers: EXCEPTION,
    local: (governing) => revokeGrantedException(governing, { id, because }),
  });
}

/** `trueup exception show`. */
export function exceptionShow(options: AppOptions, id: string): Done<ExceptionView> {
  return step(options, {
    call: { method: "GET", path: at(id) },
    answers: EXCEPTION,
    local: (governing) => showException(governing, id),
  });
}

/** `trueup exception list`. */
export function exceptionList(
  options: AppOptions,
  query: { readonly live: boolean },
): Done<readonly ExceptionView[]> {
  return list(options, {
    path: `/exceptions?live=${query.live}`,
    answers: EXCEPTION,
    local: (governing) => listExceptions(governing, query),
  });
}

export interface DueException extends ExceptionView {
  /** Why somebody should look at it; never empty. */
  readonly notes: readonly string[];
}

const SOON_MS = 7 * 86_400_000;

/** `trueup exception review`: live ones that nothing needed, whose own review is due, that wait, or that end within a week. */
export async function exceptionReview(options: AppOptions): Done<readonly DueException[]> {
  const live = await exceptionList(options, { live: true });
  if (!live.ok) return live;
  const now = options.clock.now();
  const due = live.value.map((view): DueException => {
    const { exception, status, unused } = view;
    const notes = [
      ...(status === "requested" ? ["waits for an approver"] : []),
      ...(unused ? ["nothing needed it: remove it"] : []),
      ...(status === "active" && exceptionReviewDue(exception, now) ? ["its review is due"] : []),
      ...(status === "active" && Date.parse(exception.until) - now < SOON_MS ? ["ends within a week"] : []),
    ];
    return { ...view, notes };
  });
  return ok(due.filter(({ notes }) => notes.length > 0));
}

function seenNow({ clock }: AppOptions, seen: readonly Seen[]) {
  return seen.map(({ ref, says }) => ({ ref, says, at: rfc3339(clock.now()) }));
}

/** The instant that `7d` or `2026-12-01T00:00:00Z` means. */
export function endOf({ clock }: Pick<AppOptions, "clock">, text: string): Result<string, Problem> {
  const duration = parseDuration(text);
  if (duration !== null) return ok(rfc3339(clock.now() + duration));
  const instant = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(instant)) return ok(rfc3339(instant));
  return err(
    problem("time_unreadable", `\`${text}\` is neither a duration nor a time`, {
      hint: "write 7d, 2026-12-01 or 2026-12-01T08:00:00Z",
    }),
  );
}
