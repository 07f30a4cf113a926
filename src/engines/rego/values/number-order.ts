import { compareDecimals, type Decimal, decimalOfInteger, equalDecimals, parseDecimal } from "./decimal.ts";
import type { RegoNum } from "./rego-num.ts";

/** The exact decimal value; a double counts as its shortest text. */
export function decimalOf(value: number | RegoNum): Decimal {
  if (typeof value !== "number") return value.decimal;
  return Number.isSafeInteger(value)
    ? decimalOfInteger(BigInt(value))
    : (parseDecimal(value.toString()) ?? decimalOfInteger(0n));
}

/** Orders by value, not by text. */
export function compareNumbers(a: number | RegoNum, b: number | RegoNum): number {
  if (typeof a === "number" && typeof b === "number") return a < b ? -1 : a > b ? 1 : 0;
  return compareDecimals(decimalOf(a), decimalOf(b));
}

export function equalNumbers(a: number | RegoNum, b: number | RegoNum): boolean {
  if (typeof a === "number" && typeof b === "number") return a === b;
  return equalDecimals(decimalOf(a), decimalOf(b));
}
