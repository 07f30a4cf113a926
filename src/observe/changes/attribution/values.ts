import { isJsonArray, isJsonObject, type Json } from "../../../base/index.ts";
import type { PropertyChange } from "../../../domain/index.ts";
import { HIDDEN } from "../../secrets/index.ts";

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
  return { isVisible: parameters !== null && named.size > 0, values, named };
}

/** Did a call visibly set this property to what is there now? A hidden secret counts by its name. */
export function isSetBy(property: PropertyChange, call: CallValues): boolean {
  const name = String([...property.path].reverse().find((step) => typeof step === "string") ?? "");
  if (property.sensitive && call.named.has(`${plainName(name)}=${HIDDEN}`)) return true;
  if (property.after === null && !isContainer(property.before) && call.named.has(`${plainName(name)}=null`))
    return true;
  let hit = false;
  eachLeaf(property.after === null ? property.before : property.after, name, (key, leaf) => {
    const text = leafText(leaf);
    const isCommon = COMMON.has(text.toLowerCase());
    if (call.named.has(`${plainName(key)}=${text}`) && (!isCommon || key === name)) hit = true;
    else if (!isCommon && call.values.has(text)) hit = true;
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
