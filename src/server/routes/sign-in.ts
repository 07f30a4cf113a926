import * as z from "zod";
import { identity } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { clearCookie, readCookie, setCookie } from "../auth/cookies.ts";
import { ownPage } from "../auth/csrf.ts";
import type { HttpCall } from "../caller.ts";
import { type Route, type RouteReply, route } from "../route.ts";
import { callerOf } from "../signed-in.ts";

/** What a running server knows about signing in. */
export interface SignIn {
  /** Where browsers reach this server: `https://trueup.example.com`. */
  home(): string;
  isSecure(call: HttpCall): boolean;
  readonly attempts: identity.Backoff;
  readonly oidc: identity.OidcSignIn | null;
}

const TAG = "sign-in";
const HTML = "text/html; charset=utf-8";
const secretQuery = z.strictObject({ secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) });
/** A path of this server and nothing else: no second slash, no backslash, which browsers take for one, no control character. */
const ownPath = z
  .string()
  .max(2_000)
  .regex(/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/)
  .default("/");

/** Sign-in, sign-out, and who I am. */
export function signInRoutes(signIn: SignIn): readonly Route[] {
  const from = (call: HttpCall) => ({ sourceIp: call.ip, userAgent: call.header("user-agent") });
  const sessionCookie = (call: HttpCall, { secret }: identity.OpenedSession) =>
    setCookie("trueup_session", secret, {
      secure: signIn.isSecure(call),
      maxAgeMs: identity.SESSION_LIFE_MS,
      sameSite: "Strict",
    });
  return [
    route({
      method: "GET",
      path: "/auth/link",
      atRoot: true,
      summary: "Page of the link that the server prints at its start",
      description:
        "Nothing happens by looking at it, so that a preview or a scanner does not use the link up.",
      tag: TAG,
      access: "public",
      query: secretQuery,
      reply: z.null(),
      replyType: "text/html",
      handle: async ({ query }) =>
        ok({
          value: null,
          content: page(
            "Sign in",
            `<p>You sign in as the owner of this server.</p><form method="post" action="/auth/link"><input type="hidden" name="secret" value="${query.secret}"><button>Sign in</button></form>`,
          ),
        }),
    }),
    route({
      method: "POST",
      path: "/auth/link",
      atRoot: true,
      summary: "Sign in by the link, once",
      tag: TAG,
      access: "public",
      raw: ["application/x-www-form-urlencoded"],
      maxBodyBytes: 1_024,
      reply: z.null(),
      replyStatus: 303,
      async handle({ service, call, raw }): Promise<Result<RouteReply<null>, Problem>> {
        const own = ownPage(call, signIn.home());
        if (!own.ok) return own;
        const address = [`address ${call.ip ?? ""}`];
        const waits = signIn.attempts.check(address);
        if (!waits.ok) return waits;
        const secret = new URLSearchParams(new TextDecoder().decode(raw ?? new Uint8Array())).get("secret");
        const opened = await identity.useSignInLink(service, secret ?? "", from(call));
        if (!opened.ok) {
          signIn.attempts.failed(address);
          return opened;
        }
        return ok({
          status: 303,
          value: null,
          headers: { location: "/", "set-cookie": [sessionCookie(call, opened.value)] },
        });
      },
    }),
    route({
      method: "GET",
      path: "/auth/sign-in",
      atRoot: true,
      summary: "Sign in at the identity provider",
      tag: TAG,
      access: "public",
      query: z.strictObject({ to: ownPath.describe("Path to come back to") }),
      reply: z.null(),
      replyStatus: 303,
      async handle({ call, query }): Promise<Result<RouteReply<null>, Problem>> {
        if (signIn.oidc === null) return err(NO_PROVIDER);
        const begun = await signIn.oidc.begin(query.to, `${signIn.home()}/auth/callback`);
        if (!begun.ok) return begun;
        const { location, flow } = begun.value;
        const cookie = setCookie("trueup_flow", flow, {
          secure: signIn.isSecure(call),
          maxAgeMs: 600_000,
          sameSite: "Lax",
        });
        return ok({ status: 303, value: null, headers: { location, "set-cookie": [cookie] } });
      },
    }),
    route({
      method: "GET",
      path: "/auth/callback",
      atRoot: true,
      summary: "Where the identity provider sends the browser back to",
      tag: TAG,
      access: "public",
      query: z.record(z.string().max(100), z.string().max(4_000)),
      reply: z.null(),
      replyType: "text/html",
      async handle({ call, query }): Promise<Result<RouteReply<null>, Problem>> {
        if (signIn.oidc === null) return err(NO_PROVIDER);
        const secure = signIn.isSecure(call);
        const flow = readCookie(call, "trueup_flow", secure) ?? "";
        const callback = new URL(`${signIn.home()}/auth/callback`);
        callback.search = new URLSearchParams(query).toString();
        const address = [`address ${call.ip ?? ""}`];
        const waits = signIn.attempts.check(address);
        if (!waits.ok) return waits;
        const done = await signIn.oidc.finish(flow, callback, from(call));
        if (!done.ok) {
          signIn.attempts.failed(address);
          return done;
        }
        // A page, not a redirect: what the provider's site started carries no strict cookie along.
        return ok({
          value: null,
          headers: { "set-cookie": [sessionCookie(call, done.value), clearCookie("trueup_flow", secure)] },
          content: page(
            "Signed in",
            `<p>You are signed in. <a href="${escaped(done.value.to)}">Go on</a></p>`,
            `<meta http-equiv="refresh" content="0; url=${escaped(done.value.to)}">`,
          ),
        });
      },
    }),
    route({
      method: "GET",
      path: "/session",
      summary: "Who I am, and what a page must send along with changes",
      tag: TAG,
      access: "session",
      reply: z
        .object({
          id: z.string(),
          name: z.string(),
          kind: z.string(),
          method: z.string(),
          groups: z.array(z.string()),
          scopes: z.array(z.string()).nullable(),
          csrf: z.string().nullable().describe("Value of X-Trueup-Csrf; null without a session cookie"),
        })
        .meta({ id: "Session" }),
      async handle({ principal, call }) {
        const { id, name, kind, method, groups, scopes } = callerOf({ principal });
        const secret = readCookie(call, "trueup_session", signIn.isSecure(call));
        const csrf =
          secret === null || call.header("authorization") !== null ? null : identity.csrfToken(secret);
        return ok({
          value: {
            id,
            name,
            kind,
            method,
            groups: [...groups],
            scopes: scopes === null ? null : [...scopes],
            csrf,
          },
        });
      },
    }),
    route({
      method: "POST",
      path: "/session/end",
      summary: "Sign out, here or everywhere",
      tag: TAG,
      access: "session",
      body: z.strictObject({ everywhere: z.boolean().default(false) }),
      reply: z.object({ ended: z.number().int() }),
      async handle({ service, principal, body, call }) {
        const caller = callerOf({ principal });
        if (caller.method !== "oidc" && caller.method !== "local_account") return err(NO_SESSION);
        const ended = await identity.signOut(service, caller, body.everywhere);
        if (!ended.ok) return ended;
        return ok({
          value: { ended: ended.value },
          headers: { "set-cookie": [clearCookie("trueup_session", signIn.isSecure(call))] },
        });
      },
    }),
  ];
}

function page(title: string, body: string, head = ""): { readonly type: string; readonly body: string } {
  return {
    type: HTML,
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} – Trueup</title>${head}</head><body><main><h1>${title}</h1>${body}</main></body></html>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const NO_PROVIDER = problem("not_found", "no identity provider is configured", {
  hint: "see identity.oidc of trueup.yaml",
});
const NO_SESSION = problem("request_invalid", "only a session can be ended; a token is revoked");
