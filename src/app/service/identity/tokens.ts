import type { KeptBinding, Token } from "../../../authority/index.ts";
import {
  type BindingScope,
  EVERYWHERE,
  isTokenScope,
  type Role,
  TOKEN_SCOPES,
} from "../../../authority/index.ts";
import { err, ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { type IdentityService, identityEntry } from "./entries.ts";
import { hashOf, newId, newSecret, sameText } from "./secrets.ts";

/** A token as its owner sees it: never the secret, never its hash. */
export type TokenView = Omit<Token, "secretHash"> & { readonly state: "live" | "expired" | "revoked" };

export interface TokenRequest {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresInMs: number;
  /** `null`: acts for the person who makes it. Else a machine's own, with this role. */
  readonly machine: { readonly role: Role; readonly scope: BindingScope } | null;
}

/** The secret is told this once. */
export interface NewToken {
  readonly token: TokenView;
  readonly secret: string;
}

const DAY_MS = 86_400_000;
export const LONGEST_TOKEN_MS = 366 * DAY_MS;
export const DEFAULT_TOKEN_MS = 90 * DAY_MS;
const SECRET = /^tru_[A-Za-z0-9_-]{43}$/;
const PREFIX_LENGTH = 12;
/** Compared with where no token begins as the given one does, so that the answer takes as long. */
const NOBODY = "0".repeat(64);
const MINUTE_MS = 60_000;

/**
 * Makes a token. Problems: `token_invalid`; `forbidden` where somebody who has no account makes one for themselves.
 */
export async function createToken(
  service: IdentityService,
  principal: Principal,
  request: TokenRequest,
): Promise<Result<NewToken, Problem>> {
  const fault = faultOf(request);
  if (fault !== null) return err(fault);
  const { name, scopes, expiresInMs, machine } = request;
  if (machine === null && !principal.id.startsWith("acc_")) {
    return err(
      problem("token_invalid", "only somebody with an account can make a token for themselves", {
        hint: "give a role: the token is a machine's own then",
      }),
    );
  }
  const now = service.clock.now();
  const createdAt = rfc3339(now);
  const secret = `tru_${newSecret()}`;
  const token: Token = {
    id: newId("tok"),
    name,
    prefix: secret.slice(0, PREFIX_LENGTH),
    secretHash: hashOf(secret),
    account: machine === null ? principal.id : null,
    scopes: [...new Set(scopes)],
    createdBy: principal.id,
    createdAt,
    expiresAt: rfc3339(now + expiresInMs),
    revokedAt: null,
    usedAt: null,
  };
  const bindings: readonly KeptBinding[] =
    machine === null
      ? []
      : [
          {
            id: newId("rbd"),
            role: machine.role,
            to: { kind: "principal", principal: token.id },
            scope: { ...EVERYWHERE, ...machine.scope },
            createdBy: principal.id,
            createdAt,
          },
        ];
  const audit = [
    identityEntry(service, principal, {
      kind: "token",
      subject: token.id,
      answer: "created",
      because: `the token \`${name}\` was made by ${principal.name}`,
      details: {
        name,
        prefix: token.prefix,
        scopes: [...token.scopes],
        expires_at: token.expiresAt,
        account: token.account,
        role: machine?.role ?? null,
      },
    }),
  ];
  const added = await service.store.accounts.addToken(token, bindings, audit);
  return added.ok ? ok({ token: viewOf(token, now), secret }) : added;
}

/** Those of one account, or of everybody; newest first. */
export async function listTokens(
  service: IdentityService,
  account: string | null,
): Promise<Result<readonly TokenView[], Problem>> {
  const found = await service.store.accounts.tokens(account);
  return found.ok ? ok(found.value.map((token) => viewOf(token, service.clock.now()))) : found;
}

/** `owner`: only a token of this account; `null`: any. Problems: `token_missing`, `token_revoked`. */
export async function revokeToken(
  service: IdentityService,
  principal: Principal,
  { id, owner }: { readonly id: string; readonly owner: string | null },
): Promise<Result<TokenView, Problem>> {
  const found = await service.store.accounts.token(id);
  if (!found.ok) return found;
  const token = found.value;
  if (token === null || (owner !== null && token.account !== owner))
    return err(problem("token_missing", `there is no token \`${id}\``));
  const at = rfc3339(service.clock.now());
  const revoked = await service.store.accounts.revokeToken(id, at, [
    identityEntry(service, principal, {
      kind: "token",
      subject: id,
      answer: "revoked",
      because: `the token \`${token.name}\` was revoked by ${principal.name}`,
      details: { name: token.name, prefix: token.prefix },
    }),
  ]);
  return revoked.ok ? ok(viewOf({ ...token, revokedAt: at }, service.clock.now())) : revoked;
}

/** What of a given token may be known to others, such as whoever counts failures; `null` where it is none of ours. */
export function tokenPrefix(secret: string): string | null {
  return SECRET.test(secret) ? secret.slice(0, PREFIX_LENGTH) : null;
}

/** Who comes with this token. Problem `credentials_invalid`, the same whatever is wrong with it. */
export async function principalOfToken(
  service: IdentityService,
  secret: string,
): Promise<Result<Principal, Problem>> {
  const prefix = tokenPrefix(secret);
  if (prefix === null) return err(TOKEN_UNKNOWN);
  const { accounts } = service.store;
  const found = await accounts.tokensBy(prefix);
  if (!found.ok) return found;
  const hash = hashOf(secret);
  const candidates = found.value.length === 0 ? [NOBODY] : found.value.map(({ secretHash }) => secretHash);
  const matches = candidates.map((candidate) => sameText(candidate, hash));
  const token = found.value[matches.indexOf(true)];
  const now = service.clock.now();
  if (token === undefined || viewOf(token, now).state !== "live") return err(TOKEN_UNKNOWN);
  const principal = await holderOf(service, token);
  if (!principal.ok) return principal;
  if (token.usedAt === null || now - Date.parse(token.usedAt) >= MINUTE_MS) {
    const touched = await accounts.touchToken(token.id, rfc3339(now));
    if (!touched.ok) return touched;
  }
  return principal;
}

async function holderOf(service: IdentityService, token: Token): Promise<Result<Principal, Problem>> {
  const common = {
    method: "token",
    scopes: token.scopes,
    sourceIp: null,
    userAgent: null,
    session: token.id,
  } as const;
  if (token.account === null)
    return ok({ ...common, id: token.id, kind: "service", name: token.name, groups: [] });
  const account = await service.store.accounts.account(token.account);
  if (!account.ok) return account;
  if (account.value === null || account.value.state !== "active") return err(TOKEN_UNKNOWN);
  const { id, name, groups } = account.value;
  return ok({ ...common, id, kind: "human", name, groups });
}

function viewOf(token: Token, now: number): TokenView {
  const { secretHash: _hash, ...rest } = token;
  const state = rest.revokedAt !== null ? "revoked" : Date.parse(rest.expiresAt) <= now ? "expired" : "live";
  return { ...rest, state };
}

function faultOf({ name, scopes, expiresInMs }: TokenRequest): Problem | null {
  if (!/^[^\p{Cc}\p{Cf}]{1,100}$/u.test(name)) {
    return problem("token_invalid", "a token needs a name of at most 100 visible characters", {
      place: { path: "name" },
    });
  }
  const unknown = scopes.find((scope) => !isTokenScope(scope));
  if (unknown !== undefined || scopes.length === 0) {
    const message = unknown === undefined ? "a token needs a scope" : `\`${unknown}\` is no scope`;
    return problem("token_invalid", message, {
      place: { path: "scopes" },
      hint: `there are ${TOKEN_SCOPES.join(", ")}`,
    });
  }
  if (expiresInMs >= MINUTE_MS && expiresInMs <= LONGEST_TOKEN_MS) return null;
  return problem("token_invalid", "a token ends after at least a minute and at most 366 days", {
    place: { path: "expires" },
  });
}

const TOKEN_UNKNOWN = problem("credentials_invalid", "the token is not known here, or has ended");
