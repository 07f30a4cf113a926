import { doubleText, isNumber, num, quoteGo, RegoNum, termText, type Value } from "../values/index.ts";

/** Widths and precisions above this are refused, as Go does. */
const MAX_WIDTH = 1_000_000;

/** What Go's `fmt` would be given for a Rego value. */
type Operand =
  | { readonly type: "int64"; readonly value: bigint }
  | { readonly type: "*big.Int"; readonly value: bigint }
  | { readonly type: "float64"; readonly value: number }
  | { readonly type: "string"; readonly value: string };

interface Spec {
  minus: boolean;
  plus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width: number | undefined;
  precision: number | undefined;
}

/** Text between verbs, or one verb with its flags; made once for each format. */
type Piece =
  | string
  | {
      readonly flags: Spec;
      /** Argument numbers of `%[n]…`, before width, precision and verb. */
      readonly steps: readonly Step[];
      readonly verb: string;
    };

type Step =
  | { readonly kind: "index"; readonly index: number | undefined }
  | { readonly kind: "star"; readonly of: "width" | "precision" };

/**
 * Formats as Go's `fmt.Sprintf` does, its complaints included (`%!d(string=a)`, `%!(EXTRA …)`, `%!s(MISSING)`).
 *
 * @source https://pkg.go.dev/fmt
 */
export function goFormat(format: readonly Piece[], values: readonly Value[]): string {
  const state = { next: 0, reordered: false };
  let out = "";
  for (const piece of format) out += typeof piece === "string" ? piece : formatVerb(piece, values, state);
  if (!state.reordered && state.next < values.length) {
    const extra = values.slice(state.next).map((value) => {
      const operand = operandOf(value);
      return `${operand.type}=${formatOperand(operand, plainSpec(), "v")}`;
    });
    out += `%!(EXTRA ${extra.join(", ")})`;
  }
  return out;
}

/** Reads a format into its pieces. */
export function parseFormat(format: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent < 0) {
      pieces.push(format.slice(at));
      break;
    }
    if (percent > at) pieces.push(format.slice(at, percent));
    at = parseVerb(format, percent + 1, pieces);
  }
  return pieces;
}

function parseVerb(format: string, start: number, pieces: Piece[]): number {
  const flags = plainSpec();
  const steps: Step[] = [];
  let at = start;
  for (; at < format.length; at++) {
    const char = format[at];
    if (char === "#") flags.sharp = true;
    else if (char === "0") flags.zero = true;
    else if (char === "+") flags.plus = true;
    else if (char === "-") flags.minus = true;
    else if (char === " ") flags.space = true;
    else break;
  }
  let indexed = false;
  const readIndex = (): void => {
    if (format[at] !== "[") return;
    const close = format.indexOf("]", at);
    const digits = close < 0 ? undefined : /^\d+$/.exec(format.slice(at + 1, close));
    steps.push({ kind: "index", index: digits ? Number(digits[0]) - 1 : undefined });
    at = close < 0 ? at + 1 : close + 1;
    indexed = true;
  };
  const readSize = (of: "width" | "precision"): number | undefined => {
    if (format[at] === "*") {
      at++;
      steps.push({ kind: "star", of });
      indexed = false;
      return undefined;
    }
    const digits = /^\d+/.exec(format.slice(at, at + 12))?.[0];
    if (digits === undefined) return of === "precision" ? 0 : undefined;
    at += digits.length;
    // `%[3]2d` is refused: the width came after the index.
    if (indexed) steps.push({ kind: "index", index: undefined });
    return Number(digits) > MAX_WIDTH ? undefined : Number(digits);
  };
  readIndex();
  flags.width = readSize("width");
  if (format[at] === ".") {
    at++;
    if (indexed) steps.push({ kind: "index", index: undefined });
    readIndex();
    flags.precision = readSize("precision");
  }
  if (!indexed) readIndex();
  if (at >= format.length) {
    pieces.push("%!(NOVERB)");
    return at;
  }
  const verb = String.fromCodePoint(format.codePointAt(at)!);
  if (verb === "%") pieces.push("%");
  else pieces.push({ flags, steps, verb });
  return at + verb.length;
}

function plainSpec(): Spec {
  return {
    minus: false,
    plus: false,
    sharp: false,
    space: false,
    zero: false,
    width: undefined,
    precision: undefined,
  };
}

function formatVerb(
  piece: Exclude<Piece, string>,
  values: readonly Value[],
  state: { next: number; reordered: boolean },
): string {
  const { verb, steps } = piece;
  const spec = steps.length === 0 ? piece.flags : { ...piece.flags };
  let out = "";
  let good = true;
  for (const step of steps) {
    if (step.kind === "index") {
      state.reordered = true;
      if (step.index === undefined || step.index < 0 || step.index >= values.length) good = false;
      else state.next = step.index;
      continue;
    }
    const size = starSize(values[state.next]);
    if (state.next < values.length) state.next++;
    if (size === undefined) out += step.of === "width" ? "%!(BADWIDTH)" : "%!(BADPREC)";
    else if (step.of === "precision") spec.precision = size < 0 ? undefined : size;
    else {
      spec.width = Math.abs(size);
      if (size < 0) spec.minus = true;
    }
  }
  if (!good) return `${out}%!${verb}(BADINDEX)`;
  const value = values[state.next];
  if (value === undefined) return `${out}%!${verb}(MISSING)`;
  state.next++;
  return out + formatOperand(operandOf(value), spec, verb);
}

function starSize(value: Value | undefined): number | undefined {
  const size = value === undefined || !isNumber(value) ? undefined : num.toSafeInteger(value);
  return size === undefined || Math.abs(size) > MAX_WIDTH ? undefined : size;
}

const INT64 = 2n ** 63n;

function operandOf(value: Value): Operand {
  if (typeof value === "string") return { type: "string", value };
  if (typeof value === "number") {
    if (Number.isSafeInteger(value)) return { type: "int64", value: BigInt(value) };
    return { type: "float64", value };
  }
  if (!(value instanceof RegoNum)) return { type: "string", value: termText(value) };
  if (/[.eE]/.test(value.text)) {
    const double = Number(value.text);
    return Number.isFinite(double)
      ? { type: "float64", value: double }
      : { type: "string", value: value.text };
  }
  const integer = BigInt(value.text);
  return { type: integer >= -INT64 && integer < INT64 ? "int64" : "*big.Int", value: integer };
}

function formatOperand(operand: Operand, spec: Spec, verb: string): string {
  if (verb === "T") return pad(operand.type, spec);
  const text = formatKnown(operand, spec, verb);
  if (text !== undefined) return text;
  if (operand.type === "*big.Int") return `%!${verb}(big.Int=${operand.value})`;
  return `%!${verb}(${operand.type}=${formatKnown(operand, spec, "v")})`;
}

function formatKnown(operand: Operand, spec: Spec, verb: string): string | undefined {
  switch (operand.type) {
    case "int64":
      return formatInteger(operand.value, spec, verb);
    case "*big.Int":
      return formatBigInteger(operand.value, spec, verb);
    case "float64":
      return formatDouble(operand.value, spec, verb);
    case "string":
      return formatString(operand.value, spec, verb);
  }
}

const BASES: ReadonlyMap<string, number> = new Map([
  ["v", 10],
  ["d", 10],
  ["b", 2],
  ["o", 8],
  ["O", 8],
  ["x", 16],
  ["X", 16],
]);

function formatInteger(value: bigint, spec: Spec, verb: string): string | undefined {
  if (verb === "c" || verb === "q" || verb === "U") return formatRune(value, spec, verb);
  const base = BASES.get(verb);
  if (base === undefined) return undefined;
  let precision = spec.precision ?? 0;
  if (spec.precision !== undefined) {
    if (spec.precision === 0 && value === 0n) return pad("", { ...spec, zero: false });
  } else if (spec.zero && !spec.minus && spec.width !== undefined) {
    precision = spec.width - (value < 0n || spec.plus || spec.space ? 1 : 0);
  }
  let digits = magnitudeText(value, base, verb).padStart(precision, "0");
  if (spec.sharp && verb !== "v") {
    if (base === 2) digits = `0b${digits}`;
    else if (base === 8 && !digits.startsWith("0")) digits = `0${digits}`;
    else if (base === 16) digits = (verb === "X" ? "0X" : "0x") + digits;
  }
  if (verb === "O") digits = `0o${digits}`;
  return pad(signText(value < 0n, spec) + digits, { ...spec, zero: false });
}

function formatBigInteger(value: bigint, spec: Spec, verb: string): string | undefined {
  const base = verb === "s" ? 10 : BASES.get(verb);
  if (base === undefined) return undefined;
  const sign = signText(value < 0n, spec);
  const prefixes: Record<string, string> = { b: "0b", o: "0", x: "0x", X: "0X" };
  const prefix = verb === "O" ? "0o" : spec.sharp && Object.hasOwn(prefixes, verb) ? prefixes[verb]! : "";
  let digits = magnitudeText(value, base, verb);
  if (spec.precision !== undefined) {
    if (value === 0n && spec.precision === 0) return "";
    digits = digits.padStart(spec.precision, "0");
  } else if (spec.zero && !spec.minus && spec.width !== undefined) {
    digits = digits.padStart(spec.width - sign.length - prefix.length, "0");
  }
  return pad(sign + prefix + digits, { ...spec, zero: false });
}

function magnitudeText(value: bigint, base: number, verb: string): string {
  const digits = (value < 0n ? -value : value).toString(base);
  return verb === "X" ? digits.toUpperCase() : digits;
}

function signText(negative: boolean, spec: Spec): string {
  return negative ? "-" : spec.plus ? "+" : spec.space ? " " : "";
}

function formatRune(value: bigint, spec: Spec, verb: "c" | "q" | "U"): string {
  const valid = value >= 0n && value <= 0x10ffffn;
  const code = valid ? Number(value) : 0xfffd;
  const surrogate = code >= 0xd800 && code < 0xe000;
  const char = surrogate ? "\ufffd" : String.fromCodePoint(code);
  if (verb === "c") return pad(char, spec);
  if (verb === "q") {
    const inner = quoteGo(char).slice(1, -1);
    const text = char === "'" ? "\\'" : char === '"' ? '"' : inner;
    return pad(`'${spec.plus ? escapeNonAscii(text) : text}'`, spec);
  }
  const magnitude = value < 0n ? BigInt.asUintN(64, value) : value;
  const hex = magnitude
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, spec.precision ?? 0), "0");
  const shown = spec.sharp && valid && !quoteGo(char).includes("\\") ? ` '${char}'` : "";
  return pad(`U+${hex}${shown}`, { ...spec, zero: false });
}

function formatDouble(value: number, spec: Spec, verb: string): string | undefined {
  const digits = doubleDigits(value, spec, verb);
  if (digits === undefined) return undefined;
  const negative = digits.startsWith("-");
  let body = negative || digits.startsWith("+") ? digits.slice(1) : digits;
  if (spec.sharp && verb !== "v" && verb !== "b" && verb !== "x" && verb !== "X" && Number.isFinite(value))
    body = keepPoint(body, spec, verb);
  const sign = signText(negative, spec);
  if (spec.zero && !spec.minus && spec.width !== undefined && Number.isFinite(value))
    return sign + body.padStart(spec.width - sign.length, "0");
  return pad(sign + body, { ...spec, zero: false });
}

function doubleDigits(value: number, spec: Spec, verb: string): string | undefined {
  switch (verb) {
    case "v":
    case "g":
      return doubleText(value, "g", spec.precision ?? -1);
    case "G":
      return doubleText(value, "g", spec.precision ?? -1).replace("e", "E");
    case "e":
      return doubleText(value, "e", spec.precision ?? 6);
    case "E":
      return doubleText(value, "e", spec.precision ?? 6).replace("e", "E");
    case "f":
    case "F":
      return doubleText(value, "f", spec.precision ?? 6);
    case "x":
      return hexDouble(value, spec.precision);
    case "X":
      return hexDouble(value, spec.precision).toUpperCase();
    case "b":
      return binaryDouble(value);
    default:
      return undefined;
  }
}

/** `%#g` keeps the decimal point and trailing zeros up to the precision. */
function keepPoint(body: string, spec: Spec, verb: string): string {
  const [mantissa = "", exponent] = body.split(/(?=[eE])/);
  const tail = exponent ?? "";
  if (verb !== "g" && verb !== "G") return mantissa.includes(".") ? body : `${mantissa}.${tail}`;
  const wanted = spec.precision ?? 6;
  const significant = mantissa.replace(".", "").replace(/^0+/, "").length;
  const pointed = mantissa.includes(".") ? mantissa : `${mantissa}.`;
  return pointed + "0".repeat(Math.max(0, wanted - Math.max(significant, mantissa === "0" ? 1 : 0))) + tail;
}

function splitDouble(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binaryDouble(value: number): string {
  if (!Number.isFinite(value)) return doubleText(value, "g", -1);
  const { mantissa, exponent } = splitDouble(value);
  return `${value < 0 ? "-" : ""}${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}

function hexDouble(value: number, precision: number | undefined): string {
  if (!Number.isFinite(value)) return doubleText(value, "g", -1);
  let { mantissa, exponent } = splitDouble(value);
  const sign = value < 0 ? "-" : "";
  if (mantissa === 0n) return `${sign}0x0${precision ? `.${"0".repeat(precision)}` : ""}p+00`;
  while (mantissa < 1n << 52n) {
    mantissa <<= 1n;
    exponent--;
  }
  if (precision !== undefined && precision < 13) {
    const shift = BigInt(52 - precision * 4);
    const rest = mantissa & ((1n << shift) - 1n);
    const half = 1n << (shift - 1n);
    mantissa >>= shift;
    if (rest > half || (rest === half && mantissa & 1n)) mantissa++;
    mantissa <<= shift;
  }
  if (mantissa >> 53n) {
    mantissa >>= 1n;
    exponent++;
  }
  let fraction = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, "0");
  fraction =
    precision === undefined
      ? fraction.replace(/0+$/, "")
      : fraction.slice(0, precision).padEnd(precision, "0");
  const power = exponent + 52;
  const size = Math.abs(power).toString().padStart(2, "0");
  return `${sign}0x1${fraction === "" ? "" : `.${fraction}`}p${power < 0 ? "-" : "+"}${size}`;
}

function formatString(value: string, spec: Spec, verb: string): string | undefined {
  switch (verb) {
    case "v":
      return pad(spec.sharp ? quoteGo(value) : cut(value, spec), spec);
    case "s":
      return pad(cut(value, spec), spec);
    case "q": {
      const text = cut(value, spec);
      if (spec.sharp && !/[`\u0000-\u0008\u000a-\u001f\u007f\ufeff]/.test(text))
        return pad(`\`${text}\``, spec);
      return pad(spec.plus ? escapeNonAscii(quoteGo(text)) : quoteGo(text), spec);
    }
    case "x":
    case "X":
      return pad(hexString(value, spec, verb), spec);
    default:
      return undefined;
  }
}

function hexString(value: string, spec: Spec, verb: "x" | "X"): string {
  const bytes = [...new TextEncoder().encode(value)].slice(0, spec.precision);
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, "0"));
  const prefix = spec.sharp ? "0x" : "";
  const text = spec.space
    ? hex.map((digits) => prefix + digits).join(" ")
    : hex.length === 0
      ? ""
      : prefix + hex.join("");
  return verb === "X" ? text.toUpperCase() : text;
}

function escapeNonAscii(text: string): string {
  return text.replace(/[^\u0000-\u007f]/gu, (char) => {
    const code = char.codePointAt(0)!;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

function cut(value: string, spec: Spec): string {
  if (spec.precision === undefined || value.length <= spec.precision) return value;
  return [...value].slice(0, spec.precision).join("");
}

function pad(text: string, spec: Spec): string {
  if (spec.width === undefined || text.length >= spec.width * 2) return text;
  const missing = spec.width - [...text].length;
  if (missing <= 0) return text;
  if (spec.minus) return text + " ".repeat(missing);
  return (spec.zero ? "0" : " ").repeat(missing) + text;
}
