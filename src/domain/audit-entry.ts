import type { Json } from "../base/index.ts";
import type { Actor, Channel } from "./actor.ts";

/** What an entry is about. The one list: types, the reader and the published schema come from it. */
export const AUDIT_ENTRY_KINDS = [
  "scan",
  "check",
  "verdict",
  "decision",
  "finding",
  "baseline",
  "policy_loaded",
  "fail_open",
  "sign_in",
  "account",
  "role_binding",
  "token",
  "break_glass",
  "exception",
  "approval",
  "review",
  "workspace",
  "tombstone",
] as const;

export type AuditEntryKind = (typeof AUDIT_ENTRY_KINDS)[number];

/** An entry of our own log: who tried to change what, when, from where, under which policy, with which answer, and why. */
export interface AuditEntry {
  readonly schema: "trueup.audit/v1";
  /** `aud_` and 24 hexadecimal characters; unique. */
  readonly id: string;
  readonly kind: AuditEntryKind;
  /** RFC 3339 in UTC, when the entry was made. */
  readonly time: string;
  readonly workspace: string;
  readonly actor: Actor;
  readonly channel: Channel;
  /** What was touched: an address, a plan file's digest, a finding id. */
  readonly subject: string;
  /** `allowed`, `deny`, … : the answer, `null` where none was given. */
  readonly answer: string | null;
  readonly because: string;
  /** Policy set revisions by set name. */
  readonly revisions: Readonly<Record<string, string>>;
  /** Kind-specific facts, secrets removed. */
  readonly details: Json;
}

/** Signed size and root of the log (C2SP tlog-checkpoint as a C2SP signed note). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** 32 bytes, standard base64. */
  readonly root: string;
  /** The whole signed note, as published. */
  readonly note: string;
}
