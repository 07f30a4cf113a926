import * as z from "zod";
import { ok } from "../../base/index.ts";
import { maySee } from "../caller.ts";
import { type Route, route } from "../route.ts";

export const scheduleRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/schedules",
    summary: "When workspaces are scanned next",
    description: "A workspace's schedule is part of its settings and is changed there.",
    tag: "schedules",
    access: "workspaces.read",
    reply: z.object({
      items: z.array(
        z.object({
          workspace: z.string(),
          cron: z.string(),
          timezone: z.string(),
          jitterMs: z.number().int().describe("Added to every time of the line"),
          nextAt: z.string(),
          lastAt: z.string().nullable(),
        }),
      ),
    }),
    async handle({ service, scope }) {
      const lines = await service.store.jobs.schedules();
      if (!lines.ok) return lines;
      const items = lines.value.flatMap(({ job, cron, timezone, jitterMs, nextAt, lastAt }) => {
        const workspace = job.kind === "scan" ? job.data["workspace"] : null;
        if (typeof workspace !== "string" || !maySee(scope, workspace)) return [];
        return [{ workspace, cron, timezone, jitterMs, nextAt, lastAt }];
      });
      return ok({ value: { items } });
    },
  }),
];
