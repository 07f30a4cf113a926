import type { Json, JsonObject } from "../../../base/index.ts";
import type { DeclaredState, ReadGap, ResourceRef, Transition } from "../../../domain/index.ts";
import type { SecretPathRule, SecretValues } from "../../secrets/index.ts";

/** Top-level members of a plan document that a caller may want to see raw. */
export type PlanSection =
  | "variables"
  | "planned_values"
  | "resource_drift"
  | "resource_changes"
  | "deferred_changes"
  | "output_changes"
  | "prior_state"
  | "configuration"
  | "relevant_attributes"
  | "checks";

export interface ReadLimits {
  /** Documents up to this many bytes are parsed whole; larger ones section by section. */
  readonly wholeBytes: number;
  /** The most bytes of JSON text that a section-by-section reading may keep. */
  readonly keptBytes: number;
}

export interface ReadOptions {
  /** Name of the document in messages. */
  readonly file: string;
  /**
   * Sections that the loaded policies read. A document above `limits.wholeBytes` keeps only these and what
   * the reader itself needs (`resource_changes`, `resource_drift`, `variables`, `configuration`,
   * `relevant_attributes`). Absent means all. Smaller documents are always kept whole; of `planned_values` and
   * `prior_state` only what no change tells is looked through for secrets when neither is named here.
   */
  readonly keep?: readonly PlanSection[];
  /** Configured places of secrets, besides the tool's marks and the type rules. */
  readonly secretPaths?: readonly SecretPathRule[];
  readonly limits?: ReadLimits;
}

/** A resource and what is declared of it, in clear. */
export interface DeclaredAttributes {
  readonly resource: Pick<ResourceRef, "type" | "address">;
  readonly attributes: Json;
}

/** What a plan document says. Values are CLEAR: only redacted forms may be stored, logged or shown. */
export interface PlanReading {
  /** The raw document, for plan policies. Sections left out by `keep` are missing. */
  readonly plan: JsonObject;
  /** SHA-256 of the document's bytes, hexadecimal. */
  readonly sha256: string;
  /** `1.2`, `0.1`, …; `unknown` where the document does not say. */
  readonly formatVersion: string;
  readonly toolVersion: string | null;
  readonly refreshOnly: boolean;
  /**
   * Changes that the plan would make. Resources that stay as they are (`no-op`) and data sources are left
   * out.
   */
  readonly planned: readonly Transition[];
  /**
   * What moved outside: `resource_drift` as given, then the inverted `resource_changes` with cause hint
   * `unapplied_commit`. `detect` leaves an inverted one out where the same resource has real drift.
   */
  readonly drift: readonly Transition[];
  /** Every managed resource that the document describes. */
  readonly declared: readonly DeclaredState[];
  /** The same resources without what costs time to tell: whose they are, and where their secrets lie. */
  readonly attributes: readonly DeclaredAttributes[];
  /** How many resources the tool compared (changed or not). */
  readonly compared: number;
  readonly gaps: readonly ReadGap[];
  /** Every clear secret value met anywhere in the document. */
  readonly secrets: SecretValues;
}

/** What a state document (`show -json` of a state, or a raw `.tfstate`) says. */
export interface StateReading {
  readonly state: JsonObject;
  readonly sha256: string;
  readonly formatVersion: string;
  readonly toolVersion: string | null;
  /** Raw state files only; `null` for `show -json`. */
  readonly lineage: string | null;
  readonly serial: number | null;
  readonly declared: readonly DeclaredState[];
  readonly gaps: readonly ReadGap[];
  readonly secrets: SecretValues;
}
