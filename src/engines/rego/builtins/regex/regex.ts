import { RE2JS } from "re2js";
import { costOf } from "./cost.ts";
import { parsePattern } from "./syntax.ts";
import { toJavaScript } from "./translate.ts";

/** Steps a backtracking match may take at worst before the linear engine is used instead: a few milliseconds. */
const MAX_STEPS = 2_000_000;

export interface Match {
  readonly start: number;
  readonly end: number;
  /** Text of the groups, the whole match first; undefined for a group that took no part. */
  readonly groups: readonly (string | undefined)[];
}

/**
 * A compiled pattern with RE2's semantics and time linear in the text. Patterns and texts that V8's engine provably
 * handles in few steps go there, as it is some fifty times faster; the others to an RE2 in JavaScript.
 */
export class Regex {
  readonly #pattern: string;
  readonly #linear: RE2JS;
  readonly #fast: RegExp | undefined;
  readonly #fastSearch: RegExp | undefined;
  /** Longest text that the fast engine may see; with groups, when the place and groups of the match are asked for. */
  readonly #maxLength: number;
  readonly #maxLengthWithGroups: number;

  /** @throws RegexError when the pattern is not valid */
  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#linear = compileLinear(pattern);
    const parsed = parsePattern(pattern);
    const cost = parsed === undefined ? undefined : costOf(parsed);
    if (parsed === undefined || cost === undefined || !Number.isFinite(cost.degree)) {
      this.#maxLength = -1;
      this.#maxLengthWithGroups = -1;
      return;
    }
    const source = toJavaScript(parsed);
    const flags = parsed.ignoreCase ? "iu" : "u";
    this.#fast = new RegExp(source, flags);
    this.#fastSearch = new RegExp(source, `${flags}g`);
    this.#maxLength = Math.floor((MAX_STEPS / cost.weight) ** (1 / cost.degree));
    this.#maxLengthWithGroups = cost.matchDiffers ? -1 : this.#maxLength;
  }

  /** Group numbers by name. */
  get names(): Readonly<Record<string, number>> {
    return this.#linear.namedGroups();
  }

  /** Whether the pattern fits somewhere in the text. */
  test(text: string): boolean {
    if (this.#fast !== undefined && text.length <= this.#maxLength) return this.#fast.test(text);
    return this.#linear.matcher(text).find();
  }

  /** All matches from left to right, at most `limit`; empty ones right behind another are skipped, as Go does. */
  findAll(text: string, limit: number): Match[] {
    const fast = text.length <= this.#maxLengthWithGroups ? this.#fastSearch : undefined;
    const next = fast === undefined ? this.#linearSearch(text) : fastSearch(fast, text);
    const matches: Match[] = [];
    let previousEnd = -1;
    for (let at = 0; at <= text.length && matches.length < limit; ) {
      const match = next(at);
      if (match === undefined) break;
      const skip = match.end === at && match.start === previousEnd && match.start === match.end;
      at = match.end === at ? at + (text.codePointAt(at)! > 0xffff ? 2 : 1) : match.end;
      previousEnd = match.end;
      if (!skip) matches.push(match);
    }
    return matches;
  }

  toString(): string {
    return this.#pattern;
  }

  #linearSearch(text: string): (from: number) => Match | undefined {
    const matcher = this.#linear.matcher(text);
    return (from) => {
      if (!matcher.find(from)) return undefined;
      const groups: (string | undefined)[] = [];
      for (let i = 0; i <= this.#linear.groupCount(); i++) groups.push(matcher.group(i) ?? undefined);
      return { start: matcher.start(), end: matcher.end(), groups };
    };
  }
}

function fastSearch(search: RegExp, text: string): (from: number) => Match | undefined {
  return (from) => {
    search.lastIndex = from;
    const found = search.exec(text);
    if (found === null) return undefined;
    return { start: found.index, end: found.index + found[0].length, groups: found };
  };
}

/** `message` in Go's words: ``error parsing regexp: missing closing ): `(a` ``. */
export class RegexError extends Error {
  override readonly name = "RegexError";
}

function compileLinear(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    // Go ends every message with the part of the pattern it is about, though it be empty.
    throw new RegexError(message.endsWith("expression") ? `${message}: \`\`` : message);
  }
}

/** Quotes what has a meaning in a pattern, as Go's `regexp.QuoteMeta`. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
