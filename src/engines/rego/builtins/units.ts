import { num, type Value } from "../values/index.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { fault, stringAt } from "./operands.ts";

export const units = [
  define(
    "units.parse(x: string) y: number",
    "units",
    "The number of a quantity such as `10Gi`, `1.5k` or `100m` (m is a thousandth, M a million).",
    parseUnits,
  ),
  define(
    "units.parse_bytes(x: string) y: number",
    "units",
    "The number of bytes of a size such as `10KB` or `1.5GiB`; fractions of a byte are cut off.",
    parseBytes,
  ),
];

const DECIMAL = ["k", "m", "g", "t", "p", "e"];

function decimalUnit(letter: string): bigint | undefined {
  const power = DECIMAL.indexOf(letter);
  return power < 0 ? undefined : 1000n ** BigInt(power + 1);
}

function binaryUnit(letter: string): bigint | undefined {
  const power = DECIMAL.indexOf(letter);
  return power < 0 ? undefined : 1024n ** BigInt(power + 1);
}

/** 0.001 as the double that it is, numerator and denominator. */
const MILLI = [1152921504606847n, 2n ** 60n] as const;

function parseUnits(_: BuiltinContext, args: readonly Value[]): Value {
  const name = "units.parse";
  const text = stringAt(args, 0).replaceAll('"', "");
  if (text.includes(" ")) throw fault(`${name}: spaces not allowed in resource strings`);
  const { amount, unit } = split(text, name);
  if (amount === "") throw fault(`${name}: no amount provided`);
  const factor = unitFactor(unit);
  if (factor === undefined) throw fault(`${name}: unit ${lowerTail(unit)} not recognized`);
  const parsed = rational(amount);
  if (parsed === undefined) throw fault(`${name}: could not parse amount to a number`);
  const numerator = parsed[0] * factor[0];
  const denominator = parsed[1] * factor[1];
  if (numerator % denominator === 0n) return num.fromBigInt(numerator / denominator);
  return num.fromText(tenDecimals(numerator, denominator));
}

function lowerTail(unit: string): string {
  return unit.slice(0, 1) + unit.slice(1).toLowerCase();
}

function unitFactor(unit: string): readonly [bigint, bigint] | undefined {
  if (unit === "m") return MILLI;
  if (unit === "") return [1n, 1n];
  const normal = lowerTail(unit);
  const letter = normal.slice(0, 1).toLowerCase();
  const factor =
    normal.length === 1 ? decimalUnit(letter) : normal.slice(1) === "i" ? binaryUnit(letter) : undefined;
  return factor === undefined ? undefined : [factor, 1n];
}

function parseBytes(_: BuiltinContext, args: readonly Value[]): Value {
  const name = "units.parse_bytes";
  const text = stringAt(args, 0).toLowerCase().replaceAll('"', "");
  if (text.includes(" ")) throw fault(`${name}: spaces not allowed in resource strings`);
  const { amount, unit } = split(text, name);
  if (amount === "") throw fault(`${name}: no byte amount provided`);
  const factor = bytesFactor(unit);
  if (factor === undefined) throw fault(`${name}: byte unit ${unit} not recognized`);
  if (!isDecimal(amount)) throw fault(`${name}: could not parse byte amount to a number`);
  // Go multiplies floats here, so that long fractions round before they are cut off.
  const value = num.mulFloat(num.fromText(amount), num.fromBigInt(factor));
  return num.fromBigInt(num.truncate(value));
}

function bytesFactor(unit: string): bigint | undefined {
  if (unit === "") return 1n;
  const letter = unit.slice(0, 1);
  const rest = unit.slice(1);
  if (rest === "" || rest === "b") return decimalUnit(letter);
  return rest === "i" || rest === "ib" ? binaryUnit(letter) : undefined;
}

/** Amount and unit; an `e` belongs to the amount when a digit or sign follows it. */
function split(text: string, name: string): { amount: string; unit: string } {
  let at = 0;
  for (; at < text.length; at++) {
    const char = text[at]!;
    if (/[\d.+-]/.test(char)) continue;
    if (!/[eE]/.test(char) || !/[\d+-]/.test(text[at + 1] ?? "")) break;
    if (/[+-]/.test(text[at + 1]!)) at++;
    if (/^\d{7}/.test(text.slice(at + 1, at + 8))) throw fault(`${name}: exponent too large`);
  }
  return { amount: text.slice(0, at), unit: text.slice(at) };
}

function isDecimal(amount: string): boolean {
  return num.problemOf(amount) === undefined;
}

/** Numerator and denominator of a decimal. */
function rational(amount: string): readonly [bigint, bigint] | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(amount);
  if (match === null || !isDecimal(amount)) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction);
  const power = Number(exponent) - fraction.length;
  const signed = sign === "-" ? -digits : digits;
  return power >= 0 ? [signed * 10n ** BigInt(power), 1n] : [signed, 10n ** BigInt(-power)];
}

/** Ten decimals, halves away from zero. */
function tenDecimals(numerator: bigint, denominator: bigint): string {
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const scaled = (magnitude * 10n ** 10n * 2n + denominator) / (denominator * 2n);
  const digits = scaled.toString().padStart(11, "0");
  return `${negative ? "-" : ""}${digits.slice(0, -10)}.${digits.slice(-10)}`;
}
