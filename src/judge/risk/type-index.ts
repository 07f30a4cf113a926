import { type PropertyPath, parsePath, pathMatches } from "../../base/index.ts";
import type { RiskClass } from "../../domain/index.ts";
import { accessKeyRule } from "./access-keys.ts";
import {
  type AccessKeyRule,
  type KindRule,
  MODIFIERS,
  type Modifier,
  type PropertyRule,
  type RiskRules,
} from "./risk-rules.ts";

/** A property rule ready to be matched, with its stable id. */
export interface IndexedRule {
  readonly id: string;
  readonly steps: PropertyPath;
  readonly rule: PropertyRule;
  /** Smaller wins: type before group before common, then the longer and more literal pattern. */
  readonly rank: number;
}

/** Everything that the rules say about one resource type. */
export interface TypeIndex {
  readonly type: string;
  /** `aws/security-group`, or `unknown-type`. */
  readonly id: string;
  readonly known: boolean;
  readonly group: string | null;
  readonly category: string;
  readonly class: RiskClass;
  readonly stateful: boolean;
  readonly says: string;
  readonly kinds: KindRule | null;
  /** By first literal step of the pattern, in order of rank. */
  readonly byFirst: ReadonlyMap<string, readonly IndexedRule[]>;
  /** Patterns that begin with `*` or `**`, in order of rank. */
  readonly wild: readonly IndexedRule[];
  readonly watched: readonly IndexedRule[];
  /** Answers of {@link ruleFor} by shape of the path, indexes left out; `null` when a pattern names an index. */
  readonly shapes: Map<string, IndexedRule | null> | null;
}

/** Rules with everything derived once: types on demand, key sets, modifier classes. */
export interface RuleIndex {
  readonly rules: RiskRules;
  readonly addressKeys: ReadonlySet<string>;
  readonly labelMaps: ReadonlySet<string>;
  readonly modifiers: Readonly<Record<Modifier, RiskClass>>;
  readonly unknownType: { readonly class: RiskClass; readonly remove: RiskClass };
  typeOf(type: string): TypeIndex;
  /** The rule that says that a tag or label key is access control, `null` for a plain key. */
  accessKey(key: string): AccessKeyRule | null;
}

const MODIFIER_DEFAULTS: Readonly<Record<Modifier, RiskClass>> = {
  public_address: "critical",
  open_peers: "critical",
  wildcard_permission: "critical",
  listed_value: "critical",
  guard_off: "critical",
  exposure_on: "critical",
  access_key: "high",
  stateful_removal: "critical",
};

/** Answers are remembered up to here: attribute names are few, but keys of maps are not. */
const MAX_REMEMBERED = 4096;

// Rules are immutable data, so their index can be kept as long as they live. Nothing observable depends on it.
const indexes = new WeakMap<RiskRules, RuleIndex>();

export function indexOf(rules: RiskRules): RuleIndex {
  let index = indexes.get(rules);
  if (index === undefined) {
    index = buildIndex(rules);
    indexes.set(rules, index);
  }
  return index;
}

function buildIndex(rules: RiskRules): RuleIndex {
  const types = new Map<string, TypeIndex>();
  const keys = new Map<string, AccessKeyRule | null>();
  const common = rules.properties.map((rule) => indexed(`common/${rule.pattern}`, rule, 2));
  const modifiers = { ...MODIFIER_DEFAULTS };
  for (const name of MODIFIERS) modifiers[name] = rules.modifiers[name] ?? MODIFIER_DEFAULTS[name];
  const unknownType = rules.unknownType ?? { class: "medium", remove: "high" };
  return {
    rules,
    addressKeys: new Set(rules.addressKeys),
    labelMaps: new Set(rules.labelMaps),
    modifiers,
    unknownType,
    typeOf(type) {
      let found = types.get(type);
      if (found === undefined) {
        found = buildType(type, rules, common, unknownType.class);
        types.set(type, found);
      }
      return found;
    },
    accessKey(key) {
      let found = keys.get(key);
      if (found === undefined) {
        found = accessKeyRule(rules.accessKeys, key);
        if (keys.size < MAX_REMEMBERED) keys.set(key, found);
      }
      return found;
    },
  };
}

function buildType(
  type: string,
  rules: RiskRules,
  common: readonly IndexedRule[],
  unknownClass: RiskClass,
): TypeIndex {
  const own = Object.hasOwn(rules.types, type) ? rules.types[type] : undefined;
  const group =
    own !== undefined && Object.hasOwn(rules.groups, own.group) ? rules.groups[own.group] : undefined;
  const id = own === undefined ? "unknown-type" : typeId(type);
  const all = [
    ...(own?.properties ?? []).map((rule) => indexed(`${id}/${rule.pattern}`, rule, 0)),
    ...(group?.properties ?? []).map((rule) => indexed(`${own?.group}/${rule.pattern}`, rule, 1)),
    ...common,
  ].sort((left, right) => left.rank - right.rank || (left.id < right.id ? -1 : 1));
  const byFirst = new Map<string, IndexedRule[]>();
  const wild: IndexedRule[] = [];
  for (const item of all) {
    const first = item.steps[0];
    if (typeof first !== "string" || first === "*" || first === "**") wild.push(item);
    else {
      const bucket = byFirst.get(first);
      if (bucket === undefined) byFirst.set(first, [item]);
      else bucket.push(item);
    }
  }
  return {
    type,
    id,
    known: own !== undefined,
    group: own === undefined || own.group === "" ? null : own.group,
    category: group?.category ?? "other",
    class: own?.class ?? group?.class ?? unknownClass,
    stateful: own?.stateful ?? group?.stateful ?? false,
    says: own?.says ?? group?.says ?? "",
    kinds: own?.kinds ?? null,
    byFirst,
    wild,
    watched: all.filter((item) => item.rule.watch !== undefined && !item.steps.includes("**")),
    shapes: all.some((item) => item.steps.some((step) => typeof step === "number")) ? null : new Map(),
  };
}

/** The rule that decides a property's class: the first of the smallest rank that holds the path. */
export function ruleFor(type: TypeIndex, path: PropertyPath): IndexedRule | null {
  if (type.shapes === null) return searchRule(type, path);
  let shape = "";
  // A leading index keeps its own shape: patterns are found by their first step.
  for (const [i, step] of path.entries()) if (typeof step === "string" || i === 0) shape += `\u0000${step}`;
  let found = type.shapes.get(shape);
  if (found === undefined) {
    found = searchRule(type, path);
    if (type.shapes.size < MAX_REMEMBERED) type.shapes.set(shape, found);
  }
  return found;
}

function searchRule(type: TypeIndex, path: PropertyPath): IndexedRule | null {
  const first = path[0];
  const bucket = typeof first === "string" ? type.byFirst.get(first) : undefined;
  let best: IndexedRule | null = null;
  for (const item of bucket ?? []) {
    if (pathMatches(item.steps, path)) {
      best = item;
      break;
    }
  }
  for (const item of type.wild) {
    if (best !== null && item.rank >= best.rank) break;
    if (pathMatches(item.steps, path)) return item;
  }
  return best;
}

/** Watched rules at the path or below it: a block that is unknown as a whole hides all of them. */
export function watchedRulesWithin(type: TypeIndex, path: PropertyPath): readonly IndexedRule[] {
  const rule = ruleFor(type, path);
  const own = rule?.rule.watch === undefined ? [] : [rule];
  const names = path.filter((step) => typeof step === "string");
  const below = type.watched.filter((item) => item !== rule && isBelow(item.steps, names));
  return [...own, ...below];
}

function isBelow(pattern: PropertyPath, names: PropertyPath): boolean {
  const steps = pattern.filter((step) => typeof step === "string");
  return steps.length > names.length && names.every((name, i) => steps[i] === name || steps[i] === "*");
}

function indexed(id: string, rule: PropertyRule, level: number): IndexedRule {
  const steps = parsePath(rule.pattern) ?? [];
  const literal = steps.filter((step) => step !== "*" && step !== "**").length;
  return { id, steps, rule, rank: level * 10_000 - literal * 100 - steps.length };
}

const PREFIXES: readonly (readonly [prefix: string, name: string])[] = [
  ["aws_", "aws/"],
  ["azurerm_", "azure/"],
  ["google_", "google/"],
  ["kubernetes_", "kubernetes/"],
];

/** `aws_security_group` → `aws/security-group`: how a type is written in rule ids. */
function typeId(type: string): string {
  const known = PREFIXES.find(([prefix]) => type.startsWith(prefix));
  const rest = known === undefined ? type : type.slice(known[0].length);
  return `${known?.[1] ?? ""}${rest.replaceAll("_", "-")}`;
}
