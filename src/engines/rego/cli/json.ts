import { marshal, quoteJson, type Value } from "../values/index.ts";

/** A JSON document whose members keep the order they were given in, around Rego values. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | ReadonlyMap<string, Json>
  | { readonly rego: Value };

/** An object in the given order; members that are undefined are left out. */
export function record(members: Readonly<Record<string, Json | undefined>>): ReadonlyMap<string, Json> {
  const out = new Map<string, Json>();
  for (const [key, value] of Object.entries(members)) if (value !== undefined) out.set(key, value);
  return out;
}

export function rego(value: Value): Json {
  return { rego: value };
}

/** Text with two spaces a level, a newline at its end, and Go's escapes, as the opa tool prints JSON. */
export function jsonText(json: Json): string {
  return `${write(json, "")}\n`;
}

function write(json: Json, lead: string): string {
  if (json === null || typeof json === "boolean" || typeof json === "number") return String(json);
  if (typeof json === "string") return quoteJson(json);
  const inner = `${lead}  `;
  if (json instanceof Map) {
    const members = [...(json as ReadonlyMap<string, Json>)].map(
      ([key, value]) => `${inner}${quoteJson(key)}: ${write(value, inner)}`,
    );
    return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${lead}}`;
  }
  if (Array.isArray(json)) {
    const items = (json as readonly Json[]).map((item) => inner + write(item, inner));
    return items.length === 0 ? "[]" : `[\n${items.join(",\n")}\n${lead}]`;
  }
  return marshal((json as { rego: Value }).rego, { prefix: lead, indent: "  " });
}
