import { fail, type Outcome, ok } from "../errors.ts";

export type FlagKind = "bool" | "string" | "list" | "whole" | "float" | "duration";

export interface FlagSpec {
  readonly kind: FlagKind;
  readonly short?: string;
  readonly oneOf?: readonly string[];
  /** Flags of the opa tool that this engine has no use for are accepted and change nothing. */
  readonly ignored?: true;
  /** A flag of the opa tool that this engine does not serve: why, in one sentence. */
  readonly refused?: string;
}

export type FlagSpecs = Readonly<Record<string, FlagSpec>>;

/** What stood on the command line. Durations are milliseconds. */
export class Flags {
  readonly positional: readonly string[];
  private readonly values: ReadonlyMap<string, string | number | boolean | readonly string[]>;

  constructor(
    positional: readonly string[],
    values: ReadonlyMap<string, string | number | boolean | readonly string[]>,
  ) {
    this.positional = positional;
    this.values = values;
  }

  is(name: string): boolean {
    return this.values.get(name) === true;
  }

  text(name: string): string | undefined {
    const value = this.values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.values.get(name);
    return typeof value === "number" ? value : undefined;
  }

  list(name: string): readonly string[] {
    const value = this.values.get(name);
    return Array.isArray(value) ? value : [];
  }
}

/** Parses arguments as the opa tool does: `--flag=value`, `--flag value`, `-fvalue`, `-vc`, `--`. */
export function parseFlags(args: readonly string[], specs: FlagSpecs): Outcome<Flags, string> {
  const values = new Map<string, string | number | boolean | readonly string[]>();
  const positional: string[] = [];
  const byShort = new Map<string, string>();
  for (const [name, spec] of Object.entries(specs))
    if (spec.short !== undefined) byShort.set(spec.short, name);

  const set = (name: string, text: string | undefined): string | undefined => {
    const spec = specs[name] as FlagSpec;
    if (spec.refused !== undefined) return `--${name}: ${spec.refused}`;
    const read = readValue(spec, text);
    if (typeof read === "string") {
      const shown = spec.short === undefined ? `--${name}` : `-${spec.short}, --${name}`;
      return `invalid argument ${JSON.stringify(text ?? "")} for "${shown}" flag: ${read}`;
    }
    if (spec.kind === "list")
      values.set(name, [...((values.get(name) as string[] | undefined) ?? []), text ?? ""]);
    else values.set(name, read.value);
    return undefined;
  };

  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      positional.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const name = arg.slice(2, equals < 0 ? undefined : equals);
      if (!Object.hasOwn(specs, name)) return fail(`unknown flag: --${name}`);
      let text = equals < 0 ? undefined : arg.slice(equals + 1);
      if (text === undefined && specs[name]?.kind !== "bool") {
        text = args[++i];
        if (text === undefined) return fail(`flag needs an argument: --${name}`);
      }
      const error = set(name, text);
      if (error !== undefined) return fail(error);
    } else if (arg.length > 1 && arg.startsWith("-")) {
      for (let at = 1; at < arg.length; at++) {
        const letter = arg.charAt(at);
        const name = byShort.get(letter);
        if (name === undefined) return fail(`unknown shorthand flag: '${letter}' in ${arg}`);
        let text: string | undefined;
        if (specs[name]?.kind !== "bool") {
          text = at + 1 < arg.length ? arg.slice(at + 1).replace(/^=/, "") : args[++i];
          if (text === undefined) return fail(`flag needs an argument: '${letter}' in ${arg}`);
          at = arg.length;
        }
        const error = set(name, text);
        if (error !== undefined) return fail(error);
      }
    } else positional.push(arg);
  }
  return ok(new Flags(positional, values));
}

function readValue(
  spec: FlagSpec,
  text: string | undefined,
): { readonly value: string | number | boolean } | string {
  switch (spec.kind) {
    case "bool":
      if (text === undefined || text === "true" || text === "1") return { value: true };
      return text === "false" || text === "0" ? { value: false } : "invalid syntax";
    case "whole":
      return /^[+-]?\d{1,15}$/.test(text ?? "") ? { value: Number(text) } : "invalid syntax";
    case "float":
      return text !== "" && Number.isFinite(Number(text)) ? { value: Number(text) } : "invalid syntax";
    case "duration": {
      const milliseconds = durationMs(text ?? "");
      return milliseconds === undefined
        ? `invalid duration ${JSON.stringify(text)}`
        : { value: milliseconds };
    }
    default:
      if (spec.oneOf !== undefined && !spec.oneOf.includes(text ?? ""))
        return `must be one of {${spec.oneOf.join(",")}}`;
      return { value: text ?? "" };
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
};

/** Go's durations: `1h30m`, `250ms`. */
function durationMs(text: string): number | undefined {
  if (text === "0") return 0;
  if (!/^(\d+(\.\d*)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(number) * (UNITS[unit as string] as number);
  return sum;
}
