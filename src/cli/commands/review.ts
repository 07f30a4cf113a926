import { app, type ReviewView } from "../../app/index.ts";
import type { ReviewChoice } from "../../domain/index.ts";
import { type OutputOptions, saveText } from "../deliver.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Invocation } from "../invocation.ts";
import { safeJson } from "../output/json.ts";
import { printSheet, type Sheet } from "../sheet.ts";
import { noteProblems } from "../terminal.ts";
import { runGoverned, when } from "./governed.ts";

/** Exit code 0 when it is closed, 1 when it is overdue, 3 while it is open. */
export function reviewShow(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.reviewShow(context, id),
      (view) => print(view, options, invocation),
    );
}

export function reviewOpen(name: string, options: OutputOptions & { readonly due: string }) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.reviewOpen(context, { name, due: options.due }),
      (view) => print(view, options, invocation),
    );
}

export interface DecideOptions extends OutputOptions {
  readonly choice: ReviewChoice;
  readonly reason: string;
}

export function reviewDecide(review: string, item: string, options: DecideOptions) {
  const request = { review, item, choice: options.choice, because: options.reason };
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.reviewDecide(context, request),
      (view) => printSheet(reviewSheet(view), view.review, options, invocation.terminal),
    );
}

export function reviewClose(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.reviewClose(context, id),
      (view) => printSheet(reviewSheet(view), view.review, options, invocation.terminal),
    );
}

export function reviewList(options: OutputOptions & { readonly closed?: boolean }) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      (context) => app.reviewList(context, { open: options.closed !== true }),
      (reviews) => {
        const rows = reviews.map(({ review, status }) => [
          review.id,
          status,
          review.kind === "grant" ? `after ${review.subject}` : review.subject,
          review.holder?.name ?? "–",
          when(review.due),
          progress(review),
        ]);
        const heading = ["REVIEW", "STATUS", "OF", "HOLDER", "DUE", "ITEMS"];
        const tables = [{ heading, rows, none: "no reviews" }];
        const document = { schema: "trueup.reviews/v1", reviews };
        return printSheet(
          { title: null, facts: [], tables, next: null },
          document,
          options,
          invocation.terminal,
        );
      },
    );
}

/** Markdown, the artefact itself, or the review as JSON; `--output` writes it to a file. */
export function reviewReport(id: string, options: OutputOptions) {
  return (invocation: Invocation): Promise<ExitCode> =>
    runGoverned(
      invocation,
      async (context) => {
        const view = await app.reviewShow(context, id);
        if (!view.ok) return view;
        const report = await app.reviewReport(context, view.value.review.id);
        return report.ok ? { ok: true, value: { report: report.value, review: view.value.review } } : report;
      },
      async ({ report, review }) => {
        const problems = await saveText(
          ({ format }) => (format === "json" ? safeJson(review) : report),
          options,
          invocation.terminal,
        );
        noteProblems(invocation.terminal, problems);
        return problems.length > 0 ? EXIT.failed : EXIT.ok;
      },
    );
}

function print(view: ReviewView, options: OutputOptions, { terminal }: Invocation): Promise<ExitCode> {
  const { status } = view;
  const code = status === "closed" ? EXIT.ok : status === "overdue" ? EXIT.denied : EXIT.approval;
  return printSheet(reviewSheet(view), view.review, options, terminal, code);
}

function progress({ items }: ReviewView["review"]): string {
  const decided = items.filter(({ decision }) => decision !== null).length;
  const proven = items.filter(({ proof }) => proof !== null).length;
  return `${items.length}, ${decided} decided, ${proven} proven`;
}

function reviewSheet({ review, status }: ReviewView): Sheet {
  const { id, kind, subject, holder, items, closed, due } = review;
  const rows = items.map((item) => [
    item.id,
    item.by === "others" ? "others, not covered" : item.kind,
    item.riskClass,
    item.title,
    item.decision === null ? "–" : `${item.decision.choice} by ${item.decision.by.name}`,
    item.proof === null ? "–" : item.proof.says,
  ]);
  return {
    title: `${id}: ${kind === "grant" ? `after ${subject}` : subject}, ${status}`,
    facts: [
      ...(holder === null ? [] : [["holder", `${holder.name}, who cannot decide here`] as const]),
      ["due", when(due)],
      ["items", progress(review)],
      ...(closed === null ? [] : [["closed", `by ${closed.by.name}, ${when(closed.at)}`] as const]),
    ],
    tables: [
      {
        heading: ["ITEM", "WHAT", "CLASS", "TITLE", "DECISION", "PROOF"],
        rows,
        none: "  nothing was seen that needs a decision",
      },
    ],
    next:
      closed !== null
        ? null
        : items.some(({ decision, by }) => decision === null && by === "holder")
          ? `decide each: \`trueup review decide ${id} ITEM --choice CHOICE --reason TEXT\``
          : `close it when everything is proven: \`trueup review close ${id}\``,
  };
}
