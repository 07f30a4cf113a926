import { globMatches } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";
import type { Role } from "./roles.ts";

/** A role, given to somebody, somewhere. */
export interface RoleBinding {
  /** `rbd_` and 24 hexadecimal characters, or `config:…` for one that the configuration makes. */
  readonly id: string;
  readonly role: Role;
  readonly to: Bound;
  readonly scope: BindingScope;
}

export type Bound =
  | { readonly kind: "principal"; readonly principal: string }
  | { readonly kind: "group"; readonly group: string };

/** Where a role holds: every member that is not `null` must hold the workspace. All `null`: the whole installation. */
export interface BindingScope {
  /** Globs over names; an empty list holds none. */
  readonly workspaces: readonly string[] | null;
  /** Globs over owning teams; a workspace without a team is held by none. */
  readonly teams: readonly string[] | null;
  /** Globs by label; each must be there and match. */
  readonly labels: Readonly<Record<string, string>> | null;
}

export const EVERYWHERE: BindingScope = { workspaces: null, teams: null, labels: null };

/** What a scope needs to know of a workspace. */
export interface WorkspaceFacts {
  readonly name: string;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whole installation? A scope that happens to hold every workspace of today (`*`) is still a scope. */
export function isEverywhere(scope: BindingScope): boolean {
  return scope.workspaces === null && scope.teams === null && scope.labels === null;
}

export function scopeHolds(scope: BindingScope, workspace: WorkspaceFacts): boolean {
  const { workspaces, teams, labels } = scope;
  if (workspaces !== null && !workspaces.some((glob) => globMatches(glob, workspace.name))) return false;
  if (teams !== null) {
    const { team } = workspace;
    if (team === null || !teams.some((glob) => globMatches(glob, team))) return false;
  }
  if (labels === null) return true;
  return Object.entries(labels).every(
    ([label, glob]) =>
      Object.hasOwn(workspace.labels, label) && globMatches(glob, workspace.labels[label] ?? ""),
  );
}

export function bindsTo(to: Bound, principal: Principal): boolean {
  return to.kind === "principal" ? to.principal === principal.id : principal.groups.includes(to.group);
}
