import {
  ANY,
  arrayType,
  BOOLEAN,
  NULL,
  NUMBER,
  objectType,
  or,
  type Property,
  STRING,
  type Type,
} from "./type.ts";

type Json = Readonly<Record<string, unknown>>;

/** The static type that a JSON Schema describes. References must stay inside the document; a text is a problem. */
export function schemaType(schema: unknown): Type | string {
  try {
    return new SchemaReader(schema).read(schema, 0);
  } catch (thrown) {
    if (thrown instanceof SchemaProblem) return thrown.message;
    throw thrown;
  }
}

class SchemaProblem extends Error {}

class SchemaReader {
  private readonly root: unknown;
  private readonly known = new Map<string, Type & { k: "recursive" }>();

  constructor(root: unknown) {
    this.root = root;
  }

  read(schema: unknown, depth: number): Type {
    if (depth > 200) throw new SchemaProblem("schema is nested too deep");
    if (!isJson(schema)) return ANY;
    const ref = schema["$ref"];
    if (typeof ref === "string") return this.reference(ref, depth);
    const allOf = list(schema["allOf"]);
    if (allOf.length > 0) return this.merged([schema, ...allOf], depth);
    const alternatives = [...list(schema["anyOf"]), ...list(schema["oneOf"])];
    if (alternatives.length > 0 && schema["type"] === undefined && schema["properties"] === undefined) {
      let type: Type | undefined;
      for (const s of alternatives) type = or(type, this.read(s, depth + 1));
      return type ?? ANY;
    }
    const types = Array.isArray(schema["type"])
      ? schema["type"]
      : schema["type"] === undefined
        ? []
        : [schema["type"]];
    if (types.length > 1) {
      let type: Type | undefined;
      for (const t of types) type = or(type, this.typed(String(t), schema, depth));
      return type ?? ANY;
    }
    if (types.length === 1) return this.typed(String(types[0]), schema, depth);
    if (schema["properties"] !== undefined) return this.typed("object", schema, depth);
    if (schema["items"] !== undefined) return this.typed("array", schema, depth);
    return ANY;
  }

  private typed(type: string, schema: Json, depth: number): Type {
    switch (type) {
      case "boolean":
        return BOOLEAN;
      case "string":
        return STRING;
      case "integer":
      case "number":
        return NUMBER;
      case "null":
        return NULL;
      case "array": {
        const items = schema["items"];
        if (Array.isArray(items)) {
          return arrayType(
            items.map((s) => this.read(s, depth + 1)),
            undefined,
          );
        }
        return arrayType([], items === undefined ? ANY : this.read(items, depth + 1));
      }
      case "object": {
        const props: Property[] = [];
        if (isJson(schema["properties"])) {
          for (const [key, s] of Object.entries(schema["properties"]))
            props.push({ key, value: this.read(s, depth + 1) });
        }
        // As in OPA, named properties are all there are, whatever `additionalProperties` says.
        return objectType(props, props.length === 0 ? { key: ANY, value: ANY } : undefined);
      }
      default:
        return ANY;
    }
  }

  private merged(parts: readonly unknown[], depth: number): Type {
    const props = new Map<string, Type | undefined>();
    let other: Type | undefined;
    for (const [i, part] of parts.entries()) {
      if (!isJson(part)) continue;
      const { allOf: _, ...own } = part as Record<string, unknown>;
      const type = this.read(i === 0 ? own : part, depth + 1);
      if (type.k === "object")
        for (const p of type.props) props.set(String(p.key), or(props.get(String(p.key)), p.value));
      else if (!(type.k === "any" && type.of.length === 0)) other = or(other, type);
    }
    if (props.size === 0) return other ?? ANY;
    return objectType(
      [...props].map(([key, value]) => ({ key, value })),
      undefined,
    );
  }

  private reference(ref: string, depth: number): Type {
    if (!ref.startsWith("#"))
      throw new SchemaProblem(`schema reference \`${ref}\` leaves the document; references are not fetched`);
    const known = this.known.get(ref);
    if (known !== undefined) return known.target ?? known;
    let target: unknown = this.root;
    for (const part of ref
      .slice(1)
      .split("/")
      .filter((p) => p !== "")) {
      const key = decodeURIComponent(part).replace(/~1/g, "/").replace(/~0/g, "~");
      target = isJson(target) && Object.hasOwn(target, key) ? target[key] : undefined;
    }
    if (target === undefined) throw new SchemaProblem(`schema reference \`${ref}\` names nothing`);
    const type: Type & { k: "recursive" } = { k: "recursive", name: ref, target: undefined };
    this.known.set(ref, type);
    type.target = this.read(target, depth + 1);
    return type.target;
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
