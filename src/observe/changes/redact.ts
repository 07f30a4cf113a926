import type { Json } from "../../base/index.ts";
import type { Change, RedactedChange } from "../../domain/index.ts";
import { below, pathSet, replaceAt, visitAt } from "./path-set.ts";
import type { Scrubber, SecretValues } from "./scrubber.ts";

/**
 * The only form of a Change that may be stored, logged or shown. Secret values become markers at their own paths, in `before`, `after` and
 * `properties`; wherever else a known secret's text occurs (a connection string, an evidence sentence) it is scrubbed.
 */
export function redact(change: Change, scrubber: Scrubber): RedactedChange {
  const secrets = pathSet(change.sensitive);
  const marker = (value: Json): Json => scrubber.marker(value);
  const clean = (value: Json, within: typeof secrets): Json =>
    scrubber.scrubJson(replaceAt(value, within, marker));
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(change.tags))
    Object.defineProperty(tags, scrubber.scrub(key), {
      value: scrubber.scrub(value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return {
    ...change,
    tags,
    before: clean(change.before, secrets),
    after: clean(change.after, secrets),
    properties: change.properties.map((property) => {
      const within = below(secrets, property.path);
      return { ...property, before: clean(property.before, within), after: clean(property.after, within) };
    }),
    redacted: true,
  };
}

/** Every clear secret text in Changes, by their sensitive paths: what a Scrubber must know besides a reading's own `secrets`. */
export function changeSecrets(changes: readonly Change[]): SecretValues {
  const found = new Set<string>();
  for (const change of changes) {
    if (change.sensitive.length === 0) continue;
    const secrets = pathSet(change.sensitive);
    visitAt(change.before, secrets, (value) => addSecretTexts(value, found));
    visitAt(change.after, secrets, (value) => addSecretTexts(value, found));
  }
  return [...found];
}

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
