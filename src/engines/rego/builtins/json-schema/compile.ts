import {
  isArray,
  isNumber,
  isObject,
  type JsonObject,
  jsonEntries,
  num,
  objectGet,
  type RegoObject,
  type Value,
} from "../../values/index.ts";
import { fault } from "../operands.ts";
import { Regex, RegexError } from "../regex/regex.ts";
import { canonical } from "./canonical.ts";
import { invalidType, mustBeOfA, mustBeOfAn, mustBeOfType } from "./messages.ts";
import { collectDocuments, type Documents, resolveReference } from "./references.ts";
import type { Schema } from "./schema.ts";

/** Draft 4, 6 or 7; hybrid, which takes the keywords of all, where `$schema` names none. */
type Draft = 4 | 6 | 7 | "hybrid";

const DRAFTS: ReadonlyMap<string, Draft> = new Map([
  ["http://json-schema.org/draft-04/schema", 4],
  ["http://json-schema.org/draft-06/schema", 6],
  ["http://json-schema.org/draft-07/schema", 7],
]);

const TYPES = ["array", "boolean", "integer", "number", "null", "object", "string"];

/**
 * Compiles a JSON Schema of drafts 4 to 7. References lead into the schema itself only; nothing is loaded.
 *
 * @throws Fault in the words of OPA's validator
 */
export function compileSchema(document: Value): Schema {
  if (typeof document !== "boolean" && !isObject(document)) throw fault("schema is invalid");
  const draft = draftOf(document);
  return new SchemaCompiler(collectDocuments(document), draft).compile(document, "");
}

function draftOf(document: Value): Draft {
  const url = isObject(document) ? objectGet(document, "$schema") : undefined;
  if (url === undefined) return "hybrid";
  if (typeof url !== "string") throw mustBeOfType("$schema", "string");
  return DRAFTS.get(url.replace(/#$/, "")) ?? "hybrid";
}

type ObjectValue = JsonObject | RegoObject;

class SchemaCompiler {
  readonly #documents: Documents;
  readonly #draft: Draft;
  readonly #references = new Map<string, Schema>();

  constructor(documents: Documents, draft: Draft) {
    this.#documents = documents;
    this.#draft = draft;
  }

  compile(document: Value, base: string): Schema {
    const schema = emptySchema();
    this.#fill(schema, document, base);
    return schema;
  }

  #fill(schema: Schema, document: Value, outer: string): void {
    if (typeof document === "boolean" && this.#draft !== 4) {
      schema.pass = document;
      return;
    }
    if (!isObject(document)) throw fault("Expected: Valid Schema, given: Invalid JSON");
    const base = this.#identify(document, outer);
    this.#definitions(document, base);
    stringField(document, "title");
    stringField(document, "description");
    const reference = stringField(document, "$ref");
    if (reference !== undefined) {
      schema.ref = this.#reference(resolveReference(base, reference));
      return;
    }
    schema.types = typesOf(objectGet(document, "type"));
    this.#objectKeywords(schema, document, base);
    this.#arrayKeywords(schema, document, base);
    numberKeywords(schema, document, this.#draft);
    this.#sizes(schema, document);
    this.#valueKeywords(schema, document);
    this.#combinations(schema, document, base);
  }

  #identify(document: ObjectValue, outer: string): string {
    const key =
      this.#draft === 4 || (this.#draft === "hybrid" && objectGet(document, "id") !== undefined)
        ? "id"
        : "$id";
    const id = stringField(document, key);
    return id === undefined ? outer : resolveReference(outer, id);
  }

  #definitions(document: ObjectValue, base: string): void {
    const definitions = objectGet(document, "definitions");
    if (definitions === undefined) return;
    if (!isObject(definitions)) throw invalidType("Array Of Schemas", "definitions");
    for (const [, value] of jsonEntries(definitions)) {
      if (typeof value !== "boolean" && !isObject(value))
        throw invalidType("Array Of Schemas", "definitions");
      this.compile(value, base);
    }
  }

  /** Schemas may refer to themselves: the reference is known before its target is compiled. */
  #reference(reference: string): Schema {
    const known = this.#references.get(reference);
    if (known !== undefined) return known;
    const schema = emptySchema();
    this.#references.set(reference, schema);
    const { document, base } = this.#documents.find(reference);
    if (typeof document !== "boolean" && !isObject(document)) throw mustBeOfType("Valid Schema", "object");
    this.#fill(schema, document, base);
    return schema;
  }

  #objectKeywords(schema: Schema, document: ObjectValue, base: string): void {
    const properties = objectGet(document, "properties");
    if (properties !== undefined) {
      if (!isObject(properties)) throw mustBeOfType("Properties", "object");
      schema.properties = new Map(
        jsonEntries(properties).map(([name, value]) => [name, this.compile(value, base)] as const),
      );
    }
    const additional = this.#schemaOrBoolean(document, "additionalProperties", base);
    if (additional !== undefined) schema.additionalProperties = additional;
    const patterns = objectGet(document, "patternProperties");
    if (patterns !== undefined) {
      if (!isObject(patterns)) throw invalidType("Valid Schema", "patternProperties");
      schema.patternProperties = jsonEntries(patterns).map(([pattern, value]) => {
        const regex = compilePattern(pattern, `Invalid regex pattern '${pattern}'`);
        return [regex, this.compile(value, base)] as const;
      });
    }
    const names = this.#draft === 4 ? undefined : objectGet(document, "propertyNames");
    if (names !== undefined) {
      if (!isSchema(names)) throw invalidType("Valid Schema", "patternProperties");
      schema.propertyNames = this.compile(names, base);
    }
    const dependencies = objectGet(document, "dependencies");
    if (dependencies === undefined) return;
    if (!isObject(dependencies)) throw mustBeOfType("dependencies", "object");
    schema.dependencies = new Map(
      jsonEntries(dependencies).map(([name, value]) => [name, this.#dependency(value, base)] as const),
    );
  }

  #dependency(value: Value, base: string): readonly string[] | Schema {
    if (isSchema(value)) return this.compile(value, base);
    if (isArray(value) && value.every((item) => typeof item === "string")) return value as readonly string[];
    throw mustBeOfType("Dependency", "Schema Or Array Of Strings");
  }

  #arrayKeywords(schema: Schema, document: ObjectValue, base: string): void {
    const items = objectGet(document, "items");
    if (items !== undefined) {
      const wrong = () => invalidType("Valid Schema/Array Of Schemas", "items");
      if (isArray(items)) {
        schema.items = items.map((item) => {
          if (!isSchema(item)) throw wrong();
          return this.compile(item, base);
        });
      } else if (isSchema(items)) schema.items = this.compile(items, base);
      else throw wrong();
    }
    const additional = this.#schemaOrBoolean(document, "additionalItems", base);
    if (additional !== undefined) schema.additionalItems = additional;
    const contains = this.#draft === 4 ? undefined : objectGet(document, "contains");
    if (contains !== undefined) schema.contains = this.compile(contains, base);
  }

  #schemaOrBoolean(document: ObjectValue, key: string, base: string): boolean | Schema | undefined {
    const value = objectGet(document, key);
    if (value === undefined || typeof value === "boolean") return value;
    if (isObject(value)) return this.compile(value, base);
    throw invalidType("boolean/Valid Schema", key);
  }

  #sizes(schema: Schema, document: ObjectValue): void {
    for (const key of SIZES) {
      const value = objectGet(document, key);
      if (value === undefined) continue;
      const size = isNumber(value) && num.isInteger(value) ? num.toSafeInteger(value) : undefined;
      if (size === undefined) throw mustBeOfAn(key, "integer");
      if (size < 0) throw fault(`${key} must be greater than or equal to 0`);
      schema[key] = size;
    }
    for (const [low, high] of [
      ["minLength", "maxLength"],
      ["minProperties", "maxProperties"],
    ] as const)
      if ((schema[low] ?? 0) > (schema[high] ?? Number.POSITIVE_INFINITY))
        throw fault(`${low} cannot be greater than ${high}`);
  }

  #valueKeywords(schema: Schema, document: ObjectValue): void {
    const pattern = stringField(document, "pattern");
    if (pattern !== undefined) schema.pattern = compilePattern(pattern, "pattern must be a valid regex");
    const format = stringField(document, "format");
    if (format !== undefined) schema.format = format;
    const required: string[] = [];
    for (const name of arrayField(document, "required") ?? []) {
      if (typeof name !== "string") throw invalidType("string", "required");
      if (required.includes(name)) throw fault("required items must be unique");
      required.push(name);
    }
    schema.required = required;
    const unique = objectGet(document, "uniqueItems");
    if (unique !== undefined && typeof unique !== "boolean") throw mustBeOfA("uniqueItems", "boolean");
    schema.uniqueItems = unique === true;
    const constant = this.#draft === 4 ? undefined : objectGet(document, "const");
    if (constant !== undefined) schema.constant = canonical(constant);
    const values = arrayField(document, "enum");
    if (values === undefined) return;
    schema.enumeration = values.map(canonical);
    if (new Set(schema.enumeration).size < values.length) throw fault("enum items must be unique");
  }

  #combinations(schema: Schema, document: ObjectValue, base: string): void {
    for (const key of ["oneOf", "anyOf", "allOf"] as const)
      schema[key] = (arrayField(document, key) ?? []).map((item) => this.compile(item, base));
    const keys =
      this.#draft === 4 || this.#draft === 6 ? (["not"] as const) : (["not", "if", "then", "else"] as const);
    for (const key of keys) {
      const value = objectGet(document, key);
      if (value === undefined) continue;
      if (!isSchema(value)) throw mustBeOfAn(key, "object");
      schema[key] = this.compile(value, base);
    }
  }
}

const SIZES = ["minLength", "maxLength", "minProperties", "maxProperties", "minItems", "maxItems"] as const;

function emptySchema(): Schema {
  return {
    types: [],
    properties: new Map(),
    patternProperties: [],
    dependencies: new Map(),
    uniqueItems: false,
    required: [],
    oneOf: [],
    anyOf: [],
    allOf: [],
  };
}

function isSchema(value: Value): boolean {
  return typeof value === "boolean" || isObject(value);
}

function stringField(document: ObjectValue, key: string): string | undefined {
  const value = objectGet(document, key);
  if (value === undefined || typeof value === "string") return value;
  throw invalidType("string", key);
}

function arrayField(document: ObjectValue, key: string): readonly Value[] | undefined {
  const value = objectGet(document, key);
  if (value === undefined || isArray(value)) return value;
  throw mustBeOfAn(key, "array");
}

function typesOf(value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  const names = isArray(value) ? value : [value];
  const types: string[] = [];
  for (const name of names) {
    if (typeof name !== "string") throw invalidType("type", "string/Array Of Strings");
    if (!TYPES.includes(name))
      throw fault(
        `has a primitive type that is NOT VALID -- given: /${name}/ Expected valid values are:[${TYPES.join(" ")}]`,
      );
    if (types.includes(name)) throw fault(`${name} type is duplicated`);
    types.push(name);
  }
  return types;
}

function numberKeywords(schema: Schema, document: ObjectValue, draft: Draft): void {
  const multiple = objectGet(document, "multipleOf");
  if (multiple !== undefined) {
    if (!isNumber(multiple)) throw invalidType("Number", "multipleOf");
    if (num.compare(multiple, 0) <= 0) throw fault("multipleOf must be strictly greater than 0");
    schema.multipleOf = multiple;
  }
  for (const [key, exclusive] of [
    ["minimum", "exclusiveMinimum"],
    ["maximum", "exclusiveMaximum"],
  ] as const) {
    const bound = objectGet(document, key);
    if (bound !== undefined) {
      if (!isNumber(bound)) throw mustBeOfA(key, "Number");
      schema[key] = bound;
    }
    const strict = objectGet(document, exclusive);
    if (strict === undefined) continue;
    if (typeof strict === "boolean" && (draft === 4 || draft === "hybrid")) {
      if (schema[key] === undefined) throw fault(`${exclusive} cannot be used without ${key}`);
      if (strict) {
        schema[exclusive] = schema[key];
        delete schema[key];
      }
    } else if (isNumber(strict) && draft !== 4) schema[exclusive] = strict;
    else
      throw invalidType(
        draft === 4 ? "boolean" : draft === "hybrid" ? "boolean/number" : "number",
        exclusive,
      );
  }
}

function compilePattern(pattern: string, message: string): Regex {
  try {
    return new Regex(pattern);
  } catch (thrown) {
    if (thrown instanceof RegexError) throw fault(message);
    throw thrown;
  }
}
