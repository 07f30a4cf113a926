import ipaddr from "ipaddr.js";
import {
  canonicalJson,
  isJsonObject,
  type Json,
  type PropertyPath,
  parsePath,
  pathMatches,
} from "../../base/index.ts";
import type { PropertyChange, ValueBound } from "../../domain/index.ts";

/**
 * Does a changed property keep every bound that names its path, or a value inside it? A bound that cannot be checked (unknown value, a pattern or a
 * CIDR that is none) is not kept: a cover never holds more than somebody wrote down.
 */
export function keepsBounds(property: PropertyChange, bounds: readonly ValueBound[]): boolean {
  return bounds.every((bound) => {
    const pattern = parsePath(bound.path);
    if (pattern === null || pattern.length === 0) return false;
    const bounded = [...valuesAt(pattern, property.path, property.after)];
    if (bounded.length > 0) return !property.unknown && bounded.every((value) => keeps(value, bound));
    // A block of which the bound names a part, without that part: something else moved in it that nobody bounded.
    const isBlock = typeof property.after === "object" && property.after !== null;
    return !isBlock || !pathMatches(pattern.slice(0, 1), property.path);
  });
}

/** The value itself where the pattern holds its path, else every value inside it that the pattern names. */
function* valuesAt(pattern: PropertyPath, path: PropertyPath, value: Json): Generator<Json> {
  if (pathMatches(pattern, path)) yield value;
  else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* valuesAt(pattern, [...path, index], item);
  } else if (isJsonObject(value)) {
    for (const [key, item] of Object.entries(value)) yield* valuesAt(pattern, [...path, key], item);
  }
}

function keeps(value: Json, bound: ValueBound): boolean {
  switch (bound.is) {
    case "equal_to":
      return same(value, bound.value);
    case "one_of":
      return bound.values.some((allowed) => same(value, allowed));
    case "at_most":
      return typeof value === "number" && value <= bound.value;
    case "at_least":
      return typeof value === "number" && value >= bound.value;
    case "within":
      return textsOf(value)?.every((text) => bound.cidrs.some((cidr) => isWithin(text, cidr))) ?? false;
  }
}

function same(a: Json, b: Json): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

function textsOf(value: Json): readonly string[] | null {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === "string") ? list : null;
}

/** Is the inner block (or address) wholly inside the outer one? Families never mix. */
function isWithin(inner: string, outer: string): boolean {
  const small = parseCidr(inner);
  const large = parseCidr(outer);
  if (small === null || large === null || small[0].kind() !== large[0].kind()) return false;
  return small[1] >= large[1] && small[0].match(large);
}

function parseCidr(text: string): ReturnType<typeof ipaddr.parseCIDR> | null {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return ipaddr.parseCIDR(`${text}/${address.kind() === "ipv4" ? 32 : 128}`);
  } catch {
    return null;
  }
}
