import canonicalize from "canonicalize";
import { isJsonArray, isJsonObject, type Json, setMember } from "./json.ts";

/**
 * RFC 8785 (JSON Canonicalization Scheme) text of a JSON value: sorted keys, no white space, ECMAScript numbers. It is what
 * is hashed, signed and recorded. RFC 8785 refuses lone surrogates, which no UTF-8 can carry either but a plan file can
 * (`"\ud800"`): they become U+FFFD, so that hostile text cannot keep itself out of the record.
 * Throws for what JSON cannot carry (`NaN`, `Infinity`, `bigint`, `undefined` at the top): those are bugs of the caller.
 */
export function canonicalJson(value: unknown): string {
  try {
    return canonical(value);
  } catch (cause) {
    const json = JSON.stringify(value);
    // Well-formed `JSON.stringify` writes a lone surrogate, and only that, as an escape in this range.
    if (json === undefined || !/\\ud[89a-f]/.test(json)) throw cause;
    const parsed: Json = JSON.parse(json);
    return canonical(wellFormed(parsed));
  }
}

function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("canonicalJson: the value has no JSON form");
  return text;
}

const LONE_SURROGATE = /\p{Surrogate}/gu;

function wellFormed(value: Json): Json {
  if (typeof value === "string") return value.replace(LONE_SURROGATE, "\uFFFD");
  if (isJsonArray(value)) return value.map(wellFormed);
  if (!isJsonObject(value)) return value;
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) {
    setMember(copy, key.replace(LONE_SURROGATE, "\uFFFD"), wellFormed(item));
  }
  return copy;
}
