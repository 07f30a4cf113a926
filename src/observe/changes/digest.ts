import { canonicalJson, hmacSha256Hex, type Json, pathText } from "../../base/index.ts";
import type { ChangeAction, PropertyChange, ResourceRef } from "../../domain/index.ts";
import { below, type PathSet, replaceAt, secretMarker } from "../secrets/index.ts";

export interface DigestedFacts {
  readonly workspace: string;
  readonly resource: ResourceRef;
  readonly action: ChangeAction;
  readonly properties: readonly PropertyChange[];
}

/**
 * The ChangeDigest: HMAC-SHA-256 under the estate key over the canonical JSON (RFC 8785) of workspace,
 * resource, action and the property changes sorted by path. Secret values enter as their own HMACs; tool
 * metadata is already out of `properties`. 64 hexadecimal characters.
 */
export function changeDigest(facts: DigestedFacts, secrets: PathSet, estateKey: string | Uint8Array): string {
  const marker = (value: Json): Json => secretMarker(value, estateKey);
  const properties = facts.properties
    .map(({ path, before, after, unknown }) => {
      const within = below(secrets, path);
      return {
        path: pathText(path),
        before: replaceAt(before, within, marker),
        after: replaceAt(after, within, marker),
        unknown,
      };
    })
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const { workspace, resource, action } = facts;
  const body = {
    schema: "trueup.change-digest/v1",
    workspace,
    resource: { ...resource },
    action,
    properties,
  };
  return hmacSha256Hex(estateKey, canonicalJson(body));
}
