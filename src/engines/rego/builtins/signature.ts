import type { NamedType, RegoType } from "./types.ts";

export interface Signature {
  readonly name: string;
  readonly args: readonly NamedType[];
  readonly variadic?: RegoType;
  readonly result?: NamedType;
}

/**
 * Reads a declaration such as `concat(delimiter: string, collection: any<array[string], set[string]>) output: string`.
 * Types: `null boolean number string any`, `any<A, B>` (one of), `set[T]`, `array[T]`, `array<T, U>` (of fixed
 * length), `object[K: V]`, `object<name: T>[K: V]`; `void` for no result, `...T` for any number of arguments.
 *
 * @throws Error when the text is no declaration; declarations stand in the code, so that is a bug.
 */
export function parseSignature(text: string): Signature {
  return new SignatureReader(text).read();
}

class SignatureReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Signature {
    const name = this.#until("(");
    const args: NamedType[] = [];
    let variadic: RegoType | undefined;
    this.#at++;
    while (!this.#take(")")) {
      if (this.#take("...")) variadic = this.#type();
      else args.push(this.#named());
      this.#take(", ");
    }
    const resultName = this.#until(":").trim();
    this.#at += 2;
    const rest = variadic === undefined ? {} : { variadic };
    if (this.#take("void")) return { name, args, ...rest };
    const type = this.#type();
    return { name, args, ...rest, result: resultName === "" ? { type } : { name: resultName, type } };
  }

  #named(): NamedType {
    const name = /^([a-z_0-9]+): /.exec(this.#text.slice(this.#at))?.[1];
    if (name === undefined) return { type: this.#type() };
    this.#at += name.length + 2;
    return { name, type: this.#type() };
  }

  #type(): RegoType {
    const word = /^[a-z]+/.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += word.length;
    switch (word) {
      case "null":
      case "boolean":
      case "number":
      case "string":
        return { type: word };
      case "any":
        return this.#take("<") ? { type: "any", of: this.#list() } : { type: "any" };
      case "set":
        return { type: "set", of: this.#bracketed() };
      case "array":
        return this.#take("<")
          ? { type: "array", static: this.#list() }
          : { type: "array", dynamic: this.#bracketed() };
      case "object":
        return this.#object();
      default:
        throw this.#fail();
    }
  }

  #object(): RegoType {
    const fields: { key: string; value: RegoType }[] = [];
    if (this.#take("<")) {
      while (!this.#take(">")) {
        const key = this.#until(":");
        this.#at += 2;
        fields.push({ key, value: this.#type() });
        this.#take(", ");
      }
    }
    const fixed = fields.length === 0 ? {} : { static: fields };
    if (!this.#take("[")) return { type: "object", ...fixed };
    const key = this.#type();
    this.#expect(": ");
    const value = this.#type();
    this.#expect("]");
    return { type: "object", ...fixed, dynamic: { key, value } };
  }

  #list(): RegoType[] {
    const types: RegoType[] = [];
    while (!this.#take(">")) {
      types.push(this.#type());
      this.#take(", ");
    }
    return types;
  }

  #bracketed(): RegoType {
    this.#expect("[");
    const type = this.#type();
    this.#expect("]");
    return type;
  }

  #until(stop: string): string {
    const end = this.#text.indexOf(stop, this.#at);
    if (end < 0) throw this.#fail();
    const part = this.#text.slice(this.#at, end);
    this.#at = end;
    return part;
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw this.#fail();
  }

  #fail(): Error {
    return new Error(`declaration \`${this.#text}\` is malformed at column ${this.#at + 1}`);
  }
}
