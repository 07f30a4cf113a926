import { fault } from "../operands.ts";
import { quoteMeta } from "./regex.ts";

/**
 * The pattern of a glob: `*` any characters but delimiters, `**` any, `?` one that is no delimiter, `[a-c]`,
 * `[abc]`, `[!…]`, `{a,b}`, and `\` before a character that means itself.
 *
 * @source https://github.com/gobwas/glob
 */
export function globPattern(glob: string, delimiters: readonly string[]): string {
  return new GlobReader(glob, delimiters).read();
}

class GlobReader {
  readonly #glob: string;
  readonly #one: string;
  #at = 0;

  constructor(glob: string, delimiters: readonly string[]) {
    this.#glob = glob;
    this.#one = delimiters.length === 0 ? "." : `[^${delimiters.map(quoteInClass).join("")}]`;
  }

  read(): string {
    const body = this.#list(0);
    return `(?s)^(?:${body})$`;
  }

  /** Up to the end, or to the brace that closes this level. */
  #list(level: number): string {
    let result = "";
    while (this.#at < this.#glob.length) {
      const char = this.#take();
      switch (char) {
        case "*":
          if (this.#glob[this.#at] === "*") {
            this.#at++;
            result += ".*";
          } else result += `${this.#one}*`;
          break;
        case "?":
          result += this.#one;
          break;
        case "[":
          result += this.#class();
          break;
        case "{":
          result += `(?:${this.#list(level + 1)})`;
          break;
        case "}":
          if (level > 0) return result;
          result += quoteMeta(char);
          break;
        case ",":
          result += level > 0 ? "|" : char;
          break;
        case "\\":
          if (this.#at >= this.#glob.length) throw this.#problem("trailing backslash");
          result += quoteMeta(this.#take());
          break;
        default:
          result += quoteMeta(char);
      }
    }
    if (level > 0) throw this.#problem("unclosed `{`");
    return result;
  }

  #class(): string {
    let negated = false;
    if (this.#glob[this.#at] === "!") {
      negated = true;
      this.#at++;
    }
    if (this.#at >= this.#glob.length) throw this.#problem("unexpected end of input");
    const first = String.fromCodePoint(this.#glob.codePointAt(this.#at)!);
    const range = this.#glob[this.#at + first.length] === "-";
    const body = range ? this.#range() : this.#members();
    return `[${negated ? "^" : ""}${body}]`;
  }

  /** `a-c`: exactly one range, whose ends may be any character. */
  #range(): string {
    const low = this.#take();
    this.#at++;
    if (this.#at >= this.#glob.length) throw this.#problem("unexpected end of input");
    const high = this.#take();
    if (this.#at >= this.#glob.length) throw this.#problem("unexpected end of input");
    if (this.#take() !== "]") throw this.#problem("expected close range character");
    if (high.codePointAt(0)! < low.codePointAt(0)!) throw this.#problem("range hi character is less than lo");
    return `${quoteInClass(low)}-${quoteInClass(high)}`;
  }

  #members(): string {
    let body = "";
    while (this.#at < this.#glob.length) {
      let char = this.#take();
      if (char === "]") {
        if (body === "") throw this.#problem("could not parse range");
        return body;
      }
      if (char === "\\") {
        if (this.#at >= this.#glob.length) throw this.#problem("unexpected end of input");
        char = this.#take();
      }
      body += quoteInClass(char);
    }
    throw this.#problem("unexpected end of input");
  }

  #take(): string {
    const char = String.fromCodePoint(this.#glob.codePointAt(this.#at)!);
    this.#at += char.length;
    return char;
  }

  #problem(reason: string) {
    const offset = new TextEncoder().encode(this.#glob.slice(0, this.#at)).length;
    return fault(`glob: syntax error at ${offset}: ${reason}`);
  }
}

function quoteInClass(char: string): string {
  return `\\x{${char.codePointAt(0)!.toString(16)}}`;
}
