import { expect, it } from "vitest";
import { identity } from "../../app/service/index.ts";
import { PERMISSIONS, ROLES, rolesWith } from "../../authority/index.ts";
import { fixedClock } from "../../base/index.ts";
import { routes } from "./index.ts";
import { signInRoutes } from "./sign-in.ts";

/** Open to anybody only by name: a new one has to be thought about here. */
const PUBLIC: readonly string[] = [
  "GET /auth/link",
  "POST /auth/link",
  "GET /auth/sign-in",
  "GET /auth/callback",
];

const NO_SIGN_IN = {
  home: () => "http://127.0.0.1",
  isSecure: () => false,
  attempts: identity.makeBackoff(fixedClock(0)),
  oidc: null,
};

/** What anybody who is signed in may change, which is of themselves alone. */
const OWN: readonly string[] = ["POST /session/end"];

const all = [...routes, ...signInRoutes(NO_SIGN_IN)];
const cells = all.map((route) => [`${route.method} ${route.path}`, route] as const);

it.each(cells)("%s says who may call it", (name, { access, method }) => {
  if (access === "public") return expect(PUBLIC).toContain(name);
  if (access === "session") return expect(method === "GET" || OWN.includes(name)).toBe(true);
  expect(PERMISSIONS).toContain(access);
  const roles = rolesWith(access);
  expect(roles).toContain("admin");
  // Nobody changes anything by a role that only reads, but what is their own.
  if (method !== "GET" && !/\.(read|own)$/.test(access)) expect(roles).not.toContain(ROLES[0]);
});

it("finds no two routes at one place", () => {
  const names = cells.map(([name]) => name.replaceAll(/\{\w+\}/g, "{}"));
  expect(new Set(names).size).toBe(names.length);
});
