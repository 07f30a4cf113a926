import { randomBytes } from "node:crypto";
import { rfc3339, sha256Hex } from "../../../base/index.ts";
import type { ApprovalRequest, BreakGlassGrant, PolicyException, Review } from "../../../domain/index.ts";
import { grantEnd, reviewDue } from "../../../govern/breakglass/index.ts";
import type { Notice } from "../../../notify/index.ts";
import type { GovernService } from "./governing.ts";

type Told = Pick<Notice, "kind" | "subject" | "state" | "severity" | "title" | "text"> & Partial<Notice>;

function notice(service: GovernService, told: Told): Notice {
  return {
    id: `ntf_${randomBytes(12).toString("hex")}`,
    time: rfc3339(service.clock.now()),
    workspace: service.config.environment.workspace,
    labels: service.config.environment.labels,
    class: null,
    owner: null,
    facts: [],
    links: [],
    due: null,
    ...told,
  };
}

/** Opening is announced loudly, at once. */
export function grantNotice(
  service: GovernService,
  grant: BreakGlassGrant,
  step: "requested" | "opened" | "closed" | "expired",
): Notice {
  const { id, holder, kind, reason, team, incident } = grant;
  const opens = step === "requested" || step === "opened";
  const said = {
    requested: "asks for",
    opened: "opened",
    closed: "closed",
    expired: "held, until its time was up,",
  }[step];
  return notice(service, {
    kind: opens ? "breakglass.opened" : "breakglass.closed",
    subject: id,
    state: opens ? "open" : "acknowledged",
    severity: opens ? "critical" : "warning",
    owner: team,
    title: `${holder.name} ${said} break-glass ${kind}`,
    text: opens
      ? `${reason.broken}. ${reason.impact}. It will touch: ${reason.touches}`
      : `What was done must be adopted or rolled back by somebody other than ${holder.name}, by ${reviewDue(grant)}`,
    facts: [
      { name: "Incident", value: incident ?? "none" },
      { name: "Ends", value: grantEnd(grant) },
    ],
    links: [{ label: opens ? "Follow it" : "Review it", path: `breakglass/${id}` }],
    due: opens ? null : reviewDue(grant),
  });
}

/** Said once, however often the clock looks: the id of a notice that is there already is left alone. */
function onceId(...about: readonly string[]): string {
  return `ntf_${sha256Hex(JSON.stringify(about)).slice(0, 24)}`;
}

export function overdueNotice(service: GovernService, review: Review): Notice {
  return notice(service, {
    id: onceId("overdue", review.id, review.due),
    kind: "breakglass.review_due",
    subject: review.subject,
    state: "open",
    severity: "critical",
    owner: review.team,
    title: `The review of ${review.subject} is overdue`,
    text: "Its changes count as violations again, and its holder's team gets no further grant until it is closed",
    links: [{ label: "Review it", path: `reviews/${review.id}` }],
    due: review.due,
  });
}

export function escalationNotice(
  service: GovernService,
  review: Review,
  id: string,
  because: string,
): Notice {
  const item = review.items.find((one) => one.id === id);
  return notice(service, {
    kind: "review.decided",
    subject: id,
    state: "open",
    severity: "error",
    class: item?.riskClass ?? null,
    owner: review.team,
    title: `Escalated in review ${review.subject}: ${item?.title ?? id}`,
    text: because,
    links: [{ label: "Look at it", path: `reviews/${review.id}` }],
  });
}

export function exceptionNotice(
  service: GovernService,
  exception: PolicyException,
  kind: "exception.requested" | "exception.granted" | "exception.expiring" | "exception.ended",
): Notice {
  const asks = kind === "exception.requested";
  return notice(service, {
    ...(kind === "exception.expiring" ? { id: onceId(kind, exception.id, exception.until) } : {}),
    kind,
    subject: exception.id,
    state: kind === "exception.ended" ? "ended" : asks ? "open" : "acknowledged",
    severity: asks || kind === "exception.expiring" ? "warning" : "info",
    class: exception.riskClass,
    owner: exception.owner,
    title: `${exception.rule}: ${kind.replace(".", " ")}`,
    text: exception.reason,
    facts: [
      { name: "Asked by", value: exception.requester.name },
      { name: "Until", value: exception.until },
    ],
    links: [{ label: asks ? "Decide" : "Look at it", path: `exceptions/${exception.id}` }],
    due: asks ? null : exception.until,
  });
}

export function approvalNotice(
  service: GovernService,
  request: ApprovalRequest,
  kind: "approval.requested" | "approval.decided",
  title: string,
): Notice {
  return notice(service, {
    kind,
    subject: request.id,
    workspace: request.workspace,
    state: kind === "approval.requested" ? "open" : "ended",
    severity: kind === "approval.requested" ? "warning" : "info",
    class: request.riskClass,
    title,
    text: `${request.reason}: ${request.summary.slice(0, 5).join("; ")}`,
    facts: request.quorum.map(({ groups, count, because }) => ({
      name: because,
      value: `${count} of ${groups.join(", ")}`,
    })),
    links: [{ label: "Decide", path: `approvals/${request.id}` }],
    due: kind === "approval.requested" ? request.expiresAt : null,
  });
}
