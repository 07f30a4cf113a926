import type { Json } from "../../base/index.ts";

/** Adds the texts of a secret value: the string itself, what a JSON text holds, numbers; each member of a secret object. */
export function addSecretTexts(value: Json, into: Set<string>, depth = 0): void {
  if (typeof value === "string") {
    into.add(value);
    if (depth < 8 && (value.startsWith("{") || value.startsWith("["))) addTextsWithin(value, into, depth);
  } else if (typeof value === "number") into.add(String(value));
  else if (Array.isArray(value)) for (const item of value) addSecretTexts(item, into, depth);
  else if (typeof value === "object" && value !== null)
    for (const item of Object.values(value)) addSecretTexts(item, into, depth);
}

function addTextsWithin(text: string, into: Set<string>, depth: number): void {
  try {
    const parsed: Json = JSON.parse(text);
    addSecretTexts(parsed, into, depth + 1);
  } catch {
    // Text that only looks like JSON is a secret as it stands.
  }
}
