import type { CoverScope } from "./cover.ts";
import type { Person } from "./person.ts";
import type { RiskClass } from "./risk.ts";

/** How a defined emergency lets its grants begin: at once, at once with somebody told, or after a second person agreed. */
export type Consent = "none" | "told" | "second_person";

/** A *defined* emergency: who may open a grant of it, for what, and for how long. Configuration, never made at 2 AM. */
export interface EmergencyKind {
  readonly name: string;
  readonly title: string;
  /** Groups of the identity provider; empty: nobody may. */
  readonly groups: readonly string[];
  /** The widest scope that a grant of this kind may have. */
  readonly scope: CoverScope;
  readonly maxMinutes: number;
  readonly consent: Consent;
  readonly incident: IncidentRule | null;
  /** Hours after the end until which the review must be closed, by the worst class of what was done. */
  readonly reviewHours: Readonly<Record<RiskClass, number>>;
}

/** How the id of an incident system is checked. */
export type IncidentRule =
  | { readonly kind: "pattern" /** RE2, over the whole id. */; readonly pattern: string }
  | {
      readonly kind: "lookup";
      /** Asked with `{incident, holder, kind}`; must answer `{"open": true}`. */ readonly url: string;
    };

/** Structured, so that a full stop is no reason. */
export interface EmergencyReason {
  readonly broken: string;
  readonly impact: string;
  readonly touches: string;
}

/** `pending`: waits for a second person. `expired` and `revoked` ones wait for their review. */
export type GrantStatus = "pending" | "active" | "expired" | "revoked" | "reviewed";

export interface GrantEnd {
  /** RFC 3339. */
  readonly at: string;
  /** By whom; `null` by a policy. The end by time needs no record: it follows from `endsAt`. */
  readonly by: Person | null;
  readonly because: string;
}

/** Time-boxed emergency permission of one holder. Status is never stored: it follows from these facts and the clock. */
export interface BreakGlassGrant {
  readonly schema: "trueup.grant/v1";
  /** `grt_` and 24 hexadecimal characters. */
  readonly id: string;
  readonly kind: string;
  readonly holder: Person;
  /** The team whose debt it is; `null` where the holder is in none of the configured ones. */
  readonly team: string | null;
  /** Roles and sessions through which the holder acts, as audit logs name them. */
  readonly sessions: readonly string[];
  readonly scope: CoverScope;
  readonly reason: EmergencyReason;
  readonly incident: string | null;
  /** RFC 3339. */
  readonly requestedAt: string;
  /** `null` while nobody agreed. */
  readonly startsAt: string | null;
  /** Hard end; for a pending grant the instant after which it can no longer be agreed to. */
  readonly endsAt: string;
  readonly minutes: number;
  readonly consent: { readonly rule: Consent; readonly by: Person | null };
  readonly ended: GrantEnd | null;
  readonly reviewHours: Readonly<Record<RiskClass, number>>;
  /** Worst class of what was done so far under it. */
  readonly worst: RiskClass | null;
  /** RFC 3339; set when the review closed with a proof for each change. */
  readonly reviewedAt: string | null;
  /** Opened after the fact, by the use of the sealed role outside Trueup. */
  readonly outside: boolean;
  /** Grows by one with each change; what an `ETag` is made of. */
  readonly version: number;
}
