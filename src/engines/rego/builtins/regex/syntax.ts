import { ALL, type CharSet, charSet, complement, rangesOf } from "./char-set.ts";

/** A pattern in the part of RE2's syntax that has an equal in JavaScript's. */
export type Node =
  /** One character. `set` is undefined where its members are not known here; then `text` says it to JavaScript. */
  | {
      readonly kind: "char";
      readonly set: CharSet | undefined;
      readonly text?: string;
      readonly negated?: boolean;
    }
  | { readonly kind: "assert"; readonly text: string; readonly at: "start" | "end" | "other" }
  | { readonly kind: "group"; readonly body: Node; readonly capture: boolean }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly branches: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly body: Node;
      readonly min: number;
      readonly max: number;
      readonly lazy: boolean;
    };

export interface Pattern {
  readonly root: Node;
  readonly ignoreCase: boolean;
}

/** Thrown for what this reader leaves to the slower engine. Never seen outside of this folder. */
class Beyond extends Error {}

/**
 * Reads a pattern that RE2 has found to be valid; undefined when it uses something that JavaScript would do
 * differently (flags inside of a pattern, rare classes, `\Q`).
 *
 * @source https://github.com/google/re2/wiki/Syntax
 */
export function parsePattern(text: string): Pattern | undefined {
  try {
    return new PatternReader(text).read();
  } catch (thrown) {
    if (thrown instanceof Beyond) return undefined;
    throw thrown;
  }
}

const DIGIT: CharSet = [0x30, 0x39];
const WORD: CharSet = charSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
const SPACE: CharSet = charSet([
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
]);

const PERL: ReadonlyMap<string, CharSet> = new Map([
  ["d", DIGIT],
  ["D", complement(DIGIT)],
  ["w", WORD],
  ["W", complement(WORD)],
  ["s", SPACE],
  ["S", complement(SPACE)],
]);

const POSIX: ReadonlyMap<string, CharSet> = new Map([
  [
    "alnum",
    charSet([
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x61, 0x7a],
    ]),
  ],
  [
    "alpha",
    charSet([
      [0x41, 0x5a],
      [0x61, 0x7a],
    ]),
  ],
  ["ascii", [0, 0x7f]],
  [
    "blank",
    charSet([
      [0x09, 0x09],
      [0x20, 0x20],
    ]),
  ],
  [
    "cntrl",
    charSet([
      [0, 0x1f],
      [0x7f, 0x7f],
    ]),
  ],
  ["digit", DIGIT],
  ["graph", [0x21, 0x7e]],
  ["lower", [0x61, 0x7a]],
  ["print", [0x20, 0x7e]],
  [
    "punct",
    charSet([
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ]),
  ],
  [
    "space",
    charSet([
      [0x09, 0x0d],
      [0x20, 0x20],
    ]),
  ],
  ["upper", [0x41, 0x5a]],
  ["word", WORD],
  [
    "xdigit",
    charSet([
      [0x30, 0x39],
      [0x41, 0x46],
      [0x61, 0x66],
    ]),
  ],
]);

const CONTROL: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
]);

class PatternReader {
  readonly #text: string;
  #at = 0;
  #ignoreCase = false;
  #dotAll = false;
  #multiline = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Pattern {
    this.#flags();
    const root = this.#choice();
    if (this.#at < this.#text.length) throw new Beyond();
    return { root, ignoreCase: this.#ignoreCase };
  }

  /** Flags are followed at the very start only: there they hold for the whole pattern. */
  #flags(): void {
    const match = /^\(\?([ims]+)\)/.exec(this.#text);
    if (match === null) return;
    this.#at = match[0].length;
    this.#ignoreCase = match[1]!.includes("i");
    this.#multiline = match[1]!.includes("m");
    this.#dotAll = match[1]!.includes("s");
  }

  #choice(): Node {
    const branches = [this.#sequence()];
    while (this.#take("|")) branches.push(this.#sequence());
    return branches.length === 1 ? branches[0]! : { kind: "choice", branches };
  }

  #sequence(): Node {
    const items: Node[] = [];
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at];
      if (char === "|" || char === ")") break;
      items.push(this.#repeated(this.#atom()));
    }
    return items.length === 1 ? items[0]! : { kind: "sequence", items };
  }

  #repeated(body: Node): Node {
    const match = /^(?:([*+?])|\{(\d{1,4})(?:(,)(\d{0,4}))?\})(\??)/.exec(
      this.#text.slice(this.#at, this.#at + 14),
    );
    if (match === null) return body;
    if (body.kind === "assert") throw new Beyond();
    this.#at += match[0].length;
    const [, sign, min, comma, max, lazy] = match;
    // `a**` and the like are legal in RE2 only.
    if (/^[*+?]/.test(this.#text.slice(this.#at))) throw new Beyond();
    if (sign !== undefined)
      return {
        kind: "repeat",
        body,
        min: sign === "+" ? 1 : 0,
        max: sign === "?" ? 1 : Number.POSITIVE_INFINITY,
        lazy: lazy === "?",
      };
    return {
      kind: "repeat",
      body,
      min: Number(min),
      max: comma === undefined ? Number(min) : max === "" ? Number.POSITIVE_INFINITY : Number(max),
      lazy: lazy === "?",
    };
  }

  #atom(): Node {
    const code = this.#text.codePointAt(this.#at)!;
    const char = String.fromCodePoint(code);
    switch (char) {
      case "(":
        return this.#group();
      case "[":
        return this.#bracket();
      case "\\":
        return this.#escape();
      case ".":
        this.#at++;
        return { kind: "char", set: this.#dotAll ? ALL : complement([10, 10]) };
      case "^":
        this.#at++;
        return this.#multiline
          ? { kind: "assert", text: "(?<![^\\n])", at: "other" }
          : { kind: "assert", text: "^", at: "start" };
      case "$":
        this.#at++;
        return this.#multiline
          ? { kind: "assert", text: "(?![^\\n])", at: "other" }
          : { kind: "assert", text: "$", at: "end" };
      case "*":
      case "+":
      case "?":
        throw new Beyond();
      default:
        this.#at += char.length;
        return { kind: "char", set: [code, code] };
    }
  }

  #group(): Node {
    this.#at++;
    let capture = true;
    const head = /^\?(?:(:)|P?<[A-Za-z0-9_]+>)/.exec(this.#text.slice(this.#at));
    if (head !== null) {
      this.#at += head[0].length;
      capture = head[1] === undefined;
    } else if (this.#text[this.#at] === "?") throw new Beyond();
    const body = this.#choice();
    if (!this.#take(")")) throw new Beyond();
    return { kind: "group", body, capture };
  }

  #escape(): Node {
    const char = this.#text[this.#at + 1] ?? "";
    const known = PERL.get(char);
    if (known !== undefined) {
      this.#at += 2;
      return { kind: "char", set: known };
    }
    switch (char) {
      case "A":
        this.#at += 2;
        return { kind: "assert", text: "^", at: "start" };
      case "z":
        this.#at += 2;
        return { kind: "assert", text: "$", at: "end" };
      case "b":
      case "B":
        // With both `u` and `i`, JavaScript counts two letters outside of ASCII as word characters.
        if (this.#ignoreCase) throw new Beyond();
        this.#at += 2;
        return { kind: "assert", text: `\\${char}`, at: "other" };
      case "p":
      case "P":
        return this.#property();
    }
    const code = this.#escapedCode();
    return { kind: "char", set: [code, code] };
  }

  /** General categories of one or two letters; scripts are left to the slower engine. */
  #property(): Node {
    const match = /^\\([pP])(?:([LMNPSZC])|\{(\^?)([LMNPSZC][a-z]?)\})/.exec(this.#text.slice(this.#at));
    if (match === null) throw new Beyond();
    this.#at += match[0].length;
    const negated = (match[1] === "P") !== (match[3] === "^");
    // Go's C has no unassigned code points; case folding of properties differs as well.
    const name = match[2] ?? match[4]!;
    if (name.startsWith("C") || this.#ignoreCase) throw new Beyond();
    return { kind: "char", set: undefined, text: `\\${negated ? "P" : "p"}{${name}}` };
  }

  #escapedCode(): number {
    const rest = this.#text.slice(this.#at, this.#at + 12);
    const match =
      /^\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|(0[0-7]{0,2}|[1-7][0-7]{1,2})|([!-/:-@[-`{-~])|([afnrtv]))/.exec(
        rest,
      );
    if (match === null) throw new Beyond();
    this.#at += match[0].length;
    const hex = match[1] ?? match[2];
    if (hex !== undefined) return Number.parseInt(hex, 16);
    if (match[3] !== undefined) return Number.parseInt(match[3], 8);
    return match[4] !== undefined ? match[4].charCodeAt(0) : CONTROL.get(match[5]!)!;
  }

  #bracket(): Node {
    this.#at++;
    const negated = this.#take("^");
    const ranges: (readonly [number, number])[] = [];
    let first = true;
    while (first || this.#text[this.#at] !== "]") {
      if (this.#at >= this.#text.length) throw new Beyond();
      first = false;
      const named = this.#namedClass();
      if (named !== undefined) {
        ranges.push(...rangesOf(named));
        continue;
      }
      const from = this.#bracketCode();
      let to = from;
      if (this.#text[this.#at] === "-" && this.#text[this.#at + 1] !== "]") {
        this.#at++;
        to = this.#bracketCode();
      }
      if (to < from) throw new Beyond();
      ranges.push([from, to]);
    }
    this.#at++;
    return { kind: "char", set: charSet(ranges), negated };
  }

  #namedClass(): CharSet | undefined {
    const rest = this.#text.slice(this.#at, this.#at + 14);
    const posix = /^\[:(\^?)([a-z]+):\]/.exec(rest);
    if (posix !== null) {
      const set = POSIX.get(posix[2]!);
      if (set === undefined) throw new Beyond();
      this.#at += posix[0].length;
      return posix[1] === "^" ? complement(set) : set;
    }
    const perl = rest[0] === "\\" ? PERL.get(rest[1] ?? "") : undefined;
    if (perl !== undefined) this.#at += 2;
    else if (/^\\[pP]/.test(rest)) throw new Beyond();
    return perl;
  }

  #bracketCode(): number {
    if (this.#text[this.#at] === "\\") return this.#escapedCode();
    const code = this.#text.codePointAt(this.#at)!;
    this.#at += code > 0xffff ? 2 : 1;
    return code;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
