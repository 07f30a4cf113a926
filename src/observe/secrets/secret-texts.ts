import { isJsonObject, type Json } from "../../base/index.ts";
import { passwordOfUrl } from "./secret-values.ts";

/**
 * Members of a secret map that only say whom and where: hidden at their place like the rest, but no text to
 * hunt for elsewhere, where the same words name databases, hosts and teams.
 */
const ADDRESSING: ReadonlySet<string> = new Set(
  "username user login email host hostname port dbname database db schema engine region namespace name type protocol".split(
    " ",
  ),
);

/**
 * Adds the texts of a secret value: the string itself, what a JSON text holds, numbers; each member of a
 * secret object.
 */
export function addSecretTexts(value: Json, into: Set<string>, depth = 0): void {
  if (typeof value === "string") {
    into.add(value);
    const password = passwordOfUrl(value);
    if (password !== null) into.add(password);
    if (depth < 8 && (value.startsWith("{") || value.startsWith("["))) addTextsWithin(value, into, depth);
  } else if (typeof value === "number") into.add(String(value));
  else if (Array.isArray(value)) for (const item of value) addSecretTexts(item, into, depth);
  else if (isJsonObject(value))
    for (const key of Object.keys(value))
      if (!ADDRESSING.has(key.toLowerCase())) addSecretTexts(value[key] ?? null, into, depth);
}

function addTextsWithin(text: string, into: Set<string>, depth: number): void {
  try {
    const parsed: Json = JSON.parse(text);
    addSecretTexts(parsed, into, depth + 1);
  } catch {
    // Text that only looks like JSON is a secret as it stands.
  }
}
