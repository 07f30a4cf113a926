import { type Clock, err, ok, type Problem, type Result, rfc3339 } from "../../../base/index.ts";
import {
  type Channel,
  type Claim,
  type ClaimOutcome,
  type NotificationSettings,
  type NotificationStore,
  planDeliveries,
  retryDelayMs,
} from "../../../notify/index.ts";

export interface DeliverInput {
  readonly notifications: NotificationStore;
  readonly settings: NotificationSettings;
  /** By name. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Aborted when the worker stops. */
  readonly signal: AbortSignal;
}

export interface DeliverOutcome {
  readonly routed: number;
  readonly delivered: number;
  readonly failed: number;
  readonly dropped: number;
  /** RFC 3339: when to come back; `null`: when a new notice is written. */
  readonly next: string | null;
}

const ROUTE_BATCH = 200;
const CLAIM_BATCH = 8;
/** Longer than the slowest try of a batch, whose messages go out side by side. */
const LEASE_MS = 5 * 60_000;

/**
 * Routes what is new and sends everything that is due, until nothing is. Any number of processes may do it at once; one that is
 * killed loses its lease, and what it held is sent again under the same id.
 */
export async function deliver(input: DeliverInput): Promise<Result<DeliverOutcome, Problem>> {
  const { notifications, settings, channels, clock, signal } = input;
  const count = { routed: 0, delivered: 0, failed: 0, dropped: 0 };
  const oneMessage = (name: string): boolean => channels.get(name)?.tells === "one_message";
  while (!signal.aborted) {
    const now = clock.now();
    const routed = await notifications.route(ROUTE_BATCH, rfc3339(now), (notice) =>
      planDeliveries(notice, settings.routes, oneMessage, now),
    );
    if (!routed.ok) return routed;
    count.routed += routed.value;
    const claims = await notifications.claim(CLAIM_BATCH, rfc3339(now), rfc3339(now + LEASE_MS));
    if (!claims.ok) return claims;
    if (routed.value === 0 && claims.value.length === 0) break;
    const done = await Promise.all(claims.value.map((claim) => sendClaim(input, claim)));
    for (const result of done) {
      if (!result.ok) return result;
      count[result.value] += 1;
    }
  }
  const next = await notifications.nextDue();
  return next.ok ? ok({ ...count, next: next.value }) : next;
}

async function sendClaim(
  input: DeliverInput,
  claim: Claim,
): Promise<Result<"delivered" | "failed" | "dropped", Problem>> {
  const outcome = await outcomeOf(input, claim);
  const recorded = await input.notifications.finish(claim, outcome, rfc3339(input.clock.now()));
  return recorded.ok ? ok(outcome.kind) : err(recorded.error);
}

async function outcomeOf(
  { channels, clock, random, signal }: DeliverInput,
  claim: Claim,
): Promise<ClaimOutcome> {
  const channel = channels.get(claim.channel);
  if (channel === undefined) return { kind: "dropped", says: "the channel is no longer configured" };
  const [first] = claim.deliveries;
  if (first === undefined) return { kind: "dropped", says: "nothing to say" };
  const untold = first.notice.state === "ended" && claim.reference === null;
  if (claim.digest === null && channel.tells === "one_message" && untold) {
    return { kind: "dropped", says: "it ended before anything was told of it" };
  }
  const now = clock.now();
  const sent = await channel.send({
    id: first.id,
    now: rfc3339(now),
    signal,
    message:
      claim.digest === null
        ? { kind: "notice", notice: first.notice, reference: claim.reference }
        : { kind: "digest", notices: claim.deliveries.map(({ notice }) => notice) },
  });
  if (sent.ok) {
    // A digest tells of many subjects and is updated for none of them.
    const reference = claim.digest === null ? sent.value.reference : null;
    return { kind: "delivered", says: sent.value.says, status: sent.value.status, reference };
  }
  const { says, status } = sent.error;
  const delay = retryDelayMs(first.tries, sent.error, random());
  const nextTry = delay === null ? null : rfc3339(clock.now() + delay);
  return { kind: "failed", says, status, nextTry };
}
