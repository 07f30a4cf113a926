import { isArray, isObject, JsonError, marshal, parseJson, type Value } from "../values/index.ts";
import { cacheOf } from "./bounded-cache.ts";
import { type BuiltinContext, Fault } from "./builtin.ts";
import { define } from "./define.ts";
import { compileSchema } from "./json-schema/compile.ts";
import type { Schema } from "./json-schema/schema.ts";
import { validateDocument } from "./json-schema/validate.ts";
import { fault } from "./operands.ts";

export const schemas = [
  define(
    "json.match_schema(document: any<string, object[any: any]>, schema: any<string, object[any: any]>) output: array<boolean, array[object<desc: string, error: string, field: string, type: string>]>",
    "object",
    "Whether a document meets a JSON Schema (drafts 4 to 7), and what it breaks.",
    (ctx, args) => {
      const document = documentOf(args[0]!);
      const problems = validateDocument(ctx, schemaAt(ctx, args[1]!), document).map(
        ({ type, field, description }) => ({
          desc: description,
          error: `${field}: ${description}`,
          field,
          type,
        }),
      );
      return [problems.length === 0, problems];
    },
    { nondeterministic: true },
  ),
  define(
    "json.verify_schema(schema: any<string, object[any: any]>) output: array<boolean, any<null, string>>",
    "object",
    "Whether a document is a JSON Schema, and if not, why.",
    (ctx, args) => {
      try {
        schemaAt(ctx, args[0]!);
        return [true, null];
      } catch (thrown) {
        if (thrown instanceof Fault || thrown instanceof JsonError)
          return [false, `jsonschema: ${thrown.message}`];
        throw thrown;
      }
    },
    { nondeterministic: true },
  ),
];

/** JSON text or a document; sets and keys that are no strings count as JSON has them. */
function documentOf(value: Value): Value {
  if (typeof value === "string") {
    try {
      JSON.parse(value);
    } catch {
      throw fault("invalid JSON string");
    }
    return parseJson(value);
  }
  if (isObject(value) || isArray(value)) return parseJson(marshal(value));
  throw fault("wrong type, expected string or object");
}

function schemaAt(ctx: BuiltinContext, value: Value): Schema {
  const document = documentOf(value);
  return cacheOf<Schema>(ctx.constants, "schema", 50).get(marshal(document), () => compileSchema(document));
}
