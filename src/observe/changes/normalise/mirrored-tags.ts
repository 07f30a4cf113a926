import { type Json, jsonEqual, member } from "../../../base/index.ts";
import type { Normaliser } from "./normaliser.ts";

/** Attributes that repeat another one, with the provider's defaults mixed in. */
const MIRRORS: Readonly<Record<string, string>> = {
  tags_all: "tags",
  effective_labels: "labels",
  terraform_labels: "labels",
  effective_annotations: "annotations",
};

export const mirroredTags: Normaliser = {
  name: "mirrored-tags",
  removes: "`tags_all` and its like where they only repeat what happened to `tags`",
  isNoise: ({ path, before, after, resource }) => {
    const [mirror, key] = path;
    if (path.length !== 2 || typeof mirror !== "string" || typeof key !== "string") return false;
    const original = Object.hasOwn(MIRRORS, mirror) ? MIRRORS[mirror] : undefined;
    if (original === undefined) return false;
    return (
      jsonEqual(tag(resource.before, original, key), before) &&
      jsonEqual(tag(resource.after, original, key), after)
    );
  },
};

function tag(attributes: Json, original: string, key: string): Json {
  return member(member(attributes, original), key) ?? null;
}
