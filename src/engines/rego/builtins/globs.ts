import { isArray, type Value } from "../values/index.ts";
import { cacheOf } from "./bounded-cache.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { elementFault, stringAt, typeFault } from "./operands.ts";
import { globPattern } from "./regex/glob.ts";
import { Regex } from "./regex/regex.ts";

export const globs = [
  define(
    "glob.match(pattern: string, delimiters: any<null, array[string]>, match: string) result: boolean",
    "glob",
    "Whether the glob fits the whole text. Without delimiters (`[]`) it is `.`; null is for none at all.",
    match,
  ),
  define(
    "glob.quote_meta(pattern: string) output: string",
    "glob",
    "The text as a glob that only fits itself.",
    (_, args) => stringAt(args, 0).replace(/[*?\\[\]{}]/g, "\\$&"),
  ),
];

const DEFAULT_DELIMITERS: readonly string[] = ["."];

function match(ctx: BuiltinContext, args: readonly Value[]): Value {
  const glob = stringAt(args, 0);
  const delimiters = delimitersAt(args);
  const text = stringAt(args, 2);
  ctx.tick(1 + (text.length >> 4));
  const key = `${glob}\u0000${delimiters.join("")}`;
  const regex = cacheOf<Regex>(ctx.constants, "glob").get(
    key,
    () => new Regex(globPattern(glob, delimiters)),
  );
  return regex.test(text);
}

function delimitersAt(args: readonly Value[]): readonly string[] {
  const value = args[1]!;
  if (value === null) return [];
  if (!isArray(value)) throw typeFault(2, value, "array", "null");
  for (const item of value) {
    if (typeof item !== "string") throw elementFault(2, value, item, "string");
    if ([...item].length !== 1) throw elementFault(2, value, item, "rune");
  }
  return value.length === 0 ? DEFAULT_DELIMITERS : (value as readonly string[]);
}
