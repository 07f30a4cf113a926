import { type PropertyPath, pathText, valueAt } from "../../base/index.ts";
import {
  type Change,
  compareRisk,
  type Environment,
  maxRisk,
  type PropertyChange,
  type RiskClass,
  type RiskRuleHit,
} from "../../domain/index.ts";
import { leavesOf } from "./leaves.ts";
import type { EnvironmentRule, RiskRules } from "./risk-rules.ts";
import {
  type IndexedRule,
  indexOf,
  type RuleIndex,
  ruleFor,
  type TypeIndex,
  watchedRulesWithin,
} from "./type-index.ts";
import { watchFires } from "./watch.ts";

/** One changed property with every rule that spoke about it. */
export interface AssessedProperty {
  readonly path: PropertyPath;
  readonly text: string;
  readonly class: RiskClass;
  readonly hits: readonly RiskRuleHit[];
}

/** The whole judgement, of which `classify` returns the result and `explainRisk` the way to it. */
export interface Assessed {
  readonly class: RiskClass;
  readonly type: TypeIndex;
  /** Class of the resource as a whole, after its kind. */
  readonly base: RiskClass;
  readonly stateful: boolean;
  readonly environments: readonly EnvironmentRule[];
  readonly whole: readonly RiskRuleHit[];
  readonly properties: readonly AssessedProperty[];
}

/** What the rules say of one resource: its type, narrowed by the kind that its attributes name. */
interface Subject {
  readonly index: RuleIndex;
  readonly type: TypeIndex;
  readonly base: RiskClass;
  readonly stateful: boolean;
}

export function assess(change: Change, environment: Environment, rules: RiskRules): Assessed {
  const index = indexOf(rules);
  const subject = subjectOf(change, index);
  const environments = rules.environments.filter((rule) => holdsEnvironment(rule, environment, change));
  const whole = wholeHits(change, subject);
  const properties = change.properties.map((property) =>
    assessProperty(change, property, subject, environments),
  );
  const unknown = unknownHits(change, subject);
  const all = [...whole, ...unknown];
  let total: RiskClass = subject.type.known ? "low" : index.unknownType.class;
  for (const hit of all) total = maxRisk(total, raised(hit.class, environments));
  for (const property of properties) total = maxRisk(total, property.class);
  return {
    class: total,
    type: subject.type,
    base: subject.base,
    stateful: subject.stateful,
    environments,
    whole: [...all, ...environmentHits(all, environments)],
    properties,
  };
}

function subjectOf(change: Change, index: RuleIndex): Subject {
  const type = index.typeOf(change.resource.type);
  const kind = type.kinds === null ? null : kindOf(change, type.kinds.at);
  if (type.kinds === null || kind === null) return { index, type, base: type.class, stateful: type.stateful };
  const known = Object.hasOwn(type.kinds.classes, kind) ? type.kinds.classes[kind] : undefined;
  return {
    index,
    type,
    base: known ?? type.class,
    stateful: type.stateful || type.kinds.stateful.includes(kind),
  };
}

function kindOf(change: Change, paths: readonly string[]): string | null {
  for (const side of [change.after, change.before]) {
    for (const path of paths) {
      const found = valueAt(side, path.split("."));
      if (typeof found === "string") return found;
    }
  }
  return null;
}

/** What coming, going and leaving the code's control mean by themselves. */
function wholeHits(change: Change, { index, type, base, stateful }: Subject): RiskRuleHit[] {
  const hit = (rule: string, riskClass: RiskClass, reason: string): RiskRuleHit => ({
    rule,
    class: riskClass,
    path: null,
    reason,
  });
  const hits: RiskRuleHit[] = [];
  if (!type.known) {
    hits.push(hit("unknown-type", index.unknownType.class, `no rule knows the type \`${type.type}\``));
  }
  switch (change.action) {
    case "create":
      hits.push(hit(`${type.id}/create`, base, `a new ${decides(type)}`));
      break;
    case "delete":
    case "replace":
      hits.push(hit(`${type.id}/${change.action}`, base, `${change.action} of ${decides(type)}`));
      if (!type.known)
        hits.push(hit("unknown-type/remove", index.unknownType.remove, "a removal of an unknown kind"));
      if (stateful) {
        const reason = `${change.action} loses data, trust or a guard that does not come back by itself`;
        hits.push(hit("modifier/stateful-removal", index.modifiers.stateful_removal, reason));
      }
      break;
    case "forget":
      hits.push(
        hit(`${type.id}/forget`, maxRisk(base, "medium"), "leaves the control of the code, and stays"),
      );
      break;
    case "update":
    case "read":
    case "no_op":
      break;
  }
  return hits;
}

function assessProperty(
  change: Change,
  property: PropertyChange,
  subject: Subject,
  environments: readonly EnvironmentRule[],
): AssessedProperty {
  const hits: RiskRuleHit[] = [];
  const told = new Set<string>();
  // What goes away with its resource is judged as a removal: a guard is not "switched off" by deleting what it guards.
  const watches = change.action !== "delete" && change.action !== "forget";
  for (const leaf of leavesOf(property.path, property.before, property.after)) {
    const found = ruleFor(subject.type, leaf.path);
    const id = found?.id ?? "";
    if (!told.has(id)) hits.push(baseHit(leaf.path, found, subject));
    told.add(id);
    const accessHit = accessKeyHit(leaf.path, subject.index);
    if (accessHit !== null) hits.push(accessHit);
    if (!watches || found === null || property.unknown) continue;
    const fired = watchFires(found.rule, { change, property, leaf, index: subject.index });
    if (fired === null) continue;
    hits.push({
      rule: `modifier/${fired.modifier.replaceAll("_", "-")}`,
      class: maxRisk(found.rule.raise ?? subject.index.modifiers[fired.modifier], found.rule.class),
      path: leaf.path,
      reason: `\`${pathText(leaf.path)}\` ${fired.reason}`,
    });
  }
  if (hits.length === 0) hits.push(baseHit(property.path, ruleFor(subject.type, property.path), subject));
  if (property.unknown) hits.push(...unknownHitsAt(property.path, subject));
  const distinct = withoutRepeats(hits);
  let worst: RiskClass = subject.type.known ? "low" : subject.index.unknownType.class;
  for (const hit of distinct) worst = maxRisk(worst, hit.class);
  return {
    path: property.path,
    text: pathText(property.path),
    class: raised(worst, environments),
    hits: [...distinct, ...environmentHits(distinct, environments)],
  };
}

function baseHit(path: PropertyPath, found: IndexedRule | null, { type, base }: Subject): RiskRuleHit {
  const text = pathText(path);
  if (found === null) {
    return { rule: `${type.id}/default`, class: base, path, reason: `\`${text}\` of ${decides(type)}` };
  }
  const { rule, id } = found;
  const plain = rule.class === "low" ? `is a detail of \`${type.type}\`` : `of ${decides(type)}`;
  return { rule: id, class: rule.class, path, reason: `\`${text}\` ${rule.says ?? plain}` };
}

/** A tag or label whose key something reads to decide access. */
function accessKeyHit(path: PropertyPath, index: RuleIndex): RiskRuleHit | null {
  for (let i = 0; i + 1 < path.length; i++) {
    const map = path[i];
    const key = path[i + 1];
    if (typeof map !== "string" || typeof key !== "string" || !index.labelMaps.has(map)) continue;
    const rule = index.accessKey(key);
    if (rule === null) return null;
    return {
      rule: "modifier/access-key",
      class: rule.class,
      path,
      reason: `\`${key}\` is access control: ${rule.says}`,
    };
  }
  return null;
}

/** Paths unknown at plan time that no changed property carries. */
function unknownHits(change: Change, subject: Subject): RiskRuleHit[] {
  if (change.unknown.length === 0 || change.action === "delete" || change.action === "forget") return [];
  return withoutRepeats(change.unknown.flatMap((path) => unknownHitsAt(path, subject)));
}

function unknownHitsAt(path: PropertyPath, { index, type }: Subject): RiskRuleHit[] {
  return watchedRulesWithin(type, path).map(({ rule, id }) => ({
    rule: "modifier/unknown-value",
    class: maxRisk(rule.class, rule.raise ?? worstOf(index)),
    path,
    reason: `\`${pathText(path)}\` is known only after apply, and rule ${id} watches it: the worst case counts`,
  }));
}

function worstOf(index: RuleIndex): RiskClass {
  return Object.values(index.modifiers).reduce(maxRisk, "high");
}

function holdsEnvironment(rule: EnvironmentRule, environment: Environment, change: Change): boolean {
  return Object.entries(rule.labels).some(([name, values]) =>
    [environment.labels, change.tags].some((labels) =>
      Object.entries(labels).some(
        ([label, value]) =>
          label.toLowerCase() === name.toLowerCase() &&
          values.some((item) => item.toLowerCase() === String(value).toLowerCase()),
      ),
    ),
  );
}

function raised(riskClass: RiskClass, environments: readonly EnvironmentRule[]): RiskClass {
  let result = riskClass;
  for (const rule of environments) result = maxRisk(result, rule.raise[riskClass] ?? riskClass);
  return result;
}

function environmentHits(
  hits: readonly RiskRuleHit[],
  environments: readonly EnvironmentRule[],
): RiskRuleHit[] {
  const [first, ...others] = hits;
  if (first === undefined) return [];
  const worst = others.reduce((sofar, hit) => (compareRisk(hit.class, sofar.class) > 0 ? hit : sofar), first);
  const result: RiskRuleHit[] = [];
  for (const rule of environments) {
    const to = rule.raise[worst.class];
    if (to === undefined || compareRisk(to, worst.class) <= 0) continue;
    const reason = `${worst.reason}; in ${rule.name} ${worst.class} is ${to}`;
    result.push({ rule: `environment/${rule.name}`, class: to, path: worst.path, reason });
  }
  return result;
}

/** `… of \`aws_security_group\`, which decides who can reach what on the network`. */
function decides(type: TypeIndex): string {
  return type.says === "" ? `\`${type.type}\`` : `\`${type.type}\`, which decides ${type.says}`;
}

function withoutRepeats(hits: readonly RiskRuleHit[]): RiskRuleHit[] {
  if (hits.length < 2) return [...hits];
  const seen = new Map<string, RiskRuleHit>();
  for (const hit of hits) {
    const key = `${hit.rule}|${hit.class}`;
    if (!seen.has(key)) seen.set(key, hit);
  }
  return [...seen.values()];
}
