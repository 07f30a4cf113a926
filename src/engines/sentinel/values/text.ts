import type { Meter } from "../evaluator/meter.ts";
import { textOf } from "./bytes.ts";
import { membersOf } from "./json.ts";
import type { MapKey } from "./map-value.ts";
import { MapValue, valueOfKey } from "./map-value.ts";
import type { Value } from "./value.ts";
import { Float, FuncValue, Namespace, Undefined } from "./value.ts";

/** The name `types.type_of` gives. `func` is undetermined by the documentation. */
export function typeName(value: Value): string {
  if (value === null) {
    return "null";
  }
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
    case "bigint":
      return "int";
    case "string":
      return "string";
    default:
      break;
  }
  if (Array.isArray(value)) {
    return "list";
  }
  if (value instanceof Float) {
    return "float";
  }
  if (value instanceof FuncValue) {
    return "func";
  }
  return value instanceof Undefined ? "undefined" : "map";
}

/** Shortest decimal form of a float, as the strings import and print show it. */
export function floatText(n: number): string {
  if (Number.isNaN(n)) {
    return "NaN";
  }
  return Number.isFinite(n) ? String(n) : n > 0 ? "+Inf" : "-Inf";
}

/** Quotes text as a string literal. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Order of map keys where text is sorted: by kind, then by value; strings by bytes. */
function compareKeys(a: MapKey, b: MapKey): number {
  if (typeof a === "string" && typeof b === "string") {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === "string" || typeof b === "string") {
    return typeof a === "string" ? 1 : -1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The form `print` shows: strings bare at the top and quoted inside, lists without commas, maps with sorted keys. */
export function printForm(value: Value, meter: Meter): string {
  return typeof value === "string" ? textOf(value) : nestedForm(value, meter, 0);
}

function nestedForm(value: Value, meter: Meter, depth: number): string {
  meter.tick();
  meter.checkDepth(depth);
  if (typeof value === "string") {
    return quote(textOf(value));
  }
  if (Array.isArray(value)) {
    return `[${meter.join(
      value.map((item) => nestedForm(item, meter, depth + 1)),
      " ",
    )}]`;
  }
  if (value instanceof MapValue || value instanceof Namespace) {
    const members = membersOf(value).sort(([a], [b]) => compareKeys(a, b));
    const parts = members.map(
      ([key, member]) =>
        `${nestedForm(valueOfKey(key), meter, depth + 1)}: ${nestedForm(member, meter, depth + 1)}`,
    );
    return `{${meter.join(parts, ", ")}}`;
  }
  if (value instanceof Float) {
    return floatText(value.value);
  }
  if (value instanceof FuncValue) {
    return "func";
  }
  return value instanceof Undefined ? "undefined" : String(value);
}
