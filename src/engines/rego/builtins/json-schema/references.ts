import { isArray, isObject, jsonEntries, lookup, objectGet, type Value } from "../../values/index.ts";
import { fault } from "../operands.ts";

export interface Documents {
  /** What a reference leads to, and the address that references inside of it start from. */
  find(reference: string): { readonly document: Value; readonly base: string };
}

/** A schema and all schemas inside of it that have an address of their own (`$id`). */
export function collectDocuments(root: Value): Documents {
  const known = new Map<string, Value>([["", root]]);
  collect(root, "", known);
  return {
    find(reference) {
      const direct = known.get(reference) ?? known.get(reference.replace(/#$/, ""));
      if (direct !== undefined) return { document: direct, base: reference.replace(/#.*$/, "") };
      const [base = "", fragment = ""] = reference.split(/#(.*)/s);
      const document = known.get(base);
      if (document === undefined) throw missing(reference, base);
      return { document: pointed(document, fragment), base };
    },
  };
}

function missing(reference: string, base: string) {
  return /^[a-z][a-z0-9+.-]*:/i.test(base)
    ? fault(`remote reference loading disabled: ${reference}`)
    : fault(`Reference ${reference} must be canonical`);
}

function collect(value: Value, base: string, known: Map<string, Value>): void {
  if (isArray(value)) {
    for (const item of value) collect(item, base, known);
    return;
  }
  if (!isObject(value)) return;
  const id = objectGet(value, "id") ?? objectGet(value, "$id");
  let own = base;
  if (typeof id === "string") {
    own = resolveReference(base, id);
    const address = own.replace(/#$/, "");
    if (address !== "" && known.has(address) && known.get(address) !== value)
      throw fault(`Reference already exists: "${address}"`);
    known.set(address, value);
  }
  for (const [key, item] of jsonEntries(value)) {
    // Values of these are taken literally.
    if (key !== "const" && key !== "enum") collect(item, own, known);
  }
}

/** The absolute form of a reference. */
export function resolveReference(base: string, reference: string): string {
  if (reference.startsWith("#")) return base.replace(/#.*$/, "") + reference;
  if (/^[a-z][a-z0-9+.-]*:/i.test(reference)) return reference;
  if (/^[a-z][a-z0-9+.-]*:/i.test(base)) {
    try {
      return new URL(reference, base).href;
    } catch {
      return reference;
    }
  }
  return base.replace(/#.*$/, "").replace(/[^/]*$/, "") + reference;
}

function pointed(document: Value, fragment: string): Value {
  let value = document;
  if (fragment === "") return value;
  for (const token of decodeFragment(fragment).split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const next = isArray(value) ? value[/^\d{1,9}$/.test(key) ? Number(key) : -1] : lookup(value, key);
    if (next === undefined) throw fault(`Object has no key '${key}'`);
    value = next;
  }
  return value;
}

function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
