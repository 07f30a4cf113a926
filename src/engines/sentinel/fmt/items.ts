import type { Comment, Token } from "../lexer/token.ts";

/** A token or a comment, with how it stood in the source. */
export interface Item {
  readonly text: string;
  readonly token: Token | null;
  /** Line ends before it, at most two; an explicit `;` counts as one. */
  readonly breaks: 0 | 1 | 2;
}

/** The kind of a bracket, which decides about blanks inside it and about indentation. */
export type BracketKind = "call" | "group" | "list" | "index" | "map" | "block" | "body" | "case";

/** Tokens and comments in order; semicolons become line ends. */
export function itemsOf(text: string, tokens: readonly Token[], comments: readonly Comment[]): Item[] {
  const parts = [
    ...tokens
      .filter((token) => token.kind !== "eof")
      .map((token) => ({ token, text: token.text, pos: token.pos, end: token.end })),
    ...comments.map((comment) => ({ token: null, text: comment.text, pos: comment.pos, end: comment.end })),
  ].sort((a, b) => a.pos - b.pos || a.end - b.end);
  const items: Item[] = [];
  let end = 0;
  let forced = false;
  for (const part of parts) {
    if (part.token?.kind === "semi") {
      forced ||= part.text === ";";
      continue;
    }
    const count = text.slice(end, part.pos).split("\n").length - 1;
    items.push({
      text: part.token === null ? part.text.trimEnd() : part.text,
      token: part.token,
      breaks: Math.min(2, Math.max(count, forced ? 1 : 0)) as 0 | 1 | 2,
    });
    end = part.end;
    forced = false;
  }
  return items;
}

/** True when an expression can end with the token, so that a bracket after it belongs to it. */
export function endsOperand(token: Token | null): boolean {
  if (token === null) {
    return false;
  }
  if (token.kind === "op") {
    return token.text === ")" || token.text === "]" || token.text === "}";
  }
  return (
    token.kind === "ident" ||
    token.kind === "string" ||
    token.kind === "int" ||
    token.kind === "float" ||
    (token.kind === "word" && (token.text === "empty" || token.text === "defined"))
  );
}
