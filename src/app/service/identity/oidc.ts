import * as client from "openid-client";
import {
  codeOf,
  err,
  messageOf,
  ok,
  type Problem,
  problem,
  type Result,
  rfc3339,
} from "../../../base/index.ts";
import type { Principal } from "../../../domain/index.ts";
import { type OidcSettings, RESERVED_GROUP } from "../../config/identity.ts";
import { accountFor, type Introduced } from "./accounts.ts";
import type { IdentityService } from "./entries.ts";
import { hashOf, newSecret } from "./secrets.ts";
import { type OpenedSession, openSession } from "./sessions.ts";

/** How long somebody may take at the identity provider. */
export const FLOW_LIFE_MS = 10 * 60_000;
const MOST_GROUPS = 1_000;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/** Sign-in by the authorisation code flow of OpenID Connect Core 1.0 §3.1, with PKCE (RFC 7636). */
export interface OidcSignIn {
  /** Where to send the browser, and the secret that its cookie keeps meanwhile. `to`: path to come back to. */
  begin(
    to: string,
    redirectUri: string,
  ): Promise<Result<{ readonly location: string; readonly flow: string }, Problem>>;
  /** `callback`: the address at which the browser came back, with its query. */
  finish(
    flow: string,
    callback: URL,
    from: Pick<Principal, "sourceIp" | "userAgent">,
  ): Promise<Result<OpenedSession & { readonly to: string }, Problem>>;
}

/** The provider is asked who it is at the first sign-in: a server starts without it. Problems: `provider_unreachable`, `sign_in_refused`. */
export function oidcSignIn(
  service: IdentityService,
  settings: OidcSettings,
  readSecret: () => Promise<Result<string | null, Problem>>,
): OidcSignIn {
  let known: client.Configuration | null = null;
  async function provider(): Promise<Result<client.Configuration, Problem>> {
    if (known !== null) return ok(known);
    const secret = await readSecret();
    if (!secret.ok) return secret;
    const issuer = new URL(settings.issuer);
    try {
      known = await client.discovery(
        issuer,
        settings.clientId,
        secret.value ?? undefined,
        secret.value === null ? client.None() : client.ClientSecretBasic(secret.value),
        // The configuration lets only this machine be reached by http.
        issuer.protocol === "http:" ? { execute: [client.allowInsecureRequests] } : {},
      );
      return ok(known);
    } catch (cause) {
      return err(
        problem("provider_unreachable", `the identity provider cannot be asked: ${messageOf(cause)}`),
      );
    }
  }
  return {
    async begin(to, redirectUri) {
      const config = await provider();
      if (!config.ok) return config;
      const flow = newSecret();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const verifier = client.randomPKCECodeVerifier();
      const location = client.buildAuthorizationUrl(config.value, {
        redirect_uri: redirectUri,
        scope: settings.scopes.join(" "),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
        state,
        nonce,
      });
      // Anybody can begin: what nobody came back for does not stay.
      const forgotten = await service.store.accounts.forgetEnded(rfc3339(service.clock.now()));
      if (!forgotten.ok) return forgotten;
      const kept = await service.store.accounts.keepOnce({
        kind: "flow",
        secretHash: hashOf(flow),
        expiresAt: rfc3339(service.clock.now() + FLOW_LIFE_MS),
        document: { state, nonce, verifier, to },
      });
      return kept.ok ? ok({ location: location.href, flow }) : kept;
    },
    async finish(flow, callback, from) {
      if (!SECRET.test(flow)) return err(REFUSED);
      const taken = await service.store.accounts.takeOnce("flow", hashOf(flow));
      if (!taken.ok) return taken;
      if (taken.value === null || Date.parse(taken.value.expiresAt) <= service.clock.now())
        return err(REFUSED);
      const { state = "", nonce = "", verifier = "", to = "/" } = taken.value.document;
      const config = await provider();
      if (!config.ok) return config;
      const who = await introduced(config.value, settings, callback, { state, nonce, verifier });
      if (!who.ok) return who;
      const account = await accountFor(service, who.value);
      if (!account.ok) return account;
      const opened = await openSession(service, account.value, "oidc", from);
      return opened.ok ? ok({ ...opened.value, to }) : opened;
    },
  };
}

async function introduced(
  config: client.Configuration,
  settings: OidcSettings,
  callback: URL,
  { state, nonce, verifier }: { readonly state: string; readonly nonce: string; readonly verifier: string },
): Promise<Result<Introduced, Problem>> {
  try {
    const answer = await client.authorizationCodeGrant(config, callback, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = answer.claims();
    if (claims === undefined) return err(REFUSED);
    let told: Readonly<Record<string, unknown>> = claims;
    // Many providers tell groups and addresses only where they are asked for.
    if (
      !Object.hasOwn(claims, settings.groupsClaim) &&
      config.serverMetadata().userinfo_endpoint !== undefined
    )
      told = { ...(await client.fetchUserInfo(config, answer.access_token, claims.sub)), ...claims };
    return ok({
      issuer: settings.issuer,
      subject: claims.sub,
      name: nameIn(told) ?? claims.sub,
      groups: groupsIn(told, settings.groupsClaim),
    });
  } catch (cause) {
    return err({
      ...REFUSED,
      message: `the identity provider's answer does not hold (${codeOf(cause) ?? "unknown"})`,
    });
  }
}

/** An address counts as a name only where the provider says that it is theirs. */
function nameIn(told: Readonly<Record<string, unknown>>): string | null {
  const { email, email_verified: verified, preferred_username: user, name } = told;
  const usable = [verified === false ? null : email, user, name];
  const found = usable.find((one) => typeof one === "string" && one !== "");
  return typeof found === "string" ? found.replace(/[\p{Cc}\p{Cf}]/gu, " ").slice(0, 200) : null;
}

function groupsIn(told: Readonly<Record<string, unknown>>, claim: string): readonly string[] {
  const given = Object.hasOwn(told, claim) ? told[claim] : [];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const groups = list.filter(
    (one): one is string => typeof one === "string" && one !== "" && one.length <= 500,
  );
  return [...new Set(groups.filter((group) => !group.startsWith(RESERVED_GROUP)))]
    .sort()
    .slice(0, MOST_GROUPS);
}

const REFUSED = problem(
  "credentials_invalid",
  "the sign-in was not begun in this browser, or took too long",
  {
    hint: "sign in again",
  },
);
