import type { Result } from "../base/index.ts";
import type { Notice } from "../domain/index.ts";
import type { MessageReference } from "./ports.ts";

/** What is to be said. */
export type Message =
  | {
      readonly kind: "notice";
      readonly notice: Notice;
      /** The earlier message about the same subject in this channel, to be updated; `null`: the first. */
      readonly reference: MessageReference | null;
    }
  | { readonly kind: "digest"; readonly notices: readonly Notice[] };

export interface Envelope {
  /** The same for every try of one delivery: receivers recognise a repetition by it. */
  readonly id: string;
  /** RFC 3339, when it is sent. */
  readonly now: string;
  readonly message: Message;
  readonly signal: AbortSignal;
}

export interface Sent {
  /** What the receiver answered, in a few words. */
  readonly says: string;
  readonly status: number | null;
  /** Kept for the next notice of the subject; `null`: the earlier one stays. */
  readonly reference: MessageReference | null;
}

/** Why a try came to nothing. Texts never hold a secret, nor an address that is one. */
export interface DeliveryFault {
  readonly says: string;
  readonly status: number | null;
  /** Trying again cannot help: the receiver refused it for what it is. */
  readonly permanent: boolean;
  /** The receiver asked to wait that long; `null`: it did not. */
  readonly retryAfterMs: number | null;
}

/** One way to reach people or systems. */
export interface Channel {
  readonly name: string;
  /**
   * `one_message`: a subject has one message, ticket or alert, a later notice replaces one that waits, and an end of which no
   * beginning was told is not told either. `every_event`: a machine listens and gets each notice.
   */
  readonly tells: "one_message" | "every_event";
  readonly digests: boolean;
  /** Where it goes, for people: a host, a mail address. No secret. */
  readonly where: string;
  send(envelope: Envelope): Promise<Result<Sent, DeliveryFault>>;
}

export function fault(says: string, over: Partial<DeliveryFault> = {}): DeliveryFault {
  return { says, status: null, permanent: false, retryAfterMs: null, ...over };
}
