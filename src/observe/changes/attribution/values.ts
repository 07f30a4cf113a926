import { isJsonArray, isJsonObject, type Json } from "../../../base/index.ts";
import type { PropertyChange } from "../../../domain/index.ts";

/** Values that occur in so many calls that they tell nothing. */
const COMMON = new Set(["", "true", "false", "0", "1", "-1", "tcp", "udp", "all", "default", "none", "null"]);

/** What a call set, seen by value and by name and value. */
export interface CallValues {
  readonly isVisible: boolean;
  readonly values: ReadonlySet<string>;
  /** `name=value`, names in snake_case without separators. */
  readonly named: ReadonlySet<string>;
}

export function callValues(parameters: Json): CallValues {
  const values = new Set<string>();
  const named = new Set<string>();
  eachLeaf(parameters, "", (key, leaf) => {
    const text = leafText(leaf);
    if (!COMMON.has(text.toLowerCase())) values.add(text);
    named.add(`${plainName(key)}=${text}`);
    // Policy documents arrive as text in one spelling and stand in the state in another.
    if (text.startsWith("{")) addDocument(text, values);
  });
  return { isVisible: named.size > 0, values, named };
}

/** How many of the changed properties a call visibly set to what is there now. */
export function setBy(properties: readonly PropertyChange[], call: CallValues): number {
  return properties.filter((property) => isSetBy(property, call)).length;
}

function isSetBy(property: PropertyChange, call: CallValues): boolean {
  const name = [...property.path].reverse().find((step) => typeof step === "string") ?? "";
  let hit = false;
  const side = property.after === null ? property.before : property.after;
  eachLeaf(side, String(name), (key, leaf) => {
    const text = leafText(leaf);
    const value = property.after === null && !isContainer(property.before) ? "null" : text;
    if (call.named.has(`${plainName(key)}=${value}`) && (!COMMON.has(value.toLowerCase()) || key === name))
      hit = true;
    else if (!COMMON.has(text.toLowerCase()) && call.values.has(text)) hit = true;
    else if (text.startsWith("{") && documentLeaves(text).some((part) => call.values.has(part))) hit = true;
  });
  return hit;
}

function isContainer(value: Json): boolean {
  return typeof value === "object" && value !== null;
}

function leafText(leaf: Json): string {
  return typeof leaf === "string" ? leaf : String(leaf);
}

function plainName(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}

function eachLeaf(value: Json, key: string, visit: (key: string, leaf: Json) => void): void {
  if (isJsonArray(value)) for (const item of value) eachLeaf(item, key, visit);
  else if (isJsonObject(value))
    for (const name of Object.keys(value)) eachLeaf(value[name] ?? null, name, visit);
  else visit(key, value);
}

function addDocument(text: string, values: Set<string>): void {
  for (const part of documentLeaves(text)) values.add(part);
}

/** Strings within a JSON text that say something: longer than a word of the policy grammar. */
function documentLeaves(text: string): string[] {
  const parts: string[] = [];
  try {
    const parsed: Json = JSON.parse(text);
    eachLeaf(parsed, "", (_, leaf) => {
      if (typeof leaf === "string" && leaf.length > 5 && leaf !== "2012-10-17") parts.push(leaf);
    });
  } catch {
    // Not JSON: the text counts as a whole.
  }
  return parts;
}
