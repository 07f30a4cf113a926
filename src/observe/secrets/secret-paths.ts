import {
  globMatches,
  isJsonArray,
  isJsonObject,
  type Json,
  type PropertyPath,
  parsePath,
} from "../../base/index.ts";

/** A configured place of secrets: every resource whose type matches the glob holds a secret at the path pattern. */
export interface SecretPathRule {
  /** Resource type, `*` stands for any run of characters: `aws_db_instance`, `aws_*`, `*`. */
  readonly type: string;
  /** Pattern as in `pathMatches`; everything below it is secret too. */
  readonly path: PropertyPath;
}

/**
 * Reads the configured form `TYPE:PATH` (`aws_instance:user_data`, `*:connection.password`).
 * `null` for text that is not of that form.
 */
export function parseSecretPath(text: string): SecretPathRule | null {
  const colon = text.indexOf(":");
  if (colon < 1) return null;
  const path = parsePath(text.slice(colon + 1));
  return path === null || path.length === 0 ? null : { type: text.slice(0, colon), path };
}

/** The concrete paths of a value that configured rules name for a resource type. */
export function configuredSecrets(
  type: string,
  value: Json,
  rules: readonly SecretPathRule[],
): PropertyPath[] {
  const found: PropertyPath[] = [];
  for (const rule of rules) {
    if (globMatches(rule.type, type)) collectPaths(value, rule.path, 0, [], found);
  }
  return found;
}

/** Concrete paths at which a pattern (as in `pathMatches`) finds a value that is not `null`, outermost ones only. */
export function pathsMatching(value: Json, pattern: PropertyPath): PropertyPath[] {
  const found: PropertyPath[] = [];
  collectPaths(value, pattern, 0, [], found);
  return found;
}

function collectPaths(
  value: Json,
  pattern: PropertyPath,
  at: number,
  path: PropertyPath,
  found: PropertyPath[],
): void {
  if (value === null) return;
  if (at === pattern.length) {
    found.push(path);
    return;
  }
  const want = pattern[at];
  if (want === "**") collectPaths(value, pattern, at + 1, path, found);
  if (isJsonArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const next = want === "**" || (want !== i && want !== "*" && typeof want !== "number") ? at : at + 1;
      if (want === i || want === "*" || typeof want !== "number")
        collectPaths(value[i] ?? null, pattern, next, [...path, i], found);
    }
    return;
  }
  if (!isJsonObject(value)) return;
  if (want === "**") {
    for (const key of Object.keys(value))
      collectPaths(value[key] ?? null, pattern, at, [...path, key], found);
  } else if (want === "*") {
    for (const key of Object.keys(value))
      collectPaths(value[key] ?? null, pattern, at + 1, [...path, key], found);
  } else if (want !== undefined && Object.hasOwn(value, want)) {
    collectPaths(value[want] ?? null, pattern, at + 1, [...path, want], found);
  }
}
