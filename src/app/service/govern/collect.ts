import { ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { AuditEvent, BreakGlassGrant, Finding, Principal } from "../../../domain/index.ts";
import {
  collectChange,
  collectEvent,
  type GrantLink,
  grantStatus,
  noteWorst,
  reopenReview,
} from "../../../govern/breakglass/index.ts";
import { type GovernService, stepEntry } from "./governing.ts";
import { itemOf, openGrantReview, worstOf } from "./open-grant-review.ts";

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
  service: GovernService,
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
  service: GovernService,
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
