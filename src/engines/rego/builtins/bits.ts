import { num, type Value } from "../values/index.ts";
import { BuiltinHalt } from "./builtin.ts";
import { define } from "./define.ts";
import { bigIntAt, operandFault } from "./operands.ts";

/** Longer results would only serve to fill the memory. */
const MAX_SHIFT = 1_000_000n;

export const bits = [
  define("bits.and(x: number, y: number) z: number", "bits", "Bitwise and.", (_, args) =>
    num.fromBigInt(bigIntAt(args, 0) & bigIntAt(args, 1)),
  ),
  define("bits.or(x: number, y: number) z: number", "bits", "Bitwise or.", (_, args) =>
    num.fromBigInt(bigIntAt(args, 0) | bigIntAt(args, 1)),
  ),
  define("bits.xor(x: number, y: number) z: number", "bits", "Bitwise exclusive or.", (_, args) =>
    num.fromBigInt(bigIntAt(args, 0) ^ bigIntAt(args, 1)),
  ),
  define("bits.negate(x: number) z: number", "bits", "Every bit flipped (two's complement).", (_, args) =>
    num.fromBigInt(~bigIntAt(args, 0)),
  ),
  define("bits.lsh(x: number, s: number) z: number", "bits", "`x` shifted left by `s` bits.", (_, args) => {
    const x = bigIntAt(args, 0);
    const by = shiftAt(args);
    if (by > MAX_SHIFT && x !== 0n) throw new BuiltinHalt(`a shift by ${by} bits makes too large a number`);
    return num.fromBigInt(x === 0n ? 0n : x << by);
  }),
  define(
    "bits.rsh(x: number, s: number) z: number",
    "bits",
    "`x` shifted right by `s` bits, keeping its sign.",
    (_, args) => {
      const x = bigIntAt(args, 0);
      const by = shiftAt(args);
      return num.fromBigInt(by > MAX_SHIFT * 4n ? (x < 0n ? -1n : 0n) : x >> by);
    },
  ),
];

function shiftAt(args: readonly Value[]): bigint {
  const shift = bigIntAt(args, 1);
  if (shift < 0n) throw operandFault(2, "must be an unsigned integer number but got a negative integer");
  return shift;
}
