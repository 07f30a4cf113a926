import { format } from "../fmt/format.ts";
import { PreparedJson } from "../values/map-value.ts";

/** A module whose top-level values are the members; JSON literals are Sentinel literals but for escapes. */
export function mockSource(members: Readonly<Record<string, unknown>>): string {
  const text = Object.entries(members)
    .map(([name, value]) => `${name} = ${literal(value)}\n`)
    .join("\n");
  const formatted = format({ name: "mock.sentinel", text });
  return formatted.ok ? formatted.value : text;
}

/** Only the line breaks matter: the formatter does the rest. */
function literal(value: unknown): string {
  if (value instanceof PreparedJson) {
    return literal(value.json);
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[\n${value.map((item) => `${literal(item)},\n`).join("")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0
      ? "{}"
      : `{\n${entries.map(([key, item]) => `${textLiteral(key)}: ${literal(item)},\n`).join("")}}`;
  }
  return typeof value === "string" ? textLiteral(value) : value === undefined ? "undefined" : String(value);
}

/** JSON's escapes are the language's own; half of a surrogate pair, which has no place in UTF-8, becomes U+FFFD. */
function textLiteral(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}
