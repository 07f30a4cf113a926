import { app, type ExceptionView } from "../../app/index.ts";
import type { Json } from "../../base/index.ts";
import type { RiskClass, ValueBound } from "../../domain/index.ts";
import type { OutputOptions } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { printSheet, type Sheet } from "../sheet.ts";
import { noteProblems } from "../terminal.ts";
import { runGoverned, type ScopeOptions, scopeOf, scopeText, when } from "./governed.ts";

export interface RenewOptions extends OutputOptions {
  readonly until: string;
  readonly reason: string;
  readonly evidence?: readonly string[];
}

export interface RequestOptions extends RenewOptions, ScopeOptions {
  readonly class: RiskClass;
  readonly owner: string;
  readonly ticket?: string;
  readonly bound?: readonly string[];
}

export function exceptionRequest(rule: string, options: RequestOptions) {
  return (invocation: Invocation): Promise<ExitCode> => {
    const bounds: ValueBound[] = [];
    for (const text of options.bound ?? []) {
      const bound = boundOf(text);
      if (bound === null) return refuseBound(invocation, text);
      bounds.push(bound);
    }
    const request = {
      rule,
      scope: { ...scopeOf(options), ...(bounds.length === 0 ? {} : { bounds }) },
      riskClass: options.class,
      owner: options.owner,
      ticket: options.ticket ?? null,
      reason: options.reason,
      until: options.until,
      evidence: seen(options.evidence),
    };
    return runGoverned(
      invocation,
      (context) => app.exceptionRequest(context, request),
      (view) => print(view, options, invocation, EXIT.approval),
    );
  };
}

export function exceptionRenew(id: string, options: RenewOptions) {
  const { until, reason } = options;
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.exceptionRenew(context, { id, until, reason, evidence: seen(options.evidence) }),
      (view) => print(view, options, invocation, EXIT.approval),
    );
}

interface ReasonOptions extends OutputOptions {
  readonly reason: string;
}

export function exceptionGrant(id: string, options: ReasonOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.exceptionGrant(context, { id, because: options.reason }),
      (view) => print(view, options, invocation),
    );
}

export function exceptionRevoke(id: string, options: ReasonOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.exceptionRevoke(context, { id, because: options.reason }),
      (view) => print(view, options, invocation),
    );
}

export function exceptionShow(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.exceptionShow(context, id),
      (view) => print(view, options, invocation),
    );
}

export function exceptionList(options: OutputOptions & { readonly ended?: boolean }) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.exceptionList(context, { live: options.ended !== true }),
      (exceptions) => {
        const rows = exceptions.map((view) => [...cells(view), view.unused ? "unused" : ""]);
        const tables = [{ heading: [...HEADING, ""], rows, none: "no exceptions" }];
        const document = { schema: "trueup.exceptions/v1", exceptions };
        return printSheet({ ...EMPTY, tables }, document, options, invocation.terminal);
      },
    );
}

/** Exit code 3 while something waits for somebody. */
export function exceptionReview(options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.exceptionReview(context),
      (exceptions) => {
        const rows = exceptions.map((view) => [...cells(view), view.notes.join(", ")]);
        const tables = [{ heading: [...HEADING, "WHY"], rows, none: "no exception needs anybody" }];
        const document = { schema: "trueup.exceptions/v1", exceptions };
        const code = rows.length > 0 ? EXIT.approval : EXIT.ok;
        return printSheet({ ...EMPTY, tables }, document, options, invocation.terminal, code);
      },
    );
}

const EMPTY: Sheet = { title: null, facts: [], tables: [], next: null };
const HEADING = ["EXCEPTION", "STATUS", "RULE", "CLASS", "OWNER", "UNTIL"];

function cells({ exception, status }: ExceptionView): readonly string[] {
  const { id, rule, riskClass, owner, until } = exception;
  return [id, status, rule, riskClass, owner, when(until)];
}

function print(
  view: ExceptionView,
  options: OutputOptions,
  { terminal }: Invocation,
  code: ExitCode = EXIT.ok,
): Promise<ExitCode> {
  return printSheet(exceptionSheet(view), view.exception, options, terminal, code);
}

function exceptionSheet({ exception, status, unused }: ExceptionView): Sheet {
  const { id, rule, scope, requester, granted, revoked, evidence, ticket, lastUsedAt } = exception;
  return {
    title: `${id}: ${rule}, ${status}`,
    facts: [
      ["holds", scopeText({ ...scope })],
      ["class", exception.riskClass],
      ["owner", exception.owner],
      ...(ticket === null ? [] : [["ticket", ticket] as const]),
      ["reason", exception.reason],
      ["asked by", `${requester.name}, ${when(exception.requestedAt)}`],
      ...(granted === null
        ? []
        : [["granted", `by ${granted.by.name}, ${when(granted.at)}: ${granted.because}`] as const]),
      ...(revoked === null
        ? []
        : [
            [
              "ended",
              `by ${revoked.by?.name ?? "a policy"}, ${when(revoked.at)}: ${revoked.because}`,
            ] as const,
          ]),
      ["window", `${when(exception.from)} to ${when(exception.until)}, not a millisecond longer`],
      ["review", `every ${exception.reviewEveryDays} days`],
      ["used", lastUsedAt === null ? "not so far" : `last ${when(lastUsedAt)}`],
      ...evidence.map(({ ref, says }) => ["evidence", `${ref}: ${says}`] as const),
    ],
    tables: [],
    next:
      status === "requested"
        ? `somebody else who answers for the rule runs \`trueup exception grant ${id} --reason TEXT\``
        : unused
          ? `nothing needed it: \`trueup exception revoke ${id} --reason TEXT\``
          : null,
  };
}

/** `fnd_1: still fails` names what was seen and says what it shows. */
function seen(texts: readonly string[] = []) {
  return texts.map((text) => {
    const at = text.indexOf(":");
    return at < 0
      ? { ref: text, says: "named as evidence" }
      : { ref: text.slice(0, at).trim(), says: text.slice(at + 1).trim() };
  });
}

const BOUND = /^(?<path>\S+)\s+(?<is>equal_to|one_of|at_most|at_least|within)\s+(?<value>.+)$/su;

/** `ingress.from_port at_most 1024`, `ingress.cidr_blocks within 10.0.0.0/8,192.168.0.0/16`, `size one_of ["a","b"]`. */
export function boundOf(text: string): ValueBound | null {
  const { path, is, value } = BOUND.exec(text)?.groups ?? {};
  if (path === undefined || value === undefined) return null;
  switch (is) {
    case "within":
      return { path, is, cidrs: value.split(",").map((cidr) => cidr.trim()) };
    case "at_most":
    case "at_least": {
      const number = Number(value);
      return Number.isFinite(number) ? { path, is, value: number } : null;
    }
    case "one_of": {
      const values = json(value);
      return Array.isArray(values) ? { path, is, values } : null;
    }
    default: {
      const single = json(value);
      return single === undefined ? null : { path, is: "equal_to", value: single };
    }
  }
}

function json(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function refuseBound({ terminal }: Invocation, text: string): Promise<ExitCode> {
  const hint = "write PATH equal_to JSON, one_of [JSON, …], at_most N, at_least N, or within CIDR,CIDR";
  noteProblems(terminal, [{ code: "bound_unreadable", message: `\`${text}\` is no bound`, hint }]);
  return EXIT.failed;
}
