import { isJsonArray, isJsonObject, type Json, member, setMember, stringMember } from "../../base/index.ts";

/** Tags or labels of a resource, wherever its platform keeps them. `null` where it has none. */
export function tagsOf(attributes: Json): Readonly<Record<string, string>> | null {
  if (!isJsonObject(attributes)) return null;
  const metadata = firstOf(member(attributes, "metadata"));
  const manifest = member(member(attributes, "manifest"), "metadata");
  const found: Record<string, Json> = {};
  for (const source of [
    member(attributes, "tags_all"),
    member(attributes, "tags"),
    member(attributes, "effective_labels"),
    member(attributes, "labels"),
    member(metadata, "labels"),
    member(manifest, "labels"),
  ])
    addTags(source, found);
  for (const block of listOf(member(attributes, "tag"))) {
    const key = stringMember(block, "key");
    const value = stringMember(block, "value");
    if (key !== null && value !== null) setMember(found, key, value);
  }
  // `fromEntries` defines its members, so that a tag called `__proto__` stays one.
  const tags = Object.fromEntries(
    Object.entries(found).filter((tag): tag is [string, string] => typeof tag[1] === "string"),
  );
  return Object.keys(tags).length === 0 ? null : tags;
}

function addTags(source: Json | undefined, into: Record<string, Json>): void {
  if (!isJsonObject(source)) return;
  for (const key of Object.keys(source)) {
    const value = source[key] ?? null;
    if (typeof value === "string") setMember(into, key, value);
  }
}

function firstOf(value: Json | undefined): Json | undefined {
  return isJsonArray(value) ? value[0] : value;
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}
