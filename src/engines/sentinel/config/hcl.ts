import type { SentinelError } from "../errors.ts";
import { Abort, sentinelError } from "../errors.ts";
import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import type { SourceFile } from "../source-file.ts";
import { placeAt } from "../source-file.ts";

/** Plain JSON with null-prototype objects. */
export type ConfigValue =
  | null
  | boolean
  | number
  | string
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

export interface HclAttribute {
  readonly name: string;
  readonly value: ConfigValue;
  readonly pos: number;
}

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: HclBody;
  readonly pos: number;
}

export interface HclBody {
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
}

const MAX_NESTING = 100;

/**
 * Reads the part of HCL that Sentinel's configuration uses: blocks, attributes and literal values. Expressions,
 * variables and template interpolation are errors, so nothing is ever silently read as something else.
 */
export function parseHcl(file: SourceFile): Result<HclBody, SentinelError> {
  try {
    const reader = new HclReader(file);
    return ok(reader.file());
  } catch (error) {
    if (error instanceof Abort) {
      return fail(sentinelError(error.code, error.message, error.place));
    }
    throw error;
  }
}

class HclReader {
  readonly #file: SourceFile;
  readonly #text: string;
  #pos: number;
  #depth = 0;

  constructor(file: SourceFile) {
    this.#file = file;
    this.#text = file.text;
    this.#pos = file.text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  file(): HclBody {
    const body = this.#body(false);
    if (this.#pos < this.#text.length) {
      throw this.#unexpected("an attribute or a block");
    }
    return body;
  }

  #body(inBlock: boolean): HclBody {
    const attributes: HclAttribute[] = [];
    const blocks: HclBlock[] = [];
    for (;;) {
      this.#skip(true);
      if (this.#pos >= this.#text.length || (inBlock && this.#text[this.#pos] === "}")) {
        return { attributes, blocks };
      }
      const pos = this.#pos;
      const name = this.#text[pos] === '"' ? this.#string() : this.#identifier();
      this.#skip(false);
      if (this.#text[this.#pos] === "=") {
        this.#pos += 1;
        if (attributes.some((other) => other.name === name)) {
          throw this.#error(pos, `the attribute \`${name}\` is given twice`);
        }
        attributes.push({ name, value: this.#value(), pos });
        this.#endOfItem(inBlock);
      } else {
        blocks.push(this.#block(name, pos));
      }
    }
  }

  #block(type: string, pos: number): HclBlock {
    const labels: string[] = [];
    for (;;) {
      this.#skip(false);
      const c = this.#text[this.#pos];
      if (c === "{") {
        break;
      }
      if (c !== '"' && !/[A-Za-z_]/.test(c ?? "")) {
        throw this.#unexpected("`=`, a label or `{`");
      }
      labels.push(c === '"' ? this.#string() : this.#identifier());
    }
    this.#pos += 1;
    const body = this.#nested(() => this.#body(true));
    this.#skip(true);
    if (this.#text[this.#pos] !== "}") {
      throw this.#unexpected("`}`");
    }
    this.#pos += 1;
    return { type, labels, body, pos };
  }

  #endOfItem(inBlock: boolean): void {
    this.#skip(false);
    const c = this.#text[this.#pos];
    if (c === undefined || c === "\n" || (inBlock && c === "}")) {
      return;
    }
    if (c === ",") {
      this.#pos += 1;
      return;
    }
    throw this.#unexpected("the end of the line");
  }

  #value(): ConfigValue {
    this.#skip(false);
    const pos = this.#pos;
    const c = this.#text[pos];
    if (c === '"') {
      return this.#string();
    }
    if (c === "[") {
      return this.#nested(() => this.#list());
    }
    if (c === "{") {
      return this.#nested(() => this.#object());
    }
    if (this.#text.startsWith("<<", pos)) {
      return this.#heredoc();
    }
    const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/.exec(
      this.#text.slice(pos, pos + 400),
    );
    if (number !== null) {
      this.#pos += number[0].length;
      return Number(number[0]);
    }
    const word = /^[A-Za-z_][\w-]*/.exec(this.#text.slice(pos, pos + 400))?.[0];
    if (word === "true" || word === "false" || word === "null") {
      this.#pos += word.length;
      return word === "null" ? null : word === "true";
    }
    throw this.#unexpected("a literal value");
  }

  #list(): ConfigValue {
    const items: ConfigValue[] = [];
    this.#pos += 1;
    for (;;) {
      this.#skip(true);
      if (this.#text[this.#pos] === "]") {
        this.#pos += 1;
        return items;
      }
      items.push(this.#value());
      this.#skip(true);
      if (this.#text[this.#pos] === ",") {
        this.#pos += 1;
      } else if (this.#text[this.#pos] !== "]") {
        throw this.#unexpected("`,` or `]`");
      }
    }
  }

  #object(): ConfigValue {
    const object = Object.create(null) as { [key: string]: ConfigValue };
    this.#pos += 1;
    for (;;) {
      this.#skip(true);
      const c = this.#text[this.#pos];
      if (c === "}") {
        this.#pos += 1;
        return object;
      }
      const pos = this.#pos;
      const key = c === '"' ? this.#string() : (this.#number() ?? this.#identifier());
      this.#skip(false);
      if (this.#text[this.#pos] !== "=" && this.#text[this.#pos] !== ":") {
        throw this.#unexpected("`=` or `:` after a key");
      }
      this.#pos += 1;
      if (Object.hasOwn(object, key)) {
        throw this.#error(pos, `the key \`${key}\` is given twice`);
      }
      this.#skip(true);
      object[key] = this.#value();
      this.#skip(false);
      const after = this.#text[this.#pos];
      if (after === ",") {
        this.#pos += 1;
      } else if (after !== "\n" && after !== "}") {
        throw this.#unexpected("`,`, a new line or `}`");
      }
    }
  }

  #number(): string | null {
    const match = /^\d+/.exec(this.#text.slice(this.#pos, this.#pos + 40));
    if (match === null) {
      return null;
    }
    this.#pos += match[0].length;
    return match[0];
  }

  #identifier(): string {
    const match = /^[\p{L}_][\p{L}\p{N}_-]*/u.exec(this.#text.slice(this.#pos, this.#pos + 400));
    if (match === null) {
      throw this.#unexpected("a name");
    }
    this.#pos += match[0].length;
    return match[0];
  }

  #string(): string {
    const start = this.#pos;
    let out = "";
    this.#pos += 1;
    for (;;) {
      const c = this.#text[this.#pos];
      if (c === undefined || c === "\n") {
        throw this.#error(start, "a string is not closed on its line");
      }
      if (c === '"') {
        this.#pos += 1;
        return out;
      }
      if (c === "\\") {
        out += this.#escape();
        continue;
      }
      out += this.#templatePart(c);
    }
  }

  /** One character; `$${` and `%%{` are the literal `${` and `%{`, which alone would be templates. */
  #templatePart(c: string): string {
    const rest = this.#text.slice(this.#pos, this.#pos + 3);
    if (rest === "$${" || rest === "%%{") {
      this.#pos += 3;
      return rest.slice(1);
    }
    if (rest.startsWith("${") || rest.startsWith("%{")) {
      throw this.#error(this.#pos, "template interpolation is not supported in a configuration file");
    }
    this.#pos += 1;
    return c;
  }

  #escape(): string {
    const pos = this.#pos;
    const letter = this.#text[pos + 1] ?? "";
    const simple = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" }[letter];
    if (simple !== undefined) {
      this.#pos += 2;
      return simple;
    }
    const digits = letter === "u" ? 4 : letter === "U" ? 8 : 0;
    const hex = this.#text.slice(pos + 2, pos + 2 + digits);
    const code = Number.parseInt(hex, 16);
    if (digits === 0 || hex.length < digits || !/^[0-9a-fA-F]+$/.test(hex) || code > 0x10ffff) {
      throw this.#error(pos, `unknown escape sequence \`\\${letter}\``);
    }
    this.#pos += 2 + digits;
    return String.fromCodePoint(code);
  }

  #heredoc(): string {
    const start = this.#pos;
    const head = /^<<(-?)([A-Za-z_][\w-]*)\r?\n/.exec(this.#text.slice(start, start + 200));
    if (head === null) {
      throw this.#error(start, "a heredoc needs a marker at the end of its line");
    }
    const lines: string[] = [];
    let at = start + head[0].length;
    for (;;) {
      if (at >= this.#text.length) {
        throw this.#error(start, `the heredoc \`${head[2]}\` is not closed`);
      }
      let end = this.#text.indexOf("\n", at);
      end = end === -1 ? this.#text.length : end;
      const line = this.#text.slice(at, end).replace(/\r$/, "");
      if (line.trim() === head[2]) {
        this.#pos = end;
        break;
      }
      if (/(?<!\$)\$\{|(?<!%)%\{/.test(line)) {
        throw this.#error(at, "template interpolation is not supported in a configuration file");
      }
      lines.push(line);
      at = end + 1;
    }
    const indents = lines
      .filter((line) => line.trim() !== "")
      .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
    const indent = head[1] === "-" && indents.length > 0 ? indents.reduce((a, b) => Math.min(a, b)) : 0;
    return lines
      .map((line) => `${line.slice(indent)}\n`)
      .join("")
      .replaceAll("$${", "${")
      .replaceAll("%%{", "%{");
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) {
      throw this.#error(this.#pos, `the file nests deeper than ${MAX_NESTING} levels`);
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** Skips blanks and comments; line ends only where they mean nothing. */
  #skip(newlines: boolean): void {
    for (;;) {
      const c = this.#text[this.#pos];
      if (c === " " || c === "\t" || c === "\r" || (newlines && c === "\n")) {
        this.#pos += 1;
      } else if (c === "#" || this.#text.startsWith("//", this.#pos)) {
        const end = this.#text.indexOf("\n", this.#pos);
        this.#pos = end === -1 ? this.#text.length : end;
      } else if (this.#text.startsWith("/*", this.#pos)) {
        const end = this.#text.indexOf("*/", this.#pos + 2);
        if (end === -1) {
          throw this.#error(this.#pos, "a comment is not closed");
        }
        this.#pos = end + 2;
      } else {
        return;
      }
    }
  }

  #error(pos: number, message: string): Abort {
    return new Abort("sentinel_config_error", message, placeAt(this.#file, pos));
  }

  #unexpected(wanted: string): Abort {
    const rest = this.#text.slice(this.#pos, this.#pos + 20).split("\n")[0] ?? "";
    const found =
      this.#pos >= this.#text.length
        ? "the end of the file"
        : rest === ""
          ? "the end of the line"
          : `\`${rest}\``;
    return this.#error(this.#pos, `expected ${wanted}, found ${found}`);
  }
}
