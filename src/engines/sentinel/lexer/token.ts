/** Words that are never identifiers except directly after a `.`. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  "all",
  "and",
  "any",
  "as",
  "break",
  "case",
  "contains",
  "continue",
  "default",
  "defined",
  "else",
  "empty",
  "filter",
  "for",
  "func",
  "if",
  "import",
  "in",
  "is",
  "map",
  "matches",
  "not",
  "or",
  "param",
  "return",
  "rule",
  "when",
  "xor",
]);

/**
 * `word` is a keyword (its text says which), `op` an operator or a delimiter. A `;` that the lexer inserted
 * at a line's end has the text `\n`, or the empty text at the end of the file.
 */
export type TokenKind = "ident" | "word" | "int" | "float" | "string" | "op" | "semi" | "eof";

export interface Token {
  readonly kind: TokenKind;
  /** The source text; of an inserted semicolon `\n` or the empty text. */
  readonly text: string;
  /** UTF-16 offsets into the source. */
  readonly pos: number;
  readonly end: number;
  /** A string's bytes (one character a byte); for an integer its value in base ten. Else empty. */
  readonly value: string;
}

export interface Comment {
  readonly pos: number;
  readonly end: number;
  /** With its markers, without the line's end. */
  readonly text: string;
}
