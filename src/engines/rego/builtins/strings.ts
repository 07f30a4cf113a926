import { isArray, isSet, num, objectEntriesSorted, RegoNum, termText, type Value } from "../values/index.ts";
import { cacheOf } from "./bounded-cache.ts";
import type { BuiltinContext } from "./builtin.ts";
import { goLower, goUpper } from "./casing.ts";
import { define } from "./define.ts";
import { goFormat, parseFormat } from "./go-format.ts";
import {
  arrayAt,
  checkItems,
  checkLength,
  fault,
  intAt,
  itemsOf,
  numberAt,
  objectAt,
  operandFault,
  stringAt,
  stringsAt,
  typeFault,
} from "./operands.ts";
import { replaceAll } from "./replacer.ts";

const STRINGS = "any<string, array[string], set[string]>";

export const strings = [
  define(
    "concat(delimiter: string, collection: any<array[string], set[string]>) output: string",
    "strings",
    "The strings joined by the delimiter; those of a set in order.",
    concat,
  ),
  define(
    "contains(haystack: string, needle: string) result: boolean",
    "strings",
    "Whether the needle stands somewhere in the text.",
    (_, args) => {
      const needle = stringAt(args, 1);
      return stringAt(args, 0).includes(needle);
    },
  ),
  define(
    "startswith(search: string, base: string) result: boolean",
    "strings",
    "Whether the text `search` starts with `base`.",
    (_, args) => stringAt(args, 0).startsWith(stringAt(args, 1)),
  ),
  define(
    "endswith(search: string, base: string) result: boolean",
    "strings",
    "Whether the text `search` ends with `base`.",
    (_, args) => stringAt(args, 0).endsWith(stringAt(args, 1)),
  ),
  define(
    `strings.any_prefix_match(search: ${STRINGS}, base: ${STRINGS}) result: boolean`,
    "strings",
    "Whether some text of `search` starts with some text of `base`.",
    (ctx, args) => anyAffix(ctx, args, (text, affix) => text.startsWith(affix)),
  ),
  define(
    `strings.any_suffix_match(search: ${STRINGS}, base: ${STRINGS}) result: boolean`,
    "strings",
    "Whether some text of `search` ends with some text of `base`.",
    (ctx, args) => anyAffix(ctx, args, (text, affix) => text.endsWith(affix)),
  ),
  define(
    "indexof(haystack: string, needle: string) output: number",
    "strings",
    "Place of the needle's first occurrence in characters, -1 when there is none.",
    (_, args) => {
      const [text, needle] = searchOperands(args);
      const at = text.indexOf(needle);
      return at < 0 ? -1 : charCount(text, 0, at);
    },
  ),
  define(
    "indexof_n(haystack: string, needle: string) output: array[number]",
    "strings",
    "Places of all occurrences of the needle in characters, overlapping ones too.",
    (ctx, args) => {
      const [text, needle] = searchOperands(args);
      const places: number[] = [];
      let chars = 0;
      let from = 0;
      for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + 1)) {
        chars += charCount(text, from, at);
        from = at;
        places.push(chars);
      }
      checkItems(ctx, places.length);
      return places;
    },
  ),
  define(
    "substring(value: string, offset: number, length: number) output: string",
    "strings",
    "The part from `offset` on, of `length` characters or, when that is negative, up to the end.",
    substring,
  ),
  define("lower(x: string) y: string", "strings", "The text in lower case.", (_, args) =>
    goLower(stringAt(args, 0)),
  ),
  define("upper(x: string) y: string", "strings", "The text in upper case.", (_, args) =>
    goUpper(stringAt(args, 0)),
  ),
  define(
    "split(x: string, delimiter: string) ys: array[string]",
    "strings",
    "The parts between delimiters; single characters when it is empty.",
    (ctx, args) => {
      const delimiter = stringAt(args, 1);
      const parts = splitText(stringAt(args, 0), delimiter);
      checkItems(ctx, parts.length);
      return parts;
    },
  ),
  define(
    "strings.split_n(x: string, delimiter: string, n: number) ys: array[string]",
    "strings",
    "The first `n` parts between delimiters; the last `-n` when `n` is negative.",
    (ctx, args) => {
      const text = stringAt(args, 0);
      const parts = splitText(text, stringAt(args, 1));
      const n = intAt(args, 2);
      checkItems(ctx, parts.length);
      return n >= 0 ? parts.slice(0, n) : parts.slice(Math.max(parts.length + n, 0));
    },
  ),
  define(
    "replace(x: string, old: string, new: string) y: string",
    "strings",
    "The text with every occurrence of `old` replaced by `new`.",
    (ctx, args) => {
      const text = stringAt(args, 0);
      const from = stringAt(args, 1);
      return replaceAll(ctx, text, [[from, stringAt(args, 2)]]);
    },
  ),
  define(
    "strings.replace_n(patterns: object[string: string], value: string) output: string",
    "strings",
    "The text with every key of `patterns` replaced by its value, in one pass.",
    (ctx, args) => {
      const patterns = objectAt(args, 0);
      const text = stringAt(args, 1);
      const pairs = objectEntriesSorted(patterns).map(([from, to]): readonly [string, string] => {
        if (typeof from !== "string") throw operandFault(1, "non-string key found in pattern object");
        if (typeof to !== "string") throw operandFault(1, "non-string value found in pattern object");
        return [from, to];
      });
      return replaceAll(ctx, text, pairs);
    },
  ),
  define("strings.reverse(x: string) y: string", "strings", "The characters from last to first.", (_, args) =>
    [...stringAt(args, 0)].reverse().join(""),
  ),
  define(
    "strings.count(search: string, substring: string) output: number",
    "strings",
    "How often the text occurs, without overlaps.",
    (_, args) => {
      const text = stringAt(args, 0);
      const part = stringAt(args, 1);
      return part === "" ? charCount(text, 0, text.length) + 1 : text.split(part).length - 1;
    },
  ),
  define(
    "trim(value: string, cutset: string) output: string",
    "strings",
    "The text without the characters of `cutset` at both ends.",
    (_, args) => trimSet(args, true, true),
  ),
  define(
    "trim_left(value: string, cutset: string) output: string",
    "strings",
    "The text without the characters of `cutset` at its start.",
    (_, args) => trimSet(args, true, false),
  ),
  define(
    "trim_right(value: string, cutset: string) output: string",
    "strings",
    "The text without the characters of `cutset` at its end.",
    (_, args) => trimSet(args, false, true),
  ),
  define(
    "trim_prefix(value: string, prefix: string) output: string",
    "strings",
    "The text without the prefix.",
    (_, args) => {
      const text = stringAt(args, 0);
      const prefix = stringAt(args, 1);
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    },
  ),
  define(
    "trim_suffix(value: string, suffix: string) output: string",
    "strings",
    "The text without the suffix.",
    (_, args) => {
      const text = stringAt(args, 0);
      const suffix = stringAt(args, 1);
      return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
    },
  ),
  define(
    "trim_space(value: string) output: string",
    "strings",
    "The text without white space at both ends.",
    (_, args) => stringAt(args, 0).replace(LEADING_SPACE, "").replace(TRAILING_SPACE, ""),
  ),
  define(
    "format_int(number: number, base: number) output: string",
    "strings",
    "The integer in base 2, 8, 10 or 16; fractions are cut off.",
    formatInt,
  ),
  define(
    "sprintf(format: string, values: array[any]) output: string",
    "strings",
    "The values put into a format, in the manner of Go's `fmt`.",
    (ctx, args) => {
      const format = stringAt(args, 0);
      const values = arrayAt(args, 1);
      const pieces = cacheOf<ReturnType<typeof parseFormat>>(ctx.constants, "sprintf").get(
        format,
        parseFormat,
      );
      const text = goFormat(pieces, values);
      checkLength(ctx, text.length);
      return text;
    },
  ),
  define(
    "internal.template_string(array[any]): string",
    "internal",
    "The parts of a template string, each of them a set that is empty where the part is undefined.",
    templateString,
  ),
];

/** Go's `unicode.IsSpace`. */
const SPACE = "[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
const LEADING_SPACE = new RegExp(`^${SPACE}+`);
const TRAILING_SPACE = new RegExp(`(?<!${SPACE})${SPACE}+$`);

function concat(ctx: BuiltinContext, args: readonly Value[]): Value {
  const delimiter = stringAt(args, 0);
  const collection = args[1]!;
  if (!isArray(collection) && !isSet(collection)) throw typeFault(2, collection, "set", "array");
  const parts = stringsAt(args, 1);
  let length = delimiter.length * Math.max(parts.length - 1, 0);
  for (let i = 0; i < parts.length; i++) length += parts[i]!.length;
  checkLength(ctx, length);
  return parts.join(delimiter);
}

function searchOperands(args: readonly Value[]): readonly [text: string, needle: string] {
  const text = stringAt(args, 0);
  const needle = stringAt(args, 1);
  if (needle === "") throw fault("empty search character");
  return [text, needle];
}

/** Characters between two places in UTF-16 units. */
function charCount(text: string, from: number, to: number): number {
  let count = to - from;
  for (let i = from; i < to - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

const SURROGATE = /[\ud800-\udfff]/;

function substring(_: BuiltinContext, args: readonly Value[]): Value {
  const text = stringAt(args, 0);
  const offset = intAt(args, 1);
  const length = intAt(args, 2);
  if (offset < 0) throw fault("negative offset");
  const end = length < 0 ? undefined : offset + length;
  if (!SURROGATE.test(text)) return text.slice(offset, end);
  return [...text].slice(offset, end).join("");
}

function splitText(text: string, delimiter: string): string[] {
  return delimiter === "" ? [...text] : text.split(delimiter);
}

function trimSet(args: readonly Value[], left: boolean, right: boolean): string {
  const text = stringAt(args, 0);
  const cutset = stringAt(args, 1);
  if (SURROGATE.test(cutset) || SURROGATE.test(text)) {
    const chars = [...text];
    const [from, to] = trimmed(chars, new Set(cutset), left, right);
    return chars.slice(from, to).join("");
  }
  let from = 0;
  let to = text.length;
  while (left && from < to && cutset.includes(text[from]!)) from++;
  while (right && to > from && cutset.includes(text[to - 1]!)) to--;
  return text.slice(from, to);
}

function trimmed(
  chars: readonly string[],
  cutset: ReadonlySet<string>,
  left: boolean,
  right: boolean,
): readonly [number, number] {
  let from = 0;
  let to = chars.length;
  while (left && from < to && cutset.has(chars[from]!)) from++;
  while (right && to > from && cutset.has(chars[to - 1]!)) to--;
  return [from, to];
}

function anyAffix(
  ctx: BuiltinContext,
  args: readonly Value[],
  matches: (text: string, affix: string) => boolean,
): Value {
  const texts = textsAt(args, 0);
  const affixes = textsAt(args, 1);
  ctx.tick(texts.length * affixes.length);
  for (const text of texts) for (const affix of affixes) if (matches(text, affix)) return true;
  return false;
}

function textsAt(args: readonly Value[], index: number): readonly string[] {
  const value = args[index]!;
  if (typeof value === "string") return [value];
  if (itemsOf(value) === undefined) throw typeFault(index + 1, value, "string", "set", "array");
  return stringsAt(args, index);
}

function formatInt(_: BuiltinContext, args: readonly Value[]): Value {
  const value = numberAt(args, 0);
  const base = numberAt(args, 1);
  if (base !== 2 && base !== 8 && base !== 10 && base !== 16)
    throw operandFault(2, "must be one of {2, 8, 10, 16}");
  return (num.toBigInt(value) ?? num.truncate(value)).toString(base);
}

function templateString(ctx: BuiltinContext, args: readonly Value[]): Value {
  let result = "";
  for (const part of arrayAt(args, 0)) {
    if (isSet(part)) {
      const items = part.sortedItems();
      if (items.length > 1) throw fault(`template-strings must not produce multiple outputs`);
      result += items.length === 0 ? "<undefined>" : partText(items[0]!);
    } else result += partText(part);
    checkLength(ctx, result.length);
  }
  return result;
}

function partText(part: Value): string {
  if (typeof part === "string") return part;
  return typeof part === "number" || part instanceof RegoNum ? num.toText(part) : termText(part);
}
