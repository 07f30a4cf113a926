import {
  authorize,
  type Permission,
  type RoleBinding,
  visibleWorkspaces,
  type WorkspaceFacts,
} from "../../../authority/index.ts";
import { ok, type Problem, type Result } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import type { Workspace } from "../../../workspaces/index.ts";
import { type Directory, type DirectorySource, localDirectory, roleDirectory } from "../govern/index.ts";
import type { IdentityService } from "./entries.ts";

/** Bindings, people and workspaces as they are kept now. Roles of the configuration count like those that somebody gave. */
export function directorySource(service: IdentityService): DirectorySource {
  const { store, config } = service;
  return {
    async bindings() {
      const kept = await store.accounts.bindings();
      return kept.ok ? ok([...config.identity.bindings, ...kept.value]) : kept;
    },
    async people() {
      const accounts = await store.accounts.accounts();
      if (!accounts.ok) return accounts;
      return ok(
        accounts.value
          .filter(({ state }) => state === "active")
          .map(({ id, name, groups }) => ({ id, name, groups })),
      );
    },
    async facts(name) {
      const found = await store.workspaces.find(name);
      if (!found.ok) return found;
      // Ids are looked up too; a workspace that is named like somebody's id is not that one.
      return ok(found.value?.name === name ? factsOf(found.value) : undeclared(service, name));
    },
  };
}

/**
 * The {@link Directory} of a server. The user of this machine, who could open the store, may do everything; while nobody else can
 * sign in, governance is as without a server.
 */
export function serverDirectory(service: IdentityService): Directory {
  const source = directorySource(service);
  const roles = roleDirectory(source);
  async function directory(): Promise<Result<Directory, Problem>> {
    if (service.config.identity.oidc !== null) return ok(roles);
    const people = await source.people();
    return people.ok ? ok(people.value.length === 0 ? localDirectory : roles) : people;
  }
  return {
    mayDo: async (principal, permission, workspace) =>
      principal.method === "command_line" ? ok(true) : roles.mayDo(principal, permission, workspace),
    async approvers(workspace) {
      const now = await directory();
      return now.ok ? now.value.approvers(workspace) : now;
    },
    async entitled(workspace, votes) {
      const now = await directory();
      return now.ok ? now.value.entitled(workspace, votes) : now;
    },
  };
}

/** May they, and in which workspaces? `null`: in all. Problem: `forbidden`. */
export async function permittedWorkspaces(
  service: IdentityService,
  principal: Principal,
  permission: Permission,
  workspace: string | null,
): Promise<Result<readonly string[] | null, Problem>> {
  const source = directorySource(service);
  const bindings = await source.bindings();
  if (!bindings.ok) return bindings;
  const target = workspace === null ? ok(null) : await source.facts(workspace);
  if (!target.ok) return target;
  const may = authorize(principal, bindings.value, permission, target.value);
  if (!may.ok) return may;
  return visible(service, principal, bindings.value, permission, target.value);
}

async function visible(
  service: IdentityService,
  principal: Principal,
  bindings: readonly RoleBinding[],
  permission: Permission,
  target: WorkspaceFacts | null,
): Promise<Result<readonly string[] | null, Problem>> {
  // Asked first without any: a role that holds everywhere needs no list.
  if (visibleWorkspaces(principal, bindings, permission, []) === null) return ok(null);
  const declared = await service.store.workspaces.list({});
  if (!declared.ok) return declared;
  const facts = new Map<string, WorkspaceFacts>();
  const { workspace } = service.config.environment;
  facts.set(workspace, undeclared(service, workspace));
  for (const one of declared.value) facts.set(one.name, factsOf(one));
  if (target !== null) facts.set(target.name, target);
  return ok(visibleWorkspaces(principal, bindings, permission, [...facts.values()]));
}

/** The team is the label `team`, else the first owner. */
function factsOf({ name, labels, owners }: Workspace): WorkspaceFacts {
  const labelled = Object.hasOwn(labels, "team") ? labels["team"] : undefined;
  return { name, team: labelled ?? owners[0] ?? null, labels };
}

/** Of a workspace that nobody declared only the name is known; of the server's own, what its configuration says. */
function undeclared({ config }: IdentityService, name: string): WorkspaceFacts {
  const { workspace, labels } = config.environment;
  const own = name === workspace ? labels : {};
  return { name, team: Object.hasOwn(own, "team") ? (own["team"] ?? null) : null, labels: own };
}
