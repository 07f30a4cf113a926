import type { Term } from "../ast/ast.ts";
import { num, RegoObject, RegoSet, type Value } from "../values/index.ts";

/** The value of a term without variables. */
export function constantValue(term: Term): Value {
  switch (term.type) {
    case "null":
      return null;
    case "boolean":
    case "string":
      return term.value;
    case "number":
      return num.fromText(term.value);
    case "array":
      return term.value.map(constantValue);
    case "set":
      return RegoSet.of(term.value.map(constantValue));
    case "object":
      return objectOf(term.value.map(([k, v]): [Value, Value] => [constantValue(k), constantValue(v)]));
    default:
      throw new Error(`not a constant: ${term.type}`);
  }
}

/** An object of entries; with string keys only it is a plain one. The last of equal keys stays. */
export function objectOf(entries: readonly (readonly [Value, Value])[]): Value {
  if (entries.every(([k]) => typeof k === "string")) {
    const object: Record<string, Value> = Object.create(null);
    for (const [k, v] of entries) object[k as string] = v;
    return object;
  }
  return RegoObject.of(entries);
}

/** The value of an object literal: of keys that are equal the first one stays. */
export function literalObject(entries: readonly (readonly [Value, Value])[]): Value {
  if (entries.every(([k]) => typeof k === "string")) {
    const object: Record<string, Value> = Object.create(null);
    for (const [k, v] of entries) if (object[k as string] === undefined) object[k as string] = v;
    return object;
  }
  const object = new RegoObject();
  for (const [k, v] of entries) if (!object.has(k)) object.put(k, v);
  return object;
}
