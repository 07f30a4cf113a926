import { isJsonArray, type Json, type JsonObject, member, stringMember } from "../../../base/index.ts";
import type { Actor, ActorKind, Channel } from "../../../domain/index.ts";

/**
 * Actor of an audit event. The principal is who was authenticated; an impersonated identity is kept as the
 * session, since the person behind the request is the one who impersonates.
 */
export function actorOf(event: JsonObject): Actor {
  const user = member(event, "user");
  const principal = stringMember(user, "username");
  const groups = stringsOf(member(user, "groups"));
  const impersonated = stringMember(member(event, "impersonatedUser"), "username");
  const kind = kindOf(principal, groups);
  return {
    kind,
    principal,
    person: kind === "human" ? principal : null,
    personRule: kind === "human" ? "username" : null,
    groups,
    sourceIp: stringsOf(member(event, "sourceIPs"))[0] ?? null,
    userAgent: stringMember(event, "userAgent"),
    session: impersonated === null ? null : `impersonating ${impersonated}`,
  };
}

/** Namespaces of which every service account belongs to the platform. */
const PLATFORM_NAMESPACES = new Set(["kube-system", "kube-public", "kube-node-lease"]);

/**
 * Control plane, nodes and the platform's own service accounts are `service`; other service accounts are
 * automation of somebody.
 */
function kindOf(principal: string | null, groups: readonly string[]): ActorKind {
  if (principal === null || principal === "system:anonymous" || principal === "system:unsecured")
    return "unknown";
  const account = /^system:serviceaccount:([^:]+):/.exec(principal);
  if (account !== null) return PLATFORM_NAMESPACES.has(account[1] ?? "") ? "service" : "agent";
  if (groups.includes("system:nodes") || principal.startsWith("system:")) return "service";
  return "human";
}

const IAC_AGENT = /\bHashiCorp\b|\bTerraform\b|\bOpenTofu\b|\bPulumi\b|\bterraform-provider-/i;

/** An IaC tool by its agent, else the Kubernetes API. An agent is a text that the client chose: a hint. */
export function channelOf(event: JsonObject): Channel {
  return IAC_AGENT.test(stringMember(event, "userAgent") ?? "") ? "iac" : "kubernetes";
}

function stringsOf(value: Json | undefined): string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === "string") : [];
}
