import { isArray, isNumber, isObject, isSet, num, RegoSet, typeName, type Value } from "../values/index.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { fault, typeFault } from "./operands.ts";

export const typeChecks = [
  define("is_array(x: any) result: boolean", "types", "Whether the value is an array.", (_, [x]) =>
    isArray(x),
  ),
  define(
    "is_boolean(x: any) result: boolean",
    "types",
    "Whether the value is true or false.",
    (_, [x]) => typeof x === "boolean",
  ),
  define("is_null(x: any) result: boolean", "types", "Whether the value is null.", (_, [x]) => x === null),
  define("is_number(x: any) result: boolean", "types", "Whether the value is a number.", (_, [x]) =>
    isNumber(x),
  ),
  define("is_object(x: any) result: boolean", "types", "Whether the value is an object.", (_, [x]) =>
    isObject(x),
  ),
  define("is_set(x: any) result: boolean", "types", "Whether the value is a set.", (_, [x]) => isSet(x)),
  define(
    "is_string(x: any) result: boolean",
    "types",
    "Whether the value is a string.",
    (_, [x]) => typeof x === "string",
  ),
  define("type_name(x: any) type: string", "types", "The name of the value's type.", (_, [x]) =>
    typeName(x!),
  ),
  define(
    "to_number(value: any<null, boolean, number, string>) num: number",
    "conversions",
    "The number of a text; null and false are 0, true is 1.",
    toNumber,
  ),
  define(
    "cast_array(any): array[any]",
    "",
    "An array, or a set's members as one.",
    (_, [x]) => {
      if (isArray(x)) return x;
      if (isSet(x)) return x.sortedItems();
      throw typeFault(1, x!, "array", "set");
    },
    { deprecated: true },
  ),
  define(
    "cast_set(any): set[any]",
    "",
    "A set, or an array's items as one.",
    (_, [x]) => {
      if (isSet(x)) return x;
      if (isArray(x)) return RegoSet.of(x);
      throw typeFault(1, x!, "array", "set");
    },
    { deprecated: true },
  ),
  cast("cast_string(any): string", "string", (x) => typeof x === "string"),
  cast("cast_boolean(any): boolean", "boolean", (x) => typeof x === "boolean"),
  cast("cast_null(any): null", "null", (x) => x === null),
  cast("cast_object(any): object[any: any]", "object", isObject),
];

function cast(signature: string, type: string, holds: (x: Value) => boolean) {
  return define(
    signature,
    "",
    `The value, when its type is ${type}.`,
    (_, args) => {
      if (holds(args[0]!)) return args[0];
      throw typeFault(1, args[0]!, type);
    },
    { deprecated: true },
  );
}

/** What Go's `strconv.ParseFloat` reads: digits may be grouped by `_`, either part of a fraction may be missing. */
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/;

function toNumber(_: BuiltinContext, args: readonly Value[]): Value {
  const value = args[0]!;
  if (value === null || value === false) return 0;
  if (value === true) return 1;
  if (isNumber(value)) return value;
  if (typeof value !== "string") throw typeFault(1, value, "null", "boolean", "number", "string");
  if (/^[+-]*(?:inf|infinity|nan)$/i.test(value)) throw typeFault(1, value, "valid number string");
  if (!FLOAT.test(value)) throw fault(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: invalid syntax`);
  const plain = jsonNumber(value.replaceAll("_", ""));
  if (!Number.isFinite(Number(plain)))
    throw fault(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: value out of range`);
  const problem = num.problemOf(plain);
  if (problem !== undefined) throw fault(`invalid number: ${problem}`);
  return num.fromText(plain);
}

/** Spells a number as JSON does, so that it can stand in a result: OPA itself would write `+5` or `.5`. */
function jsonNumber(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = ""] =
    /^([+-]?)0*(\d*)(?:\.(\d*))?([eE].*)?$/.exec(text) ?? [];
  const decimals = fraction === "" ? "" : `.${fraction}`;
  return `${sign === "-" ? "-" : ""}${whole === "" ? "0" : whole}${decimals}${exponent}`;
}
