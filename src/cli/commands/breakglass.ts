import { app, type GrantStory, type GrantView } from "../../app/index.ts";
import type { OutputOptions } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { printSheet, type Sheet } from "../sheet.ts";
import { runGoverned, type ScopeOptions, scopeOf, scopeText, when } from "./governed.ts";

export interface OpenOptions extends OutputOptions, ScopeOptions {
  readonly broken: string;
  readonly impact: string;
  readonly touches: string;
  readonly incident?: string;
  readonly minutes?: number;
  readonly session?: readonly string[];
  readonly class?: readonly ("low" | "medium" | "high" | "critical")[];
}

export function breakglassOpen(kind: string, options: OpenOptions) {
  const { broken, impact, touches, incident, minutes, session } = options;
  const scope = {
    ...scopeOf(options),
    ...(options.class === undefined ? {} : { riskClasses: options.class }),
  };
  const request = {
    kind,
    reason: { broken, impact, touches },
    incident: incident ?? null,
    scope: Object.keys(scope).length === 0 ? null : scope,
    minutes: minutes ?? null,
    sessions: session ?? [],
  };
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.breakglassOpen(context, request),
      (view) => print(view, options, invocation, view.status === "pending" ? EXIT.approval : EXIT.ok),
    );
}

export function breakglassAgree(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.breakglassAgree(context, id),
      (view) => print(view, options, invocation),
    );
}

export function breakglassClose(id: string, options: OutputOptions & { readonly reason: string }) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.breakglassClose(context, { id, because: options.reason }),
      (view) => print(view, options, invocation),
    );
}

export function breakglassShow(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.breakglassShow(context, id),
      (story) => printSheet(storySheet(story), story.grant, options, invocation.terminal),
    );
}

export function breakglassList(options: OutputOptions & { readonly unreviewed?: boolean }) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.breakglassList(context, { unreviewed: options.unreviewed ?? false }),
      (grants) => {
        const rows = grants.map(({ grant, status, ends, reviewDue }) => [
          grant.id,
          status,
          grant.kind,
          grant.holder.name,
          when(ends),
          status === "pending" || status === "reviewed" ? "–" : when(reviewDue),
        ]);
        const heading = ["GRANT", "STATUS", "KIND", "HOLDER", "ENDS", "REVIEW DUE"];
        const sheet = { ...EMPTY, tables: [{ heading, rows, none: "no break-glass grants" }] };
        const document = { schema: "trueup.grants/v1", grants };
        return printSheet(sheet, document, options, invocation.terminal);
      },
    );
}

const EMPTY: Sheet = { title: null, facts: [], tables: [], next: null };

function print(
  view: GrantView,
  options: OutputOptions,
  { terminal }: Invocation,
  code: ExitCode = EXIT.ok,
): Promise<ExitCode> {
  return printSheet(grantSheet(view), view.grant, options, terminal, code);
}

function grantSheet({ grant, status, ends, reviewDue }: GrantView): Sheet {
  const { id, holder, reason, consent, ended, incident, sessions, team } = grant;
  const agreed = consent.by === null ? "" : `, ${consent.by.name} agreed`;
  return {
    ...EMPTY,
    title: `${id}: ${grant.kind}, ${status}`,
    facts: [
      ["holder", `${holder.name}${team === null ? "" : `, of team ${team}`}${agreed}`],
      ["broken", reason.broken],
      ["impact", reason.impact],
      ["touches", reason.touches],
      ...(incident === null ? [] : [["incident", incident] as const]),
      ["scope", scopeText({ ...grant.scope })],
      ...(sessions.length === 0 ? [] : [["sessions", sessions.join(", ")] as const]),
      [
        "window",
        status === "pending"
          ? `none yet, may be agreed to until ${when(ends)}`
          : `${when(grant.startsAt)} to ${when(ends)}`,
      ],
      ...(ended === null ? [] : [["ended", `by ${ended.by?.name ?? "a policy"}: ${ended.because}`] as const]),
      ...(status === "pending" ? [] : [["review", `due ${when(reviewDue)}`] as const]),
    ],
    next: nextOf(id, status),
  };
}

function nextOf(id: string, status: GrantView["status"]): string | null {
  switch (status) {
    case "pending":
      return `a second person runs \`trueup breakglass agree ${id}\``;
    case "active":
      return `end it when you are done: \`trueup breakglass close ${id} --reason TEXT\``;
    case "expired":
    case "revoked":
      return `somebody else decides what becomes of it: \`trueup breakglass review ${id}\``;
    default:
      return null;
  }
}

function storySheet(story: GrantStory): Sheet {
  const rows = story.links.map(({ at, by, kind, ref, confidence, says }) => [
    when(at),
    by === "holder" ? "holder" : "others, not covered",
    kind,
    ref,
    confidence,
    says,
  ]);
  const heading = ["WHEN", "BY", "WHAT", "ID", "CONFIDENCE", "EVIDENCE"];
  return {
    ...grantSheet(story),
    tables: [{ heading, rows, none: "  nothing was seen in its window so far" }],
  };
}
