import { err, ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { BreakGlassGrant, GrantStatus } from "../../../domain/index.ts";
import {
  agreeToGrant,
  endGrant,
  type GrantLink,
  grantEnd,
  grantStatus,
  type OpenRequest,
  openGrant,
  reviewDue,
} from "../../../govern/breakglass/index.ts";
import { freshId, type Governing, need, personOf, refused, stepEntry } from "./governing.ts";
import { askIncidentSystem } from "./incident.ts";
import { grantNotice } from "./notices.ts";
import { openGrantReview } from "./open-grant-review.ts";

export interface GrantView {
  readonly grant: BreakGlassGrant;
  readonly status: GrantStatus;
  readonly ends: string;
  readonly reviewDue: string;
}

export function grantView(grant: BreakGlassGrant, now: number): GrantView {
  return { grant, status: grantStatus(grant, now), ends: grantEnd(grant), reviewDue: reviewDue(grant) };
}

/** Opens a grant for whoever asks. What is refused is recorded as well. */
export async function openBreakGlass(
  governing: Governing,
  request: OpenRequest,
): Promise<Result<GrantView, Problem>> {
  const { service, principal } = governing;
  const { governance } = service.config;
  const unreviewed = await service.store.grants.list({ unreviewed: true });
  if (!unreviewed.ok) return unreviewed;
  const incident = await askIncidentSystem(service, request, principal);
  if (!incident.ok) return refused(governing, "break_glass", request.kind, incident.error);
  const now = service.clock.now();
  const opened = openGrant(request, {
    id: freshId("grt"),
    kinds: governance.emergencies,
    holder: personOf(governing),
    groups: principal.groups,
    teams: governance.teams,
    unreviewed: unreviewed.value,
    incidentIsOpen: incident.value,
    now,
  });
  if (!opened.ok) return refused(governing, "break_glass", request.kind, opened.error);
  const grant = opened.value;
  return write(governing, grant, null, grantStatus(grant, now) === "pending" ? "requested" : "opened");
}

/** The second person's yes. */
export async function agreeToBreakGlass(
  governing: Governing,
  id: string,
): Promise<Result<GrantView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await need("grant", id, service.store.grants.find);
  if (!held.ok) return held;
  const may = await directory.mayDo(principal, "approvals.decide", null);
  if (!may.ok) return may;
  if (!may.value) {
    const message = `${principal.name} may not agree to grants`;
    return refused(governing, "break_glass", id, { code: "break_glass_not_entitled", message });
  }
  const agreed = agreeToGrant(held.value, personOf(governing), service.clock.now());
  if (!agreed.ok) return refused(governing, "break_glass", id, agreed.error);
  return write(governing, agreed.value, held.value.version, "opened");
}

/** Ends a grant before its time; its review opens at once. The holder may, and whoever may close grants. */
export async function closeBreakGlass(
  governing: Governing,
  request: { readonly id: string; readonly because: string },
): Promise<Result<GrantView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await need("grant", request.id, service.store.grants.find);
  if (!held.ok) return held;
  const own = held.value.holder.id === principal.id;
  const may = await directory.mayDo(principal, "breakglass.close", null);
  if (!may.ok) return may;
  if (!own && !may.value) {
    const message = `${principal.name} does not hold ${request.id} and may not close it`;
    return refused(governing, "break_glass", request.id, { code: "break_glass_not_entitled", message });
  }
  const ended = endGrant(
    held.value,
    { by: personOf(governing), because: request.because },
    service.clock.now(),
  );
  if (!ended.ok) return err(ended.error);
  return write(governing, ended.value, held.value.version, "closed");
}

/** One step of a grant: the grant, its review where it ended, the record, what people are told: one transaction. */
async function write(
  governing: Governing,
  grant: BreakGlassGrant,
  from: number | null,
  step: "requested" | "opened" | "closed",
): Promise<Result<GrantView, Problem>> {
  const { service } = governing;
  const now = service.clock.now();
  const { reason, incident, scope } = grant;
  const review = step === "closed" ? await openGrantReview(service, grant) : ok(null);
  if (!review.ok) return review;
  const written = await service.store.grants.write({
    grant,
    from,
    ...(review.value === null ? {} : review.value),
    notices: [grantNotice(service, grant, step)],
    audit: [
      stepEntry(governing, {
        kind: "break_glass",
        subject: grant.id,
        answer: step,
        because: `${reason.broken}; ${reason.impact}`,
        details: {
          emergency: grant.kind,
          holder: { ...grant.holder },
          incident,
          touches: reason.touches,
          scope: { ...scope, bounds: null },
          starts_at: grant.startsAt,
          ends_at: grantEnd(grant),
          consent: grant.consent.rule,
          agreed_by: grant.consent.by?.name ?? null,
          at: rfc3339(now),
        },
      }),
    ],
  });
  if (!written.ok) return written;
  service.changed({ kind: "grant", id: grant.id, workspace: null });
  return ok(grantView(grant, now));
}

export async function listBreakGlass(
  { service }: Governing,
  query: { readonly unreviewed: boolean },
): Promise<Result<readonly GrantView[], Problem>> {
  const grants = await service.store.grants.list(query);
  const now = service.clock.now();
  return grants.ok ? ok(grants.value.map((grant) => grantView(grant, now))) : grants;
}

export interface GrantStory extends GrantView {
  /** What happened in its window, oldest first: by the holder, and apart from it by others. */
  readonly links: readonly GrantLink[];
}

export async function showBreakGlass(
  { service }: Governing,
  id: string,
): Promise<Result<GrantStory, Problem>> {
  const grant = await need("grant", id, service.store.grants.find);
  if (!grant.ok) return grant;
  const links = await service.store.grants.links(id);
  return links.ok ? ok({ ...grantView(grant.value, service.clock.now()), links: links.value }) : links;
}
