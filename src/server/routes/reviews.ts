import * as z from "zod";
import { type Governing, governance, type ReviewView } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { maySee, type Scope } from "../caller.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { type Route, type RouteReply, route } from "../route.ts";
import { instant, name, prose, reviewChoice, reviewView } from "../schemas/governance.ts";
import { type DirectoryOf, governingOf, pageOfList, sameVersion } from "./governed.ts";

const TAG = "reviews";
const params = z.strictObject({
  id: z.string().min(1).max(200).describe("Its id, or the id of the grant that it is of"),
});

/** What was let stand, and how each of it ends. */
export function reviewRoutes(directoryOf: DirectoryOf): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/reviews",
      summary: "Reviews, newest first",
      tag: TAG,
      access: "reviews.read",
      query: z.strictObject({
        ...pageQuery,
        open: z.enum(["true", "false"]).default("true").describe("Only those that are not closed"),
      }),
      reply: pageOf(reviewView),
      async handle(request) {
        const { scope, query } = request;
        const open = query.open === "true";
        const found = await governance.listReviews(governingOf(request, directoryOf), { open });
        if (!found.ok) return found;
        const seen = found.value.flatMap((view) => narrowed(view, scope) ?? []);
        const page = pageOfList(seen, ({ review }) => [review.openedAt, review.id], query);
        return page.ok ? ok({ value: page.value }) : page;
      },
    }),
    route({
      method: "GET",
      path: "/reviews/{id}",
      summary: "One review with its items",
      tag: TAG,
      access: "reviews.read",
      params,
      reply: reviewView,
      async handle(request) {
        const found = await visible(governingOf(request, directoryOf), request.scope, request.params.id);
        return found.ok ? ok(answer(found.value)) : found;
      },
    }),
    route({
      method: "POST",
      path: "/reviews",
      summary: "Open a recurring review of what still stands",
      description:
        "Gathers active exceptions, ended grants and allowed drift. Asks for the whole installation.",
      tag: TAG,
      access: "reviews.decide",
      body: z.strictObject({ name: name.describe("Name of the cadence: `2026-Q4`"), due: instant }),
      reply: reviewView,
      replyStatus: 201,
      idempotent: true,
      async handle(request) {
        const whole = wholeOnly(request.scope);
        if (whole !== null) return err(whole);
        const opened = await governance.openRecurringReview(governingOf(request, directoryOf), request.body);
        return opened.ok ? ok({ ...answer(opened.value), status: 201 as const }) : opened;
      },
    }),
    route({
      method: "POST",
      path: "/reviews/{id}/decisions",
      summary: "Decide how one item ends",
      description:
        "Never by the holder of the grant. A choice ends nothing by itself: it needs its proof, such as a scan that reads the resource as the code says.",
      tag: TAG,
      access: "breakglass.review",
      params,
      body: z.strictObject({ item: name, choice: reviewChoice, because: prose }),
      reply: reviewView,
      async handle(request) {
        const { scope, ifMatch, body, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const { id, version } = held.value.review;
        const refusal = sameVersion(ifMatch, version);
        if (refusal !== null) return err(refusal);
        const seen = held.value.review.items.some((item) => item.id === body.item);
        if (!seen) return err(problem("review_item_unknown", `${id} has no item \`${body.item}\``));
        const decided = await governance.decideReviewItem(governing, { ...body, review: id });
        if (!decided.ok) return decided;
        return ok(answer(narrowed(decided.value, scope) ?? held.value));
      },
    }),
    route({
      method: "POST",
      path: "/reviews/{id}/close",
      summary: "Close a review of which every item has its proof",
      description: "With it the debt of its holder and team is gone. Asks for the whole review.",
      tag: TAG,
      access: "breakglass.review",
      params,
      reply: reviewView,
      async handle(request) {
        const { scope, ifMatch, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await entire(governing, scope, asked.id);
        if (!held.ok) return held;
        const refusal = sameVersion(ifMatch, held.value.review.version);
        if (refusal !== null) return err(refusal);
        const closed = await governance.closeOpenReview(governing, held.value.review.id);
        return closed.ok ? ok(answer(closed.value)) : closed;
      },
    }),
    route({
      method: "GET",
      path: "/reviews/{id}/report",
      summary: "The report of a review, as Markdown",
      description: "Who decided what, when, why, and what shows it. Asks for the whole review.",
      tag: TAG,
      access: "reviews.read",
      params,
      reply: z.string(),
      replyType: "text/markdown",
      async handle(request) {
        const governing = governingOf(request, directoryOf);
        const held = await entire(governing, request.scope, request.params.id);
        if (!held.ok) return held;
        const report = await governance.reportReview(governing, held.value.review.id);
        if (!report.ok) return report;
        return ok({
          value: report.value,
          etag: String(held.value.review.version),
          content: { type: "text/markdown; charset=utf-8", body: report.value },
        });
      },
    }),
  ];
}

function answer(view: ReviewView): RouteReply<ReviewView> {
  return { value: view, etag: String(view.review.version) };
}

/** What of it the caller may see; `null`: nothing of it. One without items shows nothing of anybody. */
function narrowed(view: ReviewView, scope: Scope): ReviewView | null {
  if (scope.workspaces === null || view.review.items.length === 0) return view;
  const items = view.review.items.filter(({ workspace }) => maySee(scope, workspace));
  return items.length === 0 ? null : { ...view, review: { ...view.review, items } };
}

async function visible(governing: Governing, scope: Scope, id: string): Promise<Result<ReviewView, Problem>> {
  const found = await governance.showReview(governing, id);
  if (!found.ok) return found;
  const seen = narrowed(found.value, scope);
  return seen === null ? err(problem("review_missing", `there is no review \`${id}\``)) : ok(seen);
}

/** For what is done with the review as a whole. */
async function entire(governing: Governing, scope: Scope, id: string): Promise<Result<ReviewView, Problem>> {
  const held = await visible(governing, scope, id);
  if (!held.ok) return held;
  const foreign = wholeOnly(scope);
  return foreign !== null && !everyItemSeen(await governance.showReview(governing, id), scope)
    ? err(foreign)
    : held;
}

function everyItemSeen(whole: Result<ReviewView, Problem>, scope: Scope): boolean {
  return whole.ok && whole.value.review.items.every(({ workspace }) => maySee(scope, workspace));
}

function wholeOnly({ workspaces }: Scope): Problem | null {
  if (workspaces === null) return null;
  return problem("forbidden", "it is about workspaces beyond those that you may act for");
}
