import { ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { grantStatus, needsReview } from "../../../govern/breakglass/index.ts";
import { exceptionStatus } from "../../../govern/exceptions/index.ts";
import { reviewStatus } from "../../../govern/reviews/index.ts";
import { type GovernService, stepEntry } from "./governing.ts";
import { exceptionNotice, grantNotice, overdueNotice } from "./notices.ts";
import { openGrantReview } from "./open-grant-review.ts";
import { proveByReading } from "./prove.ts";

/** What the passing of time is told as: nothing here makes anything end, it only says so and opens what must follow. */
export interface Expired {
  readonly reviewsOpened: number;
  readonly overdue: number;
}

const EXPIRER: Principal = {
  id: "trueup:clock",
  kind: "service",
  name: "the clock",
  groups: [],
  method: "command_line",
  scopes: [],
  sourceIp: null,
  userAgent: null,
  session: null,
};

/** The `expire` job. Safe to run any number of times and by several workers at once. */
export async function expireGovernance(service: GovernService): Promise<Result<Expired, Problem>> {
  const opened = await openReviews(service);
  if (!opened.ok) return opened;
  const proven = await proveByReading(service, EXPIRER);
  if (!proven.ok) return proven;
  const overdue = await escalate(service);
  return overdue.ok ? ok({ reviewsOpened: opened.value, overdue: overdue.value }) : overdue;
}

async function openReviews(service: GovernService): Promise<Result<number, Problem>> {
  const now = service.clock.now();
  const grants = await service.store.grants.list({ unreviewed: true });
  if (!grants.ok) return grants;
  let opened = 0;
  for (const grant of grants.value.filter((one) => needsReview(one, now))) {
    const review = await openGrantReview(service, grant);
    if (!review.ok) return review;
    if (review.value.review === undefined || review.value.review.from !== null) continue;
    const written = await service.store.grants.write({
      grant: { ...grant, version: grant.version + 1 },
      from: grant.version,
      ...review.value,
      notices: [grantNotice(service, grant, "expired")],
      audit: [
        stepEntry(
          { service, principal: EXPIRER },
          {
            kind: "break_glass",
            subject: grant.id,
            answer: grantStatus(grant, now),
            because: `its time was up at ${grant.endsAt}`,
            details: { review: review.value.review.review.id, due: review.value.review.review.due },
          },
        ),
      ],
    });
    // Another worker was quicker: the review is open, which is all that matters.
    if (!written.ok && written.error.code !== "stale_version") return written;
    if (written.ok) opened++;
  }
  return ok(opened);
}

/** One notice for each overdue review: the subject is the grant, so that later ones update the same message. */
async function escalate(service: GovernService): Promise<Result<number, Problem>> {
  const now = service.clock.now();
  const reviews = await service.store.reviews.list({ open: true });
  if (!reviews.ok) return reviews;
  const overdue = reviews.value.filter((review) => reviewStatus(review, now) === "overdue");
  const told = await service.store.notifications.add(overdue.map((review) => overdueNotice(service, review)));
  return told.ok ? ok(overdue.length) : told;
}

/** Tells of exceptions that end within a day. */
export async function remindOfExceptions(service: GovernService): Promise<Result<number, Problem>> {
  const now = service.clock.now();
  const live = await service.store.exceptions.list({ liveAt: rfc3339(now) });
  if (!live.ok) return live;
  const ending = live.value.filter(
    (one) => exceptionStatus(one, now) === "active" && Date.parse(one.until) - now <= 86_400_000,
  );
  const told = await service.store.notifications.add(
    ending.map((exception) => exceptionNotice(service, exception, "exception.expiring")),
  );
  return told.ok ? ok(ending.length) : told;
}
