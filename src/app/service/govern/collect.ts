import { ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { AuditEvent, BreakGlassGrant, Finding, Principal, Review } from "../../../domain/index.ts";
import {
  collectChange,
  collectEvent,
  type GrantLink,
  grantStatus,
  noteWorst,
  reopenReview,
} from "../../../govern/breakglass/index.ts";
import type { Service } from "../service.ts";
import { stepEntry } from "./governing.ts";
import { itemOf, openGrantReview, worstOf } from "./open-grant-review.ts";
import { proveReviewItem } from "./reviews.ts";

/** What a scan found and read, for grants whose windows it touches. */
export interface Seen {
  readonly findings: readonly Finding[];
  readonly events: readonly AuditEvent[];
  readonly attempts?: readonly {
    readonly decision: string;
    readonly actor: Finding["change"]["actor"];
    readonly at: string;
  }[];
}

/**
 * Links everything of a scan to the grants in whose windows it happened, however late it is told, and brings their reviews up to date.
 * Doing it again with the same input changes nothing.
 */
export async function collectForGrants(
  service: Service,
  principal: Principal,
  seen: Seen,
): Promise<Result<readonly GrantLink[], Problem>> {
  const times = [
    ...seen.findings.flatMap(({ change }) => (change.time === null ? [] : [change.time])),
    ...seen.events.map(({ time }) => time),
    ...(seen.attempts ?? []).map(({ at }) => at),
  ].map((text) => Date.parse(text));
  if (times.length === 0) return ok([]);
  const first = times.reduce((a, b) => Math.min(a, b));
  const last = times.reduce((a, b) => Math.max(a, b));
  const touches = { from: rfc3339(first), until: rfc3339(last + 1) };
  const grants = await service.store.grants.list({ touches });
  if (!grants.ok) return grants;
  const made: GrantLink[] = [];
  for (const grant of grants.value) {
    const links = await linkOne(service, principal, grant, seen);
    if (!links.ok) return links;
    made.push(...links.value);
  }
  return ok(made);
}

async function linkOne(
  service: Service,
  principal: Principal,
  grant: BreakGlassGrant,
  seen: Seen,
): Promise<Result<readonly GrantLink[], Problem>> {
  const known = await service.store.grants.links(grant.id);
  if (!known.ok) return known;
  const held = new Set(known.value.map(linkKey));
  const fresh = linksOf(grant, seen).filter((link) => !held.has(linkKey(link)));
  if (fresh.length === 0) return ok([]);
  const byId = new Map(seen.findings.map((finding) => [finding.id, finding]));
  const items = fresh.flatMap((link) => {
    const finding = link.kind === "finding" ? byId.get(link.ref) : undefined;
    return finding === undefined ? [] : [itemOf(finding, link)];
  });
  const own = items.filter(({ by }) => by === "holder");
  const worst = worstOf(own);
  let next = worst === null ? grant : noteWorst(grant, worst);
  if (own.length > 0 && grant.reviewedAt !== null) next = reopenReview(next);
  const ended = grantStatus(next, service.clock.now());
  const review =
    ended === "expired" || ended === "revoked" ? await openGrantReview(service, next, items) : ok({});
  if (!review.ok) return review;
  const others = fresh.filter(({ by }) => by === "others").length;
  const written = await service.store.grants.write({
    // The links alone are news of the grant as well: whoever decides meanwhile must read again.
    grant: next.version === grant.version ? { ...next, version: grant.version + 1 } : next,
    from: grant.version,
    links: fresh,
    ...review.value,
    audit: [
      stepEntry(
        { service, principal },
        {
          kind: "break_glass",
          subject: grant.id,
          answer: "collected",
          because: `${fresh.length - others} things by ${grant.holder.name} and ${others} by others happened in its window`,
          details: {
            links: fresh.map(({ ref, kind, by, confidence, at }) => ({ ref, kind, by, confidence, at })),
          },
        },
      ),
    ],
  });
  return written.ok ? ok(fresh) : written;
}

function linkKey({ kind, ref, by, confidence }: GrantLink): string {
  return JSON.stringify([kind, ref, by, confidence]);
}

function linksOf(grant: BreakGlassGrant, seen: Seen): readonly GrantLink[] {
  const link = (
    kind: GrantLink["kind"],
    ref: string,
    at: string | null,
    tie: ReturnType<typeof collectChange>,
  ): readonly GrantLink[] =>
    tie === null || at === null ? [] : [{ grant: grant.id, ref, kind, at, ...tie }];
  return [
    ...seen.findings.flatMap(({ id, change }) =>
      link("finding", id, change.time, collectChange(grant, change)),
    ),
    ...seen.events.flatMap((event) => link("event", event.id, event.time, collectEvent(grant, event))),
    ...(seen.attempts ?? []).flatMap(({ decision, actor, at }) =>
      link("attempt", decision, at, collectChange(grant, { actor, time: at })),
    ),
  ];
}

/**
 * A scan later than a choice in which the finding is not there any more shows that the change is back, or in the code: that is the
 * proof by reading. `compared` are the workspaces that the scan read without a gap at the finding's place.
 */
export async function proveByReading(
  service: Service,
  principal: Principal,
  scan: {
    readonly id: string;
    readonly time: string;
    readonly workspace: string;
    readonly gone: readonly Finding[];
  },
): Promise<Result<number, Problem>> {
  const reviews = await service.store.reviews.list({ open: true });
  if (!reviews.ok) return reviews;
  const gone = new Set(scan.gone.map(({ id }) => id));
  let proven = 0;
  for (const review of reviews.value) {
    for (const item of provable(review, scan.workspace, gone)) {
      const says = `scan ${scan.id} read it again and found no difference from the code`;
      const proof = { kind: "read_again", ref: scan.id, says, at: scan.time } as const;
      const done = await proveReviewItem({ service, principal }, { review: review.id, item, proof });
      // One that was decided after the scan waits for the next one.
      if (done.ok) proven++;
      else if (done.error.code !== "proof_too_old") return done;
    }
  }
  return ok(proven);
}

function provable(review: Review, workspace: string, gone: ReadonlySet<string>): readonly string[] {
  return review.items
    .filter((item) => item.workspace === workspace && item.proof === null && item.decision !== null)
    .filter(({ finding }) => finding !== null && gone.has(finding))
    .map(({ id }) => id);
}
