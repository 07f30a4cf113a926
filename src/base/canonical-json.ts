/**
 * RFC 8785 (JSON Canonicalization Scheme) text of a JSON value: members sorted by UTF-16 code units, no white space, strings
 * and numbers as ECMAScript writes them. It is what is hashed, signed and recorded, for every change of a plan: written here
 * because the library (which the tests compare with) takes several times as long.
 *
 * RFC 8785 refuses lone surrogates, which no UTF-8 can carry either but a plan file can (`"\ud800"`): they become U+FFFD, so
 * that hostile text cannot keep itself out of the record. Members that are `undefined` are left out.
 * Throws for what JSON cannot carry (`NaN`, `Infinity`, `bigint`, functions, `undefined` at the top): bugs of the caller.
 */
export function canonicalJson(value: unknown): string {
  switch (typeof value) {
    case "string":
      return text(value);
    case "number":
      if (!Number.isFinite(value)) throw new TypeError("canonicalJson: the number has no JSON form");
      return String(value === 0 ? 0 : value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      return value === null ? "null" : Array.isArray(value) ? list(value) : members(value);
    default:
      throw new TypeError(`canonicalJson: a value of type ${typeof value} has no JSON form`);
  }
}

function list(items: readonly unknown[]): string {
  let out = "[";
  for (let i = 0; i < items.length; i++) {
    if (i > 0) out += ",";
    const item = items[i];
    out += item === undefined ? "null" : canonicalJson(item);
  }
  return `${out}]`;
}

function members(value: object): string {
  const object = value as Readonly<Record<string, unknown>>;
  let out = "{";
  let comma = "";
  for (const key of sortedKeys(object)) {
    const item = object[key];
    if (item === undefined) continue;
    out += `${comma}${text(key)}:${canonicalJson(item)}`;
    comma = ",";
  }
  return `${out}}`;
}

/** Most objects that tools write are sorted already: asking is cheaper than sorting. */
function sortedKeys(object: object): readonly string[] {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? "") > (keys[i] ?? "")) return keys.sort();
  return keys;
}

/** Printable ASCII without quote and backslash: what needs no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

function text(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value.replace(LONE_SURROGATE, "\uFFFD"));
}
