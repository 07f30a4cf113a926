const NON_ASCII = /[^\u0000-\u007f]/;

/** Upper case as Go maps it: one character to one character, without regard to context (`ß` stays). */
export function goUpper(text: string): string {
  return NON_ASCII.test(text) ? mapChars(text, upperChar) : text.toUpperCase();
}

/** Lower case as Go maps it: one character to one character (`İ` becomes `i`). */
export function goLower(text: string): string {
  return NON_ASCII.test(text) ? mapChars(text, lowerChar) : text.toLowerCase();
}

function mapChars(text: string, map: (char: string) => string): string {
  let result = "";
  for (const char of text) result += map(char);
  return result;
}

function lowerChar(char: string): string {
  const lower = char.toLowerCase();
  return isOneChar(lower) ? lower : String.fromCodePoint(lower.codePointAt(0)!);
}

function upperChar(char: string): string {
  const upper = char.toUpperCase();
  if (isOneChar(upper)) return upper;
  // Greek letters with iota subscript have a title-case letter that simple mapping uses.
  const code = char.codePointAt(0)!;
  const simple = code >= 0x1f80 && code <= 0x1faf ? code | 8 : IOTA.get(code);
  return simple === undefined ? char : String.fromCodePoint(simple);
}

const IOTA: ReadonlyMap<number, number> = new Map([
  [0x1fb3, 0x1fbc],
  [0x1fc3, 0x1fcc],
  [0x1ff3, 0x1ffc],
]);

function isOneChar(text: string): boolean {
  return text.length === 1 || (text.length === 2 && text.codePointAt(0)! > 0xffff);
}
