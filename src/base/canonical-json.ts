import canonicalize from "canonicalize";

/**
 * RFC 8785 (JSON Canonicalization Scheme) text of a JSON value: sorted keys, no white space, ECMAScript numbers.
 * Throws for what JSON cannot carry (`NaN`, `Infinity`, `bigint`, `undefined` at the top): those are bugs of the caller.
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("canonicalJson: the value has no JSON form");
  return text;
}
