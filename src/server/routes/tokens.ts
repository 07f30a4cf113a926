import * as z from "zod";
import { identity } from "../../app/service/index.ts";
import { err, ok, problem } from "../../base/index.ts";
import { type Route, route } from "../route.ts";
import { bindingScope, roleName, tokenScope } from "../schemas/identity.ts";
import { callerOf } from "../signed-in.ts";

const TAG = "tokens";
const maybe = z.string().nullable();
const DAY_MS = 86_400_000;

const token = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string().describe("First characters of the secret"),
    account: maybe.describe("The person it acts for; null: a machine's own"),
    scopes: z.array(z.string()),
    createdBy: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    revokedAt: maybe,
    usedAt: maybe,
    state: z.enum(["live", "expired", "revoked"]),
  })
  .meta({ id: "Token" });
const created = z.object({ token, secret: z.string().describe("Told this once") }).meta({ id: "NewToken" });
const wanted = {
  name: z.string().min(1).max(100),
  scopes: z.array(tokenScope).min(1).max(20),
  expiresInDays: z.number().int().min(1).max(366).default(90),
};
const idParams = z.strictObject({ id: z.string().regex(/^tok_[0-9a-f]{24}$/) });

/** Tokens: a person's own, which act for them, and those of machines, which admins make. */
export const tokenRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/tokens",
    summary: "List my tokens",
    tag: TAG,
    access: "tokens.own",
    reply: z.object({ items: z.array(token) }),
    async handle({ service, principal }) {
      const { id } = callerOf({ principal });
      const found = await identity.listTokens(service, id);
      return found.ok ? ok({ value: { items: plain(found.value) } }) : found;
    },
  }),
  route({
    method: "POST",
    path: "/tokens",
    summary: "Make a token that acts for me, within its scopes",
    tag: TAG,
    access: "tokens.own",
    body: z.strictObject(wanted),
    reply: created,
    replyStatus: 201,
    async handle({ service, principal, body }) {
      const { expiresInDays, ...rest } = body;
      const request = { ...rest, expiresInMs: expiresInDays * DAY_MS, machine: null };
      const made = await identity.createToken(service, callerOf({ principal }), request);
      return made.ok ? ok({ status: 201 as const, value: shown(made.value) }) : made;
    },
  }),
  route({
    method: "POST",
    path: "/tokens/{id}/revoke",
    summary: "Revoke a token of mine; it is refused from now on",
    tag: TAG,
    access: "tokens.own",
    params: idParams,
    reply: token,
    async handle({ service, principal, params }) {
      const caller = callerOf({ principal });
      const done = await identity.revokeToken(service, caller, { id: params.id, owner: caller.id });
      return done.ok ? ok({ value: plainOne(done.value) }) : done;
    },
  }),
  route({
    method: "GET",
    path: "/machine-tokens",
    summary: "List every token, of people and of machines",
    tag: TAG,
    access: "tokens.write",
    reply: z.object({ items: z.array(token) }),
    async handle({ service }) {
      const found = await identity.listTokens(service, null);
      return found.ok ? ok({ value: { items: plain(found.value) } }) : found;
    },
  }),
  route({
    method: "POST",
    path: "/machine-tokens",
    summary: "Make a machine's token, with a role of its own",
    tag: TAG,
    access: "tokens.write",
    body: z.strictObject({ ...wanted, role: roleName, scope: bindingScope }),
    reply: created,
    replyStatus: 201,
    async handle({ service, principal, body }) {
      const { role, scope, expiresInDays, ...rest } = body;
      // A machine with every role is nobody's to hand out.
      if (role === "admin") return err(problem("token_invalid", "no machine is an admin"));
      const request = { ...rest, expiresInMs: expiresInDays * DAY_MS, machine: { role, scope } };
      const made = await identity.createToken(service, callerOf({ principal }), request);
      return made.ok ? ok({ status: 201 as const, value: shown(made.value) }) : made;
    },
  }),
  route({
    method: "POST",
    path: "/machine-tokens/{id}/revoke",
    summary: "Revoke any token",
    tag: TAG,
    access: "tokens.write",
    params: idParams,
    reply: token,
    async handle({ service, principal, params }) {
      const caller = callerOf({ principal });
      const done = await identity.revokeToken(service, caller, { id: params.id, owner: null });
      return done.ok ? ok({ value: plainOne(done.value) }) : done;
    },
  }),
];

function plainOne(view: identity.TokenView) {
  return { ...view, scopes: [...view.scopes] };
}

function plain(views: readonly identity.TokenView[]) {
  return views.map(plainOne);
}

function shown({ token: view, secret }: identity.NewToken) {
  return { token: plainOne(view), secret };
}
