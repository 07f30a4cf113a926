import { type ApprovalView, app } from "../../app/index.ts";
import type { OutputOptions } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { printSheet, type Sheet } from "../sheet.ts";
import { runGoverned, when } from "./governed.ts";

interface ReasonOptions extends OutputOptions {
  readonly reason: string;
}

export function approvalRequest(decision: string, options: ReasonOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.approvalRequest(context, { decision, reason: options.reason }),
      (view) => print(view, options, invocation),
    );
}

export function approvalVote(id: string, answer: "approve" | "reject", options: ReasonOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.approvalVote(context, { id, answer, because: options.reason }),
      (view) => printSheet(approvalSheet(view), view.request, options, invocation.terminal),
    );
}

export function approvalRevoke(id: string, options: ReasonOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.approvalRevoke(context, { id, because: options.reason }),
      (view) => printSheet(approvalSheet(view), view.request, options, invocation.terminal),
    );
}

/** Exit codes as of a check: 0 approved, 1 rejected or over, 3 waits. */
export function approvalShow(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.approvalShow(context, id),
      (view) => print(view, options, invocation),
    );
}

export function approvalList(options: OutputOptions & { readonly ended?: boolean }) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.approvalList(context, { live: options.ended !== true }),
      (approvals) => {
        const rows = approvals.map(({ request, status }) => [
          request.id,
          status,
          request.workspace,
          request.riskClass,
          request.requester.name,
          when(request.expiresAt),
          request.summary.join("; "),
        ]);
        const heading = ["APPROVAL", "STATUS", "WORKSPACE", "CLASS", "ASKED BY", "UNTIL", "WHAT"];
        const tables = [{ heading, rows, none: "no requests for approval" }];
        const document = { schema: "trueup.approvals/v1", approvals };
        return printSheet(
          { title: null, facts: [], tables, next: null },
          document,
          options,
          invocation.terminal,
        );
      },
    );
}

function print(view: ApprovalView, options: OutputOptions, { terminal }: Invocation): Promise<ExitCode> {
  const { status } = view;
  const held = status === "approved" || status === "used";
  const code = status === "pending" ? EXIT.approval : held ? EXIT.ok : EXIT.denied;
  return printSheet(approvalSheet(view), view.request, options, terminal, code);
}

function approvalSheet({ request, status }: ApprovalView): Sheet {
  const { id, requester, quorum, votes, revoked, singleUse, uses } = request;
  return {
    title: `${id}: ${request.workspace}, ${status}`,
    facts: [
      ...request.summary.map((text) => ["change", text] as const),
      ["class", request.riskClass],
      ["asked by", `${requester.name}, ${when(request.requestedAt)}: ${request.reason}`],
      ...quorum.map(
        ({ count, groups, because }) => ["needed", `${count} of ${groups.join(", ")} (${because})`] as const,
      ),
      ...votes.map(
        ({ by, answer, at, because }) =>
          ["vote", `${answer} by ${by.name}, ${when(at)}: ${because}`] as const,
      ),
      ...(revoked === null
        ? []
        : [
            [
              "revoked",
              `by ${revoked.by?.name ?? "a policy"}, ${when(revoked.at)}: ${revoked.because}`,
            ] as const,
          ]),
      ["until", `${when(request.expiresAt)}${singleUse ? ", once" : ""}`],
      ...uses.map(({ at, decision }) => ["used", `${when(at)} by ${decision}`] as const),
    ],
    tables: [],
    next:
      status === "pending"
        ? `somebody of the groups runs \`trueup approval approve ${id} --reason TEXT\``
        : null,
  };
}
