import type { Directory, Governing, Service } from "../../app/service/index.ts";
import { err, globMatches, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { CoverScope, Principal } from "../../domain/index.ts";
import { maySee, type Scope } from "../caller.ts";
import { decodeCursor, encodeCursor } from "../paging.ts";
import { callerOf } from "../signed-in.ts";

/* What the routes of break-glass, exceptions, approvals and reviews share. */

/** Who may do what, as it is now. Given to the routes, so that tests say it themselves. */
export type DirectoryOf = (service: Service) => Directory;

export function governingOf(
  request: { readonly service: Service; readonly principal: Principal | null },
  directoryOf: DirectoryOf,
): Governing {
  const { service } = request;
  return { service, principal: callerOf(request), directory: directoryOf(service) };
}

/** Somebody may do it who has one of these permissions now, by the token they came with. */
export async function mayAny(
  { principal, directory }: Governing,
  permissions: readonly Parameters<Directory["mayDo"]>[1][],
  workspace: string | null,
): Promise<Result<void, Problem>> {
  for (const permission of permissions) {
    const may = await directory.mayDo(principal, permission, workspace);
    if (!may.ok) return may;
    if (may.value) return ok(undefined);
  }
  return err(problem("forbidden", `\`${principal.name}\` may not \`${permissions.join("` nor `")}\``));
}

/** Does it reach a workspace that the caller may see? */
export function reaches(cover: CoverScope, { workspaces }: Scope): boolean {
  if (workspaces === null || cover.workspaces === undefined) return true;
  return cover.workspaces.some((pattern) => workspaces.some((one) => globMatches(pattern, one)));
}

/** Whoever acts for some workspaces only names them, and no others. */
export function beyondCaller(cover: CoverScope | null, scope: Scope): Problem | null {
  if (scope.workspaces === null) return null;
  const named = cover?.workspaces ?? [];
  if (named.length > 0 && named.every((one) => maySee(scope, one))) return null;
  return problem("forbidden", "it reaches beyond the workspaces that you may act for", {
    place: { path: "scope.workspaces" },
    hint: "name workspaces of yours, without wildcards",
  });
}

/** `If-Match`, where it was sent, must be the version that is there. */
export function sameVersion(ifMatch: string | null, version: number): Problem | null {
  if (ifMatch === null || ifMatch === String(version)) return null;
  return problem("version_conflict", "somebody else changed it meanwhile", { hint: "read it again" });
}

/** A page of a list that is in memory, newest first; `key` is when and which. */
export function pageOfList<Item>(
  items: readonly Item[],
  key: (item: Item) => readonly [time: string, id: string],
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Result<{ readonly items: Item[]; readonly next: string | null }, Problem> {
  const after = cursor === undefined ? ok([]) : decodeCursor(cursor, ["string", "string"]);
  if (!after.ok) return after;
  const [time, id] = after.value;
  const sorted = [...items].sort((a, b) => newestFirst(key(a), key(b)));
  const rest =
    time === undefined || id === undefined
      ? sorted
      : sorted.filter((item) => newestFirst(key(item), [String(time), String(id)]) > 0);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return ok({
    items: page,
    next: rest.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
  });
}

function newestFirst(a: readonly [string, string], b: readonly [string, string]): number {
  for (const at of [0, 1] as const) if (a[at] !== b[at]) return a[at] < b[at] ? 1 : -1;
  return 0;
}
