import * as z from "zod";
import type { Json, JsonObject } from "../base/index.ts";
import type { Route } from "./route.ts";

/** What goes into the document besides the routes. */
export interface OpenApiInfo {
  readonly version: string;
}

const PROBLEM = z
  .object({
    type: z.string().describe("urn:trueup:problem:<code>"),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe("One sentence: what is wrong"),
    instance: z.string().describe("urn:trueup:request:<request id>"),
    code: z.string().describe("Stable name of the problem"),
    hint: z.string().optional().describe("What to do about it"),
    place: z
      .object({
        file: z.string().optional(),
        line: z.number().optional(),
        column: z.number().optional(),
        path: z.string().optional(),
      })
      .optional(),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .describe("Each place of the request that is wrong, as a JSON pointer"),
  })
  .meta({ id: "Problem", description: "RFC 9457 problem details" });

/** Everything that the API can do, as OpenAPI 3.1, from the schemas that validate it. Pure: the same routes, the same text. */
export function openApiDocument(routes: readonly Route[], info: OpenApiInfo): JsonObject {
  const components = new Map<string, Json>();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.atRoot === true ? route.path : `/v1${route.path}`;
    const item = (paths[path] ??= {});
    item[route.method.toLowerCase()] = operation(route, path, components);
  }
  schemaOf(PROBLEM, "output", components);
  return {
    openapi: "3.1.0",
    info: {
      title: "Trueup",
      version: info.version,
      summary: "Governs infrastructure changes, above all those made outside the pipeline",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map((route) => route.tag))].sort().map((name) => ({ name })),
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token, or the OIDC token of a CI job" },
        session: { type: "apiKey", in: "cookie", name: "__Host-trueup", description: "A signed-in browser" },
      },
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  };
}

function operation(route: Route, path: string, components: Map<string, Json>): JsonObject {
  const status = String(route.replyStatus ?? 200);
  return {
    operationId: operationId(route.method, path),
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    ...(route.access === "public" ? { security: [] } : {}),
    "x-access": route.access,
    parameters: parametersOf(route, components),
    ...bodyOf(route, components),
    responses: {
      [status]: replyOf(route, status, components),
      ...(route.access === "public"
        ? {}
        : { "401": problemReply("Not signed in"), "403": problemReply("Not allowed") }),
      ...(route.conditional === true
        ? { "412": problemReply("Changed meanwhile"), "428": problemReply("If-Match is missing") }
        : {}),
      default: problemReply("What went wrong"),
    },
  };
}

function parametersOf(route: Route, components: Map<string, Json>): Json[] {
  const header = (name: string, required: boolean, description: string): Json => ({
    in: "header",
    name,
    required,
    description,
    schema: { type: "string" },
  });
  return [
    ...members(route.params, "path", components),
    ...members(route.query, "query", components),
    ...(route.conditional === true ? [header("If-Match", true, "ETag of the version that is changed")] : []),
    ...(route.idempotent === true
      ? [
          header(
            "Idempotency-Key",
            false,
            "8 to 200 characters; the same key within a day gets the same reply",
          ),
        ]
      : []),
  ];
}

/** Members of a strict object as parameters. */
function members(
  schema: z.ZodType | undefined,
  where: "path" | "query",
  components: Map<string, Json>,
): Json[] {
  if (schema === undefined) return [];
  const object = schemaOf(schema, "input", components);
  const properties = (object["properties"] ?? {}) as JsonObject;
  const required = (object["required"] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, part]) => {
    const { description, ...rest } = part as { description?: string } & JsonObject;
    return {
      in: where,
      name,
      required: where === "path" || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function bodyOf(route: Route, components: Map<string, Json>): JsonObject {
  if (route.raw !== undefined) {
    const content = Object.fromEntries(route.raw.map((type) => [type, {}]));
    return { requestBody: { required: true, content } };
  }
  if (route.body === undefined) return {};
  const schema = schemaOf(route.body, "input", components);
  return { requestBody: { required: true, content: { "application/json": { schema } } } };
}

function replyOf(route: Route, status: string, components: Map<string, Json>): JsonObject {
  const description = STATUS_TEXT[status] ?? "The answer";
  if (status === "204" || status === "303") return { description };
  if (route.replyType !== undefined) {
    return { description, content: { [route.replyType]: { schema: { type: "string" } } } };
  }
  return {
    description,
    content: { "application/json": { schema: schemaOf(route.reply, "output", components) } },
  };
}

const STATUS_TEXT: Readonly<Record<string, string>> = {
  "200": "Done",
  "201": "Made",
  "202": "Taken on",
  "204": "Done, nothing to say",
  "303": "Go there",
};

function problemReply(description: string): JsonObject {
  return {
    description,
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

/** JSON Schema of a zod schema; parts with an id become components. */
function schemaOf(schema: z.ZodType, io: "input" | "output", components: Map<string, Json>): JsonObject {
  const made = z.toJSONSchema(schema, {
    io,
    target: "draft-2020-12",
    unrepresentable: "any",
    // A transform's outcome is for the program; what callers see is the part that has a JSON form.
    reused: "inline",
  }) as Record<string, Json>;
  const { $schema: _schema, $defs, ...rest } = made;
  const id = typeof rest["id"] === "string" ? rest["id"] : null;
  for (const [name, part] of Object.entries(($defs ?? {}) as JsonObject)) {
    components.set(name, withoutId(moved(part)));
  }
  const whole = withoutId(moved(rest));
  if (id === null) return whole as JsonObject;
  components.set(id, whole);
  return { $ref: `#/components/schemas/${id}` };
}

function withoutId(schema: Json): Json {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema;
  const { id, $id: _id, ...rest } = schema as Record<string, Json>;
  return typeof id === "object" ? schema : rest;
}

/** References of a schema's own definitions, as references into the document. */
function moved(value: Json): Json {
  if (Array.isArray(value)) return value.map(moved);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key,
      key === "$ref" && typeof part === "string"
        ? part.replace(/^#\/\$defs\//, "#/components/schemas/")
        : moved(part),
    ]),
  );
}

/** `GET /v1/findings/{id}` → `getFindingsById`. */
export function operationId(method: string, path: string): string {
  const parts = path
    .replace(/^\/v1/, "")
    .split(/[/.:_-]/)
    .filter((part) => part !== "")
    .map((part) => {
      const name = part.replace(/[{}]/g, "");
      const word = name.charAt(0).toUpperCase() + name.slice(1);
      return part.startsWith("{") ? `By${word}` : word;
    });
  return `${method.toLowerCase()}${parts.join("")}`;
}
