import {
  addFloats,
  type BigFloat,
  divideFloats,
  floatOfInteger,
  isIntegerFloat,
  multiplyFloats,
  multiplyToDouble,
  negateFloat,
  truncateFloat,
} from "./big-float.ts";
import { parseDecimal } from "./decimal.ts";
import { doubleText } from "./double-text.ts";
import { compareNumbers, decimalOf, equalNumbers } from "./number-order.ts";
import { RegoNum } from "./rego-num.ts";

export { compareNumbers as compare, equalNumbers as equal };

export type Numeric = number | RegoNum;

/** Largest binary exponent of a number: beyond it printing in full would cost more than it is worth. */
const MAX_BINARY_EXPONENT = 100_000;
const CANONICAL_INTEGER = /^(?:0|-?[1-9]\d{0,15})$/;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** An arithmetic operation without a result; `message` in OPA's words. */
export class NumberError extends Error {
  override readonly name = "NumberError";
}

/** The number of a literal that keeps its spelling. `text` must be a valid number (see `problemOf`). */
export function fromText(text: string): Numeric {
  if (CANONICAL_INTEGER.test(text)) {
    const value = Number(text);
    if (Number.isSafeInteger(value)) return value;
  }
  return RegoNum.ofText(text);
}

/** Why a text is no usable number, or undefined when it is one. */
export function problemOf(text: string): "invalid float" | "number too big" | undefined {
  const decimal = parseDecimal(text);
  if (decimal === undefined) return "invalid float";
  if (decimal.coefficient === 0n) return undefined;
  const size = (decimal.digits + decimal.exponent) * Math.LOG2E * Math.LN10;
  return Math.abs(size) > MAX_BINARY_EXPONENT ? "number too big" : undefined;
}

export function fromBigInt(value: bigint): Numeric {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : RegoNum.ofInteger(value);
}

/** A double by its shortest text in Go's `g` form. */
export function fromDouble(value: number): Numeric {
  if (Number.isSafeInteger(value)) return Object.is(value, -0) ? 0 : value;
  return RegoNum.ofText(doubleText(value, "g", -1));
}

/** The text that JSON and templates show. */
export function toText(value: Numeric): string {
  return typeof value === "number" ? value.toString() : value.text;
}

export function toDouble(value: Numeric): number {
  return typeof value === "number" ? value : Number(value.text);
}

/** The exact integer, or undefined for a number with a fraction (`2.0` and `1e3` are integers). */
export function toBigInt(value: Numeric): bigint | undefined {
  if (typeof value === "number" && Number.isSafeInteger(value)) return BigInt(value);
  const { coefficient, exponent } = decimalOf(value);
  return exponent < 0 ? undefined : coefficient * 10n ** BigInt(exponent);
}

/**
 * The integer when the text reads as an int64 without an exponent (`2`, `2.0`): what Go code that wants an
 * `int` accepts. Undefined otherwise.
 */
export function toInt64(value: Numeric): bigint | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  const match = /^(-?\d+)(?:\.0*)?$/.exec(value.text);
  if (match === null) return undefined;
  const integer = BigInt(match[1]!);
  return integer >= INT64_MIN && integer <= INT64_MAX ? integer : undefined;
}

/** `toInt64` as a JS number, when it is a safe integer. */
export function toSafeInteger(value: Numeric): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  const integer = toInt64(value);
  return integer === undefined || !Number.isSafeInteger(Number(integer)) ? undefined : Number(integer);
}

export function isInteger(value: Numeric): boolean {
  return typeof value === "number" ? Number.isInteger(value) : value.decimal.exponent >= 0;
}

export function add(a: Numeric, b: Numeric): Numeric {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum) && Number.isSafeInteger(a) && Number.isSafeInteger(b)) return sum;
  }
  const x = toBigInt(a);
  const y = x === undefined ? undefined : toBigInt(b);
  if (x !== undefined && y !== undefined) return fromBigInt(x + y);
  return fromFloat(addFloats(toFloat(a), toFloat(b)));
}

export function sub(a: Numeric, b: Numeric): Numeric {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference) && Number.isSafeInteger(a) && Number.isSafeInteger(b))
      return difference;
  }
  const x = toBigInt(a);
  const y = x === undefined ? undefined : toBigInt(b);
  if (x !== undefined && y !== undefined) return fromBigInt(x - y);
  return fromFloat(addFloats(toFloat(a), negateFloat(toFloat(b))));
}

export function mul(a: Numeric, b: Numeric): Numeric {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    // `+ 0` turns -0 into 0.
    if (Number.isSafeInteger(product) && Number.isSafeInteger(a) && Number.isSafeInteger(b))
      return product + 0;
  }
  const x = toBigInt(a);
  const y = x === undefined ? undefined : toBigInt(b);
  if (x !== undefined && y !== undefined) return fromBigInt(checkSize(x, y));
  return fromFloat(multiplyFloats(toFloat(a), toFloat(b)));
}

/** @throws NumberError `divide by zero` */
export function div(a: Numeric, b: Numeric): Numeric {
  if (typeof a === "number" && typeof b === "number" && b !== 0) {
    const quotient = a / b;
    if (a !== 0 && Number.isSafeInteger(quotient) && Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
      if (quotient * b === a) return quotient;
    }
  }
  const divisor = toFloat(b);
  if (divisor.mantissa === 0n) throw new NumberError("divide by zero");
  return fromFloat(divideFloats(toFloat(a), divisor));
}

/** The remainder, with the dividend's sign. @throws NumberError for zero and for fractions */
export function rem(a: Numeric, b: Numeric): Numeric {
  if (typeof a === "number" && typeof b === "number" && b !== 0) {
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return (a % b) + 0;
  }
  const x = toBigInt(a);
  const y = toBigInt(b);
  if (x === undefined || y === undefined) throw new NumberError("modulo on floating-point number");
  if (y === 0n) throw new NumberError("modulo by zero");
  return fromBigInt(x % y);
}

export function neg(a: Numeric): Numeric {
  return sub(0, a);
}

export function abs(a: Numeric): Numeric {
  if (typeof a === "number" && Number.isSafeInteger(a)) return Math.abs(a);
  const { mantissa, exponent } = toFloat(a);
  return fromFloat({ negative: false, mantissa, exponent });
}

/** To the nearest integer, halves away from zero. */
export function round(a: Numeric): Numeric {
  if (isSmall(a)) return a;
  const float = toFloat(a);
  const half: BigFloat = { negative: float.negative, mantissa: 1n << 63n, exponent: -64 };
  return fromFloat(floatOfInteger(truncateFloat(addFloats(float, half))));
}

/** Upwards; as in OPA, a fraction between -1 and 0 counts as positive and gives 1. */
export function ceil(a: Numeric): Numeric {
  if (isSmall(a)) return a;
  const float = toFloat(a);
  const whole = truncateFloat(float);
  return fromFloat(floatOfInteger(whole < 0n || isIntegerFloat(float) ? whole : whole + 1n));
}

/** Downwards; as in OPA, a fraction between -1 and 0 gives 0. */
export function floor(a: Numeric): Numeric {
  if (isSmall(a)) return a;
  const float = toFloat(a);
  const whole = truncateFloat(float);
  return fromFloat(floatOfInteger(whole >= 0n || isIntegerFloat(float) ? whole : whole - 1n));
}

export function toFloat(value: Numeric): BigFloat {
  if (typeof value !== "number") return value.float;
  return Number.isSafeInteger(value) ? floatOfInteger(BigInt(value)) : RegoNum.ofText(value.toString()).float;
}

/** A float's number: integers in full, so that they may be JS numbers again. */
export function fromFloat(float: BigFloat): Numeric {
  if (Math.abs(float.exponent) > MAX_BINARY_EXPONENT) throw new NumberError("number too big");
  if (float.mantissa !== 0n && float.exponent < -10 && isIntegerFloat(float)) {
    const whole = truncateFloat(float);
    const small = Number(whole);
    if (Number.isSafeInteger(small)) return small;
  }
  if (float.mantissa === 0n && !float.negative) return 0;
  return RegoNum.ofFloat(float);
}

function isSmall(value: Numeric): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

/** Keeps repeated squaring from eating the memory: BigInt itself would only stop at 2^30 bits. */
function checkSize(x: bigint, y: bigint): bigint {
  const product = x * y;
  if (product > LARGEST || product < -LARGEST) throw new NumberError("number too big");
  return product;
}

const LARGEST = 1n << BigInt(MAX_BINARY_EXPONENT * 4);

/** The product when every step rounds to a double's 53 bits, as Go's `product` does for fractions. */
export function doubleProduct(factors: readonly Numeric[]): Numeric {
  let result: BigFloat = { negative: false, mantissa: 1n << 63n, exponent: -63 };
  for (const factor of factors) result = multiplyToDouble(result, toFloat(factor));
  if (result.exponent > 900 || result.exponent < -1080) return fromFloat(result);
  const magnitude = Number(result.mantissa) * 2 ** result.exponent;
  const double = result.negative ? -magnitude : magnitude;
  return fromText(doubleText(double, isIntegerFloat(result) ? "f" : "g", -1));
}

/** The integer part, towards zero, of the nearest 64-bit float. */
export function truncate(value: Numeric): bigint {
  return truncateFloat(toFloat(value));
}

/** The product of two numbers as 64-bit floats, though both be integers. */
export function mulFloat(a: Numeric, b: Numeric): Numeric {
  return fromFloat(multiplyFloats(toFloat(a), toFloat(b)));
}

/** Whether a quotient is an integer, decided exactly. The divisor must be positive. */
export function isMultiple(value: Numeric, divisor: Numeric): boolean {
  const a = decimalOf(value);
  const b = decimalOf(divisor);
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = a.coefficient * 10n ** BigInt(a.exponent - exponent);
  return scaled % (b.coefficient * 10n ** BigInt(b.exponent - exponent)) === 0n;
}
