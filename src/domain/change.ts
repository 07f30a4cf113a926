import type { Json, PropertyPath } from "../base/index.ts";
import type { Actor, Channel } from "./actor.ts";
import type { PipelineRef } from "./pipeline-run.ts";
import type { ResourceRef } from "./resource-ref.ts";

/** `planned`: in a plan; `attempted`: at a gate, before it happens; `observed`: found after the fact. */
export type ChangeOrigin = "planned" | "attempted" | "observed";

export type ChangeAction = "create" | "update" | "delete" | "replace" | "read" | "no_op" | "forget";

/** Why an observed change happened. `unknown` is an honest answer. */
export type CauseKind =
  | "break_glass_pending_adoption"
  | "bypassed_pipeline"
  | "unapplied_commit"
  | "platform"
  | "unknown";

export interface Cause {
  readonly kind: CauseKind;
  readonly confidence: "high" | "medium" | "low";
  /** Identifiers of the AuditEvents, runs or grants that say so, with one sentence. */
  readonly evidence: readonly { readonly ref: string; readonly says: string }[];
}

/** One property's before → after. A side on which the property does not exist is `null`. */
export interface PropertyChange {
  readonly path: PropertyPath;
  readonly before: Json;
  readonly after: Json;
  readonly sensitive: boolean;
  /** `after` is known only after apply. */
  readonly unknown: boolean;
}

/** False drift that a normaliser removed: counted, and listed on request. */
export interface RemovedNoise {
  readonly normaliser: string;
  readonly path: PropertyPath;
}

/** The same, told apart from the rest of a scan. */
export interface ListedNoise extends RemovedNoise {
  readonly address: string;
}

/**
 * One resource, before → after, by whom, when, from where, through which channel.
 * `before`, `after` and `properties` hold CLEAR values here: policies need them. Nothing but a {@link RedactedChange}
 * may be stored, logged or shown.
 */
export interface Change {
  /** Stable in a workspace: digest of origin kind, resource key and deposed key. Twelve hexadecimal characters. */
  readonly id: string;
  /** The ChangeDigest: HMAC-SHA-256 under the estate key, 64 hexadecimal characters. */
  readonly digest: string;
  readonly origin: ChangeOrigin;
  readonly action: ChangeAction;
  readonly resource: ResourceRef;
  readonly tags: Readonly<Record<string, string>>;
  readonly before: Json;
  readonly after: Json;
  readonly properties: readonly PropertyChange[];
  /** Paths in before/after whose values are secrets. */
  readonly sensitive: readonly PropertyPath[];
  /** Paths of `after` that are known only after apply. */
  readonly unknown: readonly PropertyPath[];
  readonly actor: Actor;
  readonly channel: Channel;
  readonly pipeline: PipelineRef | null;
  /** RFC 3339 time at which the change happened; `null` when unknown or not yet happened. */
  readonly time: string | null;
  readonly drift: "managed" | "unmanaged" | "missing" | null;
  readonly relevant: boolean;
  /** `null` for planned and attempted changes. */
  readonly cause: Cause | null;
  readonly noise: readonly RemovedNoise[];
  readonly planIndex: number | null;
}

/** A Change with every secret replaced; the only form that leaves the process or reaches the store. */
export interface RedactedChange extends Change {
  readonly redacted: true;
}

/** Where a workspace stands: the `environment` of the change document. */
export interface Environment {
  readonly workspace: string;
  /** From configuration, e.g. `{ env: "prod" }`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly account: string | null;
}
