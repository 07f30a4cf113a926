import { EVERYWHERE, ROLES, type Role } from "../../authority/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import { parseDuration } from "../config/duration.ts";
import { localPrincipal } from "../local-principal.ts";
import { askServer, findServer, type ServerAddress } from "../server-client.ts";
import type { IdentityService } from "../service/identity/entries.ts";
import {
  createToken,
  DEFAULT_TOKEN_MS,
  listTokens,
  type NewToken,
  revokeToken,
  type TokenView,
} from "../service/identity/tokens.ts";
import { type AppOptions, openSession } from "../session.ts";

type Done<T> = Promise<Result<T, readonly Problem[]>>;

export interface TokenCreateRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  /** `90d`; `null`: the default. */
  readonly expires: string | null;
  readonly role: string;
  /** Globs; `null`: everywhere. */
  readonly workspaces: readonly string[] | null;
}

const DAY_MS = 86_400_000;

/** `trueup token create`: a machine's token. */
export async function tokenCreate(options: AppOptions, request: TokenCreateRequest): Done<NewToken> {
  const { name, scopes, workspaces, expires } = request;
  const role = ROLES.find((one): one is Role => one === request.role && one !== "admin");
  if (role === undefined) {
    const hint = `there are ${ROLES.filter((one) => one !== "admin").join(", ")}`;
    return err([problem("token_invalid", `\`${request.role}\` is no role of a machine`, { hint })]);
  }
  const expiresInMs = expires === null ? DEFAULT_TOKEN_MS : parseDuration(expires);
  if (expiresInMs === null) {
    const hint = "write it like 90d or 12h";
    return err([problem("token_invalid", `\`${expires}\` is no duration`, { hint })]);
  }
  const scope = { ...EVERYWHERE, workspaces };
  return withServerOr(
    options,
    // A server counts in days: what is asked for is never exceeded by more than the rest of one.
    (server) =>
      ask<NewToken>(options, server, "POST", "/machine-tokens", {
        name,
        scopes,
        role,
        scope,
        expiresInDays: Math.max(1, Math.floor(expiresInMs / DAY_MS)),
      }),
    (service, principal) =>
      createToken(service, principal, { name, scopes, expiresInMs, machine: { role, scope } }),
  );
}

/** `trueup token list`. */
export function tokenList(options: AppOptions): Done<readonly TokenView[]> {
  return withServerOr(
    options,
    async (server) => {
      const answer = await ask<{ readonly items: readonly TokenView[] }>(
        options,
        server,
        "GET",
        "/machine-tokens",
      );
      return answer.ok ? ok(answer.value.items) : answer;
    },
    (service) => listTokens(service, null),
  );
}

/** `trueup token revoke`. */
export function tokenRevoke(options: AppOptions, id: string): Done<TokenView> {
  return withServerOr(
    options,
    (server) => ask<TokenView>(options, server, "POST", `/machine-tokens/${encodeURIComponent(id)}/revoke`),
    (service, principal) => revokeToken(service, principal, { id, owner: null }),
  );
}

async function ask<T>(
  { signal }: AppOptions,
  server: ServerAddress,
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<Result<T, Problem>> {
  const answer = await askServer(server, { method, path, ...(body === undefined ? {} : { body }) }, signal);
  // Our own server, of the same version: it holds its answers to their schemas.
  return answer.ok ? ok(answer.value as T) : answer;
}

/** The running server where there is one: it holds the store. */
async function withServerOr<T>(
  options: AppOptions,
  remote: (server: ServerAddress) => Promise<Result<T, Problem>>,
  local: (service: IdentityService, principal: Principal) => Promise<Result<T, Problem>>,
): Done<T> {
  const opened = await openSession(options);
  if (!opened.ok) return opened;
  const session = opened.value;
  const server = await findServer(options.variables, session.dataFolder);
  if (!server.ok) return err([server.error]);
  if (server.value !== null) return listed(await remote(server.value));
  const store = await session.openStore();
  if (!store.ok) return err(store.error);
  try {
    const service = { clock: options.clock, config: session.config, store: store.value };
    return listed(await local(service, localPrincipal()));
  } finally {
    await store.value.close();
  }
}

function listed<T>(done: Result<T, Problem>): Result<T, readonly Problem[]> {
  return done.ok ? done : err([done.error]);
}
