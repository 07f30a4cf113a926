import { globMatches, rfc3339 } from "../base/index.ts";
import type { Notice } from "../domain/index.ts";
import type { PlannedDelivery } from "./ports.ts";
import type { Digest, Hours, RouteRule } from "./settings.ts";

const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;

/**
 * To which channels a notice goes, and when. Routes are asked in order; a channel that several of them name gets the notice
 * once, at the earliest time. `now` in milliseconds; hours are those of the route's timezone.
 */
export function planDeliveries(
  notice: Notice,
  routes: readonly RouteRule[],
  oneMessage: (channel: string) => boolean,
  now: number,
): readonly PlannedDelivery[] {
  const planned = new Map<string, PlannedDelivery>();
  for (const route of routes) {
    if (!routeMatches(route, notice, now)) continue;
    const urgent = route.urgent.includes(notice.severity);
    const free = urgent || route.quiet === null ? now : endOfHours(route.quiet, now);
    const due = urgent || route.digest === null ? free : digestTime(route.digest, free);
    const digest = urgent || route.digest === null ? null : `${route.name}/${rfc3339(due)}`;
    for (const channel of route.to) {
      const notBefore = rfc3339(due);
      const earlier = planned.get(channel);
      if (earlier !== undefined && earlier.notBefore <= notBefore) continue;
      planned.set(channel, { channel, notBefore, digest, coalesce: oneMessage(channel) });
    }
    if (route.last) break;
  }
  return [...planned.values()];
}

export function routeMatches({ when }: RouteRule, notice: Notice, now: number): boolean {
  const any = (globs: readonly string[] | null, text: string): boolean =>
    globs === null || globs.some((glob) => globMatches(glob, text));
  return (
    any(when.kinds, notice.kind) &&
    any(when.workspaces, notice.workspace) &&
    any(when.owners, notice.owner ?? "-") &&
    (when.classes === null || (notice.class !== null && when.classes.includes(notice.class))) &&
    (when.severities === null || when.severities.includes(notice.severity)) &&
    (when.hours === null || inHours(when.hours, now)) &&
    Object.entries(when.labels ?? {}).every(
      ([label, glob]) => Object.hasOwn(notice.labels, label) && globMatches(glob, notice.labels[label] ?? ""),
    )
  );
}

/** Weekday (0 is Sunday) and minute of the day in a timezone. */
function wallClock(now: number, timezone: string): { readonly day: number; readonly minute: number } {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(now);
  const part = (type: string): string => parts.find((found) => found.type === type)?.value ?? "";
  const day = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"].indexOf(part("weekday"));
  return { day, minute: Number(part("hour")) * 60 + Number(part("minute")) };
}

function inHours({ from, until, timezone, days }: Hours, now: number): boolean {
  const { day, minute } = wallClock(now, timezone);
  const on = (which: number): boolean => days.length === 0 || days.includes((which + 7) % 7);
  if (from < until) return on(day) && minute >= from && minute < until;
  // Over midnight (or all day, where both are the same): the hours belong to the day on which they began.
  return (on(day) && minute >= from) || (on(day - 1) && minute < until);
}

/** `now`, or the minute in which the hours end. Walks, because a change of the clock may lie in between. */
function endOfHours(hours: Hours, now: number): number {
  let at = now;
  for (let minutes = 0; minutes < 8 * DAY_MINUTES && inHours(hours, at); minutes++) {
    at = (Math.floor(at / MINUTE_MS) + 1) * MINUTE_MS;
  }
  return at;
}

function digestTime(digest: Digest, now: number): number {
  if (digest.kind === "every") return (Math.floor(now / digest.ms) + 1) * digest.ms;
  const { minute } = wallClock(now, digest.timezone);
  const wait = (digest.at - minute + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const guess = (Math.floor(now / MINUTE_MS) + wait) * MINUTE_MS;
  // A change of the clock on the way moves the guess. A minute that such a day leaves out comes an hour later.
  const off = digest.at - wallClock(guess, digest.timezone).minute;
  const wrapped = ((off + DAY_MINUTES * 1.5) % DAY_MINUTES) - DAY_MINUTES / 2;
  const moved = guess + wrapped * MINUTE_MS;
  return wallClock(moved, digest.timezone).minute === digest.at ? moved : guess;
}
