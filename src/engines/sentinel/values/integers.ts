/** 64-bit integers that wrap. Safe integers are numbers and take the fast path; the rest are bigints. */
export type Int = number | bigint;

export function normalInt(big: bigint): Int {
  const wrapped = BigInt.asIntN(64, big);
  return wrapped >= -9007199254740991n && wrapped <= 9007199254740991n ? Number(wrapped) : wrapped;
}

export function addInt(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) {
      return sum;
    }
  }
  return normalInt(BigInt(a) + BigInt(b));
}

export function subInt(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) {
      return difference;
    }
  }
  return normalInt(BigInt(a) - BigInt(b));
}

export function mulInt(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (Number.isSafeInteger(product)) {
      // `+ 0` turns -0 into 0.
      return product + 0;
    }
  }
  return normalInt(BigInt(a) * BigInt(b));
}

/** Truncates toward zero; `b` is not zero. */
export function divInt(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    return (a - (a % b)) / b + 0;
  }
  return normalInt(BigInt(a) / BigInt(b));
}

/** Sign of the dividend; `b` is not zero. */
export function modInt(a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    return (a % b) + 0;
  }
  return normalInt(BigInt(a) % BigInt(b));
}

/** A float rounded to an int by `round`; null outside of 64 bits. */
export function intFromFloat(n: number, round: (n: number) => number): Int | null {
  const whole = round(n);
  if (Number.isSafeInteger(whole)) {
    return whole + 0;
  }
  return Number.isFinite(whole) && whole >= -(2 ** 63) && whole < 2 ** 63 ? normalInt(BigInt(whole)) : null;
}

/** Integer-literal syntax with an optional sign: decimal, `0` octal, `0x` hex. Null when it is not, or exceeds 64 bits. */
export function parseInt64(text: string): Int | null {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(text);
  if (match === null) {
    return null;
  }
  const digits = match[2] as string;
  if (digits.length > 30) {
    return null;
  }
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const signed = match[1] === "-" ? -magnitude : magnitude;
  return BigInt.asIntN(64, signed) === signed ? normalInt(signed) : null;
}
