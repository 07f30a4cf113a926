import { isObject, marshal, parseJson, type Value } from "../values/index.ts";
import { cacheOf } from "./bounded-cache.ts";
import { type BuiltinContext, Fault } from "./builtin.ts";
import { define } from "./define.ts";
import { astValue, type Positions, type QueryDocument, type SchemaDocument } from "./graphql/ast.ts";
import { parseQuery, parseSchema } from "./graphql/documents.ts";
import { readDocument } from "./graphql/read.ts";
import { buildSchema, type Schema } from "./graphql/schema.ts";
import { validateQuery } from "./graphql/validate.ts";
import { stringAt, typeFault } from "./operands.ts";

const DOCUMENT = "any<string, object[any: any]>";
const TREE = "object[any: any]";

export const graphqls = [
  define(
    `graphql.parse(query: ${DOCUMENT}, schema: ${DOCUMENT}) output: array<${TREE}, ${TREE}>`,
    "graphql",
    "The syntax trees of a query and a schema; undefined when the query does not fit the schema.",
    (ctx, args) => {
      const { query, schema } = verified(ctx, args);
      return [query, schema];
    },
  ),
  define(
    `graphql.parse_and_verify(query: ${DOCUMENT}, schema: ${DOCUMENT}) output: array<boolean, ${TREE}, ${TREE}>`,
    "graphql",
    "Whether a query fits a schema, with both syntax trees when it does.",
    (ctx, args) => {
      const result = attempt(() => verified(ctx, args));
      return result === undefined ? [false, {}, {}] : [true, result.query, result.schema];
    },
  ),
  define(
    `graphql.parse_query(query: string) output: ${TREE}`,
    "graphql",
    "The syntax tree of a query.",
    (ctx, args) => {
      const text = stringAt(args, 0);
      ctx.tick(text.length);
      return astValue(parseQuery(text, new WeakMap()));
    },
  ),
  define(
    `graphql.parse_schema(schema: string) output: ${TREE}`,
    "graphql",
    "The syntax tree of a schema.",
    (ctx, args) => {
      const text = stringAt(args, 0);
      ctx.tick(text.length);
      return astValue(parseSchema(text, new WeakMap()));
    },
  ),
  define(
    `graphql.is_valid(query: ${DOCUMENT}, schema: ${DOCUMENT}) output: boolean`,
    "graphql",
    "Whether a query fits a schema.",
    (ctx, args) => attempt(() => verified(ctx, args)) !== undefined,
  ),
  define(
    `graphql.schema_is_valid(schema: ${DOCUMENT}) output: boolean`,
    "graphql",
    "Whether a schema is one.",
    (ctx, args) => attempt(() => schemaAt(ctx, args, 0)) !== undefined,
  ),
];

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

interface CheckedSchema {
  readonly schema: Schema;
  readonly tree: Value;
}

function verified(
  ctx: BuiltinContext,
  args: readonly Value[],
): { readonly query: Value; readonly schema: Value } {
  const positions: Positions = new WeakMap();
  const query = documentAt<QueryDocument>(ctx, args, 0, "QueryDocument", (text) =>
    parseQuery(text, positions),
  );
  const { schema, tree } = schemaAt(ctx, args, 1);
  validateQuery(ctx, schema, query, positions);
  return { query: astValue(query), schema: tree };
}

function schemaAt(ctx: BuiltinContext, args: readonly Value[], index: number): CheckedSchema {
  const value = args[index]!;
  const key = typeof value === "string" ? `text ${value}` : `tree ${marshal(value)}`;
  return cacheOf<CheckedSchema>(ctx.constants, "graphql", 10).get(key, () => {
    const positions: Positions = new WeakMap();
    const document = documentAt<SchemaDocument>(ctx, args, index, "SchemaDocument", (text) =>
      parseSchema(text, positions),
    );
    return { schema: buildSchema(document, positions), tree: astValue(document) };
  });
}

/** A document of a text, or of a syntax tree that a policy made or changed. */
function documentAt<T>(
  ctx: BuiltinContext,
  args: readonly Value[],
  index: number,
  shape: "QueryDocument" | "SchemaDocument",
  parse: (text: string) => T,
): T {
  const value = args[index]!;
  if (typeof value === "string") {
    ctx.tick(value.length);
    return parse(value);
  }
  // OPA counts operands from 0 here.
  if (!isObject(value)) throw typeFault(index, value, "string", "object");
  return readDocument<T>(parseJson(marshal(value)), shape);
}
