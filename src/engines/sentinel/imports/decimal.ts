import { Decimal as BaseDecimal } from "decimal.js";
import { runtimeError } from "../errors.ts";
import { textOf } from "../values/bytes.ts";
import { normalInt } from "../values/integers.ts";
import type { FuncValue, Value } from "../values/value.ts";
import { Float, isInt, Namespace, UNDEFINED } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { define, functions, namespace, numberArg, wrongArgument } from "./define.ts";

/** 100 digits, as documented; the exponent's bounds keep a hostile power from filling the memory. */
const Decimal = BaseDecimal.clone({
  precision: 100,
  rounding: BaseDecimal.ROUND_HALF_UP,
  maxE: 100_000,
  minE: -100_000,
  toExpPos: 1000,
  toExpNeg: -1000,
});

const decimals = new WeakMap<Namespace, BaseDecimal>();
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?$/;
const MAX_DIGITS = 10_000;

export const decimalImport: StandardImport = () => {
  const infinity = define("infinity", 1, 1, (args) =>
    object(new Decimal(numberArg(args, 0, "decimal.infinity") < 0 ? -Infinity : Infinity)),
  );
  const isInfinite = define("is_infinite", 1, 1, ([value]) => isInfinity(read(value as Value)));
  const isNan = define("is_nan", 1, 1, ([value]) => read(value as Value).isNaN());
  return namespace("decimal", {
    ...functions(define("new", 1, 1, ([value]) => object(read(value as Value)))),
    infinity,
    inf: infinity,
    nan: object(new Decimal(Number.NaN)),
    is_infinite: isInfinite,
    is_inf: isInfinite,
    isinf: isInfinite,
    isinfinite: isInfinite,
    is_nan: isNan,
    isnan: isNan,
  });
};

function isInfinity(value: BaseDecimal): boolean {
  return !value.isFinite() && !value.isNaN();
}

/** A number, the text of one, or a decimal. */
function read(value: Value): BaseDecimal {
  if (value instanceof Namespace) {
    const known = decimals.get(value);
    if (known !== undefined) {
      return known;
    }
  }
  if (isInt(value)) {
    return new Decimal(value.toString());
  }
  if (value instanceof Float) {
    return new Decimal(value.value);
  }
  if (typeof value === "string") {
    const text = textOf(value).trim();
    if (/^[+-]?inf(inity)?$/i.test(text)) {
      return new Decimal(text.startsWith("-") ? -Infinity : Infinity);
    }
    if (/^nan$/i.test(text)) {
      return new Decimal(Number.NaN);
    }
    if (text.length <= MAX_DIGITS && NUMBER.test(text)) {
      return new Decimal(text);
    }
    throw runtimeError(`\`${text.slice(0, 60)}\` is not a decimal number`);
  }
  throw wrongArgument("decimal", 0, "a number", value);
}

function object(value: BaseDecimal): Namespace {
  let methods: Readonly<Record<string, Value>> | null = null;
  const made = new Namespace(
    "decimal",
    (name) => {
      switch (name) {
        case "string":
          return textForm(value);
        case "sign":
          return value.isNaN() || value.isZero() ? 0 : value.isNegative() ? -1 : 1;
        case "coefficient":
          return value.isFinite() ? coefficient(value) : UNDEFINED;
        case "exponent":
          return value.isFinite() ? exponent(value) : UNDEFINED;
        case "float":
          return new Float(value.toNumber());
        case "int":
          return intOf(value);
        default:
          methods ??= methodsOf(value);
          return Object.hasOwn(methods, name) ? methods[name] : undefined;
      }
    },
    ["string"],
  );
  decimals.set(made, value);
  return made;
}

function textForm(value: BaseDecimal): string {
  return value.isNaN()
    ? "NaN"
    : value.isFinite()
      ? value.toString()
      : value.isNegative()
        ? "-Infinity"
        : "Infinity";
}

/** The digits as an integer, without trailing zeros. */
function coefficient(value: BaseDecimal): Value {
  const digits = value.abs().toExponential().replace(/e.*$/, "").replace(".", "");
  return digits.length > 18 ? UNDEFINED : Number(digits);
}

function exponent(value: BaseDecimal): number {
  return value.isZero() ? 0 : value.e - (value.precision() - 1);
}

function intOf(value: BaseDecimal): Value {
  const whole = value.isFinite() ? value.trunc() : null;
  return whole === null || whole.abs().gt("9223372036854775807")
    ? UNDEFINED
    : normalInt(BigInt(whole.toFixed(0)));
}

/** Operations of two numbers and of one, with their names. */
const BINARY: readonly (readonly [
  readonly string[],
  (a: BaseDecimal, b: BaseDecimal) => BaseDecimal | boolean,
])[] = [
  [["is"], (a, b) => a.eq(b)],
  [["is_not"], (a, b) => !a.eq(b)],
  [["less_than", "lt"], (a, b) => a.lt(b)],
  [["less_than_or_equals", "lte"], (a, b) => a.lte(b)],
  [["greater_than", "gt"], (a, b) => a.gt(b)],
  [["greater_than_or_equals", "gte"], (a, b) => a.gte(b)],
  [["add"], (a, b) => a.add(b)],
  [["subtract", "sub"], (a, b) => a.sub(b)],
  [["multiply", "mul"], (a, b) => a.mul(b)],
  [["divide", "div"], (a, b) => a.div(b)],
  [["modulo", "mod", "remainder", "rem"], (a, b) => a.mod(b)],
  [["power", "pow"], (a, b) => a.pow(b)],
];
const UNARY: readonly (readonly [readonly string[], (a: BaseDecimal) => BaseDecimal])[] = [
  [["exp"], (a) => a.exp()],
  [["loge", "ln"], (a) => a.ln()],
  [["log10", "log"], (a) => a.log(10)],
  [["square_root", "sqrt"], (a) => a.sqrt()],
  [["ceiling", "ceil"], (a) => a.ceil()],
  [["floor"], (a) => a.floor()],
  [["absolute", "abs"], (a) => a.abs()],
  [["negate", "neg"], (a) => a.neg()],
];

function methodsOf(value: BaseDecimal): Readonly<Record<string, Value>> {
  const methods: Record<string, FuncValue> = Object.create(null) as Record<string, FuncValue>;
  for (const [names, apply] of BINARY) {
    const method = define(names[0] as string, 1, 1, ([other], rt) => {
      rt.tick(100);
      const result = apply(value, read(other as Value));
      return typeof result === "boolean" ? result : object(result);
    });
    for (const name of names) {
      methods[name] = method;
    }
  }
  for (const [names, apply] of UNARY) {
    const method = define(names[0] as string, 0, 0, (_args, rt) => {
      rt.tick(1000);
      return object(apply(value));
    });
    for (const name of names) {
      methods[name] = method;
    }
  }
  return methods;
}
