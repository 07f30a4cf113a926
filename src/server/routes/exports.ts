import * as z from "zod";
import { serverActions } from "../../app/service/index.ts";
import { ok } from "../../base/index.ts";
import { type Route, route } from "../route.ts";

const TAG = "audit";
const maybe = z.string().nullable();

const exported = z
  .object({
    name: z.string(),
    configured: z.boolean().describe("False: only its cursor is left, which keeps entries from being pruned"),
    format: z.enum(["jsonl", "ocsf", "cloudevents"]).nullable(),
    target: z.enum(["file", "webhook", "s3"]).nullable(),
    nextIndex: z.number().int().nullable().describe("Every entry below is at its receiver; null: not begun"),
    pendingTo: z.number().int().nullable().describe("End, exclusive, of the entries that are on their way"),
    lag: z.number().int().describe("Entries of the record that are still to come"),
    updatedAt: maybe,
    tries: z.number().int().describe("Tries that failed since it last moved"),
    failedAt: maybe,
    nextTry: maybe,
    says: maybe.describe("What the receiver answered last, or why it was not reached"),
  })
  .meta({ id: "Export" });

export const exportRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/exports",
    summary: "Copies of the record elsewhere: how far each has come",
    tag: TAG,
    access: "audit.read",
    reply: z.object({
      size: z.number().int().describe("Entries in the record"),
      items: z.array(exported),
      next: z.null(),
    }),
    async handle({ service }) {
      const found = await serverActions.listExports(service);
      if (!found.ok) return found;
      return ok({ value: { size: found.value.size, items: [...found.value.exports], next: null } });
    },
  }),
  route({
    method: "DELETE",
    path: "/exports/{name}",
    summary: "Forget how far an export has come that is no longer configured",
    tag: TAG,
    access: "notifications.write",
    params: z.strictObject({ name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/) }),
    reply: z.object({ name: z.string() }),
    async handle({ service, params }) {
      const done = await serverActions.forgetExport(service, params.name);
      return done.ok ? ok({ value: { name: params.name } }) : done;
    },
  }),
];
