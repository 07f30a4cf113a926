import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Principal } from "../domain/index.ts";
import { authorize, permissionsOf, visibleWorkspaces } from "./authorize.ts";
import { type BindingScope, EVERYWHERE, type RoleBinding, type WorkspaceFacts } from "./binding.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";
import { canBeNarrowed, reachOf } from "./reach.ts";
import { ROLES, type Role, roleAllows, rolesWith } from "./roles.ts";
import { PERSONS_ONLY, SCOPE_DEFINITIONS, scopesAllow, TOKEN_SCOPES } from "./scopes.ts";

const ANA: Principal = {
  id: "acc_ana",
  kind: "human",
  name: "ana@example.com",
  groups: ["platform"],
  method: "oidc",
  scopes: null,
  sourceIp: null,
  userAgent: null,
  session: null,
};
const PROD: WorkspaceFacts = { name: "prod-edge", team: "edge", labels: { env: "prod" } };
const DEV: WorkspaceFacts = { name: "dev-edge", team: "edge", labels: { env: "dev" } };
const BARE: WorkspaceFacts = { name: "bare", team: null, labels: {} };

function bound(role: Role, scope: Partial<BindingScope> = {}, to = "acc_ana"): RoleBinding {
  return {
    id: `rbd_${role}`,
    role,
    to: { kind: "principal", principal: to },
    scope: { ...EVERYWHERE, ...scope },
  };
}

describe("authorize", () => {
  const cases: readonly (readonly [
    note: string,
    bindings: readonly RoleBinding[],
    permission: Permission,
    target: WorkspaceFacts | null,
    allowed: boolean,
  ])[] = [
    ["nobody without a binding", [], "findings.read", PROD, false],
    ["nothing by somebody else's binding", [bound("admin", {}, "acc_bo")], "findings.read", PROD, false],
    ["what the role holds", [bound("engineer")], "findings.resolve", PROD, true],
    ["nothing that the role does not hold", [bound("engineer")], "approvals.decide", PROD, false],
    ["a scope by name", [bound("engineer", { workspaces: ["prod-*"] })], "scan.run", PROD, true],
    ["a scope that is elsewhere", [bound("engineer", { workspaces: ["prod-*"] })], "scan.run", DEV, false],
    ["a scope by team", [bound("engineer", { teams: ["edge"] })], "scan.run", DEV, true],
    ["no team where there is none", [bound("engineer", { teams: ["*"] })], "scan.run", BARE, false],
    ["a scope by label", [bound("engineer", { labels: { env: "prod" } })], "scan.run", PROD, true],
    ["a label of another value", [bound("engineer", { labels: { env: "prod" } })], "scan.run", DEV, false],
    ["a label that is missing", [bound("engineer", { labels: { env: "*" } })], "scan.run", BARE, false],
    [
      "every part of a scope must hold",
      [bound("engineer", { workspaces: ["*"], labels: { env: "prod" } })],
      "scan.run",
      DEV,
      false,
    ],
    ["an empty list holds nothing", [bound("admin", { workspaces: [] })], "scan.run", PROD, false],
    [
      "an inherited member is no label",
      [bound("admin", { labels: { constructor: "*" } })],
      "scan.run",
      BARE,
      false,
    ],
    [
      "a list is narrowed for a scoped role",
      [bound("viewer", { workspaces: ["x"] })],
      "findings.read",
      null,
      true,
    ],
    ["an act without a target is not", [bound("admin", { workspaces: ["*"] })], "scan.run", null, false],
    ["an act without a target by a role everywhere", [bound("engineer")], "scan.run", null, true],
    [
      "the installation needs a role everywhere",
      [bound("admin", { workspaces: ["*"] })],
      "accounts.write",
      null,
      false,
    ],
    [
      "the installation, whatever the target",
      [bound("admin", { workspaces: ["*"] })],
      "tokens.write",
      PROD,
      false,
    ],
    ["the installation by an admin", [bound("admin")], "accounts.write", null, true],
  ];
  it.each(cases)("%s", (_note, bindings, permission, target, allowed) => {
    expect(authorize(ANA, bindings, permission, target).ok).toBe(allowed);
  });

  it("binds groups by their exact name", () => {
    const toGroup = (group: string): RoleBinding => ({ ...bound("engineer"), to: { kind: "group", group } });
    expect(authorize(ANA, [toGroup("platform")], "scan.run", PROD).ok).toBe(true);
    for (const group of ["Platform", "platform*", "plat", "", "acc_ana"])
      expect(authorize(ANA, [toGroup(group)], "scan.run", PROD).ok).toBe(false);
    const borrowed = { ...ANA, groups: ["acc_bo"] };
    expect(authorize(borrowed, [bound("admin", {}, "acc_bo")], "scan.run", PROD).ok).toBe(false);
  });

  it("says what was asked for and who could do it", () => {
    const refused = authorize(ANA, [bound("viewer")], "approvals.decide", PROD);
    expect(refused).toMatchObject({
      error: {
        code: "forbidden",
        message: "`ana@example.com` may not `approvals.decide` in workspace `prod-edge`",
        hint: "ask an admin for one of these roles: approver, admin",
      },
    });
  });
});

const permission = fc.constantFrom(...PERMISSIONS);
const glob = fc.constantFrom("*", "prod-*", "dev-edge", "bare", "");
const listOf = (of: fc.Arbitrary<string>) => fc.option(fc.array(of, { maxLength: 3 }));
const scope: fc.Arbitrary<BindingScope> = fc.record({
  workspaces: listOf(glob),
  teams: listOf(fc.constantFrom("edge", "core", "*")),
  labels: fc.option(fc.dictionary(fc.constantFrom("env", "__proto__"), fc.constantFrom("prod", "*", "d?v"))),
});
const binding: fc.Arbitrary<RoleBinding> = fc.record({
  id: fc.constant("rbd_1"),
  role: fc.constantFrom(...ROLES),
  to: fc.oneof(
    fc.record({ kind: fc.constant("principal" as const), principal: fc.constantFrom("acc_ana", "acc_bo") }),
    fc.record({ kind: fc.constant("group" as const), group: fc.constantFrom("platform", "security") }),
  ),
  scope,
});
const bindings = fc.array(binding, { maxLength: 5 });
const target = fc.option(fc.constantFrom(PROD, DEV, BARE));
const scopes = fc.array(fc.oneof(fc.constantFrom(...TOKEN_SCOPES), fc.string()), { maxLength: 4 });

describe("always", () => {
  it("more bindings never take a right away", () => {
    fc.assert(
      fc.property(bindings, bindings, permission, target, (some, more, asked, where) => {
        if (authorize(ANA, some, asked, where).ok)
          expect(authorize(ANA, [...more, ...some], asked, where).ok).toBe(true);
      }),
    );
  });

  it("a token never exceeds its owner, nor its scopes", () => {
    fc.assert(
      fc.property(bindings, scopes, permission, target, (held, named, asked, where) => {
        const token = { ...ANA, method: "token" as const, scopes: named };
        const may = authorize(token, held, asked, where).ok;
        expect(may).toBe(authorize(ANA, held, asked, where).ok && scopesAllow(named, asked));
      }),
    );
  });

  it("what is visible is exactly what may be read one by one", () => {
    fc.assert(
      fc.property(bindings, permission, (held, asked) => {
        const all = [PROD, DEV, BARE];
        const seen = visibleWorkspaces(ANA, held, asked, all);
        const byOne = all.filter((one) => authorize(ANA, held, asked, one).ok).map(({ name }) => name);
        expect(seen ?? all.map(({ name }) => name)).toEqual(byOne);
        if (seen === null) expect(authorize(ANA, held, asked, null).ok).toBe(true);
      }),
    );
  });

  it("a scoped role gives nothing of the installation, and no act without a target", () => {
    fc.assert(
      fc.property(bindings, permission, target, (held, asked, where) => {
        const scoped = held.map((one) => ({ ...one, scope: { ...one.scope, workspaces: ["*"] } }));
        const may = authorize(ANA, scoped, asked, where).ok;
        if (reachOf(asked) === "installation") expect(may).toBe(false);
        else if (where === null && !canBeNarrowed(asked)) expect(may).toBe(false);
      }),
    );
  });
});

describe("the tables", () => {
  it("give every permission to somebody, and everything to an admin", () => {
    for (const name of PERMISSIONS) expect(rolesWith(name)).toContain("admin");
    expect(permissionsOf(ANA, [bound("admin")], null)).toEqual(PERMISSIONS);
  });

  it("keep those who ask apart from those who decide", () => {
    for (const [ask, decide] of [
      ["exceptions.request", "exceptions.grant"],
      ["approvals.request", "approvals.decide"],
      ["breakglass.open", "breakglass.review"],
    ] as const) {
      for (const role of ROLES.filter((name) => name !== "admin"))
        expect(roleAllows(role, ask) && roleAllows(role, decide)).toBe(false);
    }
  });

  it("let an auditor change nothing", () => {
    for (const name of PERMISSIONS.filter((one) => roleAllows("auditor", one)))
      expect(name).toMatch(/\.(read|export|own)$/);
  });

  it("give no token what a person must do, and leave no permission out by accident", () => {
    for (const name of PERSONS_ONLY) expect(scopesAllow(TOKEN_SCOPES, name)).toBe(false);
    const covered = new Set([
      ...PERSONS_ONLY,
      ...TOKEN_SCOPES.flatMap((name) => SCOPE_DEFINITIONS[name].permissions),
    ]);
    expect(PERMISSIONS.filter((name) => !covered.has(name))).toEqual([]);
    for (const name of ["__proto__", "constructor", "toString", "*", ""])
      expect(scopesAllow([name], "findings.read")).toBe(false);
  });
});
