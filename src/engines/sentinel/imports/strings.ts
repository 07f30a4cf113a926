import { runtimeError } from "../errors.ts";
import type { Runtime } from "../evaluator/runtime.ts";
import { bytesOf, textOf } from "../values/bytes.ts";
import { floatText, typeName } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Float, isInt } from "../values/value.ts";
import type { StandardImport } from "./define.ts";
import { define, functions, intArg, namespace, shared, stringArg } from "./define.ts";

export const stringsImport: StandardImport = shared(
  namespace(
    "strings",
    functions(
      define("has_prefix", 2, 2, (args) => s(args, 0, "has_prefix").startsWith(s(args, 1, "has_prefix"))),
      define("has_suffix", 2, 2, (args) => s(args, 0, "has_suffix").endsWith(s(args, 1, "has_suffix"))),
      define("join", 2, 2, (args, rt) => join(args, rt)),
      define("replace", 3, 4, (args, rt) => replace(args, rt)),
      define("trim", 2, 2, (args) => trim(s(args, 0, "trim"), s(args, 1, "trim"), true, true)),
      define("trim_left", 2, 2, (args) =>
        trim(s(args, 0, "trim_left"), s(args, 1, "trim_left"), true, false),
      ),
      define("trim_right", 2, 2, (args) =>
        trim(s(args, 0, "trim_right"), s(args, 1, "trim_right"), false, true),
      ),
      define("trim_space", 1, 1, (args) => bytesOf(textOf(s(args, 0, "trim_space")).trim())),
      define("trim_prefix", 2, 2, (args) => {
        const [text, prefix] = [s(args, 0, "trim_prefix"), s(args, 1, "trim_prefix")];
        return text.startsWith(prefix) ? text.slice(prefix.length) : text;
      }),
      define("trim_suffix", 2, 2, (args) => {
        const [text, suffix] = [s(args, 0, "trim_suffix"), s(args, 1, "trim_suffix")];
        return text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text;
      }),
      define("to_lower", 1, 1, (args) => bytesOf(textOf(s(args, 0, "to_lower")).toLowerCase())),
      define("to_upper", 1, 1, (args) => bytesOf(textOf(s(args, 0, "to_upper")).toUpperCase())),
      define("split", 2, 2, (args, rt) => split(args, rt)),
    ),
  ),
);

function s(args: readonly Value[], at: number, name: string): string {
  return stringArg(args, at, `strings.${name}`);
}

/** Joins a list, nested ones flattened; ints, floats (shortest form) and bools become text. */
function join(args: readonly Value[], rt: Runtime): string {
  const parts: string[] = [];
  const collect = (value: Value, depth: number): void => {
    rt.tick();
    rt.checkDepth(depth);
    if (Array.isArray(value)) {
      for (const item of value) {
        collect(item, depth + 1);
      }
    } else if (typeof value === "string") {
      parts.push(value);
    } else if (isInt(value) || typeof value === "boolean") {
      parts.push(String(value));
    } else if (value instanceof Float) {
      parts.push(floatText(value.value));
    } else {
      throw runtimeError(`\`strings.join\` cannot join a ${typeName(value)}`);
    }
  };
  collect(args[0] as Value, 0);
  return rt.join(parts, s(args, 1, "join"));
}

/** At most `times` replacements; a negative count or none replaces all. */
function replace(args: readonly Value[], rt: Runtime): string {
  const [text, old, fresh] = [s(args, 0, "replace"), s(args, 1, "replace"), s(args, 2, "replace")];
  const times = args.length > 3 ? Number(intArg(args, 3, "strings.replace")) : -1;
  const pieces = old === "" ? characters(text) : text.split(old);
  const limit = times < 0 ? Number.POSITIVE_INFINITY : times;
  if (old === "") {
    // As in Go: before each character and at the end.
    let used = 0;
    const parts = pieces.map((piece) => (used++ < limit ? fresh + piece : piece));
    return rt.join(used < limit ? [...parts, fresh] : parts, "");
  }
  const cut = Math.min(limit, pieces.length - 1);
  rt.checkString(text.length + cut * fresh.length);
  return (
    pieces.slice(0, cut + 1).join(fresh) +
    pieces
      .slice(cut + 1)
      .map((piece) => old + piece)
      .join("")
  );
}

function characters(bytes: string): string[] {
  return [...textOf(bytes)].map(bytesOf);
}

function trim(text: string, cutset: string, left: boolean, right: boolean): string {
  const cut = new Set(textOf(cutset));
  const chars = [...textOf(text)];
  let from = 0;
  let to = chars.length;
  while (left && from < to && cut.has(chars[from] as string)) {
    from += 1;
  }
  while (right && to > from && cut.has(chars[to - 1] as string)) {
    to -= 1;
  }
  return bytesOf(chars.slice(from, to).join(""));
}

/** A list is returned as it is; an empty separator splits into characters. */
function split(args: readonly Value[], rt: Runtime): Value {
  if (Array.isArray(args[0])) {
    return args[0];
  }
  const [text, separator] = [s(args, 0, "split"), s(args, 1, "split")];
  const parts = separator === "" ? characters(text) : text.split(separator);
  rt.checkItems(parts.length);
  return parts;
}
