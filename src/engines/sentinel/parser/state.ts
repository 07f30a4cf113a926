import { Abort } from "../errors.ts";
import type { Lexed } from "../lexer/lexer.ts";
import type { Token, TokenKind } from "../lexer/token.ts";
import type { SourceFile } from "../source-file.ts";
import { placeAt } from "../source-file.ts";

/** How deep expressions and blocks may nest: keeps hostile sources from filling the host's stack. */
const MAX_NESTING = 200;
/** How long a chain of one precedence level may be: such chains become trees as deep as they are long. */
export const MAX_CHAIN = 1000;

export interface ParserState {
  readonly file: SourceFile;
  readonly tokens: readonly Token[];
  readonly lexError: Lexed["error"];
  at: number;
  nesting: number;
  /** Depth of function bodies and loops, for `return`, `break` and `continue`. */
  functions: number;
  loops: number;
}

export function peek(p: ParserState, ahead = 0): Token {
  return p.tokens[Math.min(p.at + ahead, p.tokens.length - 1)] as Token;
}

export function next(p: ParserState): Token {
  const token = peek(p);
  p.at += 1;
  return token;
}

export function isOp(p: ParserState, text: string, ahead = 0): boolean {
  const token = peek(p, ahead);
  return token.kind === "op" && token.text === text;
}

export function isWord(p: ParserState, text: string, ahead = 0): boolean {
  const token = peek(p, ahead);
  return token.kind === "word" && token.text === text;
}

export function isKind(p: ParserState, kind: TokenKind, ahead = 0): boolean {
  return peek(p, ahead).kind === kind;
}

export function acceptOp(p: ParserState, text: string): boolean {
  if (isOp(p, text)) {
    p.at += 1;
    return true;
  }
  return false;
}

export function acceptWord(p: ParserState, text: string): boolean {
  if (isWord(p, text)) {
    p.at += 1;
    return true;
  }
  return false;
}

export function expectOp(p: ParserState, text: string, where: string): Token {
  if (!isOp(p, text)) {
    throw unexpected(p, `\`${text}\` ${where}`);
  }
  return next(p);
}

export function expectWord(p: ParserState, text: string, where: string): Token {
  if (!isWord(p, text)) {
    throw unexpected(p, `\`${text}\` ${where}`);
  }
  return next(p);
}

/** Skips a semicolon that a line end inserted before a closing bracket that tolerates it. */
export function skipInserted(p: ParserState): void {
  while (isKind(p, "semi") && peek(p).text !== ";") {
    p.at += 1;
  }
}

export function syntaxError(p: ParserState, pos: number, message: string): Abort {
  return new Abort("sentinel_syntax_error", message, placeAt(p.file, pos));
}

export function unexpected(p: ParserState, wanted: string): Abort {
  const token = peek(p);
  if (token.kind === "eof" && p.lexError !== null) {
    return syntaxError(p, p.lexError.pos, p.lexError.message);
  }
  return syntaxError(p, token.pos, `expected ${wanted}, found ${describe(token)}`);
}

function describe(token: Token): string {
  if (token.kind === "eof" || (token.kind === "semi" && token.text === "")) {
    return "the end of the file";
  }
  if (token.kind === "semi" && token.text === "\n") {
    return "the end of the line";
  }
  return `\`${token.text.length > 40 ? `${token.text.slice(0, 40)}…` : token.text}\``;
}

/** Runs one nested production and counts its depth. */
export function nested<T>(p: ParserState, production: () => T): T {
  p.nesting += 1;
  if (p.nesting > MAX_NESTING) {
    throw syntaxError(p, peek(p).pos, `the source nests deeper than ${MAX_NESTING} levels`);
  }
  const result = production();
  p.nesting -= 1;
  return result;
}
