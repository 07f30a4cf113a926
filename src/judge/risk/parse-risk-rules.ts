import {
  err,
  isJsonObject,
  type Json,
  member,
  ok,
  type Problem,
  parsePath,
  problem,
  type Result,
} from "../../base/index.ts";
import type { RiskClass } from "../../domain/index.ts";
import {
  type AccessKeyRule,
  EMPTY_RISK_RULES,
  type EnvironmentRule,
  type GroupRule,
  type KindRule,
  MODIFIERS,
  type PropertyRule,
  type RiskRules,
  type TypeRule,
  WATCH_KINDS,
} from "./risk-rules.ts";

const CLASSES: readonly RiskClass[] = ["low", "medium", "high", "critical"];
const TOP_KEYS = [
  "version",
  "name",
  "groups",
  "types",
  "properties",
  "address_keys",
  "label_maps",
  "access_keys",
  "environments",
  "modifiers",
  "unknown_type",
];

/**
 * Reads a rule file (already parsed from YAML or JSON) and tells everything that is wrong with it, not only the first.
 * Codes: `risk_rules_invalid`. Places carry the path inside the file; the caller adds the file's name.
 */
export function parseRiskRules(value: unknown): Result<RiskRules, readonly Problem[]> {
  const reader = new Reader();
  const rules = reader.file(value);
  return reader.problems.length === 0 ? ok(rules) : err(reader.problems);
}

/** Collects problems while reading, so that a person mends a file in one go. */
class Reader {
  readonly problems: Problem[] = [];

  file(value: unknown): RiskRules {
    if (!isJsonObject(value)) {
      this.wrong("", "risk rules must be a mapping");
      return EMPTY_RISK_RULES;
    }
    this.onlyKeys(value, TOP_KEYS, "");
    if (member(value, "version") !== 1) this.wrong("version", "`version` must be 1");
    const name = this.text(member(value, "name"), "name") ?? "project";
    const groups: Record<string, GroupRule> = {};
    const types: Record<string, TypeRule> = {};
    for (const [id, group] of this.entries(member(value, "groups"), "groups")) {
      groups[`${name}/${id}`] = this.group(group, `groups.${id}`);
      for (const type of this.texts(member(group, "types"), `groups.${id}.types`)) {
        if (Object.hasOwn(types, type)) this.wrong(`groups.${id}.types`, `\`${type}\` is in two groups`);
        types[type] = { group: `${name}/${id}` };
      }
    }
    for (const [type, rule] of this.entries(member(value, "types"), "types")) {
      const own = Object.hasOwn(types, type) ? types[type] : undefined;
      types[type] = this.type(rule, own?.group ?? "", `types.${type}`);
    }
    const unknownType = this.unknownType(member(value, "unknown_type"));
    return {
      version: 1,
      sources: [name],
      groups,
      types,
      properties: this.properties(member(value, "properties"), "properties"),
      addressKeys: this.texts(member(value, "address_keys"), "address_keys"),
      labelMaps: this.texts(member(value, "label_maps"), "label_maps"),
      accessKeys: this.list(member(value, "access_keys"), "access_keys").map((item, i) =>
        this.accessKey(item, `access_keys[${i}]`),
      ),
      environments: this.list(member(value, "environments"), "environments").map((item, i) =>
        this.environment(item, `environments[${i}]`),
      ),
      modifiers: this.modifiers(member(value, "modifiers")),
      ...(unknownType === null ? {} : { unknownType }),
    };
  }

  private group(value: Json, at: string): GroupRule {
    this.onlyKeys(value, ["category", "class", "stateful", "says", "properties", "types"], at);
    return {
      category: this.text(member(value, "category"), `${at}.category`) ?? "other",
      class: this.requiredClass(member(value, "class"), `${at}.class`),
      stateful: this.flag(member(value, "stateful"), `${at}.stateful`) ?? false,
      says: this.text(member(value, "says"), `${at}.says`) ?? "",
      properties: this.properties(member(value, "properties"), `${at}.properties`),
    };
  }

  private type(value: Json, group: string, at: string): TypeRule {
    // `aws_instance: high` is the short form.
    if (typeof value === "string") return { group, class: this.requiredClass(value, at) };
    this.onlyKeys(value, ["group", "class", "stateful", "says", "properties", "kinds"], at);
    const own = this.text(member(value, "group"), `${at}.group`) ?? group;
    const riskClass = this.class(member(value, "class"), `${at}.class`);
    const stateful = this.flag(member(value, "stateful"), `${at}.stateful`);
    const says = this.text(member(value, "says"), `${at}.says`);
    const properties = this.properties(member(value, "properties"), `${at}.properties`);
    const kinds = this.kinds(member(value, "kinds"), `${at}.kinds`);
    return {
      group: own,
      ...(riskClass === null ? {} : { class: riskClass }),
      ...(stateful === null ? {} : { stateful }),
      ...(says === null ? {} : { says }),
      ...(properties.length === 0 ? {} : { properties }),
      ...(kinds === null ? {} : { kinds }),
    };
  }

  private kinds(value: Json | undefined, at: string): KindRule | null {
    if (value === undefined) return null;
    this.onlyKeys(value, ["at", "classes", "stateful"], at);
    const classes: Record<string, RiskClass> = {};
    for (const riskClass of CLASSES) {
      const named = member(member(value, "classes"), riskClass);
      for (const kind of this.texts(named, `${at}.classes.${riskClass}`)) classes[kind] = riskClass;
    }
    return {
      at: this.texts(member(value, "at"), `${at}.at`),
      classes,
      stateful: this.texts(member(value, "stateful"), `${at}.stateful`),
    };
  }

  private properties(value: Json | undefined, at: string): PropertyRule[] {
    return this.entries(value, at).map(([pattern, rule]) =>
      this.property(pattern, rule, `${at}["${pattern}"]`),
    );
  }

  private property(pattern: string, value: Json, at: string): PropertyRule {
    if (parsePath(pattern) === null) this.wrong(at, `\`${pattern}\` is not a property path`);
    if (typeof value === "string") return { pattern, class: this.requiredClass(value, at) };
    this.onlyKeys(value, ["class", "watch", "values", "raise", "says"], at);
    const watch = this.oneOf(member(value, "watch"), WATCH_KINDS, `${at}.watch`);
    const values = this.texts(member(value, "values"), `${at}.values`);
    const raise = this.class(member(value, "raise"), `${at}.raise`);
    const says = this.text(member(value, "says"), `${at}.says`);
    return {
      pattern,
      class: this.requiredClass(member(value, "class"), `${at}.class`),
      ...(watch === null ? {} : { watch }),
      ...(values.length === 0 ? {} : { values }),
      ...(raise === null ? {} : { raise }),
      ...(says === null ? {} : { says }),
    };
  }

  private accessKey(value: Json, at: string): AccessKeyRule {
    this.onlyKeys(value, ["keys", "class", "says"], at);
    const keys = this.texts(member(value, "keys"), `${at}.keys`);
    if (keys.length === 0) this.wrong(at, "an access key rule needs `keys`");
    return {
      keys,
      class: this.class(member(value, "class"), `${at}.class`) ?? "high",
      says: this.text(member(value, "says"), `${at}.says`) ?? "a rule reads this key to decide access",
    };
  }

  private environment(value: Json, at: string): EnvironmentRule {
    this.onlyKeys(value, ["name", "labels", "raise"], at);
    const labels: Record<string, readonly string[]> = {};
    for (const [name, values] of this.entries(member(value, "labels"), `${at}.labels`)) {
      labels[name] = this.texts(values, `${at}.labels.${name}`);
    }
    const raise: Partial<Record<RiskClass, RiskClass>> = {};
    for (const [from, to] of this.entries(member(value, "raise"), `${at}.raise`)) {
      const low = this.requiredClass(from, `${at}.raise`);
      const high = this.requiredClass(to, `${at}.raise.${from}`);
      if (CLASSES.indexOf(high) < CLASSES.indexOf(low)) {
        this.wrong(`${at}.raise.${from}`, "an environment may raise a class, never lower it");
      }
      raise[low] = high;
    }
    return { name: this.text(member(value, "name"), `${at}.name`) ?? at, labels, raise };
  }

  private modifiers(value: Json | undefined): RiskRules["modifiers"] {
    const modifiers: Record<string, RiskClass> = {};
    for (const [name, riskClass] of this.entries(value, "modifiers")) {
      const known = this.oneOf(name, MODIFIERS, "modifiers");
      if (known !== null) modifiers[known] = this.requiredClass(riskClass, `modifiers.${name}`);
    }
    return modifiers;
  }

  private unknownType(value: Json | undefined): NonNullable<RiskRules["unknownType"]> | null {
    if (value === undefined) return null;
    this.onlyKeys(value, ["class", "remove"], "unknown_type");
    const rule = {
      class: this.requiredClass(member(value, "class"), "unknown_type.class"),
      remove: this.requiredClass(member(value, "remove"), "unknown_type.remove"),
    };
    if (rule.class === "low" || rule.remove === "low") {
      this.wrong("unknown_type", "a type that no rule knows is never `low`");
    }
    return rule;
  }

  private entries(value: Json | undefined, at: string): [string, Json][] {
    if (value === undefined || value === null) return [];
    if (!isJsonObject(value)) {
      this.wrong(at, `\`${at}\` must be a mapping`);
      return [];
    }
    // Names from a file become object keys: `__proto__` would be lost or worse.
    return Object.entries(value).filter(([key]) => {
      if (key !== "__proto__") return true;
      this.wrong(at, "`__proto__` is not a name");
      return false;
    });
  }

  private list(value: Json | undefined, at: string): readonly Json[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.wrong(at, `\`${at}\` must be a list`);
    return [];
  }

  private texts(value: Json | undefined, at: string): string[] {
    const texts: string[] = [];
    for (const item of this.list(value, at)) {
      if (typeof item === "string" && item !== "__proto__") texts.push(item);
      else this.wrong(at, "every item must be a text");
    }
    return texts;
  }

  private text(value: Json | undefined, at: string): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return value;
    this.wrong(at, `\`${at}\` must be a text`);
    return null;
  }

  private flag(value: Json | undefined, at: string): boolean | null {
    if (value === undefined || value === null) return null;
    if (typeof value === "boolean") return value;
    this.wrong(at, `\`${at}\` must be true or false`);
    return null;
  }

  private class(value: Json | undefined, at: string): RiskClass | null {
    return this.oneOf(value, CLASSES, at);
  }

  private requiredClass(value: Json | undefined, at: string): RiskClass {
    if (value === undefined) this.wrong(at, `\`${at}\` is missing; give low, medium, high or critical`);
    // The worst stands in: the problem recorded above already refuses the file.
    return this.class(value, at) ?? "critical";
  }

  private oneOf<T extends string>(value: Json | undefined, known: readonly T[], at: string): T | null {
    if (value === undefined) return null;
    const found = known.find((item) => item === value);
    if (found === undefined) {
      this.wrong(at, `\`${String(value)}\` is not one of ${known.join(", ")}`);
      return null;
    }
    return found;
  }

  private onlyKeys(value: Json, known: readonly string[], at: string): void {
    for (const [key] of this.entries(value, at)) {
      if (!known.includes(key)) this.wrong(at, `\`${key}\` is not known here; known are ${known.join(", ")}`);
    }
  }

  private wrong(path: string, message: string): void {
    this.problems.push(problem("risk_rules_invalid", message, path === "" ? {} : { place: { path } }));
  }
}
