import { fromText, problemOf } from "./numbers.ts";
import { setOwn } from "./objects.ts";
import { RegoNum } from "./rego-num.ts";
import type { Value } from "./value.ts";

/** A text that is no JSON; `message` in the words of Go's `encoding/json`. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/** Go's decoder refuses deeper documents. */
const MAX_DEPTH = 10_000;

/**
 * Parses JSON text into Rego values. Numbers that a JS number would change (`1.50`, integers above 2^53) keep
 * their spelling; a text without such numbers goes through `JSON.parse`, which is several times faster.
 *
 * @throws JsonError
 */
export function parseJson(text: string): Value {
  if (!needsCare(text)) {
    try {
      return JSON.parse(text) as Value;
    } catch {
      // The careful parser finds the error again and words it.
    }
  }
  return new JsonParser(text).parse();
}

/** Whether a number token has a fraction, an exponent or many digits, or a string an escaped surrogate. */
function needsCare(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) {
      const end = stringEnd(text, i);
      if (end < 0) return true;
      i = end;
    } else if ((unit >= ZERO && unit <= NINE) || unit === MINUS) {
      const start = i;
      let next = text.charCodeAt(++i);
      while (next >= ZERO && next <= NINE) next = text.charCodeAt(++i);
      if (
        next === DOT ||
        next === 101 ||
        next === 69 ||
        i - start > 15 ||
        (unit === MINUS && text[start + 1] === "0")
      )
        return true;
      i--;
    } else if (unit === 123 || unit === 91) {
      if (++depth > MAX_DEPTH) return true;
    } else if (unit === 125 || unit === 93) depth--;
  }
  return SURROGATE_ESCAPE.test(text);
}

const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
/** Go reads an escape that is half of a pair as U+FFFD. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const QUOTE = 34;
const BACKSLASH = 92;
const ZERO = 48;
const NINE = 57;
const MINUS = 45;
const DOT = 46;

/** Index of the closing quote of the string that opens at `start`, -1 when there is none. */
function stringEnd(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

type Frame =
  | { readonly kind: "array"; readonly items: Value[] }
  | { readonly kind: "object"; readonly object: Record<string, Value>; key: string };

/** Without recursion: the depth limit is Go's, not the JS stack's. */
class JsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Value {
    this.#space();
    if (this.#at >= this.#text.length) throw new JsonError("EOF");
    const value = this.#document();
    this.#space();
    if (this.#at < this.#text.length) throw new JsonError(this.#trailing());
    return value;
  }

  /** What Go says of the token that follows the document. */
  #trailing(): string {
    const char = this.#char();
    const token = char === "{" || char === "[" ? char : this.#scalar(char);
    return `error: invalid character '${token instanceof RegoNum ? token.text : token}' after top-level value`;
  }

  #document(): Value {
    const stack: Frame[] = [];
    for (;;) {
      let value = this.#open(stack);
      // Close every frame that this value completes.
      for (;;) {
        if (value === undefined) break;
        const top = stack.at(-1);
        if (top === undefined) return value;
        if (top.kind === "array") top.items.push(value);
        else setOwn(top.object, top.key, value);
        value = this.#next(top) ? undefined : this.#close(stack);
      }
    }
  }

  /** Reads a scalar, an empty collection, or opens a collection and answers undefined. */
  #open(stack: Frame[]): Value | undefined {
    this.#space();
    const char = this.#char();
    if (char === "{") {
      this.#deepen(stack);
      this.#at++;
      this.#space();
      if (this.#char() === "}") {
        this.#at++;
        return {};
      }
      const frame: Frame = { kind: "object", object: {}, key: "" };
      this.#key(frame, "looking for beginning of object key string");
      stack.push(frame);
      return undefined;
    }
    if (char === "[") {
      this.#deepen(stack);
      this.#at++;
      this.#space();
      if (this.#char() === "]") {
        this.#at++;
        return [];
      }
      stack.push({ kind: "array", items: [] });
      return undefined;
    }
    return this.#scalar(char);
  }

  #deepen(stack: readonly Frame[]): void {
    if (stack.length >= MAX_DEPTH) throw new JsonError("exceeded max depth");
  }

  /** After an item: whether another follows. */
  #next(frame: Frame): boolean {
    this.#space();
    const char = this.#char();
    if (char === ",") {
      this.#at++;
      if (frame.kind === "object") {
        this.#space();
        this.#key(frame, "looking for beginning of object key string");
      }
      return true;
    }
    if (char === (frame.kind === "array" ? "]" : "}")) {
      this.#at++;
      return false;
    }
    throw this.#unexpected(frame.kind === "array" ? "after array element" : "after object key:value pair");
  }

  #close(stack: Frame[]): Value {
    const frame = stack.pop()!;
    return frame.kind === "array" ? frame.items : frame.object;
  }

  #key(frame: { key: string }, where: string): void {
    if (this.#char() !== '"') throw this.#unexpected(where);
    frame.key = this.#string();
    this.#space();
    if (this.#char() !== ":") throw this.#unexpected("after object key");
    this.#at++;
  }

  #scalar(char: string): Value {
    if (char === '"') return this.#string();
    if (char === "-" || (char >= "0" && char <= "9")) return this.#number();
    if (char === "t") return this.#word("true", true);
    if (char === "f") return this.#word("false", false);
    if (char === "n") return this.#word("null", null);
    throw this.#unexpected("looking for beginning of value");
  }

  #word(word: string, value: Value): Value {
    for (let i = 1; i < word.length; i++) {
      this.#at++;
      if (this.#char() !== word[i])
        throw this.#unexpected(`in literal ${word} (expecting ${quoteChar(word[i]!)})`);
    }
    this.#at++;
    return value;
  }

  #number(): Value {
    const start = this.#at;
    if (this.#char() === "-") this.#at++;
    if (this.#char() === "0") this.#at++;
    else this.#digits("in numeric literal");
    if (this.#char() === ".") {
      this.#at++;
      this.#digits("after decimal point in numeric literal");
    }
    if (this.#char() === "e" || this.#char() === "E") {
      this.#at++;
      if (this.#char() === "+" || this.#char() === "-") this.#at++;
      this.#digits("in exponent of numeric literal");
    }
    const text = this.#text.slice(start, this.#at);
    const problem = problemOf(text);
    if (problem !== undefined) throw new JsonError(`invalid number: ${problem}`);
    return fromText(text);
  }

  #digits(where: string): void {
    const start = this.#at;
    while (isDigit(this.#text.charCodeAt(this.#at))) this.#at++;
    if (this.#at === start) throw this.#unexpected(where);
  }

  #string(): string {
    const start = ++this.#at;
    let result = "";
    let from = start;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit === QUOTE) break;
      if (Number.isNaN(unit)) throw new JsonError("unexpected EOF");
      if (unit < 0x20) throw this.#unexpected("in string literal");
      if (unit !== BACKSLASH) {
        this.#at++;
        continue;
      }
      result += this.#text.slice(from, this.#at);
      result += this.#escape();
      from = this.#at;
    }
    result += this.#text.slice(from, this.#at);
    this.#at++;
    return result.replace(LONE_SURROGATE, "\ufffd");
  }

  #escape(): string {
    this.#at++;
    const char = this.#char();
    if (char === "u") {
      let code = 0;
      for (let i = 0; i < 4; i++) {
        this.#at++;
        const digit = this.#char();
        if (!/^[0-9a-fA-F]$/.test(digit)) throw this.#unexpected("in \\u hexadecimal character escape");
        code = code * 16 + Number.parseInt(digit, 16);
      }
      this.#at++;
      return String.fromCharCode(code);
    }
    const plain = ESCAPES.get(char);
    if (plain === undefined) throw this.#unexpected("in string escape code");
    this.#at++;
    return plain;
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return;
      this.#at++;
    }
  }

  #char(): string {
    return this.#text[this.#at] ?? "";
  }

  #unexpected(where: string): JsonError {
    if (this.#at >= this.#text.length) return new JsonError("unexpected EOF");
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    return new JsonError(`invalid character ${quoteChar(char)} ${where}`);
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

/** Go names the first byte that does not fit; control characters by their escape. */
function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  const names: Record<string, string> = {
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
  };
  const code = char.charCodeAt(0);
  if (Object.hasOwn(names, char)) return `'${names[char]}'`;
  if (code < 0x20) return `'\\x${code.toString(16).padStart(2, "0")}'`;
  // The decoder reads bytes: a character outside of ASCII shows as its first byte.
  if (code >= 0x80) return `'${String.fromCharCode(new TextEncoder().encode(char)[0]!)}'`;
  return `'${char}'`;
}
