import { quoteGo } from "../../values/index.ts";
import type { Position } from "./ast.ts";

export interface Token {
  /** `Name`, `Int`, `Float`, `String`, `BlockString`, `<EOF>`, `<Invalid>`, or the punctuation itself. */
  readonly kind: string;
  readonly value: string;
  readonly position: Position;
  /** Comments right before it. */
  readonly comments: readonly string[];
  /** What is wrong with an invalid token. */
  readonly problem?: string;
}

/** Kind and text as error messages show them. */
export function tokenText(token: Token): string {
  return token.value === "" ? token.kind : `${token.kind} ${quoteGo(token.value)}`;
}

const PUNCTUATION = /[!$&():=@[\]{}|]/;

/** Splits GraphQL into tokens; columns count characters from 1. */
export class Lexer {
  readonly #chars: readonly string[];
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(source: string) {
    this.#chars = [...source];
  }

  next(): Token {
    const comments: string[] = [];
    for (;;) {
      this.#space();
      if (this.#chars[this.#at] !== "#") break;
      const start = this.#at;
      while (this.#at < this.#chars.length && /[^\u0000-\u0008\u000a-\u001f]/.test(this.#chars[this.#at]!))
        this.#at++;
      comments.push(this.#text(start));
    }
    return { ...this.#token(), comments };
  }

  #space(): void {
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === "\n" || char === "\r") {
        this.#at++;
        this.#line++;
        this.#lineStart = this.#at;
        if (char === "\r" && this.#chars[this.#at] === "\n") this.#at++;
      } else if (char === "\t" || char === " " || char === "," || char === "\ufeff") this.#at++;
      else return;
    }
  }

  #token(): Omit<Token, "comments"> {
    const start = this.#at;
    const char = this.#chars[start];
    if (char === undefined) return this.#make("<EOF>", "", start);
    if (PUNCTUATION.test(char)) {
      this.#at++;
      return this.#make(char, "", start);
    }
    if (char === "." && this.#chars[start + 1] === "." && this.#chars[start + 2] === ".") {
      this.#at += 3;
      return this.#make("...", "", start);
    }
    if (/[_A-Za-z]/.test(char)) {
      while (/^[_0-9A-Za-z]$/.test(this.#chars[this.#at] ?? "")) this.#at++;
      return this.#make("Name", this.#text(start), start);
    }
    if (/[-0-9]/.test(char)) return this.#number(start);
    if (char === '"')
      return this.#chars[start + 1] === '"' && this.#chars[start + 2] === '"'
        ? this.#block()
        : this.#string();
    if (char < " ") return this.#invalid(`Cannot contain the invalid character "\\u${hex4(char)}"`);
    if (char === "'")
      return this.#invalid(`Unexpected single quote character ('), did you mean to use a double quote (")?`);
    return this.#invalid(`Cannot parse the unexpected character "${char}".`);
  }

  #make(kind: string, value: string, start: number): Omit<Token, "comments"> {
    return { kind, value, position: { line: this.#line, column: start - this.#lineStart + 1 } };
  }

  #invalid(problem: string): Omit<Token, "comments"> {
    return { ...this.#make("<Invalid>", "", this.#at), problem };
  }

  #text(start: number): string {
    return this.#chars.slice(start, this.#at).join("");
  }

  #digits(): number {
    const start = this.#at;
    while (/^[0-9]$/.test(this.#chars[this.#at] ?? "")) this.#at++;
    return this.#at - start;
  }

  #take(chars: string): boolean {
    const char = this.#chars[this.#at];
    if (char === undefined || !chars.includes(char)) return false;
    this.#at++;
    return true;
  }

  #number(start: number): Omit<Token, "comments"> {
    const next = (): string => {
      const char = this.#chars[this.#at];
      return char === undefined ? "<EOF>" : `"${char}"`;
    };
    const expected = () => this.#invalid(`Invalid number, expected digit but got: ${next()}.`);
    this.#take("-");
    if (this.#take("0")) {
      if (/^[0-9]$/.test(this.#chars[this.#at] ?? ""))
        return this.#invalid(`Invalid number, unexpected digit after 0: ${next()}.`);
    } else if (this.#digits() === 0) return expected();
    let kind = "Int";
    if (this.#take(".")) {
      kind = "Float";
      if (this.#digits() === 0) return expected();
    }
    if (this.#take("eE")) {
      kind = "Float";
      this.#take("-+");
      if (this.#digits() === 0) return expected();
    }
    return this.#make(kind, this.#text(start), start);
  }

  #string(): Omit<Token, "comments"> {
    this.#at++;
    const start = this.#at;
    let value = "";
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined || char === "\n" || char === "\r") return this.#invalid("Unterminated string.");
      if (char < " " && char !== "\t")
        return this.#invalid(`Invalid character within String: "\\u${hex4(char)}".`);
      if (char === '"') {
        // The place is that of the first character inside of the quotes.
        const token = this.#make("String", value, start);
        this.#at++;
        return token;
      }
      if (char !== "\\") {
        value += char;
        this.#at++;
        continue;
      }
      const escaped = this.#escape();
      if (escaped === undefined) {
        this.#at++;
        const shown =
          this.#chars[this.#at] === "u"
            ? this.#chars.slice(this.#at, this.#at + 5).join("")
            : (this.#chars[this.#at] ?? "");
        return this.#invalid(`Invalid character escape sequence: \\${shown}.`);
      }
      value += escaped;
    }
  }

  #escape(): string | undefined {
    const char = this.#chars[this.#at + 1] ?? "";
    if (char === "u") {
      const hex = this.#chars.slice(this.#at + 2, this.#at + 6).join("");
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) return undefined;
      this.#at += 6;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    const plain = ESCAPES[char];
    if (plain === undefined) return undefined;
    this.#at += 2;
    return plain;
  }

  #block(): Omit<Token, "comments"> {
    this.#at += 3;
    const start = this.#at;
    let value = "";
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined) return this.#invalid("Unterminated string.");
      if (char === '"') {
        let quotes = 1;
        while (this.#chars[this.#at + quotes] === '"') quotes++;
        if (quotes >= 3) {
          value += '"'.repeat(quotes - 3);
          const token = this.#make("BlockString", blockValue(value), start);
          this.#at += quotes;
          return token;
        }
      }
      if (char < " " && !/[\t\n\r]/.test(char))
        return this.#invalid(`Invalid character within String: "\\u${hex4(char)}".`);
      if (char === "\\" && this.#chars.slice(this.#at, this.#at + 4).join("") === '\\"""') {
        value += '"""';
        this.#at += 4;
        continue;
      }
      this.#at++;
      if (char === "\r" && this.#chars[this.#at] === "\n") this.#at++;
      value += char === "\r" ? "\n" : char;
      if (char === "\r" || char === "\n") {
        this.#line++;
        this.#lineStart = this.#at;
      }
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "/": "/",
  "\\": "\\",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

function hex4(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, "0");
}

/** Common indentation and blank lines at both ends are no part of a block string. */
function blockValue(raw: string): string {
  const lines = raw.split("\n");
  let common = Number.POSITIVE_INFINITY;
  for (const line of lines.slice(1)) {
    const indent = /^[ \t]*/.exec(line)![0].length;
    if (indent < line.length) common = Math.min(common, indent);
  }
  const cut = lines.map((line, i) => (i === 0 || !Number.isFinite(common) ? line : line.slice(common)));
  while (cut.length > 0 && /^[ \t]*$/.test(cut[0]!)) cut.shift();
  while (cut.length > 0 && /^[ \t]*$/.test(cut.at(-1)!)) cut.pop();
  return cut.join("\n");
}
