import { PERMISSIONS, type Permission } from "./permissions.ts";

/**
 * What a permission is about.
 * `workspace`: one workspace; a scoped role gives it there. `installation`: everything at once, only a role without a scope gives it.
 */
export type Reach = "workspace" | "installation";

const INSTALLATION: ReadonlySet<Permission> = new Set([
  "policies.publish",
  "notifications.read",
  "notifications.write",
  "audit.export",
  "audit.import",
  "accounts.read",
  "accounts.write",
  "tokens.write",
  "system.read",
]);

/**
 * Asked for without one workspace, these are answered with what the caller may see and nothing else. Any other permission needs
 * a role without a scope then: a list can be narrowed, an act cannot.
 */
const NARROWED: ReadonlySet<Permission> = new Set(
  PERMISSIONS.filter((name) => !INSTALLATION.has(name) && (name.endsWith(".read") || name === "tokens.own")),
);

export function reachOf(permission: Permission): Reach {
  return INSTALLATION.has(permission) ? "installation" : "workspace";
}

export function canBeNarrowed(permission: Permission): boolean {
  return NARROWED.has(permission);
}
