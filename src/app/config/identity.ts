import * as z from "zod";
import { EVERYWHERE, isTokenScope, ROLES, type RoleBinding, TOKEN_SCOPES } from "../../authority/index.ts";
import type { SecretRef } from "../../notify/index.ts";
import { type Complain, rawSecret, toSecret } from "./secret.ts";

/* The `identity` section of trueup.yaml: shapes, and what they mean. Secrets are references, never values. */

/** The company's identity provider (OpenID Connect). */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** `null`: a public client, PKCE alone. */
  readonly clientSecret: SecretRef | null;
  readonly scopes: readonly string[];
  readonly groupsClaim: string;
}

/** CI jobs of one issuer that are let in by the token of their job. */
export interface CiSettings {
  readonly forge: "github" | "gitlab";
  readonly issuer: string;
  /** What a token must be made for: this server. */
  readonly audience: string;
  /** Globs over `owner/name`. */
  readonly repositories: readonly string[];
  /** Globs over full refs. */
  readonly refs: readonly string[];
  readonly scopes: readonly string[];
}

export interface IdentitySettings {
  readonly oidc: OidcSettings | null;
  readonly ci: readonly CiSettings[];
  /** Roles that the configuration gives to groups, and to CI jobs by {@link ciGroup}. */
  readonly bindings: readonly RoleBinding[];
}

export const NO_IDENTITY: IdentitySettings = { oidc: null, ci: [], bindings: [] };

/** Groups that begin with this are ours: a provider's group of such a name is not taken over. */
export const RESERVED_GROUP = "trueup:";

export function ciGroup(rule: number): string {
  return `${RESERVED_GROUP}ci/${rule}`;
}

const text = z.string().min(1).max(2_000);
const globs = (what: string) => z.array(text).min(1).describe(`${what}; globs`);
const url = z
  .string()
  .regex(/^https?:\/\/[^\s@?#]+$/)
  .max(2_000);
const where = {
  workspaces: globs("Workspaces in which the role holds").optional(),
  teams: globs("Teams in whose workspaces the role holds").optional(),
  labels: z
    .record(z.string(), text)
    .optional()
    .describe("Labels of workspaces in which the role holds; globs"),
};

export const rawIdentity = z
  .strictObject({
    oidc: z
      .strictObject({
        issuer: url.describe("Issuer, as its discovery document names it"),
        client_id: text,
        client_secret: rawSecret.optional(),
        scopes: z.array(text).min(1).optional().describe("Default openid, profile, email"),
        groups_claim: text.optional().describe("Claim that lists the groups; default groups"),
      })
      .optional()
      .describe("Sign-in of people by OpenID Connect"),
    roles: z
      .array(
        z.strictObject({
          role: z.enum(ROLES),
          group: text.describe("Group of the identity provider, its exact name"),
          ...where,
        }),
      )
      .max(1_000)
      .optional()
      .describe("Roles of groups; everywhere, or where every given condition holds"),
    ci: z
      .array(
        z.strictObject({
          forge: z.enum(["github", "gitlab"]),
          issuer: url.optional().describe("Default: that of github.com or gitlab.com"),
          audience: text.describe("Audience that jobs ask for; the address of this server"),
          repositories: globs("Repositories, owner/name"),
          refs: globs("Refs such as refs/heads/main").optional(),
          scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).optional().describe("Default check, gate"),
          role: z.enum(ROLES).optional().describe("Default engineer"),
          ...where,
        }),
      )
      .max(200)
      .optional()
      .describe("CI jobs that prove themselves by their own token, without a stored secret"),
  })
  .describe("Who may come in, and with which role");

type RawIdentity = z.infer<typeof rawIdentity>;
type RawWhere = Pick<NonNullable<RawIdentity["roles"]>[number], keyof typeof where>;

const ISSUERS = {
  github: "https://token.actions.githubusercontent.com",
  gitlab: "https://gitlab.com",
} as const;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function toIdentity(raw: RawIdentity | undefined, complain: Complain): IdentitySettings {
  if (raw === undefined) return NO_IDENTITY;
  const checkUrl = (value: string, path: readonly PropertyKey[]) => {
    const parsed = URL.parse(value);
    if (parsed?.protocol === "https:" || (parsed !== null && LOOPBACK.test(parsed.hostname))) return;
    complain(
      ["identity", ...path],
      `\`${value}\` is no https address`,
      "only this machine is reached by http",
    );
  };
  const roles = raw.roles ?? [];
  const ci = raw.ci ?? [];
  roles.forEach(({ group }, index) => {
    if (group.startsWith(RESERVED_GROUP))
      complain(["identity", "roles", index, "group"], `\`${group}\` cannot be a group of the provider`);
  });
  if (raw.oidc !== undefined) checkUrl(raw.oidc.issuer, ["oidc", "issuer"]);
  if (raw.roles !== undefined && raw.oidc === undefined)
    complain(["identity", "roles"], "`roles` name groups, and there is no `oidc` that tells of any");
  ci.forEach(({ issuer, repositories }, index) => {
    if (issuer !== undefined) checkUrl(issuer, ["ci", index, "issuer"]);
    for (const glob of repositories) {
      // Anybody may have a repository at a public forge: the owner must be said.
      if (/^[*?]/.test(glob))
        complain(
          ["identity", "ci", index, "repositories"],
          `\`${glob}\` would let in repositories of anybody`,
        );
    }
  });
  return {
    oidc: raw.oidc === undefined ? null : toOidc(raw.oidc, complain),
    ci: ci.map(({ forge, issuer, audience, repositories, refs, scopes }) => ({
      forge,
      issuer: issuer ?? ISSUERS[forge],
      audience,
      repositories,
      refs: refs ?? ["*"],
      scopes: (scopes ?? ["check", "gate"]).filter(isTokenScope),
    })),
    bindings: [
      ...roles.map(({ role, group, ...scope }, index): RoleBinding => {
        return { id: `config:roles/${index}`, role, to: { kind: "group", group }, scope: toScope(scope) };
      }),
      ...ci.map(({ role = "engineer", ...rule }, index): RoleBinding => {
        const to = { kind: "group", group: ciGroup(index) } as const;
        return { id: `config:ci/${index}`, role, to, scope: toScope(rule) };
      }),
    ],
  };
}

function toScope({ workspaces, teams, labels }: RawWhere): RoleBinding["scope"] {
  return {
    ...EVERYWHERE,
    ...(workspaces === undefined ? {} : { workspaces }),
    ...(teams === undefined ? {} : { teams }),
    ...(labels === undefined ? {} : { labels }),
  };
}

function toOidc(raw: NonNullable<RawIdentity["oidc"]>, complain: Complain): OidcSettings {
  const { issuer, client_id: clientId, client_secret: held, scopes, groups_claim: groupsClaim } = raw;
  const clientSecret =
    held === undefined ? null : toSecret(held, ["identity", "oidc", "client_secret"], complain);
  return {
    issuer,
    clientId,
    clientSecret,
    scopes: [...new Set(["openid", ...(scopes ?? ["profile", "email"])])],
    groupsClaim: groupsClaim ?? "groups",
  };
}
