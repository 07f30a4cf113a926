import { fault } from "./operands.ts";

export type Base64Alphabet = "standard" | "url";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const CODES: Readonly<Record<Base64Alphabet, ReadonlySet<number>>> = {
  standard: new Set(Buffer.from(`${LETTERS}+/`)),
  url: new Set(Buffer.from(`${LETTERS}-_`)),
};

export function encodeBase64(bytes: Uint8Array, alphabet: Base64Alphabet): string {
  const encoded = Buffer.from(bytes).toString("base64");
  return alphabet === "standard" ? encoded : encoded.replaceAll("+", "-").replaceAll("/", "_");
}

/**
 * Decodes padded base64; line ends are skipped, nothing else is. Node's own decoder takes anything.
 *
 * @throws Fault `illegal base64 data at input byte N`, N as Go counts it
 */
export function decodeBase64(text: string, alphabet: Base64Alphabet): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  const codes = CODES[alphabet];
  let inQuantum = 0;
  let i = 0;
  for (; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === 10 || byte === 13) continue;
    if (codes.has(byte)) {
      inQuantum = (inQuantum + 1) % 4;
      continue;
    }
    if (byte !== 61) throw corrupt(i);
    checkPadding(bytes, i, inQuantum);
    return Buffer.from(text, "base64");
  }
  // The place Go names is the start of the group of four that was cut off.
  if (inQuantum !== 0) throw corrupt(i - inQuantum);
  return Buffer.from(text, "base64");
}

function checkPadding(bytes: Uint8Array, first: number, inQuantum: number): void {
  if (inQuantum < 2) throw corrupt(first);
  let i = skipLines(bytes, first + 1);
  if (inQuantum === 2) {
    if (i >= bytes.length) throw corrupt(bytes.length);
    if (bytes[i] !== 61) throw corrupt(i);
    i = skipLines(bytes, i + 1);
  }
  if (i < bytes.length) throw corrupt(i);
}

function skipLines(bytes: Uint8Array, from: number): number {
  let i = from;
  while (bytes[i] === 10 || bytes[i] === 13) i++;
  return i;
}

function corrupt(at: number) {
  return fault(`illegal base64 data at input byte ${at}`);
}
