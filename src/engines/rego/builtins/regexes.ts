import type { Value } from "../values/index.ts";
import { cacheOf } from "./bounded-cache.ts";
import type { BuiltinContext } from "./builtin.ts";
import { define } from "./define.ts";
import { checkItems, checkLength, fault, intAt, stringAt } from "./operands.ts";
import { globsIntersect } from "./regex/globs-intersect.ts";
import { type Match, quoteMeta, Regex, RegexError } from "./regex/regex.ts";
import { templatePattern } from "./regex/template.ts";

const MATCH = "(pattern: string, value: string) result: boolean";

export const regexes = [
  define(`regex.match${MATCH}`, "regex", "Whether the pattern fits somewhere in the text.", (ctx, args) =>
    regexAt(ctx, args, 0).test(textAt(ctx, args, 1)),
  ),
  define(
    "re_match(string, string): boolean",
    "",
    "Whether the pattern fits somewhere in the text.",
    (ctx, args) => regexAt(ctx, args, 0).test(textAt(ctx, args, 1)),
    { deprecated: true },
  ),
  define(
    "regex.is_valid(pattern: string) result: boolean",
    "regex",
    "Whether the text is a pattern.",
    (ctx, args) => typeof args[0] === "string" && isPattern(ctx, args[0]),
  ),
  define(
    "regex.find_n(pattern: string, value: string, number: number) output: array[string]",
    "regex",
    "The first `number` texts that the pattern fits; all when it is negative.",
    (ctx, args) => findAll(ctx, args).map((match) => match.groups[0]!),
  ),
  define(
    "regex.find_all_string_submatch_n(pattern: string, value: string, number: number) output: array[array[string]]",
    "regex",
    "As `regex.find_n`, each text with those of its groups.",
    (ctx, args) => findAll(ctx, args).map((match) => [...match.groups].map((group) => group ?? "")),
  ),
  define(
    "regex.replace(s: string, pattern: string, value: string) output: string",
    "regex",
    "The text with every match replaced; `$1` and `$name` stand for groups.",
    replace,
  ),
  define(
    "regex.split(pattern: string, value: string) output: array[string]",
    "regex",
    "The parts of the text between matches.",
    split,
  ),
  define(
    "regex.template_match(template: string, value: string, delimiter_start: string, delimiter_end: string) result: boolean",
    "regex",
    "Whether the whole text fits a template: plain text with patterns between the delimiters.",
    templateMatch,
  ),
  define(
    "regex.globs_match(glob1: string, glob2: string) result: boolean",
    "regex",
    "Whether some text fits both globs, made of characters, `.`, sets, `*` and `+`.",
    (_, args) => {
      const first = stringAt(args, 0);
      return globsIntersect(first, stringAt(args, 1));
    },
  ),
];

export function compileRegex(ctx: BuiltinContext, pattern: string): Regex {
  const compiled = cacheOf<Regex | RegexError>(ctx.constants, "regex").get(pattern, compile);
  if (compiled instanceof RegexError) throw fault(compiled.message);
  return compiled;
}

function compile(pattern: string): Regex | RegexError {
  try {
    return new Regex(pattern);
  } catch (thrown) {
    if (thrown instanceof RegexError) return thrown;
    throw thrown;
  }
}

function regexAt(ctx: BuiltinContext, args: readonly Value[], index: number): Regex {
  return compileRegex(ctx, stringAt(args, index));
}

function isPattern(ctx: BuiltinContext, pattern: string): boolean {
  return cacheOf<Regex | RegexError>(ctx.constants, "regex").get(pattern, compile) instanceof Regex;
}

function textAt(ctx: BuiltinContext, args: readonly Value[], index: number): string {
  const text = stringAt(args, index);
  ctx.tick(1 + (text.length >> 4));
  return text;
}

function findAll(ctx: BuiltinContext, args: readonly Value[]): readonly Match[] {
  const pattern = stringAt(args, 0);
  const text = textAt(ctx, args, 1);
  const limit = intAt(args, 2);
  return allMatches(ctx, compileRegex(ctx, pattern), text, limit);
}

function allMatches(ctx: BuiltinContext, regex: Regex, text: string, limit: number): readonly Match[] {
  const matches = regex.findAll(text, limit < 0 ? Number.POSITIVE_INFINITY : limit);
  checkItems(ctx, matches.length);
  return matches;
}

function replace(ctx: BuiltinContext, args: readonly Value[]): Value {
  const text = textAt(ctx, args, 0);
  const pattern = stringAt(args, 1);
  const template = stringAt(args, 2);
  const regex = compileRegex(ctx, pattern);
  const parts = parseTemplate(template, regex);
  let result = "";
  let last = 0;
  for (const match of allMatches(ctx, regex, text, -1)) {
    result += text.slice(last, match.start);
    for (const part of parts) result += typeof part === "string" ? part : (match.groups[part] ?? "");
    last = match.end;
    checkLength(ctx, result.length);
  }
  return last === 0 && result === "" ? text : result + text.slice(last);
}

/** Text and group numbers of a replacement; names take as many letters as they can, an unknown one is empty. */
function parseTemplate(template: string, regex: Regex): readonly (string | number)[] {
  const parts: (string | number)[] = [];
  let at = 0;
  for (const match of template.matchAll(/\$(?:(\$)|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
    parts.push(template.slice(at, match.index));
    at = match.index + match[0].length;
    const name = match[2] ?? match[3];
    if (name === undefined) parts.push("$");
    else if (/^(?:0|[1-9]\d{0,8})$/.test(name)) parts.push(Number(name));
    else if (Object.hasOwn(regex.names, name)) parts.push(regex.names[name]!);
  }
  parts.push(template.slice(at));
  return parts;
}

function split(ctx: BuiltinContext, args: readonly Value[]): Value {
  const pattern = stringAt(args, 0);
  const text = textAt(ctx, args, 1);
  const regex = compileRegex(ctx, pattern);
  if (pattern !== "" && text === "") return [""];
  const parts: string[] = [];
  let begin = 0;
  let end = 0;
  for (const match of allMatches(ctx, regex, text, -1)) {
    end = match.start;
    if (match.end !== 0) parts.push(text.slice(begin, end));
    begin = match.end;
  }
  if (end !== text.length) parts.push(text.slice(begin));
  return parts;
}

function templateMatch(ctx: BuiltinContext, args: readonly Value[]): Value {
  const [template, text, start, end] = [0, 1, 2, 3].map((index) => stringAt(args, index)) as [
    string,
    string,
    string,
    string,
  ];
  for (const [name, delimiter] of [
    ["start", start],
    ["end", end],
  ] as const) {
    const size = new TextEncoder().encode(delimiter).length;
    // Go's message gives the start delimiter's length in both cases.
    if (size !== 1)
      throw fault(
        `${name} delimiter has to be exactly one character long but is ${new TextEncoder().encode(start).length} long`,
      );
  }
  const pattern = templatePattern(template, start, end, (inner) => compileRegex(ctx, inner), quoteMeta);
  ctx.tick(1 + (text.length >> 4));
  return compileRegex(ctx, pattern).test(text);
}
