import type { Json } from "../../base/index.ts";
import type { Change, RedactedChange } from "../../domain/index.ts";
import {
  addSecretTexts,
  below,
  pathSet,
  replaceAt,
  type Scrubber,
  type SecretValues,
  visitAt,
} from "../secrets/index.ts";

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
