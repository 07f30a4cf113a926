import { join } from "node:path";
import * as z from "zod";
import { type Service, serverActions } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import { maySee } from "../caller.ts";
import { decodeCursor, encodeCursor, pageOf, pageQuery } from "../paging.ts";
import { type Route, route } from "../route.ts";
import { discovery, workspace, workspaceSettings } from "../schemas/workspace.ts";

const TAG = "workspaces";
const params = z.strictObject({ id: z.string().min(1).max(200).describe("Its id, or its name") });

export const workspaceRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/workspaces",
    summary: "The estate: every workspace, by name",
    tag: TAG,
    access: "workspaces.read",
    query: z.strictObject({
      ...pageQuery,
      account: z.string().max(200).optional(),
      discovery: z.string().max(200).optional(),
      enabled: z.enum(["true", "false"]).optional(),
    }),
    reply: pageOf(workspace),
    async handle({ service, scope, query }) {
      const { cursor, limit, enabled, account, discovery: from } = query;
      const after = cursor === undefined ? ok([]) : decodeCursor(cursor, ["string"]);
      if (!after.ok) return after;
      const [start] = after.value;
      const found = await service.store.workspaces.list({
        limit: limit + 1,
        ...(typeof start === "string" ? { after: start } : {}),
        ...(scope.workspaces === null ? {} : { names: scope.workspaces }),
        ...(account === undefined ? {} : { account }),
        ...(from === undefined ? {} : { discovery: from }),
        ...(enabled === undefined ? {} : { enabled: enabled === "true" }),
      });
      if (!found.ok) return found;
      const items = found.value.slice(0, limit);
      const last = items.at(-1);
      const next = found.value.length > limit && last !== undefined ? encodeCursor([last.name]) : null;
      return ok({ value: { items: items.map(plain), next } });
    },
  }),
  route({
    method: "POST",
    path: "/workspaces",
    summary: "Add a workspace",
    tag: TAG,
    access: "workspaces.write",
    workspace: ({ body }) => body.name,
    body: workspaceSettings,
    reply: workspace,
    replyStatus: 201,
    idempotent: true,
    async handle({ service, principal, body }) {
      const added = await serverActions.addWorkspace(service, signedIn(principal), body);
      if (!added.ok) return added;
      return ok({ status: 201 as const, value: plain(added.value), etag: String(added.value.version) });
    },
  }),
  route({
    method: "POST",
    path: "/workspaces/discover",
    summary: "Find workspaces in a tree by globs",
    description:
      "Names are made of the discovery's name and the folder, and are the same each time. What was found before and is not there any more is told and marked, never removed.",
    tag: TAG,
    access: "workspaces.write",
    body: discovery,
    reply: z.object({
      added: z.array(z.string()),
      kept: z.array(z.string()),
      returned: z.array(z.string()),
      missing: z.array(z.string()),
    }),
    async handle({ service, principal, body, signal }) {
      const { name, source, include, exclude, dryRun, ...settings } = body;
      const cache = join(service.root, ".trueup", "checkouts");
      const done = await serverActions.discoverWorkspaces(service, signedIn(principal), {
        name,
        source,
        include,
        exclude,
        dryRun,
        settings,
        surroundings: { cache, variables: process.env },
        signal,
      });
      if (!done.ok) return done;
      const { added, kept, returned, missing } = done.value;
      return ok({
        value: { added: [...added], kept: [...kept], returned: [...returned], missing: [...missing] },
      });
    },
  }),
  route({
    method: "GET",
    path: "/workspaces/{id}",
    summary: "One workspace",
    tag: TAG,
    access: "workspaces.read",
    params,
    reply: workspace,
    async handle({ service, scope, params: { id } }) {
      const found = await service.store.workspaces.find(id);
      if (!found.ok) return found;
      if (found.value === null || !maySee(scope, found.value.name)) return err(missing(id));
      return ok({ value: plain(found.value), etag: String(found.value.version) });
    },
  }),
  route({
    method: "PUT",
    path: "/workspaces/{id}",
    summary: "Replace a workspace's settings",
    tag: TAG,
    access: "workspaces.write",
    workspace: ({ service, params: { id } }) => nameOf(service, id),
    params,
    body: workspaceSettings,
    conditional: true,
    reply: workspace,
    async handle({ service, principal, params: { id }, body, ifMatch }) {
      const version = versionOf(ifMatch);
      if (!version.ok) return version;
      const changed = await serverActions.changeWorkspace(service, signedIn(principal), {
        workspace: id,
        version: version.value,
        settings: body,
      });
      if (!changed.ok) return changed;
      return ok({ value: plain(changed.value), etag: String(changed.value.version) });
    },
  }),
  route({
    method: "DELETE",
    path: "/workspaces/{id}",
    summary: "Remove a workspace",
    description: "Its findings and its record stay.",
    tag: TAG,
    access: "workspaces.write",
    workspace: ({ service, params: { id } }) => nameOf(service, id),
    params,
    conditional: true,
    reply: workspace,
    async handle({ service, principal, params: { id }, ifMatch }) {
      const version = versionOf(ifMatch);
      if (!version.ok) return version;
      const removed = await serverActions.removeWorkspace(service, signedIn(principal), {
        workspace: id,
        version: version.value,
      });
      return removed.ok ? ok({ value: plain(removed.value) }) : removed;
    },
  }),
];

/** The workspace that a request is about; one that nobody knows is asked for by the name that was given. */
export async function nameOf(service: Service, idOrName: string): Promise<string> {
  const found = await service.store.workspaces.find(idOrName);
  return found.ok && found.value !== null ? found.value.name : idOrName;
}

export function signedIn(principal: Principal | null): Principal {
  if (principal === null) throw new TypeError("the route is not public, and nobody asks");
  return principal;
}

function versionOf(ifMatch: string | null): Result<number, Problem> {
  const version = Number(ifMatch);
  if (Number.isSafeInteger(version) && version > 0) return ok(version);
  return err(
    problem("version_conflict", "`If-Match` is no version of this workspace", { hint: "read it again" }),
  );
}

function missing(id: string): Problem {
  return problem("workspace_missing", `there is no workspace \`${id}\``);
}

/** A copy without readonly lists, as the schemas of replies have them. */
function plain<Value>(value: Value): z.infer<typeof workspace> {
  return structuredClone(value) as z.infer<typeof workspace>;
}
