import { bytesOf } from "../values/bytes.ts";
import { unescapeString } from "./string-literal.ts";
import type { Comment, Token, TokenKind } from "./token.ts";
import { KEYWORDS } from "./token.ts";

export interface Lexed {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  /** The first illegal character or literal; the tokens before it are good. */
  readonly error: { readonly pos: number; readonly message: string } | null;
}

const LETTER = /[\p{L}_]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}_]/u;
const NUMBER = /0[xX][0-9a-fA-F]+|(?:\d+\.\d*|\.\d+|\d+(?=[eE][+-]?\d))(?:[eE][+-]?\d+)?|\d+/y;
const TWO_CHAR_OPS: ReadonlySet<string> = new Set(["==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%="]);
const ONE_CHAR_OPS = "+-*/%<>=!.,:()[]{}";
const MAX_INT = 2n ** 63n - 1n;
/** Words that close a statement when a line ends after them. */
const CLOSING_WORDS: ReadonlySet<string> = new Set(["break", "continue", "return", "empty", "defined"]);

/** Splits a source into tokens and inserts semicolons at line ends (the Go rule). Never throws. */
export function lex(text: string): Lexed {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  let pos = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  /** Whether a line end here closes a statement. */
  let closes = false;

  const push = (kind: TokenKind, end: number, value = ""): void => {
    const raw = text.slice(pos, end);
    tokens.push({ kind, text: raw, pos, end, value });
    closes =
      kind === "ident" ||
      kind === "int" ||
      kind === "float" ||
      kind === "string" ||
      (kind === "word" && CLOSING_WORDS.has(raw)) ||
      (kind === "op" && (raw === ")" || raw === "]" || raw === "}"));
    pos = end;
  };
  const newline = (at: number, raw: string): void => {
    if (closes) {
      tokens.push({ kind: "semi", text: raw, pos: at, end: at + raw.length, value: "" });
      closes = false;
    }
  };
  const stop = (at: number, message: string): Lexed => {
    tokens.push({ kind: "eof", text: "", pos: text.length, end: text.length, value: "" });
    return { tokens, comments, error: { pos: at, message } };
  };

  while (pos < text.length) {
    const c = text[pos] as string;
    if (c === "\n") {
      newline(pos, "\n");
      pos += 1;
    } else if (c === " " || c === "\t" || c === "\r") {
      pos += 1;
    } else if (c === "#" || (c === "/" && text[pos + 1] === "/")) {
      let end = text.indexOf("\n", pos);
      end = end === -1 ? text.length : end;
      comments.push({ pos, end, text: text.slice(pos, end).replace(/\r$/, "") });
      pos = end;
    } else if (c === "/" && text[pos + 1] === "*") {
      const close = text.indexOf("*/", pos + 2);
      if (close === -1) {
        return stop(pos, "a block comment is not closed");
      }
      const body = text.slice(pos, close + 2);
      comments.push({ pos, end: close + 2, text: body });
      if (body.includes("\n")) {
        newline(pos, "\n");
      }
      pos = close + 2;
    } else if (isDigit(c) || (c === "." && isDigit(text[pos + 1]))) {
      NUMBER.lastIndex = pos;
      const raw = NUMBER.exec(text)?.[0] ?? c;
      const number = readNumber(raw);
      if (typeof number === "string") {
        return stop(pos, number);
      }
      const after = text[pos + raw.length] ?? "";
      if (LETTER_OR_DIGIT.test(after)) {
        return stop(pos, `\`${raw}${after}\` is not a number`);
      }
      push(number.kind, pos + raw.length, number.value);
    } else if (c === '"') {
      const end = closingQuote(text, pos + 1);
      if (end === -1) {
        return stop(pos, "a string is not closed on its line");
      }
      const bytes = unescapeString(text.slice(pos + 1, end));
      if (!bytes.ok) {
        return stop(pos + 1 + bytes.at, bytes.message);
      }
      push("string", end + 1, bytes.bytes);
    } else if (c === "`") {
      const end = text.indexOf("`", pos + 1);
      if (end === -1) {
        return stop(pos, "a raw string is not closed");
      }
      // As in Go, carriage returns are not part of a raw string.
      push("string", end + 1, bytesOf(text.slice(pos + 1, end).replaceAll("\r", "")));
    } else if (c === ";") {
      tokens.push({ kind: "semi", text: ";", pos, end: pos + 1, value: "" });
      closes = false;
      pos += 1;
    } else if (ONE_CHAR_OPS.includes(c)) {
      push("op", pos + (TWO_CHAR_OPS.has(text.slice(pos, pos + 2)) ? 2 : 1));
    } else {
      const end = wordEnd(text, pos);
      if (end === pos) {
        return stop(
          pos,
          `the character \`${String.fromCodePoint(text.codePointAt(pos) ?? 0)}\` is not allowed here`,
        );
      }
      const word = text.slice(pos, end);
      const previous = tokens[tokens.length - 1];
      const afterDot = previous?.kind === "op" && previous.text === ".";
      push(KEYWORDS.has(word) && !afterDot ? "word" : "ident", end);
    }
  }
  newline(pos, "");
  tokens.push({ kind: "eof", text: "", pos, end: pos, value: "" });
  return { tokens, comments, error: null };
}

function isDigit(c: string | undefined): boolean {
  return c !== undefined && c >= "0" && c <= "9";
}

function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const unit = text.charCodeAt(end);
    if (unit < 0x80) {
      const letter = (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === 95;
      if (!letter && !(end > start && unit >= 48 && unit <= 57)) {
        break;
      }
      end += 1;
      continue;
    }
    const char = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (!(end === start ? LETTER : LETTER_OR_DIGIT).test(char)) {
      break;
    }
    end += char.length;
  }
  return end;
}

/** Offset of the quote that ends a `"…"` string, or -1 when its line ends first. */
function closingQuote(text: string, start: number): number {
  for (let i = start; i < text.length; i += 1) {
    const c = text[i];
    if (c === '"') {
      return i;
    }
    if (c === "\n") {
      return -1;
    }
    if (c === "\\") {
      i += 1;
      if (text[i] === "\n") {
        return -1;
      }
    }
  }
  return -1;
}

function readNumber(raw: string): { readonly kind: "int" | "float"; readonly value: string } | string {
  const hex = /^0[xX]/.test(raw);
  if (!hex && /[.eE]/.test(raw)) {
    return { kind: "float", value: raw };
  }
  const octal = !hex && raw.length > 1 && raw.startsWith("0");
  if (octal && /[89]/.test(raw)) {
    return `\`${raw}\` is not an octal number`;
  }
  const value = BigInt(octal ? `0o${raw.slice(1)}` : raw);
  return value > MAX_INT
    ? `the integer \`${raw}\` does not fit 64 bits`
    : { kind: "int", value: value.toString() };
}
