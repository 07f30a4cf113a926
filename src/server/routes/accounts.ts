import * as z from "zod";
import { identity } from "../../app/service/index.ts";
import { err, ok, problem } from "../../base/index.ts";
import { type Route, route } from "../route.ts";
import { bindingScope, roleName } from "../schemas/identity.ts";
import { callerOf } from "../signed-in.ts";

const TAG = "accounts";
const account = z
  .object({
    id: z.string(),
    issuer: z.string(),
    subject: z.string(),
    name: z.string(),
    groups: z.array(z.string()),
    state: z.enum(["active", "disabled"]),
    createdAt: z.string(),
    version: z.number().int(),
  })
  .meta({ id: "Account" });
const to = z.union([
  z.strictObject({ kind: z.literal("principal"), principal: z.string().regex(/^acc_[0-9a-f]{24}$/) }),
  z.strictObject({ kind: z.literal("group"), group: z.string().min(1).max(500) }),
]);
const binding = z
  .object({
    id: z.string(),
    role: z.string(),
    to: z.union([
      z.object({ kind: z.literal("principal"), principal: z.string() }),
      z.object({ kind: z.literal("group"), group: z.string() }),
    ]),
    scope: z.object({
      workspaces: z.array(z.string()).nullable(),
      teams: z.array(z.string()).nullable(),
      labels: z.record(z.string(), z.string()).nullable(),
    }),
    createdBy: z.string().nullable().describe("null: the configuration of the server"),
    createdAt: z.string().nullable(),
  })
  .meta({ id: "RoleBinding" });

/** Who may come in, and with which role. */
export const accountRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/accounts",
    summary: "List accounts of people",
    tag: TAG,
    access: "accounts.read",
    reply: z.object({ items: z.array(account) }),
    async handle({ service }) {
      const found = await service.store.accounts.accounts();
      if (!found.ok) return found;
      return ok({ value: { items: found.value.map((one) => ({ ...one, groups: [...one.groups] })) } });
    },
  }),
  route({
    method: "PATCH",
    path: "/accounts/{id}",
    summary: "Let somebody in, or no more; their sessions and tokens end at once",
    tag: TAG,
    access: "accounts.write",
    conditional: true,
    params: z.strictObject({ id: z.string().regex(/^acc_[0-9a-f]{24}$/) }),
    body: z.strictObject({ state: z.enum(["active", "disabled"]) }),
    reply: account,
    async handle({ service, principal, params, body, ifMatch }) {
      const version = Number(ifMatch);
      if (!Number.isSafeInteger(version)) return err(problem("version_conflict", "this is no version"));
      const request = { id: params.id, state: body.state, version };
      const done = await identity.changeAccountState(service, callerOf({ principal }), request);
      if (!done.ok) return done;
      const value = { ...done.value, groups: [...done.value.groups] };
      return ok({ value, etag: String(value.version) });
    },
  }),
  route({
    method: "GET",
    path: "/role-bindings",
    summary: "List who has which role where",
    tag: TAG,
    access: "accounts.read",
    reply: z.object({ items: z.array(binding) }),
    async handle({ service }) {
      const kept = await service.store.accounts.bindings();
      if (!kept.ok) return kept;
      const configured = service.config.identity.bindings.map((one) => ({
        ...one,
        createdBy: null,
        createdAt: null,
      }));
      return ok({ value: { items: [...configured, ...kept.value] as z.infer<typeof binding>[] } });
    },
  }),
  route({
    method: "POST",
    path: "/role-bindings",
    summary: "Give a role to a person or a group",
    tag: TAG,
    access: "accounts.write",
    body: z.strictObject({ role: roleName, to, scope: bindingScope }),
    reply: binding,
    replyStatus: 201,
    async handle({ service, principal, body }) {
      const done = await identity.bindRole(service, callerOf({ principal }), body);
      return done.ok ? ok({ status: 201 as const, value: done.value as z.infer<typeof binding> }) : done;
    },
  }),
  route({
    method: "DELETE",
    path: "/role-bindings/{id}",
    summary: "Take a role away; it does not count from now on",
    tag: TAG,
    access: "accounts.write",
    params: z.strictObject({ id: z.string().regex(/^rbd_[0-9a-f]{24}$/) }),
    reply: z.null(),
    replyStatus: 204,
    async handle({ service, principal, params }) {
      const done = await identity.unbindRole(service, callerOf({ principal }), params.id);
      return done.ok ? ok({ status: 204 as const, value: null }) : done;
    },
  }),
];
