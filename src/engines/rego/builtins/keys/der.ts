import { fault } from "../operands.ts";

/** One element of DER: its tag with class and form bits, its content, and all of its bytes. */
export interface Der {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** The elements that a run of bytes consists of. @throws Fault `x509: malformed certificate` */
export function readDer(bytes: Uint8Array): Der[] {
  const elements: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = readOne(bytes, at);
    elements.push(element);
    at += element.raw.length;
  }
  return elements;
}

function readOne(bytes: Uint8Array, at: number): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  // Tags above 30 do not occur in certificates.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw malformed();
  let length = first;
  let header = 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || at + 2 + count > bytes.length) throw malformed();
    length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + bytes[at + 2 + i]!;
    header += count;
  }
  const end = at + header + length;
  if (end > bytes.length) throw malformed();
  return { tag, content: bytes.subarray(at + header, end), raw: bytes.subarray(at, end) };
}

export function malformed() {
  return fault("x509: malformed certificate");
}

/** The elements inside of one with the given tag. */
export function inside(element: Der | undefined, tag: number): Der[] {
  if (element?.tag !== tag) throw malformed();
  return readDer(element.content);
}

/** A signed integer. */
export function integerOf(element: Der | undefined): bigint {
  if (element?.tag !== TAG.integer || element.content.length === 0) throw malformed();
  return BigInt.asIntN(element.content.length * 8, unsignedOf(element.content));
}

export function unsignedOf(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

export function oidOf(element: Der | undefined): number[] {
  if (element?.tag !== TAG.oid) throw malformed();
  const numbers: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (numbers.length === 0) {
      const first = Math.min(Math.floor(value / 40), 2);
      numbers.push(first, value - first * 40);
    } else numbers.push(value);
    value = 0;
  }
  return numbers;
}

/** Bytes of a bit string without its count of unused bits. */
export function bitsOf(element: Der | undefined): Uint8Array {
  if (element?.tag !== TAG.bitString || element.content.length === 0) throw malformed();
  return element.content.subarray(1);
}

/** Text of any of the string types. */
export function textOf(element: Der): string {
  if (element.tag === 0x1e) {
    let text = "";
    for (let i = 0; i + 1 < element.content.length; i += 2)
      text += String.fromCharCode(element.content[i]! * 256 + element.content[i + 1]!);
    return text;
  }
  return Buffer.from(element.content).toString("utf8");
}

/** A time as text of RFC 3339. */
export function timeOf(element: Der | undefined): string {
  const text = element === undefined ? "" : textOf(element);
  const match =
    element?.tag === TAG.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text)
      : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text);
  if (match === null) throw malformed();
  const [, year = "", month, day, hour, minute, second] = match;
  const full = year.length === 4 ? year : `${Number(year) < 50 ? "20" : "19"}${year}`;
  return `${full}-${month}-${day}T${hour}:${minute}:${second}Z`;
}
