import { RegoObject, RegoSet } from "./containers.ts";
import { RegoNum } from "./rego-num.ts";
import { isArray, type JsonObject, type Value } from "./value.ts";

/** Deeper parts do not count: the hash stays valid, and hostile nesting cannot overflow the stack. */
const MAX_DEPTH = 64;
/** Smaller objects are hashed again rather than remembered. */
const MIN_CACHED_KEYS = 3;

const cached = new WeakMap<JsonObject, number>();

/** A 32-bit hash; equal values have equal hashes, whatever their representation. */
export function hash(value: Value): number {
  return hashAt(value, 0);
}

function hashAt(value: Value, depth: number): number {
  switch (typeof value) {
    case "string":
      return hashString(value);
    case "number":
      return hashDouble(value);
    case "boolean":
      return value ? 3 : 5;
    default:
      if (value === null) return 7;
      if (depth > MAX_DEPTH) return 11;
      if (isArray(value)) return hashArray(value, depth);
      if (value instanceof RegoNum) return hashDouble(Number(value.text));
      if (value instanceof RegoSet || value instanceof RegoObject) return hashContainer(value, depth);
      return hashJsonObject(value, depth);
  }
}

function hashArray(items: readonly Value[], depth: number): number {
  let result = 17;
  for (let i = 0; i < items.length; i++) result = (Math.imul(result, 31) + hashAt(items[i]!, depth + 1)) | 0;
  return result;
}

function hashJsonObject(object: JsonObject, depth: number): number {
  // Only hashes taken at depth 0 are remembered: the depth bound makes others differ.
  const known = depth === 0 ? cached.get(object) : undefined;
  if (known !== undefined) return known;
  let result = 19;
  let size = 0;
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    size++;
    result = (result + mix(hashString(key), hashAt(object[key]!, depth + 1))) | 0;
  }
  if (depth === 0 && size >= MIN_CACHED_KEYS) cached.set(object, result);
  return result;
}

function hashContainer(value: RegoSet | RegoObject, depth: number): number {
  let result = value instanceof RegoSet ? 23 : 19;
  if (value instanceof RegoSet) {
    value.every((item) => {
      result = (result + mix(hashAt(item, depth + 1), 29)) | 0;
      return true;
    });
  } else {
    value.everyEntry((key, item) => {
      result = (result + mix(hashAt(key, depth + 1), hashAt(item, depth + 1))) | 0;
      return true;
    });
  }
  return result;
}

function mix(key: number, value: number): number {
  let h = Math.imul(key ^ (value >>> 16), 0x85ebca6b) ^ value;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function hashString(text: string): number {
  let result = text.length;
  for (let i = 0; i < text.length; i++) result = (Math.imul(result, 31) + text.charCodeAt(i)) | 0;
  return result;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function hashDouble(value: number): number {
  const small = value | 0;
  if (small === value) return small;
  double[0] = value;
  return words[0]! ^ Math.imul(words[1]!, 0x85ebca6b);
}
