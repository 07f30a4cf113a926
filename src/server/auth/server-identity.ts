import type { Service } from "../../app/service/index.ts";
import { identity } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import type { Authenticate, Authorize, HttpCall } from "../caller.ts";
import { signInRoutes } from "../routes/sign-in.ts";
import type { Identity } from "../serve.ts";
import { readCookie } from "./cookies.ts";
import { CSRF_HEADER, isSafe, ownPage } from "./csrf.ts";

export interface IdentityOptions {
  /** Value of the OIDC client's secret; `null`: it has none. Read when it is needed. */
  readonly clientSecret: () => Promise<Result<string | null, Problem>>;
}

/** Of failures from one address, whatever they try; those with one and the same token wait much earlier. */
const FREE_BY_ADDRESS = 50;

/** Who is who at a server: sessions of people, tokens of programs, tokens of CI jobs. */
export function serverIdentity(service: Service, options: IdentityOptions): Identity {
  const verifyCi = identity.ciTokens(service);
  const byToken = identity.makeBackoff(service.clock);
  const byAddress = identity.makeBackoff(service.clock, { free: FREE_BY_ADDRESS });
  const { oidc } = service.config.identity;
  // Told by `serve` once it listens, before anybody can come.
  let home = service.config.notifications.publicUrl ?? "http://127.0.0.1";
  const isSecure = (call: HttpCall) => call.secure || home.startsWith("https:");

  async function byBearer(call: HttpCall, given: string): Promise<Result<Principal, Problem>> {
    const address = [`address ${call.ip ?? ""}`];
    // Tokens of CI jobs begin alike and end in a signature: a job that is refused does not hold up its neighbours.
    const own = [`${address[0]} ${identity.tokenPrefix(given) ?? given.slice(-20)}`];
    for (const waits of [byAddress.check(address), byToken.check(own)]) if (!waits.ok) return waits;
    const found = given.startsWith("tru_")
      ? await identity.principalOfToken(service, given)
      : given.split(".").length === 3
        ? await verifyCi(given)
        : err(UNKNOWN);
    if (found.ok) byToken.succeeded(own);
    else if (found.error.code === "credentials_invalid") {
      byToken.failed(own);
      byAddress.failed(address);
    }
    return found;
  }

  async function bySession(call: HttpCall, secret: string): Promise<Result<Principal, Problem>> {
    const found = await identity.principalOfSession(service, secret);
    if (!found.ok || isSafe(call)) return found;
    const own = ownPage(call, home);
    if (!own.ok) return own;
    return identity.isCsrfToken(call.header(CSRF_HEADER) ?? "", secret) ? found : err(NO_CSRF_TOKEN);
  }

  const authenticate: Authenticate = async (call) => {
    const header = call.header("authorization");
    const secret = readCookie(call, "trueup_session", isSecure(call));
    if (header === null && (secret === null || secret === "")) return ok(null);
    const given = /^Bearer ([^\s,]+)$/i.exec(header ?? "")?.[1];
    if (header !== null && given === undefined) return err(UNKNOWN);
    const found = given === undefined ? await bySession(call, secret ?? "") : await byBearer(call, given);
    return found.ok ? ok({ ...found.value, ...callerFacts(call) }) : found;
  };

  const authorize: Authorize = async (principal, permission, workspace) => {
    const seen = await identity.permittedWorkspaces(service, principal, permission, workspace);
    return seen.ok ? ok({ workspaces: seen.value }) : seen;
  };

  return {
    authenticate,
    authorize,
    routes: signInRoutes({
      home: () => home,
      isSecure,
      attempts: byAddress,
      oidc: oidc === null ? null : identity.oidcSignIn(service, oidc, options.clientSecret),
    }),
    async firstSignIn(origin) {
      home = service.config.notifications.publicUrl ?? origin;
      // Where a provider is configured and somebody is let in as admin by it, nobody needs the link.
      const admins = service.config.identity.bindings.some(
        ({ role, to }) => role === "admin" && to.kind === "group",
      );
      if (oidc !== null && admins) return ok(null);
      const secret = await identity.makeSignInLink(service);
      return secret.ok ? ok(`${origin}/auth/link?secret=${secret.value}`) : secret;
    },
  };
}

export function callerFacts(call: HttpCall): Pick<Principal, "sourceIp" | "userAgent"> {
  return { sourceIp: call.ip, userAgent: call.header("user-agent")?.slice(0, 500) ?? null };
}

const UNKNOWN = problem("credentials_invalid", "the token is not known here, or has ended");
const NO_CSRF_TOKEN = problem("csrf_refused", `a change needs the header ${CSRF_HEADER}`, {
  hint: "send what GET /v1/session told as `csrf`",
});
