import {
  globMatches,
  isJsonArray,
  isJsonObject,
  type Json,
  type PropertyPath,
  parsePath,
} from "../../base/index.ts";

/**
 * A configured place of secrets: every resource whose type matches the glob holds a secret at the path
 * pattern.
 */
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
  return rules.flatMap((rule) => (globMatches(rule.type, type) ? pathsMatching(value, rule.path) : []));
}

/**
 * Concrete paths at which a pattern (as in `pathMatches`) finds a value that is not `null`, outermost ones
 * only. Walks the value once, with all places of the pattern at which it may stand: at most value × pattern
 * steps.
 */
export function pathsMatching(value: Json, pattern: PropertyPath): PropertyPath[] {
  const found: PropertyPath[] = [];
  collect(value, pattern, withSkips([0], pattern), [], found);
  return found;
}

function collect(
  value: Json,
  pattern: PropertyPath,
  places: readonly number[],
  path: (string | number)[],
  found: PropertyPath[],
): void {
  if (value === null) return;
  if (places.includes(pattern.length)) {
    found.push(path.slice());
    return;
  }
  const descend = (step: string | number, child: Json): void => {
    const next = placesAfter(step, pattern, places);
    if (next.length === 0) return;
    path.push(step);
    collect(child, pattern, next, path, found);
    path.pop();
  };
  if (isJsonArray(value)) for (let i = 0; i < value.length; i++) descend(i, value[i] ?? null);
  else if (isJsonObject(value)) {
    const only = places.length === 1 ? pattern[places[0] ?? 0] : undefined;
    if (typeof only === "string" && only !== "*" && only !== "**") {
      if (Object.hasOwn(value, only)) descend(only, value[only] ?? null);
    } else for (const key of Object.keys(value)) descend(key, value[key] ?? null);
  }
}

/**
 * Where the pattern may stand after one step into a value. A list index may be passed over where the pattern
 * names none.
 */
function placesAfter(
  step: string | number,
  pattern: PropertyPath,
  places: readonly number[],
): readonly number[] {
  const next: number[] = [];
  for (const place of places) {
    const want = pattern[place];
    const stays = want === "**" || (typeof step === "number" && typeof want !== "number");
    if (stays && !next.includes(place)) next.push(place);
    if (want !== "**" && (want === "*" || want === step) && !next.includes(place + 1)) next.push(place + 1);
  }
  return withSkips(next, pattern);
}

/** `**` may also stand for no step at all. */
function withSkips(places: readonly number[], pattern: PropertyPath): readonly number[] {
  if (!places.some((place) => pattern[place] === "**")) return places;
  const all = [...places];
  for (const place of all) if (pattern[place] === "**" && !all.includes(place + 1)) all.push(place + 1);
  return all;
}
