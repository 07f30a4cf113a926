import { isJsonArray, isJsonObject, type Json, jsonEqual, setMember } from "../../../base/index.ts";
import type { Normaliser } from "./normaliser.ts";

export const jsonText: Normaliser = {
  name: "json-text",
  removes:
    "one JSON document (or policy) in two spellings: white space, key order, a list of one, order of actions",
  isNoise: ({ before, after }) => {
    if (typeof before !== "string" || typeof after !== "string") return false;
    const left = parseDocument(before);
    const right = left === undefined ? undefined : parseDocument(after);
    if (left === undefined || right === undefined) return false;
    return (
      jsonEqual(left, right) ||
      (isPolicy(left) && isPolicy(right) && jsonEqual(policyForm(left), policyForm(right)))
    );
  },
};

function parseDocument(text: string): Json | undefined {
  const first = text.trimStart()[0];
  if (first !== "{" && first !== "[") return undefined;
  try {
    const value: Json = JSON.parse(text);
    return isShallow(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Text within text may nest as it likes; what is deeper than any real policy is compared as text. */
function isShallow(value: Json, depth: number): boolean {
  if (depth > 64) return false;
  if (isJsonArray(value)) return value.every((item) => isShallow(item, depth + 1));
  return !isJsonObject(value) || Object.values(value).every((item) => isShallow(item, depth + 1));
}

/** An IAM-shaped policy: the one kind of document whose spellings the platform itself rewrites. */
function isPolicy(value: Json): boolean {
  return isJsonObject(value) && Object.hasOwn(value, "Statement");
}

/** Members that hold sets of strings, where one string may stand for a list of one (IAM policy grammar). */
const STRING_SETS = new Set(["Action", "NotAction", "Resource", "NotResource"]);

function policyForm(value: Json, key = ""): Json {
  if (key === "Statement")
    return (isJsonArray(value) ? value : [value]).map((statement) => policyForm(statement));
  if (STRING_SETS.has(key)) return stringSet(value, key.endsWith("Action"));
  if (!isJsonObject(value)) return value;
  const form: Record<string, Json> = {};
  for (const name of Object.keys(value)) {
    const item = value[name] ?? null;
    setMember(
      form,
      name,
      key === "Principal" || key === "NotPrincipal" ? stringSet(item, false) : policyForm(item, name),
    );
  }
  return form;
}

function stringSet(value: Json, ignoreCase: boolean): Json {
  const items = isJsonArray(value) ? value : [value];
  if (!items.every((item) => typeof item === "string")) return value;
  return [...new Set(items.map((item) => (ignoreCase ? item.toLowerCase() : item)))].sort();
}
