/** A module whose top-level values are the members; JSON literals are Sentinel literals but for escapes. */
export function mockSource(members: Readonly<Record<string, unknown>>): string {
  return Object.entries(members).map(([name, value]) => `${name} = ${literal(value, "")}\n`).join("\n");
}

function literal(value: unknown, indent: string): string {
  const inner = `${indent}\t`;
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join("")}${indent}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) {
      return "{}";
    }
    const width = Math.max(...entries.map(([key]) => textLiteral(key).length));
    const lines = entries.map(([key, item]) => {
      const name = textLiteral(key);
      return `${inner}${name}:${" ".repeat(width - name.length + 1)}${literal(item, inner)},\n`;
    });
    return `{\n${lines.join("")}${indent}}`;
  }
  return typeof value === "string" ? textLiteral(value) : value === undefined ? "undefined" : String(value);
}

/** JSON's escapes are the language's own; half of a surrogate pair, which has no place in UTF-8, becomes U+FFFD. */
function textLiteral(text: string): string {
  return JSON.stringify(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}
