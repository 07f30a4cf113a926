import type { RiskClass } from "./risk.ts";

/** Everything that people may be told of, `<noun>.<what happened>`. Routes choose among them, so the list is closed. */
export const NOTICE_KINDS = [
  "finding.violation",
  "finding.review",
  "finding.settled",
  "finding.gone",
  "finding.accepted",
  "finding.overdue",
  "scan.failed",
  "decision.denied",
  "approval.requested",
  "approval.decided",
  "exception.requested",
  "exception.granted",
  "exception.expiring",
  "exception.ended",
  "breakglass.opened",
  "breakglass.closed",
  "breakglass.review_due",
  "review.decided",
  "channel.test",
] as const;

export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** How loudly it is said. A RiskClass is about a change; this is about the message. */
export type Severity = "critical" | "error" | "warning" | "info";

/**
 * Where the subject stands after this: channels turn `open` into a new message, `acknowledged` into an update that somebody
 * deals with it, `ended` into a closed ticket or a resolved alert.
 */
export type NoticeState = "open" | "acknowledged" | "ended";

export interface NoticeFact {
  /** Short name: `Risk`, `Changed by`. */
  readonly name: string;
  readonly value: string;
}

export interface NoticeLink {
  /** An imperative: `Review it`. */
  readonly label: string;
  /** Below the server's public address, without a slash at its start: `findings/fnd_0123456789ab`. */
  readonly path: string;
}

/** One thing that happened and that somebody may have to hear of. Secrets are removed; every text may be hostile. */
export interface Notice {
  /** `ntf_` and 24 hexadecimal characters; what receivers recognise a repetition by. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** RFC 3339, when it happened. */
  readonly time: string;
  readonly workspace: string;
  /** Labels of the workspace, e.g. `{ env: "prod" }`. */
  readonly labels: Readonly<Record<string, string>>;
  /** RiskClass of the change that it is about; `null` where there is none. */
  readonly class: RiskClass | null;
  readonly severity: Severity;
  /** Team or person who answers for the subject; `null` when nobody is known to. */
  readonly owner: string | null;
  /** Id of what it is about: `fnd_…`, `grt_…`. Notices of one subject share one message, alert or ticket. */
  readonly subject: string;
  readonly state: NoticeState;
  /** One line, without a final full stop. */
  readonly title: string;
  /** One or two sentences: what it means and what to do. */
  readonly text: string;
  readonly facts: readonly NoticeFact[];
  readonly links: readonly NoticeLink[];
  /** RFC 3339; `null` when nothing is due. */
  readonly due: string | null;
}
