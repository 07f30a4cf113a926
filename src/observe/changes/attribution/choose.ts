import type { AuditEvent, Change, PropertyChange } from "../../../domain/index.ts";
import type { Strength } from "./identifiers.ts";
import { type CallValues, isSetBy } from "./values.ts";

export interface IndexedEvent {
  readonly event: AuditEvent;
  readonly at: number;
  /** Read when first asked for: most events match no change. */
  readonly call: () => CallValues;
}

/** An event that names the resource of a change and may have changed its type. */
export interface Candidate extends IndexedEvent {
  readonly strength: Strength;
}

/** The event that a change is put down to. */
export interface Chosen extends Candidate {
  /** Did this call visibly set a changed property to what is there now? */
  readonly matches: boolean;
  /** Did another actor set other properties of the same change? */
  readonly isShared: boolean;
}

/**
 * The call that a change is put down to: for each property the last successful write that set it to its
 * value; of those the last one that was not the platform's own, since a controller's later write must not
 * hide a person's. Where no call shows such values, the last successful write that may have done it.
 */
export function choose(change: Change, candidates: readonly Candidate[]): Chosen | null {
  const writes = candidates.filter(({ event }) => event.outcome === "succeeded");
  const newestFirst = writes.toReversed();
  const winners = new Set<Candidate>();
  if (change.after !== null)
    for (const property of change.properties) {
      const winner = lastToSet(property, newestFirst);
      if (winner !== null) winners.add(winner);
    }
  const byTime = [...winners].sort((a, b) => a.at - b.at);
  const chosen = byTime.findLast(({ event }) => event.actor.kind !== "service") ?? byTime.at(-1);
  if (chosen === undefined) {
    const guess = lastThatMay(change, newestFirst);
    return guess === null ? null : { ...guess, matches: false, isShared: false };
  }
  const isShared = byTime.some(({ event }) => event.actor.principal !== chosen.event.actor.principal);
  return { ...chosen, matches: true, isShared };
}

/**
 * The last call that set a property to what is there now, unless a later one set it back to what the code
 * says.
 */
function lastToSet(property: PropertyChange, newestFirst: readonly Candidate[]): Candidate | null {
  for (const write of newestFirst) {
    if (fitsDirection(property, write.event) && isSetBy(property, write.call())) return write;
    const back = backwards(property);
    if (fitsDirection(back, write.event) && isSetBy(back, write.call())) return null;
  }
  return null;
}

/** Calls that take something away, by the verb of their action. */
export const REMOVES =
  /(?:^|:)(?:Delete|Terminate|Remove|Deregister|ScheduleKeyDeletion|Disassociate|Detach|Release|Revoke)/;
const ADDS = /:(?:Authorize|Attach|Associate|Add)[A-Z]/;

/** Calls that take something away name the same values as those that bring it. */
function fitsDirection({ before, after }: PropertyChange, { action }: AuditEvent): boolean {
  if (before === null) return !REMOVES.test(action);
  return after !== null || !ADDS.test(action);
}

/**
 * The last call that may have made a change that no call visibly made: one whose values are not recorded
 * before one that set something else. Calls up to the one that made the resource as the code says did not.
 */
function lastThatMay(change: Change, newestFirst: readonly Candidate[]): Candidate | null {
  // Each of a missing resource's candidates deletes: the last one did it.
  if (change.after === null) return newestFirst[0] ?? null;
  let other: Candidate | null = null;
  for (const write of newestFirst) {
    if (madeAsDeclared(change, write)) break;
    if (!write.call().isVisible) return write;
    other ??= write;
  }
  return other;
}

/** Calls that create the resource itself; those that create a part of it (tags, a route) change it. */
const CREATES =
  /^create |:Run[A-Z]|:Create(?!Tags|Route$|NetworkAclEntry|PolicyVersion|AccessKey|LoginProfile|Grant)[A-Z]/;

/** Did this call create the resource, or put the old value of a changed property there? */
function madeAsDeclared(change: Change, { event, call }: Candidate): boolean {
  if (CREATES.test(event.action)) return change.before !== null;
  return change.properties.some((property) => {
    const back = backwards(property);
    return fitsDirection(back, event) && isSetBy(back, call());
  });
}

function backwards(property: PropertyChange): PropertyChange {
  return { ...property, before: property.after, after: property.before };
}
