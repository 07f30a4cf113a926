import type { Comment, Module, Term } from "../ast/ast.ts";
import { type Location, type RegoError, regoError } from "../errors.ts";
import { BASE_KEYWORDS, Lexer, type LexerState, type Token } from "../lexer/lexer.ts";

export type Version = Module["regoVersion"];

export const FUTURE_KEYWORDS_V0: ReadonlyMap<string, Token> = new Map([
  ["in", "in"],
  ["every", "every"],
  ["contains", "contains"],
  ["if", "if"],
]);
export const FUTURE_KEYWORDS_V1: ReadonlyMap<string, Token> = new Map([
  ["not", "not"],
  ["and", "logical-and"],
  ["or", "logical-or"],
]);
export const ALL_FUTURE_KEYWORDS: ReadonlyMap<string, Token> = new Map([
  ...FUTURE_KEYWORDS_V0,
  ...FUTURE_KEYWORDS_V1,
]);

const FUTURE_TOKENS = new Set<Token>(ALL_FUTURE_KEYWORDS.values());
const BASE_KEYWORD_SET = new Set<string>(BASE_KEYWORDS);

/** Nesting of source text that is accepted. Far above what people write, far below the host's stack. */
const MAX_DEPTH = 1200;

export function isKeywordInVersion(word: string, version: Version): boolean {
  if (BASE_KEYWORD_SET.has(word)) return true;
  if (version >= 1 && FUTURE_KEYWORDS_V0.has(word)) return true;
  return version >= 2 && FUTURE_KEYWORDS_V1.has(word);
}

/** What changes while parsing and must come back when an attempt is undone. */
export interface ParserSnapshot {
  tok: Token;
  lit: string;
  row: number;
  col: number;
  offset: number;
  tokEnd: number;
  lastEnd: number;
  skippedNewline: boolean;
  wildcard: number;
  errors: readonly RegoError[];
  hints: readonly string[];
  lexer: LexerState;
}

interface RememberedTerm {
  readonly offset: number;
  readonly term: Term | undefined;
  readonly after: ParserSnapshot;
}

/**
 * Braces that may be a body or a value are tried both ways, which doubles the work at each level of nesting. Text that
 * makes use of this is refused.
 */
export class ParserExhausted extends Error {
  readonly location: Location;

  constructor(location: Location) {
    super("the text takes too many attempts to parse: nest fewer braces");
    this.location = location;
  }
}

/** Token window, errors and keyword state of one parse. The grammar lives in the functions of the sibling files. */
export class ParserState {
  readonly file: string;
  readonly source: string;
  readonly version: Version;
  readonly lexer: Lexer;
  readonly comments = new Map<number, Comment>();
  /**
   * Terms of the attempt under way, by rising offset, so that trying a text a second way costs no second parse. A term
   * takes the place of all terms inside of it.
   */
  termCache: RememberedTerm[] = [];
  keywords: Map<string, Token>;
  notBodies = false;
  skipRules = false;
  depth = 0;
  /** Tokens that may still be read, attempts included. */
  private work: number;
  tok: Token = "illegal";
  lit = "";
  row = 1;
  col = 0;
  offset = 0;
  tokEnd = 0;
  lastEnd = 0;
  skippedNewline = false;
  wildcard = 0;
  errors: readonly RegoError[] = [];
  hints: readonly string[] = [];

  constructor(file: string, source: string, version: Version) {
    this.file = file;
    this.source = source;
    this.version = version;
    this.lexer = new Lexer(source);
    this.work = 50_000 + 100 * source.length;
    this.keywords = new Map(BASE_KEYWORDS.map((word) => [word as string, word]));
    if (version >= 1) this.addKeywords(FUTURE_KEYWORDS_V0);
    if (version >= 2) {
      this.addKeywords(FUTURE_KEYWORDS_V1);
      this.notBodies = true;
    }
  }

  /** Whether the current token is of this kind. */
  is(tok: Token): boolean {
    return this.tok === tok;
  }

  addKeyword(word: string, token: Token): void {
    this.keywords.set(word, token);
    if (token === "every") this.keywords.set("in", "in");
    this.termCache = [];
  }

  addKeywords(words: ReadonlyMap<string, Token>): void {
    for (const [word, token] of words) this.addKeyword(word, token);
  }

  rememberedTerm(): RememberedTerm | undefined {
    for (let i = this.termCache.length - 1; i >= 0; i--) {
      const entry = this.termCache[i] as RememberedTerm;
      if (entry.offset === this.offset) return entry;
      if (entry.offset < this.offset) return undefined;
    }
    return undefined;
  }

  /** Failures are remembered too, with the errors they left: a second attempt must not report them again. */
  rememberTerm(offset: number, term: Term | undefined): void {
    const cache = this.termCache;
    while (cache.length > 0 && (cache[cache.length - 1] as RememberedTerm).offset >= offset) cache.pop();
    cache.push({ offset, term, after: this.save() });
  }

  save(): ParserSnapshot {
    return {
      tok: this.tok,
      lit: this.lit,
      row: this.row,
      col: this.col,
      offset: this.offset,
      tokEnd: this.tokEnd,
      lastEnd: this.lastEnd,
      skippedNewline: this.skippedNewline,
      wildcard: this.wildcard,
      errors: this.errors,
      hints: this.hints,
      lexer: { ...this.lexer.state },
    };
  }

  restore(s: ParserSnapshot): void {
    this.tok = s.tok;
    this.lit = s.lit;
    this.row = s.row;
    this.col = s.col;
    this.offset = s.offset;
    this.tokEnd = s.tokEnd;
    this.lastEnd = s.lastEnd;
    this.skippedNewline = s.skippedNewline;
    this.wildcard = s.wildcard;
    this.errors = s.errors;
    this.hints = s.hints;
    this.lexer.state = { ...s.lexer };
  }

  /** Location of the current token. */
  loc(): Location {
    return { file: this.file, row: this.row, col: this.col, offset: this.offset, end: this.tokEnd };
  }

  /** `at`'s row and column with the text from `offset` to `end`. */
  span(at: Location, offset: number, end: number): Location {
    return { file: at.file, row: at.row, col: at.col, offset, end };
  }

  text(loc: Location): string {
    return this.source.slice(loc.offset, loc.end);
  }

  scan(): void {
    this.doScan(true);
  }

  scanWS(): void {
    this.doScan(false);
  }

  /** @throws ParserExhausted when attempts read the text far more often than any sensible policy needs */
  doScan(skipWhitespace: boolean, continueTemplate?: { raw: boolean }): void {
    if (this.tok !== "whitespace") {
      this.lastEnd = this.tokEnd;
      this.skippedNewline = false;
    }
    for (;;) {
      if (--this.work < 0) throw new ParserExhausted(this.loc());
      const t = this.lexer.scan(this.keywords, continueTemplate);
      this.tok = t.token;
      this.lit = t.text;
      this.row = t.row;
      this.col = t.col;
      this.offset = t.offset;
      this.tokEnd = t.end;
      if (t.errors.length > 0) {
        for (const message of t.errors) this.error(this.loc(), message);
        this.tok = "illegal";
      }
      if (this.tok === "whitespace") {
        if (t.text === "\n") this.skippedNewline = true;
        if (skipWhitespace) continue;
      }
      if (this.tok !== "comment") return;
      this.comments.set(t.offset, { text: t.text.slice(1), loc: this.loc() });
    }
  }

  hint(text: string): void {
    this.hints = [...this.hints, text];
  }

  error(loc: Location, message: string): void {
    let full = message;
    if (this.hints.length === 1) full += ` (hint: ${this.hints[0]})`;
    else if (this.hints.length > 1) full += ` (hints: ${this.hints.join(", ")})`;
    this.hints = [];
    // A text full of errors is reported up to a bound; nobody reads further, and hostile text must not fill memory.
    if (this.errors.length >= 200) return;
    this.errors = [
      ...this.errors,
      regoError("parse", "rego_parse_error", full, loc, sourceExcerpt(this.source, loc.offset)),
    ];
  }

  illegal(note = ""): void {
    if (this.tok === "illegal") {
      this.error(this.loc(), "illegal token");
      return;
    }
    const kind =
      BASE_KEYWORD_SET.has(tokenText(this.tok)) || FUTURE_TOKENS.has(this.tok) ? "keyword" : "token";
    const head = `unexpected ${tokenText(this.tok)} ${kind}`;
    this.error(this.loc(), note === "" ? head : `${head}: ${note}`);
  }

  enter(): boolean {
    this.depth++;
    if (this.depth > MAX_DEPTH) {
      this.error(this.loc(), "max parsing recursion depth exceeded");
      this.depth--;
      return false;
    }
    return true;
  }

  leave(): void {
    this.depth--;
  }

  isAllowedRefKeyword(tok: Token = this.tok): boolean {
    const word = tokenText(tok);
    return isKeywordInVersion(word, this.version) || this.keywords.has(word);
  }

  wildcardName(): string {
    return `$${this.wildcard++}`;
  }
}

export function tokenText(tok: Token): string {
  if (tok === "logical-and") return "and";
  return tok === "logical-or" ? "or" : tok;
}

/** The source line of an error and a caret under the place, without leading tabs. */
export function sourceExcerpt(source: string, at: number): string[] {
  if (source.length === 0) return [];
  let offset = Math.min(Math.max(at, 0), source.length - 1);
  const isSpace = (i: number): boolean => /[\t\n\v\f\r \u0085\u00a0]/.test(source.charAt(i));
  while (offset > 0 && isSpace(offset)) offset--;
  const isNewline = (i: number): boolean => source[i] === "\n" || source[i] === "\r";
  let begin = offset;
  while (begin > 0 && !isNewline(begin)) begin--;
  if (isNewline(begin)) begin++;
  let end = offset;
  while (end < source.length && !isNewline(end)) end++;
  const line = end > begin ? source.slice(begin, end) : "";
  const trimmed = line.replace(/^\t+/, "");
  // OPA counts bytes here, so the caret stands too far right behind characters outside of ASCII.
  const before = new TextEncoder().encode(source.slice(begin, offset)).length;
  const indent = Math.min(Math.max(before - (line.length - trimmed.length), 0), 10_000);
  return [trimmed, `${" ".repeat(indent)}^`];
}
