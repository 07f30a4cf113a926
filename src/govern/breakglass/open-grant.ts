import { RE2JS } from "re2js";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../base/index.ts";
import {
  type BreakGlassGrant,
  beyondScope,
  type CoverScope,
  type EmergencyKind,
  type EmergencyReason,
  type Person,
  samePerson,
} from "../../domain/index.ts";
import { grantStatus, isReviewOverdue } from "./status.ts";

export interface OpenRequest {
  readonly kind: string;
  readonly reason: EmergencyReason;
  readonly incident: string | null;
  /** `null`: the kind's whole scope. */
  readonly scope: CoverScope | null;
  /** `null`: as long as the kind allows. */
  readonly minutes: number | null;
  /** Roles and sessions through which the holder will act. */
  readonly sessions: readonly string[];
}

export interface OpenContext {
  readonly id: string;
  readonly kinds: readonly EmergencyKind[];
  readonly holder: Person;
  /** Groups of the holder. */
  readonly groups: readonly string[];
  /** Groups that are teams; the first one that the holder is in answers for the grant. */
  readonly teams: readonly string[];
  /** Every grant whose review is not closed, of anybody. */
  readonly unreviewed: readonly BreakGlassGrant[];
  /** What the incident system said; `null` where the kind asks none. */
  readonly incidentIsOpen: boolean | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A pending grant waits this long for its second person. */
const PENDING_MINUTES = 30;
const MIN_WORDS = 3;

/**
 * Opens a grant of a defined emergency, or says why not: `emergency_unknown`, `break_glass_not_entitled`, `review_debt`,
 * `break_glass_already_open`, `reason_missing`, `incident_missing`, `incident_refused`, `scope_too_wide`, `grant_too_long`.
 */
export function openGrant(request: OpenRequest, context: OpenContext): Result<BreakGlassGrant, Problem> {
  const kind = context.kinds.find(({ name }) => name === request.kind);
  if (kind === undefined) return err(unknownKind(request.kind, context.kinds));
  const team = context.teams.find((name) => context.groups.includes(name)) ?? null;
  const refusal =
    notEntitled(kind, context) ??
    debtRefusal(context, team) ??
    alreadyOpen(kind, context) ??
    reasonRefusal(request.reason) ??
    incidentRefusal(request, kind, context) ??
    scopeRefusal(request, kind) ??
    lengthRefusal(request, kind);
  if (refusal !== null) return err(refusal);
  const minutes = request.minutes ?? kind.maxMinutes;
  const waits = kind.consent === "second_person";
  const { id, holder, now } = context;
  return ok({
    schema: "trueup.grant/v1",
    id,
    kind: kind.name,
    holder,
    team,
    sessions: request.sessions,
    scope: request.scope ?? kind.scope,
    reason: request.reason,
    incident: request.incident,
    requestedAt: rfc3339(now),
    startsAt: waits ? null : rfc3339(now),
    endsAt: rfc3339(now + (waits ? PENDING_MINUTES : minutes) * 60_000),
    minutes,
    consent: { rule: kind.consent, by: null },
    ended: null,
    reviewHours: kind.reviewHours,
    worst: null,
    reviewedAt: null,
    outside: false,
    version: 1,
  });
}

function unknownKind(name: string, kinds: readonly EmergencyKind[]): Problem {
  const known = kinds.map((kind) => kind.name).join(", ");
  return problem("emergency_unknown", `\`${name}\` is no defined emergency`, {
    hint: known === "" ? "define one under break_glass.emergencies in trueup.yaml" : `use one of: ${known}`,
  });
}

function notEntitled(kind: EmergencyKind, { groups, holder }: OpenContext): Problem | null {
  if (kind.groups.some((group) => groups.includes(group))) return null;
  const whom = kind.groups.length === 0 ? "nobody" : `members of ${kind.groups.join(", ")}`;
  return problem(
    "break_glass_not_entitled",
    `${holder.name} may not open \`${kind.name}\`; ${whom} may`,
    kind.groups.length === 0 ? {} : { hint: "ask one of them to open it" },
  );
}

/** An overdue review blocks the next grant of that person and of that team. */
function debtRefusal({ unreviewed, holder, now }: OpenContext, team: string | null): Problem | null {
  const debt = unreviewed.find(
    (grant) =>
      isReviewOverdue(grant, now) &&
      (samePerson(grant.holder, holder) || (team !== null && grant.team === team)),
  );
  if (debt === undefined) return null;
  const whose = samePerson(debt.holder, holder) ? holder.name : `team ${team}`;
  return problem(
    "review_debt",
    `the review of ${debt.id} is overdue, and ${whose} gets no grant until it is closed`,
    {
      hint: `close it: \`trueup breakglass review ${debt.id}\``,
    },
  );
}

function alreadyOpen(kind: EmergencyKind, { unreviewed, holder, now }: OpenContext): Problem | null {
  const open = unreviewed.find((grant) => {
    const status = grantStatus(grant, now);
    return (
      (status === "active" || status === "pending") &&
      samePerson(grant.holder, holder) &&
      grant.kind === kind.name
    );
  });
  if (open === undefined) return null;
  return problem(
    "break_glass_already_open",
    `${holder.name} holds ${open.id} of this kind already, until ${open.endsAt}`,
    {
      hint: `use it, or end it first: \`trueup breakglass close ${open.id}\``,
    },
  );
}

function reasonRefusal(reason: EmergencyReason): Problem | null {
  const asked = {
    broken: "what is broken",
    impact: "what that does to whom",
    touches: "what will be touched",
  } as const;
  for (const key of ["broken", "impact", "touches"] as const) {
    const words = reason[key].match(/[\p{L}\p{N}]{2,}/gu) ?? [];
    if (words.length < MIN_WORDS) {
      return problem("reason_missing", `the reason does not say ${asked[key]}`, {
        place: { path: `reason.${key}` },
        hint: `write at least ${MIN_WORDS} words: the review will be read by somebody who was asleep`,
      });
    }
  }
  return null;
}

function incidentRefusal(request: OpenRequest, kind: EmergencyKind, context: OpenContext): Problem | null {
  if (kind.incident === null) return null;
  if (request.incident === null || request.incident === "") {
    return problem("incident_missing", `\`${kind.name}\` demands the id of an incident`, {
      place: { path: "incident" },
      hint: "open an incident first",
    });
  }
  const good =
    kind.incident.kind === "pattern"
      ? RE2JS.compile(kind.incident.pattern).matches(request.incident)
      : context.incidentIsOpen === true;
  if (good) return null;
  const why =
    kind.incident.kind === "pattern" ? "is not of the demanded form" : "is not open in the incident system";
  return problem("incident_refused", `incident \`${request.incident}\` ${why}`, {
    place: { path: "incident" },
  });
}

function scopeRefusal({ scope }: OpenRequest, kind: EmergencyKind): Problem | null {
  const beyond = scope === null ? [] : beyondScope(scope, kind.scope);
  if (beyond.length === 0) return null;
  return problem(
    "scope_too_wide",
    `the scope reaches beyond what \`${kind.name}\` allows: ${beyond.join(", ")}`,
    {
      place: { path: `scope.${beyond[0]}` },
      hint: "narrow it, or leave it out to take the whole scope of the kind",
    },
  );
}

function lengthRefusal({ minutes }: OpenRequest, kind: EmergencyKind): Problem | null {
  if (minutes === null || (Number.isSafeInteger(minutes) && minutes >= 1 && minutes <= kind.maxMinutes))
    return null;
  return problem("grant_too_long", `\`${kind.name}\` lasts from 1 to ${kind.maxMinutes} minutes`, {
    place: { path: "minutes" },
  });
}
