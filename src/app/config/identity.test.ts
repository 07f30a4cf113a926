import { expect, it } from "vitest";
import { rawIdentity, toIdentity } from "./identity.ts";

function read(raw: unknown): readonly string[] {
  const said: string[] = [];
  toIdentity(rawIdentity.parse(raw), (path, message) => said.push(`${path.join(".")}: ${message}`));
  return said;
}

const OIDC = { issuer: "https://id.example.com", client_id: "trueup" };
const JOBS = { forge: "github", audience: "https://trueup.example.com", repositories: ["acme/*"] };

it("gives roles to groups of the provider and to jobs, everywhere or where it says", () => {
  const raw = rawIdentity.parse({
    oidc: OIDC,
    roles: [{ role: "viewer", group: "platform", workspaces: ["live/*"] }],
    ci: [JOBS],
  });
  const settings = toIdentity(raw, (_path, message) => expect.unreachable(message));
  expect(settings.oidc).toMatchObject({ clientSecret: null, scopes: ["openid", "profile", "email"] });
  expect(settings.ci).toMatchObject([
    { issuer: "https://token.actions.githubusercontent.com", refs: ["*"], scopes: ["check", "gate"] },
  ]);
  expect(settings.bindings).toEqual([
    {
      id: "config:roles/0",
      role: "viewer",
      to: { kind: "group", group: "platform" },
      scope: { workspaces: ["live/*"], teams: null, labels: null },
    },
    {
      id: "config:ci/0",
      role: "engineer",
      to: { kind: "group", group: "trueup:ci/0" },
      scope: { workspaces: null, teams: null, labels: null },
    },
  ]);
});

it.each([
  ["an issuer without TLS", { oidc: { ...OIDC, issuer: "http://id.example.com" } }, "no https address"],
  ["roles without a provider", { roles: [{ role: "admin", group: "x" }] }, "there is no `oidc`"],
  ["a group of ours", { oidc: OIDC, roles: [{ role: "admin", group: "trueup:ci/0" }] }, "cannot be a group"],
  ["repositories of anybody", { ci: [{ ...JOBS, repositories: ["*/infra"] }] }, "repositories of anybody"],
  ["two places of one secret", { oidc: { ...OIDC, client_secret: { env: "A", file: "b" } } }, "exactly one"],
])("refuses %s", (_what, raw, message) => {
  expect(read(raw)).toEqual([expect.stringContaining(message)]);
});

it.each([
  { oidc: { ...OIDC, client_secret: "in the clear" } },
  { roles: [{ role: "root", group: "x" }] },
  { ci: [{ ...JOBS, scopes: ["everything"] }] },
])("has no place for %j", (raw) => {
  expect(rawIdentity.safeParse(raw).success).toBe(false);
});
