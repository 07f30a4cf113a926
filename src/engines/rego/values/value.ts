import type { RegoObject, RegoSet } from "./containers.ts";
import { RegoNum } from "./rego-num.ts";

/** A JSON object as `JSON.parse` gives it, or one with a null prototype. Only own keys count. */
export interface JsonObject {
  readonly [key: string]: Value;
}

/**
 * A Rego value. JavaScript's `undefined` is Rego's undefined and never stands inside of a collection.
 * A JS number is a safe integer, or a double that the caller's own `JSON.parse` made.
 */
export type Value =
  | null
  | boolean
  | number
  | string
  | RegoNum
  | readonly Value[]
  | JsonObject
  | RegoObject
  | RegoSet;

export type TypeName = "null" | "boolean" | "number" | "string" | "array" | "object" | "set";

export function isNumber(value: Value | undefined): value is number | RegoNum {
  return typeof value === "number" || value instanceof RegoNum;
}

export function isArray(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}
