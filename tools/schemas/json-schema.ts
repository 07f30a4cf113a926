import * as z from "zod";
import { SCHEMA_BASE } from "./registry.ts";

/** JSON Schema 2020-12 of a zod schema, as it is published. Strict where people write, open where programs read. */
export function jsonSchemaOf(file: string, schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema, title, description, ...rest } = z.toJSONSchema(schema, { io: "input" });
  return { $schema, $id: `${SCHEMA_BASE}${file}`, title, description, ...rest };
}

/** Text of the published file. */
export function schemaText(file: string, schema: z.ZodType): string {
  return `${JSON.stringify(jsonSchemaOf(file, schema), null, 2)}\n`;
}
