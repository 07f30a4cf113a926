import { bytesOf } from "../values/bytes.ts";

/** What stands between the quotes, as bytes, or why the literal is illegal and at which offset of `body`. */
export type StringBytes =
  | { readonly ok: true; readonly bytes: string }
  | { readonly ok: false; readonly at: number; readonly message: string };

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  ['"', '"'],
]);

/** Decodes the escapes of a `"…"` literal. Octal and `\x` give one byte, `\u` and `\U` the UTF-8 of a code point. */
export function unescapeString(body: string): StringBytes {
  if (!body.includes("\\")) {
    return { ok: true, bytes: bytesOf(body) };
  }
  let bytes = "";
  let i = 0;
  while (i < body.length) {
    const slash = body.indexOf("\\", i);
    if (slash === -1) {
      bytes += bytesOf(body.slice(i));
      break;
    }
    bytes += bytesOf(body.slice(i, slash));
    const sequence = readEscape(body, slash + 1);
    if (!sequence.ok) {
      return sequence;
    }
    bytes += sequence.bytes;
    i = sequence.end;
  }
  return { ok: true, bytes };
}

type Escape =
  | { readonly ok: true; readonly bytes: string; readonly end: number }
  | { readonly ok: false; readonly at: number; readonly message: string };

function readEscape(body: string, at: number): Escape {
  const letter = body[at] ?? "";
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) {
    return { ok: true, bytes: simple, end: at + 1 };
  }
  if (letter === "x") {
    return numeric(body, at + 1, 2, 16, (n) => String.fromCharCode(n));
  }
  if (letter === "u") {
    return numeric(body, at + 1, 4, 16, codePoint);
  }
  if (letter === "U") {
    return numeric(body, at + 1, 8, 16, codePoint);
  }
  if (letter >= "0" && letter <= "7") {
    return numeric(body, at, 3, 8, (n) => (n > 255 ? null : String.fromCharCode(n)));
  }
  return { ok: false, at, message: `unknown escape sequence \`\\${letter}\`` };
}

function numeric(
  body: string,
  at: number,
  digits: number,
  radix: 8 | 16,
  encode: (n: number) => string | null,
): Escape {
  const text = body.slice(at, at + digits);
  const wanted = radix === 8 ? /^[0-7]+$/ : /^[0-9a-fA-F]+$/;
  if (text.length < digits || !wanted.test(text)) {
    return {
      ok: false,
      at,
      message: `an escape sequence needs ${digits} ${radix === 8 ? "octal" : "hexadecimal"} digits`,
    };
  }
  const bytes = encode(Number.parseInt(text, radix));
  if (bytes === null) {
    return { ok: false, at, message: `the escape sequence \`${text}\` is out of range` };
  }
  return { ok: true, bytes, end: at + digits };
}

function codePoint(n: number): string | null {
  return n > 0x10ffff || (n >= 0xd800 && n <= 0xdfff) ? null : bytesOf(String.fromCodePoint(n));
}
