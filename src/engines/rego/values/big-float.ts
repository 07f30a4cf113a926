import type { Decimal } from "./decimal.ts";

/**
 * A binary float with a 64-bit mantissa, as Go's `big.Float` has by default: `±mantissa * 2^exponent`, the
 * mantissa's top bit set. Zero has mantissa 0. Rounding is to nearest, ties to even.
 */
export interface BigFloat {
  readonly negative: boolean;
  readonly mantissa: bigint;
  readonly exponent: number;
}

const BITS = 64;
const DOUBLE_BITS = 53;

export function floatOfDecimal(decimal: Decimal): BigFloat {
  const negative = decimal.coefficient < 0n;
  const magnitude = negative ? -decimal.coefficient : decimal.coefficient;
  if (magnitude === 0n) return { negative: false, mantissa: 0n, exponent: 0 };
  if (decimal.exponent >= 0)
    return roundFloat(negative, magnitude * 5n ** BigInt(decimal.exponent), decimal.exponent, false);
  // Divide by 5^n with two bits more than needed; the remainder only decides ties.
  return divideMagnitudes(negative, magnitude, 5n ** BigInt(-decimal.exponent), decimal.exponent);
}

export function floatOfInteger(value: bigint): BigFloat {
  return roundFloat(value < 0n, value < 0n ? -value : value, 0, false);
}

export function addFloats(a: BigFloat, b: BigFloat): BigFloat {
  const exponent = Math.min(a.exponent, b.exponent);
  const left = signed(a) << BigInt(a.mantissa === 0n ? 0 : a.exponent - exponent);
  const right = signed(b) << BigInt(b.mantissa === 0n ? 0 : b.exponent - exponent);
  const sum = left + right;
  if (sum === 0n) return { negative: a.negative && b.negative, mantissa: 0n, exponent: 0 };
  return roundFloat(sum < 0n, sum < 0n ? -sum : sum, exponent, false);
}

export function negateFloat(a: BigFloat): BigFloat {
  return { negative: !a.negative, mantissa: a.mantissa, exponent: a.exponent };
}

export function multiplyFloats(a: BigFloat, b: BigFloat): BigFloat {
  return roundFloat(a.negative !== b.negative, a.mantissa * b.mantissa, a.exponent + b.exponent, false);
}

/** The product rounded to 53 bits. */
export function multiplyToDouble(a: BigFloat, b: BigFloat): BigFloat {
  const rounded = roundFloat(
    a.negative !== b.negative,
    a.mantissa * b.mantissa,
    a.exponent + b.exponent,
    false,
    DOUBLE_BITS,
  );
  return roundFloat(rounded.negative, rounded.mantissa, rounded.exponent, false);
}

/** The divisor must not be zero. */
export function divideFloats(a: BigFloat, b: BigFloat): BigFloat {
  const negative = a.negative !== b.negative;
  if (a.mantissa === 0n) return { negative, mantissa: 0n, exponent: 0 };
  return divideMagnitudes(negative, a.mantissa, b.mantissa, a.exponent - b.exponent);
}

/** The integer part, towards zero. */
export function truncateFloat(a: BigFloat): bigint {
  const magnitude =
    a.exponent >= 0 ? a.mantissa << BigInt(a.exponent) : a.mantissa >> BigInt(Math.min(-a.exponent, 1 << 20));
  return a.negative ? -magnitude : magnitude;
}

export function isIntegerFloat(a: BigFloat): boolean {
  if (a.mantissa === 0n || a.exponent >= 0) return true;
  if (-a.exponent >= BITS) return false;
  return a.mantissa % (1n << BigInt(-a.exponent)) === 0n;
}

/**
 * Go's shortest text that reads back as the same 64-bit float: integers in full, others plain or, when the
 * decimal exponent is below -4 or at least 6, with an exponent of two digits or more.
 */
export function floatText(a: BigFloat): string {
  const sign = a.negative ? "-" : "";
  if (a.mantissa === 0n) return `${sign}0`;
  const { digits, point } = shortestDigits(a);
  if (isIntegerFloat(a)) return sign + digits.padEnd(point, "0");
  const exponent = point - 1;
  if (exponent < -4 || exponent >= 6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    const size = Math.abs(exponent).toString().padStart(2, "0");
    return `${sign}${digits[0]}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function signed(a: BigFloat): bigint {
  return a.negative ? -a.mantissa : a.mantissa;
}

function divideMagnitudes(negative: boolean, num: bigint, den: bigint, exponent: number): BigFloat {
  const shift = Math.max(0, BITS + 2 + bitLength(den) - bitLength(num));
  const scaled = num << BigInt(shift);
  const quotient = scaled / den;
  return roundFloat(negative, quotient, exponent - shift, quotient * den !== scaled);
}

function roundFloat(
  negative: boolean,
  magnitude: bigint,
  exponent: number,
  inexact: boolean,
  bits = BITS,
): BigFloat {
  if (magnitude === 0n) return { negative, mantissa: 0n, exponent: 0 };
  const excess = bitLength(magnitude) - bits;
  if (excess <= 0) return { negative, mantissa: magnitude << BigInt(-excess), exponent: exponent + excess };
  const shift = BigInt(excess);
  let mantissa = magnitude >> shift;
  const rest = magnitude - (mantissa << shift);
  const half = 1n << (shift - 1n);
  if (rest > half || (rest === half && (inexact || (mantissa & 1n) === 1n))) mantissa++;
  if (mantissa >> BigInt(bits) === 1n)
    return { negative, mantissa: mantissa >> 1n, exponent: exponent + excess + 1 };
  return { negative, mantissa, exponent: exponent + excess };
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0] ?? "0", 16)) + 28;
}

interface Digits {
  readonly digits: string;
  /** Place of the decimal point relative to the first digit. */
  readonly point: number;
}

/** Walks the digits until the number stands apart from both neighbours' halfway points. */
function shortestDigits(a: BigFloat): Digits {
  const middle = a.mantissa << 1n;
  const exponent = a.exponent - 1;
  const exact = expand(middle, exponent);
  const lower = expand(middle - 1n, exponent).digits;
  const upper = expand(middle + 1n, exponent).digits;
  const inclusive = (a.mantissa & 1n) === 0n;
  const digits = exact.digits;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(i);
    const low = i < lower.length ? lower.charCodeAt(i) : 48;
    const high = i < upper.length ? upper.charCodeAt(i) : 48;
    const down = low !== digit || (inclusive && i + 1 === lower.length);
    const up = digit !== high && (inclusive || digit + 1 < high || i + 1 < upper.length);
    if (down && up) return roundDigits(exact, i + 1, roundsUp(digits, i + 1));
    if (down) return roundDigits(exact, i + 1, false);
    if (up) return roundDigits(exact, i + 1, true);
  }
  return exact;
}

function expand(mantissa: bigint, exponent: number): Digits {
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const text = whole.toString();
  return { digits: stripZeros(text), point: text.length + Math.min(exponent, 0) };
}

function roundsUp(digits: string, length: number): boolean {
  if (length >= digits.length) return false;
  const next = digits.charCodeAt(length);
  // Exactly halfway: to even.
  if (next === 53 && length + 1 === digits.length) return (digits.charCodeAt(length - 1) & 1) === 1;
  return next >= 53;
}

function roundDigits(exact: Digits, length: number, up: boolean): Digits {
  const kept = exact.digits.slice(0, length);
  if (!up || length >= exact.digits.length) return { digits: stripZeros(kept), point: exact.point };
  const raised = (BigInt(kept) + 1n).toString();
  return { digits: stripZeros(raised), point: exact.point + (raised.length - kept.length) };
}

function stripZeros(digits: string): string {
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}
