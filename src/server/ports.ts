import type { Problem, Result } from "../base/index.ts";

/** One use of an `Idempotency-Key`. */
export interface ReplyClaim {
  /** SHA-256 over principal, method, path and key: 64 hexadecimal characters. */
  readonly key: string;
  /** SHA-256 of the body: 64 hexadecimal characters. */
  readonly body: string;
  /** Epoch milliseconds. */
  readonly time: number;
}

export type Claimed =
  | { readonly kind: "fresh" }
  /** Another request with this key is being worked on. */
  | { readonly kind: "running" }
  /** The key was used for another body. */
  | { readonly kind: "mismatch" }
  | { readonly kind: "stored"; readonly reply: string };

/** How long a reply is kept, in milliseconds. */
export const REPLY_KEPT_MS = 24 * 3_600_000;
/** After this long a claim whose process says nothing is given to the next one, in milliseconds. */
export const REPLY_ABANDONED_MS = 2 * 60_000;

/** Replies of creating requests by `Idempotency-Key`. */
export interface ReplyStore {
  /** Takes the key, or says what became of its earlier use. Of two at the same time exactly one gets `fresh`. */
  claim(claim: ReplyClaim): Promise<Result<Claimed, Problem>>;
  /** Keeps the reply of a claim. */
  keep(key: string, reply: string): Promise<Result<void, Problem>>;
  /** Gives a claim up: the request failed and may be tried again. */
  release(key: string): Promise<Result<void, Problem>>;
  /** Forgets what is older than {@link REPLY_KEPT_MS}; returns how many. */
  prune(now: number): Promise<Result<number, Problem>>;
}

/** Carries small texts between the processes of one store. Best effort: a text that is lost costs a late screen, never a lost fact. */
export interface LiveLink {
  send(text: string): void;
  /** Hears what every process says, this one too. One listener a link. */
  receive(listener: (text: string) => void): Promise<Result<void, Problem>>;
  stop(): Promise<void>;
}

/** What a monitoring system wants to know of the domain. */
export interface SystemNumbers {
  readonly openFindings: readonly {
    readonly triage: string;
    readonly risk: string;
    readonly count: number;
  }[];
  /** Open findings whose due date is past. */
  readonly overdueFindings: number;
  readonly overdueReviews: number;
  readonly scanAges: readonly { readonly workspace: string; readonly seconds: number }[];
}

export interface NumberStore {
  /** Counts as of `now`, epoch milliseconds. */
  read(now: number): Promise<Result<SystemNumbers, Problem>>;
}
