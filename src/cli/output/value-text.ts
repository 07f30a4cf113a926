import { type Json, type PropertyPath, pathText } from "../../base/index.ts";
import type { PropertyChange } from "../../domain/index.ts";
import { neutral, shortened } from "./neutral-text.ts";

/** Depth below which a value is only hinted at: people do not read deeper, and hostile values would recurse. */
const MAX_DEPTH = 8;

interface Budget {
  left: number;
}

/** A JSON value on one neutral line of at most about `max` characters: `{"from_port": 22, "to_port": 22}`. */
export function valueText(value: Json, max: number): string {
  const budget: Budget = { left: max };
  const text = write(value, 0, budget);
  return budget.left > 0 ? text : `${text} … (shortened)`;
}

function write(value: Json, depth: number, budget: Budget): string {
  if (budget.left <= 0) return "";
  if (typeof value === "string") return writeString(value, budget);
  if (typeof value !== "object" || value === null) return spend(String(value), budget);
  if (Array.isArray(value)) {
    if (value.length > 0 && depth >= MAX_DEPTH) return spend("[…]", budget);
    return writeItems("[", "]", value, (item: Json) => write(item, depth + 1, budget), budget);
  }
  const entries = Object.entries(value);
  if (entries.length > 0 && depth >= MAX_DEPTH) return spend("{…}", budget);
  return writeItems(
    "{",
    "}",
    entries,
    ([key, item]) => `${writeString(key, budget)}: ${write(item, depth + 1, budget)}`,
    budget,
  );
}

function writeItems<T>(
  open: string,
  close: string,
  items: readonly T[],
  one: (item: T) => string,
  budget: Budget,
): string {
  const parts: string[] = [];
  budget.left -= 2;
  for (const item of items) {
    if (budget.left <= 0) return `${open}${parts.join(", ")}`;
    budget.left -= 2;
    parts.push(one(item));
  }
  return `${open}${parts.join(", ")}${close}`;
}

function writeString(value: string, budget: Budget): string {
  const room = Math.max(budget.left, 0);
  const shown = value.length > room ? value.slice(0, room) : value;
  return spend(neutral(JSON.stringify(shown)), budget, value.length - shown.length);
}

function spend(text: string, budget: Budget, cut = 0): string {
  budget.left -= text.length + cut;
  return text;
}

/** Path of a property, neutral, not endless. The root is `(the whole resource)`. */
export function propertyName(path: PropertyPath): string {
  return path.length === 0 ? "(the whole resource)" : neutral(shortened(pathText(path), 1_000));
}

/**
 * One side of a property for people. A secret is never shown, not even in its redacted form: this is the last gate
 * before a terminal or a pull request.
 */
export function sideText(property: PropertyChange, side: "before" | "after", max: number): string {
  const value = property[side];
  if (side === "after" && property.unknown) return "(known after apply)";
  if (value === null) return "(none)";
  return property.sensitive ? "(secret)" : valueText(value, max);
}
