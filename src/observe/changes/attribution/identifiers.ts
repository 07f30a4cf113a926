import { globMatches, isJsonObject, member, stringMember } from "../../../base/index.ts";
import type { Change } from "../../../domain/index.ts";

/** How surely an identifier names one resource. */
export type Strength = "exact" | "name";

/** Attributes that hold an identifier that no other resource of the type shares. */
const EXACT = ["id", "arn", "self_link", "uid", "unique_id", "key_id", "zone_id", "bucket", "function_name"];

/** Attributes that name a resource within something, or the resource that this one belongs to. */
const NAMES = [
  "name",
  "identifier",
  "cluster_identifier",
  "db_instance_identifier",
  "security_group_id",
  "route_table_id",
  "network_acl_id",
  "role",
  "user",
  "group",
  "policy_arn",
  "topic_arn",
  "queue_url",
  "secret_id",
  "fqdn",
  "dns_name",
];

/** Every identifier by which a platform's record may name the changed resource, the surest meaning kept. */
export function identifiersOf(change: Change): ReadonlyMap<string, Strength> {
  const found = new Map<string, Strength>();
  if (change.resource.id !== null && change.resource.id !== "") found.set(change.resource.id, "exact");
  for (const side of [change.before, change.after]) {
    if (!isJsonObject(side)) continue;
    for (const key of EXACT) add(stringMember(side, key), "exact", found);
    const metadata = member(side, "metadata");
    add(stringMember(Array.isArray(metadata) ? metadata[0] : metadata, "uid"), "exact", found);
    for (const key of NAMES) add(stringMember(side, key), "name", found);
  }
  return found;
}

function add(text: string | null, strength: Strength, found: Map<string, Strength>): void {
  if (text !== null && text !== "" && !found.has(text)) found.set(text, strength);
}

/** A wildcard that names every object of a Kubernetes namespace (`deletecollection`). */
export function namespaceWildcard(id: string): string | null {
  const slash = id.indexOf("/");
  return slash > 0 && id.indexOf("/", slash + 1) === -1 ? `${id.slice(0, slash)}/*` : null;
}

/** Do two principals name the same identity? A role and its sessions do; globs are allowed in the second. */
export function samePrincipal(principal: string | null, identity: string | null): boolean {
  if (principal === null || identity === null || identity === "") return false;
  if (globMatches(identity, principal)) return true;
  const role = roleOfSession(principal);
  return role !== null && globMatches(identity.replace(/(:role\/)(?:.*\/)?([^/]+)$/, "$1$2"), role);
}

/**
 * `arn:aws:sts::1:assumed-role/R/session` → `arn:aws:iam::1:role/R`; the role's path is not part of a
 * session's ARN.
 */
function roleOfSession(principal: string): string | null {
  const match = /^arn:([a-z-]+):sts::(\d{12}):assumed-role\/([^/]+)\/.+$/.exec(principal);
  return match === null ? null : `arn:${match[1]}:iam::${match[2]}:role/${match[3]}`;
}
