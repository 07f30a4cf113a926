import { err, type Problem, type Result } from "../../base/index.ts";
import type { ReviewChoice } from "../../domain/index.ts";
import {
  closeOpenReview,
  decideReviewItem,
  listReviews,
  openRecurringReview,
  type ReviewView,
  reportReview,
  showReview,
} from "../service/govern/index.ts";
import type { AppOptions } from "../session.ts";
import { endOf } from "./exception.ts";
import { list, step, textOf } from "./governed.ts";

type Done<T> = Promise<Result<T, readonly Problem[]>>;

const REVIEW = ["review", "trueup.review/v1"] as const;
const at = (id: string): string => `/reviews/${encodeURIComponent(id)}`;

/** `trueup review list`. */
export function reviewList(
  options: AppOptions,
  query: { readonly open: boolean },
): Done<readonly ReviewView[]> {
  return list(options, {
    path: `/reviews?open=${query.open}`,
    answers: REVIEW,
    local: (governing) => listReviews(governing, query),
  });
}

/** `trueup review show` and `trueup breakglass review`: by its own id, or by that of its grant. */
export function reviewShow(options: AppOptions, id: string): Done<ReviewView> {
  return step(options, {
    call: { method: "GET", path: at(id) },
    answers: REVIEW,
    local: (governing) => showReview(governing, id),
  });
}

/** `trueup review open`; `due` is a duration from now (`14d`), or an RFC 3339 instant. */
export async function reviewOpen(
  options: AppOptions,
  { name, due: given }: { readonly name: string; readonly due: string },
): Done<ReviewView> {
  const due = endOf(options, given);
  if (!due.ok) return err([due.error]);
  const request = { name, due: due.value };
  return step(options, {
    call: { method: "POST", path: "/reviews", body: request },
    answers: REVIEW,
    local: (governing) => openRecurringReview(governing, request),
  });
}

/** `trueup review decide`. */
export function reviewDecide(
  options: AppOptions,
  request: {
    readonly review: string;
    readonly item: string;
    readonly choice: ReviewChoice;
    readonly because: string;
  },
): Done<ReviewView> {
  const { review, ...body } = request;
  return step(options, {
    call: { method: "POST", path: `${at(review)}/decisions`, body },
    answers: REVIEW,
    local: (governing) => decideReviewItem(governing, request),
  });
}

/** `trueup review close`. */
export function reviewClose(options: AppOptions, id: string): Done<ReviewView> {
  return step(options, {
    call: { method: "POST", path: `${at(id)}/close` },
    answers: REVIEW,
    local: (governing) => closeOpenReview(governing, id),
  });
}

/** `trueup review report`: Markdown. */
export function reviewReport(options: AppOptions, id: string): Done<string> {
  return textOf(options, `${at(id)}/report`, (governing) => reportReview(governing, id));
}
