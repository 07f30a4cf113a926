import type { RiskClass } from "../../domain/index.ts";

/**
 * What a watch looks for in a changed value:
 * - `address`: a network range that means (nearly) everyone, among the keys listed in `addressKeys`;
 * - `peers`: a Kubernetes network rule that lets every peer in: no peer named, an empty selector, or a public range;
 * - `policy`: an IAM policy document (JSON text or structure) that allows wildcard actions, or anybody;
 * - `values`: one of the values listed with the rule (`allUsers`, `public-read`, `cluster-admin`), without case;
 * - `on`: a guard that was switched off (`false`, `Disabled`, removed; or one of `values`);
 * - `off`: a switch that should stay off and was switched on (or took one of `values`);
 * - `named`: a `{name, value}` pair whose name one of `values` (globs) holds;
 * - `tag_key`: a `{key, value}` pair whose key is an access key.
 */
export const WATCH_KINDS = ["address", "peers", "policy", "values", "on", "off", "named", "tag_key"] as const;
export type WatchKind = (typeof WATCH_KINDS)[number];

/** Modifiers of the shipped rules; a project may change the class of each. */
export const MODIFIERS = [
  "public_address",
  "open_peers",
  "wildcard_permission",
  "listed_value",
  "guard_off",
  "exposure_on",
  "access_key",
  "stateful_removal",
] as const;
export type Modifier = (typeof MODIFIERS)[number];

/** Class of the properties that a path pattern holds (see `pathMatches` of the base: `ingress` holds `ingress[0].from_port`). */
export interface PropertyRule {
  readonly pattern: string;
  readonly class: RiskClass;
  readonly watch?: WatchKind;
  readonly values?: readonly string[];
  /** Class when the watch fires; the modifier's own class when missing. */
  readonly raise?: RiskClass;
  readonly says?: string;
}

/** Rules shared by the types of one group: `aws/network-access`. */
export interface GroupRule {
  readonly category: string;
  readonly class: RiskClass;
  /** Deleting or replacing one loses data, trust or a guard that does not come back by itself. */
  readonly stateful: boolean;
  /** Ends the sentence "this decides …". */
  readonly says: string;
  readonly properties: readonly PropertyRule[];
}

/** Class by the kind that the attributes name: a `kubernetes_manifest` is what its manifest says. */
export interface KindRule {
  readonly at: readonly string[];
  readonly classes: Readonly<Record<string, RiskClass>>;
  readonly stateful: readonly string[];
}

/** Rules of one resource type; what is missing comes from its group. */
export interface TypeRule {
  readonly group: string;
  readonly class?: RiskClass;
  readonly stateful?: boolean;
  readonly says?: string;
  readonly properties?: readonly PropertyRule[];
  readonly kinds?: KindRule;
}

/** Tag and label keys that are access control: something reads them to decide who may do what. */
export interface AccessKeyRule {
  /** Globs over the key, without case. */
  readonly keys: readonly string[];
  readonly class: RiskClass;
  readonly says: string;
}

/** Labels of an environment that raise classes there, e.g. medium → high in production. Never lowers. */
export interface EnvironmentRule {
  readonly name: string;
  /** Label (or tag) name → values; names and values are compared without case. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly raise: Readonly<Partial<Record<RiskClass, RiskClass>>>;
}

/** Risk rules as data: the shipped ones, or those with a project's `risk.yaml` merged over them. Plain JSON. */
export interface RiskRules {
  readonly version: 1;
  /** Names of the rule files that went into this, in order. */
  readonly sources: readonly string[];
  readonly groups: Readonly<Record<string, GroupRule>>;
  readonly types: Readonly<Record<string, TypeRule>>;
  /** Rules for any type, weaker than those of types and groups. */
  readonly properties: readonly PropertyRule[];
  /** Attribute names below which a text is a network range of who may connect. */
  readonly addressKeys: readonly string[];
  /** Attribute names of tag and label maps. */
  readonly labelMaps: readonly string[];
  readonly accessKeys: readonly AccessKeyRule[];
  readonly environments: readonly EnvironmentRule[];
  readonly modifiers: Readonly<Partial<Record<Modifier, RiskClass>>>;
  /** Class of types that no rule knows: of any change, and of deletion or replacement. Never `low`. */
  readonly unknownType?: { readonly class: RiskClass; readonly remove: RiskClass };
}

export const EMPTY_RISK_RULES: RiskRules = {
  version: 1,
  sources: [],
  groups: {},
  types: {},
  properties: [],
  addressKeys: [],
  labelMaps: [],
  accessKeys: [],
  environments: [],
  modifiers: {},
};
