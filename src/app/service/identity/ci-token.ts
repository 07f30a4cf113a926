import { createRemoteJWKSet, decodeJwt, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { codeOf, err, globMatches, ok, type Problem, problem, type Result } from "../../../base/index.ts";
import type { PipelineRef, Principal } from "../../../domain/index.ts";
import { type CiSettings, ciGroup } from "../../config/identity.ts";
import type { IdentityService } from "./entries.ts";

const LONGEST = 16_384;
const TIMEOUT_MS = 10_000;
/** Signatures by a private key only: with a shared one, or none, anybody who verifies could also sign. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"];
/** A longer life is no job's token. */
const LONGEST_LIFE_SECONDS = 6 * 3_600;
/** Events whose code is that of the ref which the token names. Those of pull requests may run code of anybody under it. */
const OWN_CODE = ["push", "schedule", "workflow_dispatch", "release"];

export type VerifyCiToken = (token: string) => Promise<Result<Principal, Problem>>;

interface Job extends Omit<PipelineRef, "verified" | "approved"> {
  readonly repository: string;
  /** Is what runs known to be what lies at the ref? */
  readonly ownCode: boolean;
}

/**
 * Who comes with the token of a CI job (GitHub Actions, GitLab), by rules of the configuration. Keys of an issuer are asked for when
 * they are needed, and kept. Problem `credentials_invalid`, the same whatever is wrong.
 */
export function ciTokens(service: IdentityService): VerifyCiToken {
  const { ci } = service.config.identity;
  const keys = new Map<string, JWTVerifyGetKey>();
  async function keysOf(issuer: string): Promise<JWTVerifyGetKey | null> {
    const held = keys.get(issuer);
    if (held !== undefined) return held;
    const at = await jwksAddress(issuer);
    if (at === null) return null;
    const set = createRemoteJWKSet(at, { timeoutDuration: TIMEOUT_MS });
    keys.set(issuer, set);
    return set;
  }
  return async (token) => {
    const issuer = issuerOf(token);
    const rules = ci.map((rule, index) => ({ rule, index })).filter(({ rule }) => rule.issuer === issuer);
    if (issuer === null || rules.length === 0) return err(INVALID);
    const key = await keysOf(issuer);
    if (key === null)
      return err(problem("store_unavailable", "the keys of the issuer cannot be fetched now"));
    for (const { rule, index } of rules) {
      const claims = await verified(token, key, rule, service.clock.now());
      const job = claims === null ? null : jobIn(claims, rule);
      if (claims?.sub !== undefined && job !== null && holds(rule, job))
        return ok(principalOf(service, rule, index, claims.sub, job));
    }
    return err(INVALID);
  };
}

/** Read before anything is verified: only to know whose keys to ask. */
function issuerOf(token: string): string | null {
  if (token.length > LONGEST) return null;
  try {
    return decodeJwt(token).iss ?? null;
  } catch {
    return null;
  }
}

async function verified(
  token: string,
  key: JWTVerifyGetKey,
  { issuer, audience }: CiSettings,
  now: number,
): Promise<JWTPayload | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      requiredClaims: ["exp", "iat", "sub"],
      maxTokenAge: LONGEST_LIFE_SECONDS,
      clockTolerance: 30,
      currentDate: new Date(now),
    });
    return payload;
  } catch (cause) {
    if (codeOf(cause)?.startsWith("ERR_J") === true) return null;
    throw cause;
  }
}

/** OpenID Connect Discovery 1.0 §4. */
async function jwksAddress(issuer: string): Promise<URL | null> {
  try {
    const response = await fetch(`${issuer.replace(/\/+$/, "")}/.well-known/openid-configuration`, {
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const document: unknown = await response.json();
    if (typeof document !== "object" || document === null || !("jwks_uri" in document)) return null;
    const at = URL.parse(String(document.jwks_uri));
    return at?.protocol === "https:" || at?.host === new URL(issuer).host ? at : null;
  } catch {
    return null;
  }
}

/** What the issuer says of the job; names of the claims are those of GitHub's and GitLab's documentation. */
function jobIn(claims: JWTPayload, { forge }: CiSettings): Job | null {
  const text = (name: string): string | null => {
    const value = Object.hasOwn(claims, name) ? claims[name] : null;
    return typeof value === "string" && value !== ""
      ? value
      : typeof value === "number"
        ? String(value)
        : null;
  };
  const repository = text(forge === "github" ? "repository" : "project_path");
  const run = text(forge === "github" ? "run_id" : "pipeline_id");
  if (repository === null || run === null) return null;
  const commit = text("sha");
  const ref = text("ref");
  if (forge === "github")
    return { repository, run, commit, ref, ownCode: OWN_CODE.includes(text("event_name") ?? "") };
  const source = text("pipeline_source") ?? "";
  const full = ref === null ? null : `refs/${text("ref_type") === "tag" ? "tags" : "heads"}/${ref}`;
  return { repository, run, commit, ref: full, ownCode: ["push", "web", "schedule", "api"].includes(source) };
}

function holds({ repositories, refs }: CiSettings, { repository, ref }: Job): boolean {
  return (
    repositories.some((glob) => globMatches(glob, repository)) &&
    refs.some((glob) => globMatches(glob, ref ?? ""))
  );
}

function principalOf(
  service: IdentityService,
  rule: CiSettings,
  index: number,
  subject: string,
  { repository, run, commit, ref, ownCode }: Job,
): Principal {
  const { protectedRefs } = service.config.pipeline;
  const isProtected = ref !== null && protectedRefs.some((glob) => globMatches(glob, ref));
  return {
    id: `ci:${rule.issuer}:${subject}`,
    kind: "pipeline",
    name: `${repository}#${run}`,
    groups: [ciGroup(index)],
    method: "ci_oidc",
    scopes: rule.scopes,
    sourceIp: null,
    userAgent: null,
    session: run,
    pipeline: { run, commit, ref, verified: true, approved: ownCode && isProtected && commit !== null },
  };
}

const INVALID = problem("credentials_invalid", "the token is not known here, or has ended");
