import type { BuiltinContext } from "./builtin.ts";
import { checkLength } from "./operands.ts";

/**
 * Replaces in one pass without looking at what was put in. At each place the first of the patterns that fits wins;
 * an empty pattern fits everywhere, but not twice in the same place. As Go's `strings.Replacer`.
 */
export function replaceAll(
  ctx: BuiltinContext,
  text: string,
  pairs: readonly (readonly [from: string, to: string])[],
): string {
  if (pairs.length === 1 && pairs[0]![0] !== "") {
    const [from, to] = pairs[0]!;
    const parts = text.split(from);
    if (parts.length === 1) return text;
    checkLength(ctx, text.length + (parts.length - 1) * (to.length - from.length));
    return parts.join(to);
  }
  return replaceEach(ctx, text, pairs);
}

function replaceEach(
  ctx: BuiltinContext,
  text: string,
  pairs: readonly (readonly [from: string, to: string])[],
): string {
  let result = "";
  let copied = 0;
  let emptyBefore = false;
  ctx.tick(text.length * pairs.length);
  for (let at = 0; at <= text.length; ) {
    const pair = pairs.find(([from]) => (from === "" ? !emptyBefore : text.startsWith(from, at)));
    emptyBefore = pair?.[0] === "";
    if (pair === undefined) {
      at += charLength(text, at);
      continue;
    }
    result += text.slice(copied, at) + pair[1];
    checkLength(ctx, result.length);
    at += pair[0].length;
    copied = at;
  }
  return result + text.slice(copied);
}

function charLength(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
