import { canonicalJson, isJsonArray, isJsonObject, type Json, setMember } from "../base/index.ts";

const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * The bytes under which something is recorded and hashed: RFC 8785 text. That form refuses lone surrogates, which no UTF-8 can
 * carry either but a plan file can (`"\ud800"`): they become U+FFFD, so that hostile text cannot keep itself out of the record.
 */
export function recordText(value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (cause) {
    const json = JSON.stringify(value);
    // Well-formed `JSON.stringify` writes a lone surrogate, and only that, as an escape in this range.
    if (json === undefined || !/\\ud[89a-f]/.test(json)) throw cause;
    const parsed: Json = JSON.parse(json);
    return canonicalJson(wellFormed(parsed));
  }
}

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
