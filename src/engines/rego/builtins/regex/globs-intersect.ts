import { fault } from "../operands.ts";
import { ALL, type CharSet, charSet, disjoint } from "./char-set.ts";

interface Token {
  /** Characters that fit. */
  readonly set: CharSet;
  readonly source: string;
  flag: "" | "+" | "*";
}

/**
 * Whether some text fits both globs. The globs are of the small language of `regex.globs_match`: characters, `.`,
 * `[a-z]`, each with `*` or `+`, and `\` before a character that means itself. It decides as OPA's library does,
 * which in a few cases of neighbouring flags finds no text where there is one.
 */
export function globsIntersect(first: string, second: string): boolean {
  const a = simplify(tokenize(first));
  const b = simplify(tokenize(second));
  const trimmed = trim(a, b);
  return trimmed !== undefined && new Intersection().normal(trimmed[0], trimmed[1]);
}

type Glob = readonly Token[];

function fits(a: Token, b: Token): boolean {
  // A dot fits every set, an empty one included.
  return a.source === "." || b.source === "." || !disjoint(a.set, b.set);
}

function trim(a: Glob, b: Glob): readonly [Glob, Glob] | undefined {
  let left = 0;
  while (left < a.length && left < b.length && a[left]!.flag === "" && b[left]!.flag === "") {
    if (!fits(a[left]!, b[left]!)) return undefined;
    left++;
  }
  if (left > 0) left--;
  let right1 = a.length - 1;
  let right2 = b.length - 1;
  while (right1 >= left && right2 >= left && a[right1]!.flag === "" && b[right2]!.flag === "") {
    if (!fits(a[right1]!, b[right2]!)) return undefined;
    right1--;
    right2--;
  }
  if (right1 < a.length - 1) {
    right1++;
    right2++;
  }
  return [a.slice(left, right1 + 1), b.slice(left, right2 + 1)];
}

/** Remembers what was decided for two rests, which keeps the search from growing exponentially. */
class Intersection {
  readonly #known = new Map<string, boolean>();

  normal(a: Glob, b: Glob): boolean {
    let i = 0;
    while (i < a.length && i < b.length) {
      if (a[i]!.flag !== "" || b[i]!.flag !== "") return this.#special(a.slice(i), b.slice(i));
      if (!fits(a[i]!, b[i]!)) return false;
      i++;
    }
    return i === a.length && i === b.length;
  }

  #special(a: Glob, b: Glob): boolean {
    const key = `${a.length} ${b.length} ${a[0]!.source}${a[0]!.flag} ${b[0]!.source}${b[0]!.flag}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const [flagged, other] = a[0]!.flag !== "" ? [a, b] : [b, a];
    const result = flagged[0]!.flag === "+" ? this.#plus(flagged, other) : this.#star(flagged, other);
    this.#known.set(key, result);
    return result;
  }

  #plus(plussed: Glob, other: Glob): boolean {
    if (!fits(plussed[0]!, other[0]!)) return false;
    if (this.#star(plussed, other.slice(1))) return true;
    return other[0]!.flag !== "" && this.normal(plussed.slice(1), other);
  }

  #star(starred: Glob, other: Glob): boolean {
    const star = starred[0]!;
    const next = starred[1];
    for (const [i, token] of other.entries()) {
      if (next !== undefined && fits(token, next) && this.normal(starred.slice(1), other.slice(i)))
        return true;
      if (!fits(token, star)) return false;
    }
    return next === undefined;
  }
}

function simplify(tokens: readonly Token[]): Token[] {
  const simple: Token[] = [];
  for (const token of tokens) {
    const last = simple.at(-1);
    if (last !== undefined && last.flag !== "" && token.flag !== "" && last.source === token.source)
      last.flag = last.flag === "+" || token.flag === "+" ? "+" : "*";
    else simple.push(token);
  }
  return simple;
}

function tokenize(glob: string): Token[] {
  const chars = [...glob];
  const tokens: Token[] = [];
  const problem = (at: number, message: string) =>
    fault(`input:${glob}, pos:${at}, ${message}: the input provided is invalid`);
  const read = (at: number): { char: string; escaped: boolean; next: number } => {
    if (chars[at] !== "\\") return { char: chars[at]!, escaped: false, next: at + 1 };
    if (at === chars.length - 1) throw problem(at, "input ends with a \\ (escape) character");
    return { char: chars[at + 1]!, escaped: true, next: at + 2 };
  };
  const readSet = (start: number): { set: CharSet; next: number } => {
    const ranges: (readonly [number, number])[] = [];
    let previous: number | undefined;
    for (let at = start; at < chars.length; ) {
      const { char, escaped, next } = read(at);
      at = next;
      if (escaped || (char !== "-" && char !== "]")) {
        previous = char.codePointAt(0)!;
        ranges.push([previous, previous]);
        continue;
      }
      if (char === "]") return { set: charSet(ranges), next: at };
      if (previous === undefined)
        throw problem(at, "range character '-' must be preceded by a Unicode character");
      if (at >= chars.length - 1)
        throw problem(at, "range character '-' must be followed by a Unicode character");
      const upper = read(at);
      at = upper.next;
      if (!upper.escaped && (upper.char === "]" || upper.char === "-"))
        throw problem(at, "range character '-' cannot be followed by a special symbol");
      const to = upper.char.codePointAt(0)!;
      if (to < previous)
        throw problem(
          at,
          `range is out of order: '${upper.char}' comes before '${String.fromCodePoint(previous)}' in Unicode`,
        );
      ranges.push([previous, to]);
      previous = undefined;
    }
    throw problem(chars.length, "found [ without matching ]");
  };
  for (let at = 0; at < chars.length; ) {
    const { char, escaped, next } = read(at);
    let set: CharSet = [char.codePointAt(0)!, char.codePointAt(0)!];
    let source = `'${char}`;
    at = next;
    if (!escaped && char === ".") {
      set = ALL;
      source = ".";
    } else if (!escaped && char === "[") {
      const inner = readSet(at);
      set = inner.set;
      source = `[${set.join()}`;
      at = inner.next;
    } else if (!escaped && char === "]") throw problem(at, "set-close ']' with no preceding '['");
    else if (!escaped && (char === "+" || char === "*"))
      throw problem(at, `flag '${char}' must be preceded by a non-flag`);
    const flag = chars[at];
    if (flag === "+" || flag === "*") {
      tokens.push({ set, source, flag });
      at++;
    } else tokens.push({ set, source, flag: "" });
  }
  return tokens;
}
