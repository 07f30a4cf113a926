import * as z from "zod";
import { serverActions } from "../../app/service/index.ts";
import { err, ok, problem } from "../../base/index.ts";
import { maySee } from "../caller.ts";
import { decodeCursor, encodeCursor, pageOf, pageQuery } from "../paging.ts";
import { type Route, route } from "../route.ts";
import { json } from "../schemas/judgement.ts";
import { scanRun } from "../schemas/workspace.ts";
import { nameOf, signedIn } from "./workspaces.ts";

const TAG = "scans";
const params = z.strictObject({ id: z.string().min(1).max(200) });

export const scanRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/workspaces/{id}/scans",
    summary: "Scan a workspace now",
    description: "A scan of it that waits already is answered instead of a second one.",
    tag: TAG,
    access: "scan.run",
    workspace: ({ service, params: { id } }) => nameOf(service, id),
    params,
    reply: scanRun,
    replyStatus: 202,
    idempotent: true,
    async handle({ service, principal, params: { id } }) {
      const started = await serverActions.startScan(service, signedIn(principal), { workspace: id });
      return started.ok ? ok({ status: 202 as const, value: started.value }) : started;
    },
  }),
  route({
    method: "GET",
    path: "/scans",
    summary: "Scans that wait, run and ended, newest first",
    tag: TAG,
    access: "findings.read",
    workspace: ({ query }) => query.workspace ?? null,
    query: z.strictObject({
      ...pageQuery,
      workspace: z.string().min(1).max(2_000).optional(),
      status: z.enum(["queued", "running", "done", "failed", "cancelled"]).optional(),
    }),
    reply: pageOf(scanRun),
    async handle({ service, scope, query: { cursor, limit, workspace, status } }) {
      const before = cursor === undefined ? ok([]) : decodeCursor(cursor, ["number"]);
      if (!before.ok) return before;
      const [start] = before.value;
      const page = await service.store.scanRuns.page({
        workspaces: workspace === undefined ? scope.workspaces : [workspace],
        limit,
        ...(status === undefined ? {} : { statuses: [status] }),
        ...(typeof start === "number" ? { before: start } : {}),
      });
      if (!page.ok) return page;
      const { items, next } = page.value;
      return ok({ value: { items: [...items], next: next === null ? null : encodeCursor([next]) } });
    },
  }),
  route({
    method: "GET",
    path: "/scans/{id}",
    summary: "One scan: how far it is, and what it found",
    tag: TAG,
    access: "findings.read",
    params,
    reply: scanRun.extend({
      summary: json.describe("Counts, gaps and policy sets; null until it is recorded"),
    }),
    async handle({ service, scope, params: { id } }) {
      const found = await service.store.scanRuns.find(id);
      if (!found.ok) return found;
      if (found.value === null || !maySee(scope, found.value.workspace)) {
        return err(problem("scan_missing", `there is no scan \`${id}\``));
      }
      const recorded = await service.store.scans.get(id);
      if (!recorded.ok) return recorded;
      return ok({ value: { ...found.value, summary: recorded.value?.summary ?? null } });
    },
  }),
  route({
    method: "POST",
    path: "/scans/{id}/cancel",
    summary: "End a scan that waits or runs",
    tag: TAG,
    access: "scan.run",
    workspace: async ({ service, params: { id } }) => {
      const found = await service.store.scanRuns.find(id);
      return found.ok ? (found.value?.workspace ?? null) : null;
    },
    params,
    reply: scanRun,
    async handle({ service, principal, params: { id } }) {
      const cancelled = await serverActions.cancelScan(service, signedIn(principal), { scan: id });
      return cancelled.ok ? ok({ value: cancelled.value }) : cancelled;
    },
  }),
];
