import { err, ok, type Problem, problem, type Result } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";
import { bindsTo, isEverywhere, type RoleBinding, scopeHolds, type WorkspaceFacts } from "./binding.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";
import { canBeNarrowed, reachOf } from "./reach.ts";
import { roleAllows, rolesWith } from "./roles.ts";
import { scopesAllow } from "./scopes.ts";

/**
 * May this principal do this? The only evaluator there is: routes, use cases and the command line ask it.
 *
 * `target` is the workspace that the act is about; `null` where it is about none, or about many. Without a target a scoped role
 * is enough only for what can be narrowed ({@link visibleWorkspaces}). Bindings of others may be among `bindings`; they do not count.
 * Problem: `forbidden`, with the roles that would be enough.
 */
export function authorize(
  principal: Principal,
  bindings: readonly RoleBinding[],
  permission: Permission,
  target: WorkspaceFacts | null,
): Result<void, Problem> {
  if (principal.scopes !== null && !scopesAllow(principal.scopes, permission)) {
    return err(
      problem("forbidden", `the scopes of \`${principal.name}\` do not hold \`${permission}\``, {
        hint: "use a token with a scope that holds it, or sign in",
      }),
    );
  }
  const held = bindings.some(
    (binding) =>
      bindsTo(binding.to, principal) &&
      roleAllows(binding.role, permission) &&
      holds(binding, permission, target),
  );
  if (held) return ok(undefined);
  const where = target === null ? "" : ` in workspace \`${target.name}\``;
  return err(
    problem("forbidden", `\`${principal.name}\` may not \`${permission}\`${where}`, {
      hint: `ask an admin for one of these roles: ${rolesWith(permission).join(", ")}`,
    }),
  );
}

function holds({ scope }: RoleBinding, permission: Permission, target: WorkspaceFacts | null): boolean {
  if (isEverywhere(scope)) return true;
  if (reachOf(permission) === "installation") return false;
  return target === null ? canBeNarrowed(permission) : scopeHolds(scope, target);
}

/** Names of those workspaces in which the principal has the permission; `null`: all of them, known or not. */
export function visibleWorkspaces(
  principal: Principal,
  bindings: readonly RoleBinding[],
  permission: Permission,
  workspaces: readonly WorkspaceFacts[],
): readonly string[] | null {
  if (principal.scopes !== null && !scopesAllow(principal.scopes, permission)) return [];
  const own = bindings.filter(
    (binding) => bindsTo(binding.to, principal) && roleAllows(binding.role, permission),
  );
  if (own.some(({ scope }) => isEverywhere(scope))) return null;
  if (reachOf(permission) === "installation") return [];
  return workspaces
    .filter((workspace) => own.some(({ scope }) => scopeHolds(scope, workspace)))
    .map(({ name }) => name);
}

/** Everything that the principal may do with the target, for a person to see what they can. */
export function permissionsOf(
  principal: Principal,
  bindings: readonly RoleBinding[],
  target: WorkspaceFacts | null,
): readonly Permission[] {
  return PERMISSIONS.filter((permission) => authorize(principal, bindings, permission, target).ok);
}
