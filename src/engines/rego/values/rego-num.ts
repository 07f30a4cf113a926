import { type BigFloat, floatOfDecimal, floatText } from "./big-float.ts";
import { type Decimal, decimalOfInteger, parseDecimal } from "./decimal.ts";

/**
 * A number that a JS number cannot hold or whose spelling must survive (`1.50`, `1e2`, integers above 2^53).
 * Text, decimal and float are each made from another when first needed. Build it with `num.fromText` and the
 * like, which give a JS number where that is enough.
 */
export class RegoNum {
  #text: string | undefined;
  #decimal: Decimal | undefined;
  #float: BigFloat | undefined;
  #key: number | bigint | undefined;

  private constructor(text: string | undefined, decimal: Decimal | undefined, float: BigFloat | undefined) {
    this.#text = text;
    this.#decimal = decimal;
    this.#float = float;
  }

  /** `text` must be a valid number. */
  static ofText(text: string): RegoNum {
    return new RegoNum(text, undefined, undefined);
  }

  static ofInteger(value: bigint): RegoNum {
    return new RegoNum(value.toString(), undefined, undefined);
  }

  static ofFloat(float: BigFloat): RegoNum {
    return new RegoNum(undefined, undefined, float);
  }

  get text(): string {
    return (this.#text ??= floatText(this.float));
  }

  /** The value of the text, exactly. */
  get decimal(): Decimal {
    return (this.#decimal ??= parseDecimal(this.text) ?? decimalOfInteger(0n));
  }

  /** The nearest float of 64-bit mantissa. */
  get float(): BigFloat {
    return (this.#float ??= floatOfDecimal(this.decimal));
  }

  /**
   * A key under which equal numbers meet in a Map: the double when its shortest text has the same value, the
   * BigInt for other integers, else undefined (such numbers are found by hash).
   */
  get key(): number | bigint | undefined {
    if (this.#key !== undefined) return this.#key;
    const decimal = this.decimal;
    const double = Number(this.text);
    const shortest = Number.isFinite(double) ? parseDecimal(double.toString()) : undefined;
    if (
      shortest !== undefined &&
      shortest.coefficient === decimal.coefficient &&
      shortest.exponent === decimal.exponent
    )
      this.#key = double === 0 ? 0 : double;
    else if (decimal.exponent >= 0 && decimal.exponent <= 1000)
      this.#key = decimal.coefficient * 10n ** BigInt(decimal.exponent);
    return this.#key;
  }

  toString(): string {
    return this.text;
  }
}
