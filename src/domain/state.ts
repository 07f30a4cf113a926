import type { Json, PropertyPath } from "../base/index.ts";
import type { ChangeAction, ChangeOrigin } from "./change.ts";
import type { ResourceRef } from "./resource-ref.ts";

/** What code (and the tool's state) says a resource is. */
export interface DeclaredState {
  readonly kind: "declared";
  readonly resource: ResourceRef;
  readonly attributes: Json;
  /** Paths whose values are secrets. */
  readonly sensitive: readonly PropertyPath[];
}

/** What was read from the outside system. */
export interface ObservedState {
  readonly kind: "observed";
  readonly resource: ResourceRef;
  readonly attributes: Json;
  readonly sensitive: readonly PropertyPath[];
}

/**
 * A before → after as a source tells it, not yet compared property by property: the input of `detect`.
 * `before` and `after` are whole attribute objects, `null` where the resource does not exist on that side.
 */
export interface Transition {
  readonly resource: ResourceRef;
  readonly origin: ChangeOrigin;
  readonly action: ChangeAction;
  readonly before: Json;
  readonly after: Json;
  /** Union of the secret paths of both sides. */
  readonly sensitive: readonly PropertyPath[];
  /** Paths of `after` that are known only after apply. */
  readonly unknown: readonly PropertyPath[];
  /** Patterns (see `pathMatches`) of tool metadata, left out of diff and digest (`resource_version`, `timeouts`, …). */
  readonly metadata: readonly PropertyPath[];
  /** Patterns of what is a set: element order means nothing there. Empty means "not known, treat lists of blocks as sets". */
  readonly sets: readonly PropertyPath[];
  /** Why this transition is looked at in a scan; `null` for planned ones. */
  readonly drift: "managed" | "unmanaged" | "missing" | null;
  /** The tool itself said that this difference matters to the plan (`relevant_attributes`); sorts, never filters. */
  readonly relevant: boolean;
  /** `unapplied_commit` when the code moved and reality did not; otherwise not yet known. */
  readonly causeHint: "unapplied_commit" | null;
  /** Index into the plan's `resource_changes`/`resource_drift`, so that the one-change plan can be shown to plan policies. */
  readonly planIndex: number | null;
}

/** Something that could not be read or compared. Kept apart from "no drift". */
export interface ReadGap {
  readonly source: string;
  /** Address or type it concerns; `null` for the whole source. */
  readonly subject: string | null;
  /** Stable code: `unreadable`, `unsupported_type`, `partial_plan`, `deposed`, … */
  readonly code: string;
  readonly message: string;
}
