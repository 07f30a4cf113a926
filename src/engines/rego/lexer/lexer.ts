/** Token kinds; the string is what OPA prints for the token in an error. `and`/`or` as logical keywords have own kinds. */
export type Token =
  | "illegal"
  | "eof"
  | "whitespace"
  | "identifier"
  | "comment"
  | "package"
  | "import"
  | "as"
  | "default"
  | "else"
  | "not"
  | "some"
  | "with"
  | "null"
  | "true"
  | "false"
  | "number"
  | "string"
  | "template-string-part"
  | "template-string-end"
  | "raw-template-string-part"
  | "raw-template-string-end"
  | "["
  | "]"
  | "{"
  | "}"
  | "("
  | ")"
  | ","
  | ":"
  | "plus"
  | "minus"
  | "mul"
  | "div"
  | "rem"
  | "and"
  | "or"
  | "eq"
  | "equal"
  | "assign"
  | "in"
  | "neq"
  | "gt"
  | "lt"
  | "gte"
  | "lte"
  | "."
  | ";"
  | "every"
  | "contains"
  | "if"
  | "logical-and"
  | "logical-or";

export const BASE_KEYWORDS: readonly Token[] = [
  "package",
  "import",
  "as",
  "default",
  "else",
  "not",
  "some",
  "with",
  "null",
  "true",
  "false",
];

/** Position of the scanner: everything that must be saved to come back to a place. */
export interface LexerState {
  /** Index of the current character, and its code point (-1 at the end). */
  pos: number;
  cur: number;
  row: number;
  col: number;
}

export interface ScannedToken {
  token: Token;
  text: string;
  row: number;
  col: number;
  offset: number;
  end: number;
  errors: readonly string[];
}

const NO_ERRORS: readonly string[] = [];
const PUNCTUATION: Readonly<Record<string, Token>> = {
  "[": "[",
  "]": "]",
  "{": "{",
  "}": "}",
  "(": "(",
  ")": ")",
  ",": ",",
  ";": ";",
  ".": ".",
  "+": "plus",
  "-": "minus",
  "*": "mul",
  "/": "div",
  "%": "rem",
  "&": "and",
  "|": "or",
};
const BOM = 0xfeff;

/** Scanner of one source text. Keywords are a property of the parser: the same word can be a name elsewhere. */
export class Lexer {
  readonly source: string;
  state: LexerState;
  private errors: string[] = [];

  constructor(source: string) {
    this.source = source;
    this.state = { pos: -1, cur: 0, row: 1, col: 0 };
    this.advanceTo(0);
    if (this.state.cur === BOM) this.next();
  }

  private advanceTo(pos: number): void {
    const s = this.state;
    s.pos = pos;
    if (pos >= this.source.length) {
      s.pos = this.source.length;
      s.cur = -1;
      return;
    }
    const cp = this.source.codePointAt(pos) ?? -1;
    s.cur = cp;
    if (cp === 10) {
      s.row++;
      s.col = 0;
    } else {
      s.col++;
      if (cp === 0) this.errors.push("illegal null character");
      else if (cp === BOM && pos > 0) this.errors.push("illegal byte-order mark");
    }
  }

  private next(): void {
    if (this.state.cur === -1) return;
    this.advanceTo(this.state.pos + (this.state.cur > 0xffff ? 2 : 1));
  }

  /** Scans one token. `continueTemplate` goes on inside a template string after the `}` of an expression. */
  scan(keywords: ReadonlyMap<string, Token>, continueTemplate?: { raw: boolean }): ScannedToken {
    const s = this.state;
    const { pos: offset, row, col } = s;
    let token: Token = "illegal";
    let text = "";
    const ch = s.cur;
    if (continueTemplate !== undefined) {
      [text, token] = this.template(continueTemplate.raw, offset - 1);
    } else if (ch === 32 || ch === 9 || ch === 10 || ch === 13) {
      text = String.fromCharCode(ch);
      this.next();
      token = "whitespace";
    } else if (isLetter(ch)) {
      while (isLetter(s.cur) || isDigit(s.cur)) this.next();
      text = this.source.slice(offset, s.pos);
      token = keywords.get(text) ?? "identifier";
    } else if (isDecimal(ch)) {
      text = this.number(offset);
      token = "number";
    } else if (ch === -1) {
      token = "eof";
    } else {
      this.next();
      const c = String.fromCodePoint(ch);
      if (Object.hasOwn(PUNCTUATION, c)) token = PUNCTUATION[c] ?? "illegal";
      else [text, token] = this.special(c, offset);
    }
    const errors = this.errors.length === 0 ? NO_ERRORS : this.errors;
    if (errors.length > 0) this.errors = [];
    return { token, text, row, col, offset, end: s.pos, errors };
  }

  private special(c: string, offset: number): [string, Token] {
    const s = this.state;
    switch (c) {
      case "#": {
        while (s.cur !== 10 && s.cur !== -1) this.next();
        return [this.source.slice(offset, s.pos).replace(/\r+$/, ""), "comment"];
      }
      case '"':
        return [this.string(offset), "string"];
      case "`":
        return [this.rawString(offset), "string"];
      case ":":
        return ["", this.follow("assign", ":")];
      case "=":
        return ["", this.follow("equal", "eq")];
      case ">":
        return ["", this.follow("gte", "gt")];
      case "<":
        return ["", this.follow("lte", "lt")];
      case "!":
        if (s.cur === 61) {
          this.next();
          return ["", "neq"];
        }
        this.errors.push("illegal ! character");
        return ["", "illegal"];
      case "\u00a0":
        this.errors.push("illegal non-breaking space character, use a regular space instead");
        return ["", "illegal"];
      case "$":
        if (s.cur === 34 || s.cur === 96) {
          const start = s.pos;
          const raw = s.cur === 96;
          this.next();
          return this.template(raw, start);
        }
        this.errors.push("illegal $ character");
        return ["", "illegal"];
      default:
        return ["", "illegal"];
    }
  }

  private follow(withEquals: Token, without: Token): Token {
    if (this.state.cur !== 61) return without;
    this.next();
    return withEquals;
  }

  private number(start: number): string {
    const s = this.state;
    const digits = (): boolean => {
      let found = false;
      while (isDecimal(s.cur)) {
        this.next();
        found = true;
      }
      return found;
    };
    digits();
    if (s.cur === 46) {
      this.next();
      if (!digits()) this.errors.push("expected fraction");
    }
    if (s.cur === 101 || s.cur === 69) {
      this.next();
      if ("+-".includes(String.fromCodePoint(Math.max(s.cur, 0)))) this.next();
      if (!digits()) this.errors.push("expected exponent");
    }
    if (isLetter(s.cur)) {
      this.errors.push("illegal number format");
      while (isLetter(s.cur) || isDigit(s.cur)) this.next();
    }
    return this.source.slice(start, s.pos);
  }

  private escape(template: boolean): boolean {
    const s = this.state;
    switch (s.cur) {
      case 92:
      case 34:
      case 47:
      case 98:
      case 102:
      case 110:
      case 114:
      case 116:
        this.next();
        return false;
      case 117:
        for (let i = 0; i < 5; i++) this.next();
        return false;
      case 123:
        if (template) {
          this.next();
          return true;
        }
        break;
    }
    this.errors.push("illegal escape sequence");
    return false;
  }

  private string(start: number): string {
    const s = this.state;
    for (;;) {
      const ch = s.cur;
      if (ch === 10 || ch === -1) {
        this.errors.push("non-terminated string");
        break;
      }
      this.next();
      if (ch === 34) break;
      if (ch === 92) this.escape(false);
    }
    return this.source.slice(start, s.pos);
  }

  private rawString(start: number): string {
    const s = this.state;
    for (;;) {
      const ch = s.cur;
      this.next();
      if (ch === 96) break;
      if (ch === -1) {
        this.errors.push("non-terminated string");
        break;
      }
    }
    return this.source.slice(start, s.pos);
  }

  /** Text of one template part, delimiters included, with the backslash of `\{` taken out. */
  private template(raw: boolean, start: number): [string, Token] {
    const s = this.state;
    let token: Token = raw ? "raw-template-string-part" : "template-string-part";
    let text = "";
    let from = start;
    for (;;) {
      const ch = s.cur;
      if (ch === -1 || (!raw && ch === 10)) {
        this.errors.push("non-terminated string");
        break;
      }
      this.next();
      if (ch === (raw ? 96 : 34)) {
        token = raw ? "raw-template-string-end" : "template-string-end";
        break;
      }
      if (ch === 123) break;
      if (ch === 92) {
        const at = s.pos;
        let brace = false;
        if (!raw) brace = this.escape(true);
        else if (s.cur === 123) {
          this.next();
          brace = true;
        }
        if (brace) {
          text += this.source.slice(from, at - 1);
          from = at;
        }
      }
    }
    return [text + this.source.slice(from, s.pos), token];
  }
}

function isLetter(ch: number): boolean {
  const lower = ch | 32;
  return (lower >= 97 && lower <= 122 && ch > 0) || ch === 95;
}
function isDecimal(ch: number): boolean {
  return ch >= 48 && ch <= 57;
}
function isDigit(ch: number): boolean {
  return isDecimal(ch) || (ch >= 0x80 && /\p{Nd}/u.test(String.fromCodePoint(ch)));
}
