/** Where a text stops being JSON (RFC 8259). */
export interface JsonFault {
  /** Offset in UTF-16 units; the text's length when it ends too early. */
  readonly offset: number;
  readonly kind: "ends_early" | "unexpected";
}

/**
 * Finds the first fault of a text that `JSON.parse` refused. The messages of `JSON.parse` give a position
 * only sometimes and change between versions; this scanner is slower, iterative, and says the same
 * everywhere. `null` for text that is JSON.
 */
export function findJsonFault(text: string): JsonFault | null {
  const scanner = new Scanner(text);
  return scanner.run();
}

type Expect = "value" | "value_or_end" | "key_or_end" | "key" | "colon" | "comma_or_end" | "nothing";

const LITERALS = ["true", "false", "null"];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const PARTIAL_NUMBER = /^-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?)?)?$/;

class Scanner {
  private at = 0;
  private readonly open: ("{" | "[")[] = [];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  run(): JsonFault | null {
    let expect: Expect = "value";
    for (;;) {
      this.skipSpace();
      if (this.at >= this.text.length) return expect === "nothing" ? null : this.early();
      const next: Expect | JsonFault = this.token(expect);
      if (typeof next !== "string") return next;
      expect = next;
    }
  }

  private token(expect: Expect): Expect | JsonFault {
    const c = this.text[this.at];
    if (expect === "colon") return c === ":" ? this.step("value") : this.unexpected();
    if (expect === "nothing") return this.unexpected();
    if (expect === "comma_or_end") {
      if (c === ",") return this.step(this.open.at(-1) === "{" ? "key" : "value");
      return this.close(c);
    }
    if (expect === "key" || expect === "key_or_end") {
      if (c === '"') return this.string("colon");
      return expect === "key_or_end" && c === "}" ? this.close(c) : this.unexpected();
    }
    if (expect === "value_or_end" && c === "]") return this.close(c);
    return this.value(c);
  }

  private value(c: string | undefined): Expect | JsonFault {
    if (c === "{" || c === "[") {
      this.open.push(c);
      return this.step(c === "{" ? "key_or_end" : "value_or_end");
    }
    if (c === '"') return this.string(this.after());
    for (const literal of LITERALS) {
      if (this.text.startsWith(literal, this.at)) {
        this.at += literal.length;
        return this.after();
      }
      if (literal.startsWith(this.text.slice(this.at))) return this.early();
    }
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.text);
    if (match === null || /[\d.eE]/.test(this.text[this.at + match[0].length] ?? "")) {
      return this.text.length - this.at < 64 && PARTIAL_NUMBER.test(this.text.slice(this.at))
        ? this.early()
        : this.unexpected();
    }
    this.at += match[0].length;
    return this.after();
  }

  private string(then: Expect): Expect | JsonFault {
    let at = this.at + 1;
    for (;;) {
      const code = this.text.charCodeAt(at);
      if (Number.isNaN(code)) return this.early();
      if (code === 34) break;
      if (code < 32) return { offset: at, kind: "unexpected" };
      if (code !== 92) {
        at++;
        continue;
      }
      const escaped = this.text[at + 1];
      if (escaped === undefined) return this.early();
      if (escaped === "u") {
        const digits = this.text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]*$/.test(digits)) return { offset: at, kind: "unexpected" };
        if (digits.length < 4) return this.early();
        at += 6;
      } else if ('"\\/bfnrt'.includes(escaped)) at += 2;
      else return { offset: at, kind: "unexpected" };
    }
    this.at = at + 1;
    return then;
  }

  private close(c: string | undefined): Expect | JsonFault {
    const opened = this.open.at(-1);
    if ((c === "}" && opened === "{") || (c === "]" && opened === "[")) {
      this.open.pop();
      return this.step(this.after());
    }
    return this.unexpected();
  }

  private after(): Expect {
    return this.open.length === 0 ? "nothing" : "comma_or_end";
  }

  private step(then: Expect): Expect {
    this.at++;
    return then;
  }

  private skipSpace(): void {
    while (this.at < this.text.length && " \t\n\r".includes(this.text[this.at] ?? "x")) this.at++;
  }

  private early(): JsonFault {
    return { offset: this.text.length, kind: "ends_early" };
  }

  private unexpected(): JsonFault {
    return { offset: this.at, kind: "unexpected" };
  }
}

/** 1-based line and column (in characters) of an offset. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
