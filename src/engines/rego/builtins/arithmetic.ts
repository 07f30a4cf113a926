import { isNumber, isSet, num, RegoSet, type Value } from "../values/index.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { bigIntAt, checkItems, fault, intAt, numberAt, stringAt, typeFault } from "./operands.ts";

export const arithmetic = [
  define(
    "plus(x: number, y: number) z: number",
    "numbers",
    "The sum.",
    (_, args) => num.add(numberAt(args, 0), numberAt(args, 1)),
    { infix: "+" },
  ),
  define(
    "minus(x: any<number, set[any]>, y: any<number, set[any]>) z: any<number, set[any]>",
    "numbers,sets",
    "The difference of two numbers, or the members of `x` that are not in `y`.",
    minus,
    { infix: "-" },
  ),
  define(
    "mul(x: number, y: number) z: number",
    "numbers",
    "The product.",
    (_, args) => num.mul(numberAt(args, 0), numberAt(args, 1)),
    { infix: "*" },
  ),
  define(
    "div(x: number, y: number) z: number",
    "numbers",
    "The quotient.",
    (_, args) => num.div(numberAt(args, 0), numberAt(args, 1)),
    { infix: "/" },
  ),
  define(
    "rem(x: number, y: number) z: number",
    "numbers",
    "The remainder of an integer division, with the sign of `x`.",
    (_, args) => num.rem(numberAt(args, 0), numberAt(args, 1)),
    { infix: "%" },
  ),
  define("abs(x: number) y: number", "numbers", "The number without its sign.", (_, args) =>
    num.abs(numberAt(args, 0)),
  ),
  define("round(x: number) y: number", "numbers", "The nearest integer, halves away from zero.", (_, args) =>
    num.round(numberAt(args, 0)),
  ),
  define("ceil(x: number) y: number", "numbers", "The next integer upwards.", (_, args) =>
    num.ceil(numberAt(args, 0)),
  ),
  define("floor(x: number) y: number", "numbers", "The next integer downwards.", (_, args) =>
    num.floor(numberAt(args, 0)),
  ),
  define(
    "numbers.range(a: number, b: number) range: array[number]",
    "numbers",
    "All integers from `a` to `b`, both included; downwards when `b` is smaller.",
    (ctx, args) => range(ctx, bigIntAt(args, 0), bigIntAt(args, 1), 1n),
  ),
  define(
    "numbers.range_step(a: number, b: number, step: number) range: array[number]",
    "numbers",
    "Integers from `a` towards `b` in steps; `step` is positive, also on the way down.",
    (ctx, args) => {
      const from = bigIntAt(args, 0);
      const to = bigIntAt(args, 1);
      const step = bigIntAt(args, 2);
      if (step <= 0n) throw fault("numbers.range_step: step must be a positive integer");
      return range(ctx, from, to, step);
    },
  ),
  define(
    "rand.intn(str: string, n: number) y: number",
    "numbers",
    "A random integer from 0 up to `n`, the same for equal arguments during an evaluation.",
    randomInt,
    { nondeterministic: true },
  ),
];

function minus(_: BuiltinContext, args: readonly Value[]): Value {
  const [x, y] = args as readonly [Value, Value];
  if (isNumber(x) && isNumber(y)) return num.sub(x, y);
  if (isSet(x) && isSet(y)) {
    const result = new RegoSet();
    for (const item of x.items()) if (!y.has(item)) result.add(item);
    return result;
  }
  if (!isNumber(x) && !isSet(x)) throw typeFault(1, x, "number", "set");
  throw typeFault(2, y, isNumber(y) ? "set" : "number");
}

function range(ctx: BuiltinContext, from: bigint, to: bigint, step: bigint): Value {
  const span = from <= to ? to - from : from - to;
  const count = Number(span / step) + 1;
  checkItems(ctx, count);
  const move = from <= to ? step : -step;
  const last = from + move * BigInt(count - 1);
  const result: Value[] = new Array(count);
  if (isSafe(from) && isSafe(last)) {
    const first = Number(from);
    const by = Number(move);
    for (let i = 0; i < count; i++) result[i] = first + i * by;
  } else for (let i = 0; i < count; i++) result[i] = num.fromBigInt(from + move * BigInt(i));
  return result;
}

function isSafe(value: bigint): boolean {
  return Number.isSafeInteger(Number(value));
}

function randomInt(ctx: BuiltinContext, args: readonly Value[]): Value {
  const label = stringAt(args, 0);
  const bound = Math.abs(intAt(args, 1));
  if (bound === 0) return 0;
  const key = `rand.intn ${bound} ${label}`;
  const known = ctx.cache.get(key);
  if (typeof known === "number") return known;
  const value = ctx.randomInt(Math.min(bound, Number.MAX_SAFE_INTEGER));
  ctx.cache.set(key, value);
  return value;
}
