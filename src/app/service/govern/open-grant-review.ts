import { ok, type Problem, type Result } from "../../../base/index.ts";
import {
  type BreakGlassGrant,
  type Finding,
  maxRisk,
  type Review,
  type ReviewItem,
  type RiskClass,
} from "../../../domain/index.ts";
import { type GrantLink, reviewDue } from "../../../govern/breakglass/index.ts";
import { addItems, changeItem, openReview } from "../../../govern/reviews/index.ts";
import { freshId, type GovernService } from "./governing.ts";

export interface ReviewPart {
  readonly review?: { readonly review: Review; readonly from: number | null };
}

/** The review of an ended grant: opened with everything collected so far, or with what came late added to it. */
export async function openGrantReview(
  service: GovernService,
  grant: BreakGlassGrant,
  more: readonly ReviewItem[] = [],
): Promise<Result<ReviewPart, Problem>> {
  if (grant.startsAt === null) return ok({});
  const collected = await collectedItems(service, grant);
  if (!collected.ok) return collected;
  const items = [...collected.value, ...more];
  const known = await service.store.reviews.list({ kind: "grant", subject: grant.id });
  if (!known.ok) return known;
  const [held] = known.value;
  const due = reviewDue(grant);
  if (held === undefined) {
    const { id: subject, holder, team } = grant;
    const review = openReview(
      { id: freshId("rev"), kind: "grant", subject, holder, team, due, items },
      service.clock.now(),
    );
    return ok({ review: { review, from: null } });
  }
  const review = addItems(held, items, due);
  return ok(review === held ? {} : { review: { review, from: held.version } });
}

async function collectedItems(
  service: GovernService,
  grant: BreakGlassGrant,
): Promise<Result<readonly ReviewItem[], Problem>> {
  const links = await service.store.grants.links(grant.id);
  if (!links.ok) return links;
  const items: ReviewItem[] = [];
  for (const link of links.value.filter(({ kind }) => kind === "finding")) {
    const finding = await service.store.findings.find(link.ref);
    if (!finding.ok) return finding;
    if (finding.value !== null) items.push(itemOf(finding.value, link));
  }
  return ok(items);
}

export function itemOf(finding: Finding, { by, confidence, says, ref }: GrantLink): ReviewItem {
  return changeItem(finding, "change", by, [{ ref, says, confidence }]);
}

export function worstOf(items: readonly { readonly riskClass: RiskClass }[]): RiskClass | null {
  return items.reduce<RiskClass | null>(
    (worst, { riskClass }) => (worst === null ? riskClass : maxRisk(worst, riskClass)),
    null,
  );
}
