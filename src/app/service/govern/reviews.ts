import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type {
  AuditEntry,
  Notice,
  Principal,
  Review,
  ReviewChoice,
  ReviewProof,
  ReviewStatus,
} from "../../../domain/index.ts";
import { markReviewed } from "../../../govern/breakglass/index.ts";
import { exceptionReviewDue, isUnused } from "../../../govern/exceptions/index.ts";
import {
  closeReview,
  decideItem,
  gatherItems,
  openReview,
  proveItem,
  reviewReport,
  reviewStatus,
} from "../../../govern/reviews/index.ts";
import { freshId, type Governing, need, personOf, refused, stepEntry } from "./governing.ts";
import { escalationNotice } from "./notices.ts";

export interface ReviewView {
  readonly review: Review;
  readonly status: ReviewStatus;
}

type Step = "opened" | "decided" | "proven" | "closed";

export async function listReviews(
  { service }: Governing,
  query: { readonly open: boolean },
): Promise<Result<readonly ReviewView[], Problem>> {
  const reviews = await service.store.reviews.list(query);
  const now = service.clock.now();
  return reviews.ok
    ? ok(reviews.value.map((review) => ({ review, status: reviewStatus(review, now) })))
    : reviews;
}

/** By its own id, or by the id of the grant that it is of. */
export async function findReview(
  { service }: Pick<Governing, "service">,
  id: string,
): Promise<Result<Review, Problem>> {
  if (!id.startsWith("grt_")) return need("review", id, service.store.reviews.find);
  const found = await service.store.reviews.list({ kind: "grant", subject: id });
  if (!found.ok) return found;
  const [review] = found.value;
  if (review !== undefined) return ok(review);
  return err(
    problem("review_missing", `${id} has no review yet`, { hint: "a review opens when its grant ends" }),
  );
}

export async function showReview(
  { service }: Pick<Governing, "service">,
  id: string,
): Promise<Result<ReviewView, Problem>> {
  const review = await findReview({ service }, id);
  if (!review.ok) return review;
  return ok({ review: review.value, status: reviewStatus(review.value, service.clock.now()) });
}

/** The report of a review as Markdown: an artefact for an auditor once it is closed. */
export async function reportReview(governing: Governing, id: string): Promise<Result<string, Problem>> {
  const review = await findReview(governing, id);
  return review.ok ? ok(reviewReport(review.value)) : review;
}

export async function decideReviewItem(
  governing: Governing,
  request: {
    readonly review: string;
    readonly item: string;
    readonly choice: ReviewChoice;
    readonly because: string;
  },
): Promise<Result<ReviewView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await findReview(governing, request.review);
  if (!held.ok) return held;
  const item = held.value.items.find(({ id }) => id === request.item);
  const may = await directory.mayDo(principal, "breakglass.review", item?.workspace ?? null);
  if (!may.ok) return may;
  if (!may.value) return refused(governing, "review", held.value.id, notEntitled(principal, held.value));
  const by = personOf(governing);
  const decided = decideItem(held.value, { ...request, by }, service.clock.now());
  if (!decided.ok) return refused(governing, "review", held.value.id, decided.error);
  const entry = stepEntry(governing, {
    kind: "review",
    subject: held.value.id,
    answer: request.choice,
    because: request.because,
    details: { item: request.item, review_of: held.value.subject },
  });
  if (request.choice !== "escalate")
    return write(governing, decided.value, held.value.version, "decided", [entry]);
  // Telling whoever stands above is all that escalating is: the notice in the same transaction is its proof.
  const notice = escalationNotice(service, decided.value, request.item, request.because);
  const says = `everybody configured was told: ${notice.title}`;
  const proof = { kind: "escalated", ref: notice.id, says, at: notice.time } as const;
  const proven = proveItem(decided.value, request.item, proof);
  if (!proven.ok) return err(proven.error);
  return write(governing, proven.value, held.value.version, "decided", [entry], [notice]);
}

/** A resolution or a scan shows that a choice came true. */
export async function proveReviewItem(
  governing: Pick<Governing, "service" | "principal">,
  request: { readonly review: string; readonly item: string; readonly proof: ReviewProof },
): Promise<Result<ReviewView, Problem>> {
  const held = await findReview(governing, request.review);
  if (!held.ok) return held;
  const proven = proveItem(held.value, request.item, request.proof);
  if (!proven.ok) return err(proven.error);
  const entry = stepEntry(governing, {
    kind: "review",
    subject: held.value.id,
    answer: "proven",
    because: request.proof.says,
    details: { item: request.item, proof: request.proof.kind, ref: request.proof.ref },
  });
  return write(governing, proven.value, held.value.version, "proven", [entry]);
}

/** Closes it when every item has its proof; the grant's debt is gone in the same transaction. */
export async function closeOpenReview(
  governing: Governing,
  id: string,
): Promise<Result<ReviewView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await findReview(governing, id);
  if (!held.ok) return held;
  const may = await directory.mayDo(principal, "breakglass.review", null);
  if (!may.ok) return may;
  if (!may.value) return refused(governing, "review", held.value.id, notEntitled(principal, held.value));
  const closed = closeReview(held.value, personOf(governing), service.clock.now());
  if (!closed.ok) return refused(governing, "review", held.value.id, closed.error);
  const entry = stepEntry(governing, {
    kind: "review",
    subject: held.value.id,
    answer: "closed",
    because: `${closed.value.items.length} items, each with its proof`,
    details: { review_of: held.value.subject },
  });
  return write(governing, closed.value, held.value.version, "closed", [entry]);
}

/** Gathers what still stands into a recurring review. */
export async function openRecurringReview(
  governing: Governing,
  request: { readonly name: string; readonly due: string },
): Promise<Result<ReviewView, Problem>> {
  const { service, principal, directory } = governing;
  const may = await directory.mayDo(principal, "reviews.decide", null);
  if (!may.ok) return may;
  const { store, clock, config } = service;
  const now = clock.now();
  if (!may.value) {
    const message = `${principal.name} may not open a review`;
    return refused(governing, "review", request.name, problem("review_not_entitled", message));
  }
  const exceptions = await store.exceptions.list({ liveAt: rfc3339(now) });
  if (!exceptions.ok) return exceptions;
  const grants = await store.grants.list({ unreviewed: true });
  if (!grants.ok) return grants;
  const findings = await store.findings.list({ statuses: ["open"] });
  if (!findings.ok) return findings;
  const { unusedAfterDays } = config.governance.exceptions;
  const items = gatherItems({
    exceptions: exceptions.value
      .filter(({ granted }) => granted !== null)
      .map((exception) => ({
        exception,
        notes: [
          ...(isUnused(exception, now, unusedAfterDays)
            ? [`nothing needed it for ${unusedAfterDays} days`]
            : []),
          ...(exceptionReviewDue(exception, now) ? ["its own review is due"] : []),
        ],
      })),
    grants: grants.value.filter((grant) => grant.startsAt !== null),
    allowed: findings.value.filter(({ verdict }) => verdict.kind === "allowed" && verdict.covers.length > 0),
  });
  const review = openReview(
    {
      id: freshId("rev"),
      kind: "recurring",
      subject: request.name,
      holder: null,
      team: null,
      due: request.due,
      items,
    },
    now,
  );
  const entry = stepEntry(governing, {
    kind: "review",
    subject: review.id,
    answer: "opened",
    because: `${items.length} things still stand`,
    details: { name: request.name, due: request.due },
  });
  return write(governing, review, null, "opened", [entry]);
}

async function write(
  { service }: Pick<Governing, "service">,
  review: Review,
  from: number | null,
  step: Step,
  audit: readonly AuditEntry[],
  notices: readonly Notice[] = [],
): Promise<Result<ReviewView, Problem>> {
  const now = service.clock.now();
  const grant =
    step === "closed" && review.kind === "grant" ? await service.store.grants.find(review.subject) : ok(null);
  if (!grant.ok) return grant;
  let written: Result<void, Problem>;
  if (grant.value === null) written = await service.store.reviews.write({ review, from, audit, notices });
  else {
    const reviewed = markReviewed(grant.value, now);
    if (!reviewed.ok) return err(reviewed.error);
    const held = grant.value.version;
    written = await service.store.grants.write({
      grant: reviewed.value,
      from: held,
      review: { review, from },
      audit,
    });
  }
  if (!written.ok) return written;
  service.changed({ kind: "review", id: review.id, workspace: null });
  return ok({ review, status: reviewStatus(review, now) });
}

function notEntitled(principal: Principal, review: Review): Problem {
  return problem("review_not_entitled", `${principal.name} may not decide in ${review.id}`);
}
