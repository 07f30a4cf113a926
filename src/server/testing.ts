import type { FastifyInstance } from "fastify";
import type { Service } from "../app/service/index.ts";
import { err, ok, problem } from "../base/index.ts";
import type { Principal } from "../domain/index.ts";
import { buildServer, type ServerOptions } from "./build-server.ts";
import { type Authenticate, type Authorize, EVERYTHING } from "./caller.ts";
import type { Route } from "./route.ts";

/* A stand-in for identity: `Bearer test:<name>` is that person. For tests of routes only; nothing of `src` outside tests imports it. */

export function testPrincipal(name: string, over: Partial<Principal> = {}): Principal {
  return {
    id: `acc_${name}`,
    kind: "human",
    name,
    groups: [],
    method: "local_account",
    scopes: null,
    sourceIp: "127.0.0.1",
    userAgent: null,
    session: null,
    ...over,
  };
}

export const testAuthenticate: Authenticate = async (call) => {
  const found = /^Bearer test:(\w+)$/.exec(call.header("authorization") ?? "");
  if (found?.[1] !== undefined) return ok(testPrincipal(found[1]));
  if (call.header("authorization") === null) return ok(null);
  return err(problem("credentials_invalid", "the token is not known"));
};

/** Everybody may do everything but `nobody`; `<workspace>only` may see that workspace alone. */
export const testAuthorize: Authorize = async (principal, permission, workspace) => {
  const refused = err(problem("forbidden", `\`${principal.name}\` may not \`${permission}\``));
  if (principal.name === "nobody") return refused;
  const only = /^(\w+)only$/.exec(principal.name)?.[1];
  if (only === undefined) return ok(EVERYTHING);
  return workspace === null || workspace === only ? ok({ workspaces: [only] }) : refused;
};

/** A server whose replies are held to their schemas. */
export function testServer(
  service: Service,
  routes: readonly Route[],
  over: Partial<ServerOptions> = {},
): Promise<FastifyInstance> {
  return buildServer(service, {
    routes,
    authenticate: testAuthenticate,
    authorize: testAuthorize,
    version: "0.0.0",
    checkReplies: true,
    // A busy machine that runs tests is no overload.
    maxDelayMs: 0,
    ...over,
  });
}

export const AS_ANN = { authorization: "Bearer test:ann" } as const;
