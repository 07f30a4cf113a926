import type { PropertyRule, RiskRules, TypeRule } from "./risk-rules.ts";

/**
 * Lays `extra` over `base`: what both name (a type, a property pattern, an environment, the same list of access keys)
 * takes what `extra` says, the rest stays. Neither argument is changed.
 */
export function mergeRiskRules(base: RiskRules, extra: RiskRules): RiskRules {
  const types: Record<string, TypeRule> = { ...base.types };
  for (const [name, rule] of Object.entries(extra.types)) {
    const old = Object.hasOwn(types, name) ? types[name] : undefined;
    types[name] = old === undefined ? rule : mergeType(old, rule);
  }
  const unknownType = extra.unknownType ?? base.unknownType;
  return {
    version: 1,
    sources: [...base.sources, ...extra.sources],
    groups: { ...base.groups, ...extra.groups },
    types,
    properties: mergeProperties(base.properties, extra.properties),
    addressKeys: [...new Set([...base.addressKeys, ...extra.addressKeys])],
    labelMaps: [...new Set([...base.labelMaps, ...extra.labelMaps])],
    accessKeys: mergeNamed(base.accessKeys, extra.accessKeys, (rule) => rule.keys.join(" ")),
    environments: mergeNamed(base.environments, extra.environments, (rule) => rule.name),
    modifiers: { ...base.modifiers, ...extra.modifiers },
    ...(unknownType === undefined ? {} : { unknownType }),
  };
}

function mergeType(old: TypeRule, extra: TypeRule): TypeRule {
  const properties = mergeProperties(old.properties ?? [], extra.properties ?? []);
  return {
    ...old,
    ...extra,
    group: extra.group === "" ? old.group : extra.group,
    ...(properties.length === 0 ? {} : { properties }),
  };
}

function mergeProperties(base: readonly PropertyRule[], extra: readonly PropertyRule[]): PropertyRule[] {
  return mergeNamed(base, extra, (rule) => rule.pattern);
}

function mergeNamed<T>(base: readonly T[], extra: readonly T[], nameOf: (item: T) => string): T[] {
  const named = new Map(base.map((item) => [nameOf(item), item]));
  for (const item of extra) named.set(nameOf(item), item);
  return [...named.values()];
}
