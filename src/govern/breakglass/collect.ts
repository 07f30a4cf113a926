import type { Actor, AuditEvent, BreakGlassGrant, RedactedChange } from "../../domain/index.ts";
import { grantEnd } from "./status.ts";

export type Confidence = "high" | "medium" | "low";

/** Something that happened in the window of a grant, with what ties it to the grant. */
export interface Collected<Thing> {
  readonly thing: Thing;
  readonly by: "holder" | "others";
  readonly confidence: Confidence;
  readonly says: string;
}

/**
 * What happened in a grant's window, by its holder or by others; `null` for what happened outside of it.
 * A change without a time belongs to no window. Order and repeats of the input do not matter: the caller keys by id.
 */
export function collectChange(
  grant: BreakGlassGrant,
  change: Pick<RedactedChange, "actor" | "time">,
): Omit<Collected<never>, "thing"> | null {
  return change.time === null ? null : tie(grant, change.actor, change.time);
}

export function collectEvent(
  grant: BreakGlassGrant,
  event: AuditEvent,
): Omit<Collected<never>, "thing"> | null {
  return event.write ? tie(grant, event.actor, event.time) : null;
}

function tie(grant: BreakGlassGrant, actor: Actor, time: string): Omit<Collected<never>, "thing"> | null {
  if (!inWindow(grant, Date.parse(time))) return null;
  const { id, name } = grant.holder;
  if (actor.session !== null && grant.sessions.includes(actor.session)) {
    return { by: "holder", confidence: "high", says: `session ${actor.session} was given out for the grant` };
  }
  if (actor.person !== null && (actor.person === name || actor.person === id)) {
    const sure = actor.personRule !== "session_name";
    return {
      by: "holder",
      confidence: sure ? "high" : "medium",
      says: `the person is the holder (${actor.personRule})`,
    };
  }
  if (actor.principal !== null && [name, id, ...grant.sessions].includes(actor.principal)) {
    // A role can be assumed by others as well, unless the log names another person.
    const shared = actor.principal !== name && actor.principal !== id;
    const other = shared && actor.person !== null;
    if (other) return { by: "others", confidence: "medium", says: `${actor.person} used ${actor.principal}` };
    return {
      by: "holder",
      confidence: shared ? "medium" : "high",
      says: `the principal ${actor.principal} is the holder's`,
    };
  }
  const whom = actor.person ?? actor.principal;
  return whom === null
    ? { by: "others", confidence: "low", says: "the log does not say by whom" }
    : { by: "others", confidence: "high", says: `by ${whom}` };
}

function inWindow(grant: BreakGlassGrant, at: number): boolean {
  if (grant.startsAt === null) return false;
  return at >= Date.parse(grant.startsAt) && at < Date.parse(grantEnd(grant));
}
