import { err, ok, type Problem, parsePath, problem, type Result, rfc3339 } from "../../base/index.ts";
import type { CoverScope, Evidence, Person, PolicyException, RiskClass } from "../../domain/index.ts";

/** The most that an exception may last, and how rarely it may be reviewed, in days by class. */
export interface ExceptionLimits {
  readonly maxDays: Readonly<Record<RiskClass, number>>;
  readonly reviewEveryDays: Readonly<Record<RiskClass, number>>;
}

export const DEFAULT_EXCEPTION_LIMITS: ExceptionLimits = {
  maxDays: { critical: 7, high: 30, medium: 90, low: 180 },
  reviewEveryDays: { critical: 7, high: 14, medium: 30, low: 90 },
};

export interface ExceptionRequest {
  readonly rule: string;
  readonly scope: CoverScope;
  readonly riskClass: RiskClass;
  readonly owner: string;
  readonly ticket: string | null;
  readonly reason: string;
  /** RFC 3339; `null`: from now. */
  readonly from: string | null;
  readonly until: string;
  /** `null`: as rarely as the class allows. */
  readonly reviewEveryDays: number | null;
  readonly evidence: readonly Evidence[];
}

export interface RequestContext {
  readonly id: string;
  readonly requester: Person;
  readonly limits: ExceptionLimits;
  /** Levels under which the rule is loaded anywhere; empty: no loaded policy has it. */
  readonly levels: readonly ("advisory" | "soft-mandatory" | "hard-mandatory")[];
  readonly now: number;
}

const DAY_MS = 86_400_000;

/**
 * Asks for an exception, or says why it cannot be: `exception_rule`, `rule_unknown`, `hard_mandatory`, `exception_too_wide`,
 * `exception_bound`, `exception_back_dated`, `exception_expired`, `exception_too_long`, `reason_missing`.
 */
export function requestException(
  request: ExceptionRequest,
  context: RequestContext,
): Result<PolicyException, Problem> {
  const refusal =
    ruleRefusal(request, context) ??
    widthRefusal(request.scope) ??
    timeRefusal(request, context) ??
    reasonRefusal(request) ??
    cadenceRefusal(request, context);
  if (refusal !== null) return err(refusal);
  const { id, requester, limits, now } = context;
  const { riskClass } = request;
  return ok({
    schema: "trueup.exception/v1",
    id,
    rule: request.rule,
    // A cover for one class must not hold a worse one that the same property may become.
    scope: { ...request.scope, riskClasses: request.scope.riskClasses ?? upTo(riskClass) },
    riskClass,
    owner: request.owner,
    ticket: request.ticket,
    reason: request.reason,
    requester,
    requestedAt: rfc3339(now),
    from: request.from ?? rfc3339(now),
    until: request.until,
    reviewEveryDays: request.reviewEveryDays ?? limits.reviewEveryDays[riskClass],
    evidence: request.evidence,
    granted: null,
    revoked: null,
    lastUsedAt: null,
    lastReviewedAt: null,
    version: 1,
  });
}

function upTo(riskClass: RiskClass): readonly RiskClass[] {
  const classes: readonly RiskClass[] = ["low", "medium", "high", "critical"];
  return classes.slice(0, classes.indexOf(riskClass) + 1);
}

function ruleRefusal({ rule }: ExceptionRequest, { levels }: RequestContext): Problem | null {
  const place = { path: "rule" };
  if (!/^[^/*?\s]+\/[^/*?\s]+(?:\/[^*?]+)?$/u.test(rule)) {
    return problem("exception_rule", `\`${rule}\` names no single rule`, {
      place,
      hint: "write set/policy or set/policy/rule, without wildcards",
    });
  }
  if (levels.length === 0) {
    return problem("rule_unknown", `no loaded policy set has \`${rule}\``, {
      place,
      hint: "see `trueup policy list`",
    });
  }
  if (levels.every((level) => level === "hard-mandatory")) {
    return problem(
      "hard_mandatory",
      `\`${rule}\` is hard-mandatory, and nothing covers a hard-mandatory failure`,
      {
        place,
        hint: "change the code, or ask the owner of the policy for another level",
      },
    );
  }
  return null;
}

/** "Everything in this account" is no exception: a resource and a property must be named. */
function widthRefusal(scope: CoverScope): Problem | null {
  const names = [...(scope.addresses ?? []), ...(scope.types ?? [])];
  if (names.length === 0 || names.some((name) => /^[*?.]*$/.test(name))) {
    return problem("exception_too_wide", "the scope names neither addresses nor resource types", {
      place: { path: "scope.addresses" },
      hint: "name the resources; wildcards are good for a part of a name only",
    });
  }
  const paths = scope.paths ?? [];
  if (paths.length === 0 || paths.some((path) => /^[*.]*$/.test(path))) {
    return problem("exception_too_wide", "the scope names no property", {
      place: { path: "scope.paths" },
      hint: "name the properties that may fail the rule, such as ingress.cidr_blocks",
    });
  }
  const broken = [...paths, ...(scope.bounds ?? []).map((bound) => bound.path)].find(
    (path) => parsePath(path) === null,
  );
  if (broken === undefined) return null;
  return problem("exception_bound", `\`${broken}\` is no property path`, { place: { path: "scope" } });
}

function timeRefusal(request: ExceptionRequest, { limits, now }: RequestContext): Problem | null {
  const from = request.from === null ? now : Date.parse(request.from);
  const until = Date.parse(request.until);
  if (Number.isNaN(from) || Number.isNaN(until)) {
    return problem("exception_expired", "the time is no RFC 3339 instant", { place: { path: "until" } });
  }
  if (from < now) {
    return problem("exception_back_dated", "an exception cannot begin before it is asked for", {
      place: { path: "from" },
      hint: "what has happened already is a finding: review it",
    });
  }
  if (until <= from) {
    return problem("exception_expired", "the exception would end before it begins", {
      place: { path: "until" },
    });
  }
  return lengthRefusal(until - from, request.riskClass, limits);
}

export function lengthRefusal(ms: number, riskClass: RiskClass, limits: ExceptionLimits): Problem | null {
  const days = limits.maxDays[riskClass];
  if (ms <= days * DAY_MS) return null;
  return problem("exception_too_long", `an exception for class ${riskClass} lasts ${days} days at most`, {
    place: { path: "until" },
    hint: "ask for less; it can be renewed with fresh evidence",
  });
}

function reasonRefusal({ reason }: ExceptionRequest): Problem | null {
  if ((reason.match(/[\p{L}\p{N}]{2,}/gu) ?? []).length >= 3) return null;
  return problem("reason_missing", "the reason says too little for the one who reviews it", {
    place: { path: "reason" },
  });
}

function cadenceRefusal(request: ExceptionRequest, { limits }: RequestContext): Problem | null {
  const { reviewEveryDays: days, riskClass } = request;
  const most = limits.reviewEveryDays[riskClass];
  if (days === null || (Number.isSafeInteger(days) && days >= 1 && days <= most)) return null;
  return problem("exception_cadence", `class ${riskClass} is reviewed every ${most} days or more often`, {
    place: { path: "reviewEveryDays" },
  });
}
