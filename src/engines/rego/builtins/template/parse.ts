import { quoteGo } from "../../values/index.ts";
import { fault } from "../operands.ts";

/** A template of Go's `text/template`, without `define`, `template` and `block`. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly pipe: Pipe }
  | { readonly kind: "if" | "with"; readonly pipe: Pipe; readonly body: Body; readonly otherwise: Body }
  | { readonly kind: "range"; readonly pipe: Pipe; readonly body: Body; readonly otherwise: Body }
  | { readonly kind: "break" | "continue" };

export type Body = readonly TemplateNode[];

export interface Pipe {
  /** Variables that it sets: one, or two in `range`. */
  readonly variables: readonly string[];
  readonly declares: boolean;
  readonly commands: readonly (readonly Operand[])[];
}

export type Operand =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "dot" }
  | { readonly kind: "field"; readonly of: Operand; readonly name: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "pipe"; readonly pipe: Pipe };

interface Token {
  readonly kind: "text" | "open" | "close" | "word";
  readonly text: string;
}

/** @throws Fault `template: …` when the text is no template */
export function parseTemplate(text: string): Body {
  const parser = new TemplateParser(tokenize(text));
  return parser.parse();
}

const WORD =
  /\s*("(?:[^"\\\n]|\\.)*"|`[^`]*`|:=|[=|(),]|\$[\p{L}\p{Nd}_]*(?:\.[\p{L}_][\p{L}\p{Nd}_]*)*|(?:\.[\p{L}_][\p{L}\p{Nd}_]*)+|\.|[-+]?\d[\d_.eE+xXa-fA-F-]*|[\p{L}_][\p{L}\p{Nd}_]*)\s*/uy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trim = false;
  while (at < text.length) {
    const open = text.indexOf("{{", at);
    let piece = text.slice(at, open < 0 ? undefined : open);
    if (trim) piece = piece.replace(/^[ \t\r\n]+/, "");
    trim = false;
    const trimsBefore = open >= 0 && /^-[ \t\r\n]/.test(text.slice(open + 2, open + 4));
    if (trimsBefore) piece = piece.replace(/[ \t\r\n]+$/, "");
    if (piece !== "") tokens.push({ kind: "text", text: piece });
    if (open < 0) break;
    at = open + (trimsBefore ? 3 : 2);
    const comment = /^\s*\/\*[\s\S]*?\*\/\s*?( -)?\}\}/.exec(text.slice(at));
    if (comment !== null) {
      trim = comment[1] !== undefined;
      at += comment[0].length;
      continue;
    }
    tokens.push({ kind: "open", text: "{{" });
    for (;;) {
      const close = /^\s*(?:( -)?\}\})/.exec(text.slice(at)) ?? /^(\s-)\}\}/.exec(text.slice(at));
      if (close !== null) {
        trim = close[1] !== undefined;
        at += close[0].length;
        break;
      }
      WORD.lastIndex = at;
      const word = WORD.exec(text);
      if (word === null)
        throw fault(
          at >= text.length
            ? "template: template:1: unclosed action"
            : `template: template:1: unexpected ${quoteGo(text[at]!)} in command`,
        );
      tokens.push({ kind: "word", text: word[1]! });
      // Leave the space that a trim marker needs.
      at = WORD.lastIndex - (/\s$/.test(word[0]) && text.startsWith("-}}", WORD.lastIndex) ? 1 : 0);
    }
    tokens.push({ kind: "close", text: "}}" });
  }
  return tokens;
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  "and",
  "or",
  "not",
  "len",
  "index",
  "slice",
  "print",
  "printf",
  "println",
  "html",
  "js",
  "urlquery",
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
]);

class TemplateParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #variables: string[] = ["$"];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Body {
    const { body, end } = this.#body();
    if (end !== undefined) throw this.#problem(`unexpected {{${end}}}`);
    return body;
  }

  /** Nodes up to `{{end}}` or `{{else …}}`, which is answered with the parser behind the word. */
  #body(): { body: TemplateNode[]; end: string | undefined } {
    const body: TemplateNode[] = [];
    const visible = this.#variables.length;
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at++]!;
      if (token.kind === "text") {
        body.push({ kind: "text", text: token.text });
        continue;
      }
      const word = this.#peek();
      if (word === "end" || word === "else") {
        this.#at++;
        this.#variables.length = visible;
        return { body, end: word };
      }
      body.push(this.#action(word));
    }
    return { body, end: undefined };
  }

  #action(word: string): TemplateNode {
    switch (word) {
      case "if":
      case "with":
      case "range":
        this.#at++;
        return this.#control(word);
      case "break":
      case "continue":
        this.#at++;
        this.#close();
        return { kind: word };
      case "define":
      case "template":
      case "block":
        throw this.#problem(`{{${word}}} is not supported`);
    }
    const pipe = this.#pipe(false);
    this.#close();
    return { kind: "print", pipe };
  }

  #control(kind: "if" | "with" | "range"): TemplateNode {
    const visible = this.#variables.length;
    const pipe = this.#pipe(kind === "range");
    this.#close();
    const { body, end } = this.#body();
    if (end === undefined) throw this.#problem("unexpected EOF");
    let otherwise: Body = [];
    if (end === "else") {
      const chained = this.#peek();
      if ((chained === "if" && kind === "if") || (chained === "with" && kind === "with")) {
        this.#at++;
        otherwise = [this.#control(chained)];
        this.#variables.length = visible;
        return { kind, pipe, body, otherwise };
      }
      this.#close();
      const rest = this.#body();
      if (rest.end !== "end") throw this.#problem("expected end; found {{else}}");
      otherwise = rest.body;
    }
    this.#close();
    this.#variables.length = visible;
    return { kind, pipe, body, otherwise };
  }

  #pipe(inRange: boolean): Pipe {
    const variables: string[] = [];
    let declares = false;
    const start = this.#at;
    if (/^\$[\p{L}\p{Nd}_]+$/u.test(this.#peek())) {
      variables.push(this.#next());
      if (inRange && this.#peek() === ",") {
        this.#at++;
        variables.push(this.#next());
      }
      if (this.#peek() === ":=" || this.#peek() === "=") {
        declares = this.#next() === ":=";
      } else {
        this.#at = start;
        variables.length = 0;
      }
    }
    const commands: Operand[][] = [];
    for (;;) {
      const command: Operand[] = [];
      while (!["|", ")", ""].includes(this.#peek())) command.push(this.#operand());
      if (command.length === 0) throw this.#problem("missing value for command");
      commands.push(command);
      if (this.#peek() !== "|") break;
      this.#at++;
    }
    if (declares) this.#variables.push(...variables);
    return { variables, declares, commands };
  }

  #operand(): Operand {
    const word = this.#next();
    if (word === "(") {
      const pipe = this.#pipe(false);
      if (this.#next() !== ")") throw this.#problem("unclosed left paren");
      return this.#fields({ kind: "pipe", pipe });
    }
    if (word === ".") return { kind: "dot" };
    if (word.startsWith(".")) return fieldsOf({ kind: "dot" }, word.slice(1).split("."));
    if (word.startsWith("$")) {
      const [name = "$", ...fields] = word.split(".");
      if (!this.#variables.includes(name)) throw this.#problem(`undefined variable ${quoteGo(name)}`);
      return fieldsOf({ kind: "variable", name }, fields);
    }
    if (word.startsWith("`")) return { kind: "literal", value: word.slice(1, -1) };
    if (word.startsWith('"')) return { kind: "literal", value: unquote(word) };
    if (word === "true" || word === "false") return { kind: "literal", value: word === "true" };
    if (word === "nil") return { kind: "literal", value: null };
    if (/^[-+]?\d/.test(word)) {
      const value = Number(word.replaceAll("_", ""));
      if (Number.isNaN(value)) throw this.#problem(`bad number syntax: ${quoteGo(word)}`);
      return { kind: "literal", value };
    }
    if (FUNCTIONS.has(word)) return { kind: "function", name: word };
    if (/^[\p{L}_]/u.test(word)) throw this.#problem(`function ${quoteGo(word)} not defined`);
    throw this.#problem(`unexpected ${quoteGo(word)} in operand`);
  }

  #fields(of: Operand): Operand {
    const word = this.#peek();
    if (!word.startsWith(".") || word === ".") return of;
    this.#at++;
    return fieldsOf(of, word.slice(1).split("."));
  }

  #peek(): string {
    const token = this.#tokens[this.#at];
    return token?.kind === "word" ? token.text : "";
  }

  #next(): string {
    const word = this.#peek();
    if (word === "") throw this.#problem("unexpected end of action");
    this.#at++;
    return word;
  }

  #close(): void {
    const token = this.#tokens[this.#at];
    if (token?.kind !== "close") throw this.#problem(`unexpected ${quoteGo(token?.text ?? "EOF")} in action`);
    this.#at++;
  }

  #problem(message: string) {
    return fault(`template: template:1: ${message}`);
  }
}

function fieldsOf(of: Operand, names: readonly string[]): Operand {
  return names.reduce<Operand>((inner, name) => ({ kind: "field", of: inner, name }), of);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  v: "\v",
};

function unquote(word: string): string {
  return word
    .slice(1, -1)
    .replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g, (_, hex, code, char: string) =>
      hex !== undefined || code !== undefined
        ? String.fromCharCode(Number.parseInt((hex ?? code) as string, 16))
        : (ESCAPES[char] ?? char),
    );
}
