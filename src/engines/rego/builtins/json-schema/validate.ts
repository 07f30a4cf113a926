import { doubleText, isArray, isNumber, isObject, jsonEntries, num, type Value } from "../../values/index.ts";
import type { BuiltinContext } from "../builtin.ts";
import { canonical } from "./canonical.ts";
import { hasFormat } from "./formats.ts";
import type { Schema, SchemaProblem } from "./schema.ts";

/** What a document breaks of a schema, in the order and words of OPA's validator; empty when it holds. */
export function validateDocument(
  ctx: BuiltinContext,
  schema: Schema,
  document: Value,
): readonly SchemaProblem[] {
  const result = new Result(ctx);
  validate(schema, document, result, "(Root)");
  return result.problems;
}

/** Problems, and a score that tells which of several schemas a value came closest to. */
class Result {
  readonly ctx: BuiltinContext;
  readonly problems: SchemaProblem[] = [];
  score = 0;

  constructor(ctx: BuiltinContext) {
    this.ctx = ctx;
  }

  get valid(): boolean {
    return this.problems.length === 0;
  }

  add(type: string, context: string, description: string | ((field: string) => string)): void {
    const field = context.startsWith("(Root).") ? context.slice("(Root).".length) : context;
    const text = typeof description === "string" ? description : description(field);
    this.problems.push({ type, field, description: text });
    this.score -= 2;
  }

  merge(other: Result): void {
    this.problems.push(...other.problems);
    this.score += other.score;
  }
}

function sub(schema: Schema, value: Value, parent: Result, context: string): Result {
  const result = new Result(parent.ctx);
  validate(schema, value, result, context);
  return result;
}

function typeOf(value: Value): string {
  if (value === null) return "null";
  if (isNumber(value)) return num.isInteger(value) ? "integer" : "number";
  if (isArray(value)) return "array";
  return isObject(value) ? "object" : typeof value;
}

function validate(schema: Schema, value: Value, result: Result, context: string): void {
  result.ctx.tick(1);
  if (schema.pass !== undefined) {
    if (!schema.pass) result.add("false", context, "False always fails validation");
    return;
  }
  if (schema.ref !== undefined) {
    validate(schema.ref, value, result, context);
    return;
  }
  const type = typeOf(value);
  const typed = schema.types.length > 0;
  const fits = schema.types.includes(type) || (type === "integer" && schema.types.includes("number"));
  if (typed && !fits) {
    const expected = schema.types.length > 1 ? `[${schema.types.join(",")}]` : schema.types[0];
    result.add("invalid_type", context, `Invalid type. Expected: ${expected}, given: ${type}`);
    return;
  }
  combinations(schema, value, result, context);
  if (isArray(value)) validateArray(schema, value, result, context);
  const entries = isObject(value) ? jsonEntries(value) : undefined;
  if (entries !== undefined) validateObject(schema, entries, result, context);
  if (isNumber(value)) validateNumber(schema, value, result, context);
  validateValue(schema, value, result, context);
  if (typeof value === "string") validateString(schema, value, result, context);
  if (entries !== undefined) {
    const byName = new Map(entries);
    for (const [name, child] of schema.properties) {
      const item = byName.get(name);
      if (item !== undefined) validate(child, item, result, `${context}.${name}`);
    }
  }
  result.score++;
}

function combinations(schema: Schema, value: Value, result: Result, context: string): void {
  if (schema.anyOf.length > 0) {
    const { valid, best } = tryAll(schema.anyOf, value, result, context, true);
    if (valid === 0) {
      result.add("number_any_of", context, "Must validate at least one schema (anyOf)");
      if (best !== undefined) result.merge(best);
    }
  }
  if (schema.oneOf.length > 0) {
    const { valid, best } = tryAll(schema.oneOf, value, result, context, false);
    if (valid !== 1) {
      result.add("number_one_of", context, "Must validate one and only one schema (oneOf)");
      if (valid === 0 && best !== undefined) result.merge(best);
    }
  }
  if (schema.allOf.length > 0) {
    const results = schema.allOf.map((part) => sub(part, value, result, context));
    for (const part of results) result.merge(part);
    if (!results.every((part) => part.valid))
      result.add("number_all_of", context, "Must validate all the schemas (allOf)");
  }
  if (schema.not !== undefined && sub(schema.not, value, result, context).valid)
    result.add("number_not", context, "Must not validate the schema (not)");
  if (isObject(value)) dependencies(schema, value, result, context);
  condition(schema, value, result, context);
  result.score++;
}

function tryAll(
  schemas: readonly Schema[],
  value: Value,
  parent: Result,
  context: string,
  stopAtFirst: boolean,
): { readonly valid: number; readonly best: Result | undefined } {
  let valid = 0;
  let best: Result | undefined;
  for (const schema of schemas) {
    const result = sub(schema, value, parent, context);
    if (result.valid) {
      valid++;
      if (stopAtFirst) break;
    } else if (valid === 0 && (best === undefined || result.score > best.score)) best = result;
  }
  return { valid, best };
}

function dependencies(schema: Schema, value: Value, result: Result, context: string): void {
  if (schema.dependencies.size === 0 || !isObject(value)) return;
  const names = new Set(jsonEntries(value).map(([name]) => name));
  for (const name of names) {
    const dependency = schema.dependencies.get(name);
    if (dependency === undefined) continue;
    if (!isNameList(dependency)) validate(dependency, value, result, context);
    else
      for (const needed of dependency)
        if (!names.has(needed)) result.add("missing_dependency", context, `Has a dependency on ${needed}`);
  }
}

function isNameList(value: Schema | readonly string[]): value is readonly string[] {
  return Array.isArray(value);
}

function condition(schema: Schema, value: Value, result: Result, context: string): void {
  if (schema.if === undefined) return;
  const holds = sub(schema.if, value, result, context).valid;
  const branch = holds ? schema.then : schema.else;
  if (branch === undefined) return;
  const outcome = sub(branch, value, result, context);
  if (outcome.valid) return;
  if (holds) result.add("condition_then", context, 'Must validate "then" as "if" was valid');
  else result.add("condition_else", context, 'Must validate "else" as "if" was not valid');
  result.merge(outcome);
}

function validateValue(schema: Schema, value: Value, result: Result, context: string): void {
  if (schema.constant !== undefined && canonical(value) !== schema.constant)
    result.add("const", context, (field) => `${field} does not match: ${schema.constant}`);
  const allowed = schema.enumeration;
  if (allowed !== undefined && !allowed.includes(canonical(value)))
    result.add("enum", context, (field) => `${field} must be one of the following: ${allowed.join(", ")}`);
  if (schema.format !== undefined && typeof value === "string" && !hasFormat(schema.format, value))
    result.add("format", context, `Does not match format '${schema.format}'`);
  result.score++;
}

function validateArray(schema: Schema, items: readonly Value[], result: Result, context: string): void {
  const { items: itemSchemas, additionalItems } = schema;
  const at = (part: Schema, index: number): void => {
    result.merge(sub(part, items[index]!, result, `${context}.${index}`));
  };
  if (isSchemaList(itemSchemas)) {
    if (itemSchemas.length > 0) {
      for (let i = 0; i < Math.min(itemSchemas.length, items.length); i++) at(itemSchemas[i]!, i);
      if (itemSchemas.length < items.length) {
        if (additionalItems === false)
          result.add("array_no_additional_items", context, "No additional items allowed on array");
        else if (typeof additionalItems === "object")
          for (let i = itemSchemas.length; i < items.length; i++) at(additionalItems, i);
      }
    }
  } else if (itemSchemas !== undefined) for (let i = 0; i < items.length; i++) at(itemSchemas, i);
  if (schema.minItems !== undefined && items.length < schema.minItems)
    result.add("array_min_items", context, `Array must have at least ${schema.minItems} items`);
  if (schema.maxItems !== undefined && items.length > schema.maxItems)
    result.add("array_max_items", context, `Array must have at most ${schema.maxItems} items`);
  if (schema.uniqueItems) unique(items, result, context);
  if (schema.contains !== undefined) contains(schema.contains, items, result, context);
  result.score++;
}

function isSchemaList(value: Schema | readonly Schema[] | undefined): value is readonly Schema[] {
  return Array.isArray(value);
}

function unique(items: readonly Value[], result: Result, context: string): void {
  const seen = new Map<string, number>();
  for (const [j, item] of items.entries()) {
    const text = canonical(item);
    const i = seen.get(text);
    if (i !== undefined) result.add("unique", context, `array items[${i},${j}] must be unique`);
    seen.set(text, j);
  }
}

function contains(schema: Schema, items: readonly Value[], result: Result, context: string): void {
  let best: Result | undefined;
  for (const [i, item] of items.entries()) {
    const outcome = sub(schema, item, result, `${context}.${i}`);
    if (outcome.valid) return;
    if (best === undefined || outcome.score > best.score) best = outcome;
  }
  result.add("contains", context, "At least one of the items must match");
  if (best !== undefined) result.merge(best);
}

function validateObject(
  schema: Schema,
  entries: readonly (readonly [string, Value])[],
  result: Result,
  context: string,
): void {
  if (schema.minProperties !== undefined && entries.length < schema.minProperties)
    result.add("array_min_properties", context, `Must have at least ${schema.minProperties} properties`);
  if (schema.maxProperties !== undefined && entries.length > schema.maxProperties)
    result.add("array_max_properties", context, `Must have at most ${schema.maxProperties} properties`);
  const names = new Set(entries.map(([name]) => name));
  for (const name of schema.required) {
    if (names.has(name)) result.score++;
    else result.add("required", context, `${name} is required`);
  }
  for (const [name, value] of entries) {
    const matched = patterns(schema, name, value, result, context);
    if (matched || schema.properties.has(name)) continue;
    const additional = schema.additionalProperties;
    if (additional === false)
      result.add("additional_property_not_allowed", context, `Additional property ${name} is not allowed`);
    else if (typeof additional === "object")
      result.merge(sub(additional, value, result, `${context}.${name}`));
  }
  if (schema.propertyNames !== undefined) {
    for (const name of names) {
      const outcome = sub(schema.propertyNames, name, result, context);
      if (outcome.valid) continue;
      result.add("invalid_property_name", context, `Property name of "${name}" does not match`);
      result.merge(outcome);
    }
  }
  result.score++;
}

function patterns(schema: Schema, name: string, value: Value, result: Result, context: string): boolean {
  let matched = false;
  for (const [pattern, part] of schema.patternProperties) {
    if (!pattern.test(name)) continue;
    matched = true;
    result.merge(sub(part, value, result, `${context}.${name}`));
  }
  if (matched) result.score++;
  return matched;
}

function validateString(schema: Schema, value: string, result: Result, context: string): void {
  const needsLength = schema.minLength !== undefined || schema.maxLength !== undefined;
  const length = needsLength ? [...value].length : 0;
  if (schema.minLength !== undefined && length < schema.minLength)
    result.add("string_gte", context, `String length must be greater than or equal to ${schema.minLength}`);
  if (schema.maxLength !== undefined && length > schema.maxLength)
    result.add("string_lte", context, `String length must be less than or equal to ${schema.maxLength}`);
  if (schema.pattern !== undefined && !schema.pattern.test(value))
    result.add("pattern", context, `Does not match pattern '${schema.pattern}'`);
  result.score++;
}

function validateNumber(schema: Schema, value: num.Numeric, result: Result, context: string): void {
  const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = schema;
  if (multipleOf !== undefined && !num.isMultiple(value, multipleOf))
    result.add("multiple_of", context, `Must be a multiple of ${shown(multipleOf)}`);
  if (maximum !== undefined && num.compare(value, maximum) > 0)
    result.add("number_lte", context, `Must be less than or equal to ${shown(maximum)}`);
  if (exclusiveMaximum !== undefined && num.compare(value, exclusiveMaximum) >= 0)
    result.add("number_lt", context, `Must be less than ${shown(exclusiveMaximum)}`);
  if (minimum !== undefined && num.compare(value, minimum) < 0)
    result.add("number_gte", context, `Must be greater than or equal to ${shown(minimum)}`);
  if (exclusiveMinimum !== undefined && num.compare(value, exclusiveMinimum) <= 0)
    result.add("number_gt", context, `Must be greater than ${shown(exclusiveMinimum)}`);
  result.score++;
}

function shown(value: num.Numeric): string {
  return doubleText(num.toDouble(value), "g", -1);
}
