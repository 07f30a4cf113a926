import type { Result } from "../result.ts";
import { fail, ok } from "../result.ts";
import { Float } from "../values/value.ts";

/** What a command gives back; the caller writes it and ends the process. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** `bool` needs no value, `text` takes one, `list` may be given several times. */
export type FlagKind = "bool" | "text" | "list";

export interface Flags {
  readonly bool: (name: string) => boolean;
  /** For flags that default to true: false only for `-name=false`. */
  readonly enabled: (name: string) => boolean;
  readonly text: (name: string) => string | null;
  readonly list: (name: string) => readonly string[];
  readonly rest: readonly string[];
}

/** Reads Go-style flags (`-name=value`, `-name value`, also with two dashes) up to the first plain argument or `--`. */
export function parseFlags(
  args: readonly string[],
  kinds: Readonly<Record<string, FlagKind>>,
): Result<Flags, string> {
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] as string;
    if (arg === "--") {
      rest.push(...args.slice(i + 1));
      break;
    }
    const match = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(arg);
    if (match === null) {
      rest.push(arg);
      continue;
    }
    const name = match[1] as string;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (kind === undefined) {
      return fail(`unknown flag \`-${name}\``);
    }
    let value = match[2];
    if (value === undefined && kind !== "bool") {
      i += 1;
      value = args[i];
      if (value === undefined) {
        return fail(`the flag \`-${name}\` needs a value`);
      }
    }
    values.set(name, kind === "list" ? [...(values.get(name) ?? []), value as string] : [value ?? "true"]);
  }
  const last = (name: string): string | null => values.get(name)?.[0] ?? null;
  return ok({
    bool: (name) => ["true", "1", "t"].includes(last(name) ?? "false"),
    enabled: (name) => !["false", "0", "f"].includes(last(name) ?? "true"),
    text: last,
    list: (name) => values.get(name) ?? [],
    rest,
  });
}

export function usageError(message: string, exitCode: number): CommandResult {
  return { stdout: "", stderr: `Error: ${message}\n`, exitCode };
}

/** `5m`, `1h30m`, `500ms` as Go writes durations; null when it is none. */
export function parseDuration(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|us|ns|h|m|s))+$/.test(text)) {
    return null;
  }
  const units: Readonly<Record<string, number>> = {
    h: 3_600_000,
    m: 60_000,
    s: 1000,
    ms: 1,
    us: 0.001,
    ns: 0.000001,
  };
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|us|ns|h|m|s)/g)) {
    total += Number(number) * (units[unit as string] ?? 0);
  }
  return total;
}

/** The value of `-param k=v`: JSON numbers (as floats), arrays, objects and quoted strings; anything else is a string. */
export function parseValue(text: string): unknown {
  if (/^\s*(?:[[{"]|-?\d)/.test(text)) {
    try {
      const json: unknown = JSON.parse(text);
      return typeof json === "number" ? new Float(json) : json;
    } catch {
      return text;
    }
  }
  return text;
}

/** `k=v` pairs; a message for the first that is none. */
export function parsePairs(flag: string, pairs: readonly string[]): Result<Record<string, unknown>, string> {
  const values = Object.create(null) as Record<string, unknown>;
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals <= 0) {
      return fail(`\`-${flag}\` takes \`name=value\`, not \`${pair}\``);
    }
    values[pair.slice(0, equals)] = parseValue(pair.slice(equals + 1));
  }
  return ok(values);
}
