import { expect, it } from "vitest";
import { PERMISSIONS, ROLES, rolesWith } from "../../authority/index.ts";
import { routes } from "./index.ts";

/** Open to anybody only by name: a new one has to be thought about here. */
const PUBLIC: readonly string[] = [];

const cells = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

it.each(cells)("%s says who may call it", (name, { access, method }) => {
  if (access === "public") return expect(PUBLIC).toContain(name);
  if (access === "session") return expect(method).toBe("GET");
  expect(PERMISSIONS).toContain(access);
  const roles = rolesWith(access);
  expect(roles).toContain("admin");
  // Nobody changes anything by a role that only reads.
  if (method !== "GET" && !access.endsWith(".read")) expect(roles).not.toContain(ROLES[0]);
});

it("finds no two routes at one place", () => {
  const names = cells.map(([name]) => name.replaceAll(/\{\w+\}/g, "{}"));
  expect(new Set(names).size).toBe(names.length);
});
