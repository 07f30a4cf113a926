import { num, type Value } from "../../values/index.ts";

/** What a plain scalar stands for. */
export type Resolved =
  | { readonly kind: "null" | "merge" | "string" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly value: Value }
  /** `.inf` and `.nan`, which JSON does not have. */
  | { readonly kind: "special"; readonly name: string }
  | { readonly kind: "timestamp" };

const NULLS: ReadonlySet<string> = new Set(["", "~", "null", "Null", "NULL"]);
const TRUES: ReadonlySet<string> = new Set(["true", "True", "TRUE"]);
const FALSES: ReadonlySet<string> = new Set(["false", "False", "FALSE"]);
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const DATE =
  /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]|[ \t]+)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d{1,2}(?::?\d{2})?))?)?$/;

/** Resolves a plain scalar as go-yaml v3 does: `0o17` and `017` are octal, `_` groups digits, `yes` is text. */
export function resolvePlain(text: string): Resolved {
  if (NULLS.has(text)) return { kind: "null" };
  if (TRUES.has(text)) return { kind: "boolean", value: true };
  if (FALSES.has(text)) return { kind: "boolean", value: false };
  if (text === "<<") return { kind: "merge" };
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text))
    return { kind: "special", name: text[0] === "-" ? "-Inf" : "+Inf" };
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return { kind: "special", name: "NaN" };
  if (!/^[-+.\d]/.test(text)) return { kind: "string" };
  if (DATE.test(text)) return { kind: "timestamp" };
  const value = numberOf(text[0] === "." ? text : text.replaceAll("_", ""));
  return value === undefined ? { kind: "string" } : { kind: "number", value };
}

const UINT64_MAX = 2n ** 64n - 1n;
const INT64_MIN = -(2n ** 63n);

function numberOf(text: string): Value | undefined {
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9]\d*)$/.exec(text);
  if (match !== null) {
    const digits = match[2]!;
    const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
    const value = match[1] === "-" ? -magnitude : magnitude;
    if (value >= INT64_MIN && value <= UINT64_MAX) return num.fromBigInt(value);
  }
  return FLOAT.test(text) ? doubleOf(Number(text)) : undefined;
}

/** Go writes the double as JSON, which JavaScript's own shortest text equals. */
function doubleOf(value: number): Value | undefined {
  return Number.isFinite(value) ? num.fromText(value.toString()) : undefined;
}
