import { RE2JS } from "re2js";
import { runtimeError } from "../errors.ts";
import type { Meter } from "../evaluator/meter.ts";
import { textOf } from "../values/bytes.ts";

/** Patterns compiled by one evaluation; policies build few, a hostile one many. */
const MAX_CACHED = 500;

export type RegexCache = Map<string, RE2JS>;

/** `matches`: RE2 syntax, unanchored, linear time. */
export function matchesRegex(text: string, pattern: string, cache: RegexCache, meter: Meter): boolean {
  // The matcher's work grows with both lengths.
  meter.tick(1 + ((text.length * Math.min(pattern.length, 1000)) >>> 10));
  return compiled(pattern, cache).matcher(textOf(text)).find();
}

function compiled(pattern: string, cache: RegexCache): RE2JS {
  const known = cache.get(pattern);
  if (known !== undefined) {
    return known;
  }
  let regex: RE2JS;
  try {
    regex = RE2JS.compile(textOf(pattern));
  } catch (error) {
    throw runtimeError(
      `the regular expression \`${textOf(pattern)}\` is not valid: ${error instanceof Error ? error.message : "unknown error"}`,
    );
  }
  if (cache.size >= MAX_CACHED) {
    cache.clear();
  }
  cache.set(pattern, regex);
  return regex;
}

/** A test of texts against one pattern; null when the pattern is not valid. */
export function regexTest(pattern: string): ((text: string) => boolean) | null {
  try {
    const regex = RE2JS.compile(pattern);
    return (text) => regex.matcher(text).find();
  } catch {
    return null;
  }
}
