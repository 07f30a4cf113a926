/**
 * An exact decimal: `coefficient * 10^exponent`. The coefficient has no trailing zero, so that two decimals
 * are equal exactly when their fields are. `digits` counts the coefficient's digits.
 */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
  readonly digits: number;
}

const ZERO: Decimal = { coefficient: 0n, exponent: 0, digits: 1 };
const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Reads decimal text such as `-1.50e3`; undefined when it is no number. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = "", exponentText = "0"] = match;
  const all = whole + fraction;
  if (all === "") return undefined;
  let end = all.length;
  while (end > 0 && all.charCodeAt(end - 1) === 48) end--;
  if (end === 0) return ZERO;
  let start = 0;
  while (all.charCodeAt(start) === 48) start++;
  const magnitude = BigInt(all.slice(start, end));
  return {
    coefficient: sign === "-" ? -magnitude : magnitude,
    exponent: Number(exponentText) - fraction.length + (all.length - end),
    digits: end - start,
  };
}

export function decimalOfInteger(value: bigint): Decimal {
  return parseDecimal(value.toString()) ?? ZERO;
}

export function equalDecimals(a: Decimal, b: Decimal): boolean {
  return a.exponent === b.exponent && a.coefficient === b.coefficient;
}

/** Orders by value, without ever building a power of ten larger than the operands' own digits. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const signA = signOf(a.coefficient);
  const signB = signOf(b.coefficient);
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  const sizeA = a.digits + a.exponent;
  const sizeB = b.digits + b.exponent;
  if (sizeA !== sizeB) return sizeA < sizeB ? -signA : signA;
  const shift = a.exponent - b.exponent;
  const left = shift > 0 ? a.coefficient * 10n ** BigInt(shift) : a.coefficient;
  const right = shift < 0 ? b.coefficient * 10n ** BigInt(-shift) : b.coefficient;
  return left === right ? 0 : left < right ? -1 : 1;
}

function signOf(value: bigint): number {
  return value === 0n ? 0 : value < 0n ? -1 : 1;
}
