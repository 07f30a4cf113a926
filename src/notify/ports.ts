import type { Problem, Result } from "../base/index.ts";
import type { Notice } from "../domain/index.ts";

export type { Notice };

/**
 * `pending`: to be tried at its time; `delivered`: taken by the receiver; `superseded`: a later notice of the same subject
 * says more; `dropped`: nothing left to say, or its channel is gone; `dead`: given up, waits for a person.
 */
export type DeliveryStatus = "pending" | "delivered" | "superseded" | "dropped" | "dead";

/** What routing wants done with one notice. */
export interface PlannedDelivery {
  readonly channel: string;
  /** RFC 3339: not before. Later than now in quiet hours and for digests. */
  readonly notBefore: string;
  /** Deliveries with the same key go out as one message; `null`: alone. */
  readonly digest: string | null;
  /** A later notice of the same subject replaces an earlier one that waits. */
  readonly coalesce: boolean;
}

/** One notice on its way to one channel. */
export interface Delivery {
  /** `dlv_` and 24 hexadecimal characters. */
  readonly id: string;
  readonly notice: Notice;
  readonly channel: string;
  readonly status: DeliveryStatus;
  readonly digest: string | null;
  readonly tries: number;
  readonly createdAt: string;
  /** When it is tried next; `null` unless `pending`. */
  readonly nextTry: string | null;
  /** When it left `pending`; `null` before. */
  readonly endedAt: string | null;
  /** Of the last try that failed, or why it was superseded, dropped or given up. */
  readonly says: string | null;
}

/** One try, whatever came of it. */
export interface DeliveryTry {
  /** 1-based. */
  readonly number: number;
  readonly startedAt: string;
  /** `null`: the process that tried was gone before it knew. */
  readonly endedAt: string | null;
  readonly outcome: "delivered" | "failed" | "lost" | "running";
  /** What the receiver answered, or why it could not be reached; secrets removed. */
  readonly says: string | null;
  /** Status code of HTTP or SMTP; `null` without an answer. */
  readonly status: number | null;
  /** RFC 3339; `null` when it is not tried again. */
  readonly nextTry: string | null;
}

/** What a channel keeps of a message that it sent, to update it: a Slack timestamp, a ticket's key. Opaque to all others. */
export type MessageReference = string;

/** Deliveries that go out as one message: one, or a digest. Held by the claimer until `leaseUntil`. */
export interface Claim {
  readonly channel: string;
  readonly digest: string | null;
  /** Oldest first, at least one. */
  readonly deliveries: readonly Delivery[];
  /** Of the earlier message about the same subject in this channel; `null` when there is none, and for digests. */
  readonly reference: MessageReference | null;
  readonly leaseUntil: string;
}

export type ClaimOutcome =
  | {
      readonly kind: "delivered";
      readonly says: string;
      readonly status: number | null;
      /** To be kept for the next notice of the subject; `null`: as it was. */
      readonly reference: MessageReference | null;
    }
  | {
      readonly kind: "failed";
      readonly says: string;
      readonly status: number | null;
      /** `null`: given up. */
      readonly nextTry: string | null;
    }
  | { readonly kind: "dropped"; readonly says: string };

export interface DeliveryQuery {
  readonly status?: DeliveryStatus;
  readonly channel?: string;
  readonly subject?: string;
  readonly workspace?: string;
  /** Only these workspaces; absent: all. */
  readonly workspaces?: readonly string[];
  readonly limit: number;
  /** Newest first, from the one after this position on. */
  readonly before?: number;
}

export interface DeliveryPage {
  readonly items: readonly Delivery[];
  /** Position for `before`; `null` at the end. */
  readonly next: number | null;
}

/** The outbox and its delivery log. Rows of the outbox are written by whoever changes state, in the same transaction. */
export interface NotificationStore {
  /** Writes notices that belong to no other change: a test message. A known id is left as it is. */
  add(notices: readonly Notice[]): Promise<Result<void, Problem>>;
  /** Asks `plan` about up to `limit` notices that nobody routed yet, oldest first, and writes what it says. Returns how many. */
  route(
    limit: number,
    now: string,
    plan: (notice: Notice) => readonly PlannedDelivery[],
  ): Promise<Result<number, Problem>>;
  /**
   * Takes up to `limit` messages that are due and not held by anybody, and writes a try for each delivery. Of one subject in
   * one channel only the oldest is taken, so that messages never overtake each other. A lease that ran out is a lost try.
   */
  claim(limit: number, now: string, leaseUntil: string): Promise<Result<readonly Claim[], Problem>>;
  /** Writes what came of a claim. Without effect where the lease was lost to another process: at least once, never recorded twice. */
  finish(claim: Claim, outcome: ClaimOutcome, now: string): Promise<Result<void, Problem>>;
  /** The earliest instant at which something is to be routed or tried; `null` when nothing waits. */
  nextDue(): Promise<Result<string | null, Problem>>;
  list(query: DeliveryQuery): Promise<Result<DeliveryPage, Problem>>;
  /** `null`: there is none. */
  get(id: string): Promise<Result<{ delivery: Delivery; tries: readonly DeliveryTry[] } | null, Problem>>;
  /** Gives a dead delivery another round of tries. `false`: it was not dead, or is none. */
  retry(id: string, now: string): Promise<Result<boolean, Problem>>;
  /** How many are pending and dead, by channel: what a health page shows. */
  counts(): Promise<Result<readonly { channel: string; pending: number; dead: number }[], Problem>>;
  /** Forgets notices older than `before` of which nothing waits. Returns how many. */
  prune(before: string): Promise<Result<number, Problem>>;
}
