/** Formats of Go's `strconv.FormatFloat`: exponent, fixed, and the shorter of both. */
export type DoubleFormat = "e" | "f" | "g";

/**
 * Text of a double as Go prints it. `precision` counts digits after the point (`g`: significant digits);
 * -1 is the shortest text that reads back. Ties round to even, on the exact binary value.
 */
export function doubleText(value: number, format: DoubleFormat, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const shortest = precision < 0;
  const exact = shortest ? shortestDigits(Math.abs(value)) : exactDigits(Math.abs(value));
  if (format === "e") {
    const wanted = shortest ? exact.digits.length : precision + 1;
    return sign + exponentText(roundTo(exact, wanted), wanted - 1);
  }
  if (format === "f") {
    const wanted = shortest ? Math.max(exact.digits.length - exact.point, 0) : precision;
    return sign + fixedText(roundTo(exact, exact.point + wanted), wanted);
  }
  const wanted = shortest ? exact.digits.length : precision === 0 ? 1 : precision;
  const rounded = roundTo(exact, wanted);
  const used = stripZeros(rounded.digits).length;
  let limit = shortest ? 6 : wanted;
  if (!shortest && limit > used && used >= rounded.point) limit = used;
  const exponent = rounded.point - 1;
  if (exponent < -4 || exponent >= limit) return sign + exponentText(rounded, Math.min(used, wanted) - 1);
  return sign + fixedText(rounded, Math.max(used - rounded.point, 0));
}

interface Digits {
  readonly digits: string;
  /** Place of the decimal point relative to the first digit; zero has digits `0` and point 1. */
  readonly point: number;
}

const ZERO: Digits = { digits: "0", point: 1 };

function shortestDigits(value: number): Digits {
  if (value === 0) return ZERO;
  const [mantissa = "", exponent = "0"] = value.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

const view = new DataView(new ArrayBuffer(8));

function exactDigits(value: number): Digits {
  if (value === 0) return ZERO;
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const digits = whole.toString();
  return { digits: stripZeros(digits), point: digits.length + Math.min(exponent, 0) };
}

/** Keeps `count` digits, counted from the first one; may answer no digits at all. */
function roundTo(exact: Digits, count: number): Digits {
  const { digits, point } = exact;
  if (count >= digits.length) return exact;
  if (count < 0) return { digits: "", point };
  const next = digits.charCodeAt(count) - 48;
  const tie = next === 5 && count + 1 === digits.length;
  const odd = count > 0 && digits.charCodeAt(count - 1) % 2 === 1;
  const kept = digits.slice(0, count);
  if (!(tie ? odd : next >= 5)) return { digits: kept, point };
  const raised = (BigInt(kept === "" ? "0" : kept) + 1n).toString();
  const grown = raised.length > count ? 1 : 0;
  return { digits: raised, point: point + grown };
}

function exponentText({ digits, point }: Digits, decimals: number): string {
  const padded = digits.padEnd(decimals + 1, "0");
  const exponent = point - 1;
  const fraction = decimals > 0 ? `.${padded.slice(1, decimals + 1)}` : "";
  return `${padded[0]}${fraction}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent).toString().padStart(2, "0")}`;
}

function fixedText({ digits, point }: Digits, decimals: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (decimals <= 0) return whole;
  const fraction = (point < 0 ? "0".repeat(-point) : "") + digits.slice(Math.max(point, 0));
  return `${whole}.${fraction.slice(0, decimals).padEnd(decimals, "0")}`;
}

function stripZeros(digits: string): string {
  let end = digits.length;
  while (end > 1 && digits.charCodeAt(end - 1) === 48) end--;
  return digits.slice(0, end);
}
