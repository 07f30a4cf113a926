import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import Provider from "oidc-provider";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { EVERYWHERE } from "../../authority/index.ts";
import { ok } from "../../base/index.ts";
import { openStore, type Store } from "../../store/index.ts";
import { okValue, testOptions } from "../../testing/record.ts";
import { testClock, testConfig, testService } from "../../testing/service.ts";
import { routes } from "../routes/index.ts";
import { testServer } from "../testing.ts";
import { serverIdentity } from "./server-identity.ts";

/* The whole flow against a real provider on loopback, by requests with a cookie jar, as a browser makes them. */

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const HOME = "http://127.0.0.1:7070";
const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  ana: ["platform", "trueup:ci/0"],
  bo: ["sales"],
};
let store: Store;
let app: FastifyInstance;
let provider: Server;
let issuer: string;
// The provider has its own clock: tokens of now must be ours of now.
const clock = testClock(Date.now());

beforeAll(async () => {
  provider = createServer();
  await new Promise<void>((done) => provider.listen(0, "127.0.0.1", done));
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: "trueup",
        client_secret: "a secret of the test",
        redirect_uris: [`${HOME}/auth/callback`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], groups: ["groups"] },
    scopes: ["openid", "email", "groups"],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        email: `${id}@example.com`,
        email_verified: true,
        groups: [...(PEOPLE[id] ?? [])],
      }),
    }),
  });
  provider.on("request", oidc.callback());
  store = okValue(await openStore("memory:", testOptions({ clock })));
  const config = testConfig();
  const service = testService(store, {
    clock,
    config: {
      ...config,
      notifications: { ...config.notifications, publicUrl: HOME },
      identity: {
        ci: [],
        oidc: {
          issuer,
          clientId: "trueup",
          clientSecret: { kind: "env", name: "X" },
          scopes: ["openid", "email", "groups"],
          groupsClaim: "groups",
        },
        bindings: [
          {
            id: "config:roles/0",
            role: "viewer",
            to: { kind: "group", group: "platform" },
            scope: EVERYWHERE,
          },
          {
            id: "config:ci/0",
            role: "admin",
            to: { kind: "group", group: "trueup:ci/0" },
            scope: EVERYWHERE,
          },
        ],
      },
    },
  });
  const who = serverIdentity(service, { clientSecret: async () => ok("a secret of the test") });
  app = await testServer(service, [...routes, ...(who.routes ?? [])], {
    authenticate: who.authenticate,
    authorize: who.authorize,
    limits: { principal: 1e9, address: 1e9 },
  });
});

afterAll(async () => {
  await app.close();
  await store.close();
  provider.closeAllConnections();
  provider.close();
});

type Jar = Map<string, string>;

function keep(jar: Jar, headers: readonly string[]): void {
  for (const header of headers) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
    if (value === "") jar.delete(name);
    else jar.set(name, value);
  }
}

const cookies = (jar: Jar) => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");

/** A request to the provider; it follows redirects as long as they stay there. */
async function ask(
  jar: Jar,
  url: string,
  form?: Record<string, string>,
): Promise<{ readonly url: string; readonly text: string }> {
  let at = url;
  let body = form;
  for (let hop = 0; hop < 10; hop++) {
    if (!at.startsWith(issuer)) return { url: at, text: "" };
    const reply = await fetch(at, {
      redirect: "manual",
      headers: { cookie: cookies(jar) },
      ...(body === undefined ? {} : { method: "POST", body: new URLSearchParams(body) }),
    });
    keep(jar, reply.headers.getSetCookie());
    const next = reply.headers.get("location");
    if (next === null) return { url: at, text: await reply.text() };
    at = new URL(next, at).href;
    body = undefined;
  }
  throw new Error("too many redirects");
}

/** Signs somebody in at the provider; gives the address at which the browser comes back. */
async function atProvider(location: string, name: string): Promise<URL> {
  const jar: Jar = new Map();
  let page = await ask(jar, location);
  for (let step = 0; step < 4 && page.url.startsWith(issuer); step++) {
    const action = /action="([^"]+)"/.exec(page.text)?.[1];
    if (action === undefined) throw new Error(`no form: ${page.text.slice(0, 300)}`);
    const prompt = /name="prompt" value="([^"]+)"/.exec(page.text)?.[1] ?? "login";
    page = await ask(jar, new URL(action, page.url).href, { prompt, login: name, password: "any" });
  }
  return new URL(page.url);
}

async function begin(to = "/findings"): Promise<{ readonly jar: Jar; readonly location: string }> {
  const reply = await app.inject({ method: "GET", url: `/auth/sign-in?to=${encodeURIComponent(to)}` });
  expect(reply.statusCode).toBe(303);
  const jar: Jar = new Map();
  keep(jar, [reply.headers["set-cookie"] ?? []].flat());
  return { jar, location: String(reply.headers.location) };
}

const comeBack = (jar: Jar, back: URL, from = "10.0.0.1") =>
  app.inject({
    method: "GET",
    url: `${back.pathname}${back.search}`,
    headers: { cookie: cookies(jar) },
    remoteAddress: from,
  });

async function signIn(name: string): Promise<Jar> {
  const { jar, location } = await begin();
  const reply = await comeBack(jar, await atProvider(location, name));
  expect([reply.statusCode, reply.body]).toEqual([200, expect.stringContaining('href="/findings"')]);
  keep(jar, [reply.headers["set-cookie"] ?? []].flat());
  return jar;
}

const get = (url: string, jar: Jar) => app.inject({ method: "GET", url, headers: { cookie: cookies(jar) } });

describe("sign-in by OpenID Connect", () => {
  it("signs a person in, with the roles of their groups and of no other", async () => {
    const jar = await signIn("ana");
    expect([...jar.keys()]).toEqual(["trueup_session"]);
    const me = (await get("/v1/session", jar)).json();
    // A group of the provider that looks like one of ours is not taken over.
    expect(me).toMatchObject({ name: "ana@example.com", method: "oidc", groups: ["platform"] });
    expect((await get("/v1/findings", jar)).statusCode).toBe(200);
    expect((await get("/v1/accounts", jar)).statusCode).toBe(403);
    expect((await get("/v1/session", await signIn("ana"))).json().id).toBe(me.id);
    const bo = await signIn("bo");
    expect((await get("/v1/session", bo)).json()).toMatchObject({ groups: ["sales"] });
    expect((await get("/v1/findings", bo)).statusCode).toBe(403);
  });

  it("asks with PKCE, state and nonce, each time others", async () => {
    const [one, other] = [await begin(), await begin()].map(({ location }) => new URL(location).searchParams);
    expect(one?.get("code_challenge_method")).toBe("S256");
    for (const name of ["code_challenge", "state", "nonce"]) {
      expect(one?.get(name)).toMatch(/^[\w-]{43}$/);
      expect(one?.get(name)).not.toBe(other?.get(name));
    }
  });

  it.each<readonly [string, (back: URL, jar: Jar) => Promise<void> | void]>([
    ["a state of somebody else", (back) => back.searchParams.set("state", "A".repeat(43))],
    ["no state", (back) => back.searchParams.delete("state")],
    ["a code that was made up", (back) => back.searchParams.set("code", "A".repeat(43))],
    ["another issuer's name", (back) => back.searchParams.set("iss", "https://evil.example")],
    ["an error of the provider", (back) => back.searchParams.set("error", "access_denied")],
    ["no cookie of the browser that began", (_back, jar) => jar.clear()],
    ["a cookie that was made up", (_back, jar) => void jar.set("trueup_flow", "A".repeat(43))],
    // Verifier, state and nonce of another sign-in: an attacker's code in a victim's browser.
    [
      "the cookie of another sign-in",
      async (back, jar) => {
        const other = await begin();
        jar.set("trueup_flow", other.jar.get("trueup_flow") ?? "");
        back.searchParams.set("state", new URL(other.location).searchParams.get("state") ?? "");
      },
    ],
  ])("is refused with %s", async (what, spoil) => {
    const { jar, location } = await begin();
    const back = await atProvider(location, "ana");
    await spoil(back, jar);
    const reply = await comeBack(jar, back, `10.9.0.${what.length}`);
    expect([reply.statusCode, reply.headers["set-cookie"]]).toEqual([401, undefined]);
  });

  it.each(["nonce", "code_challenge"])("is refused when the %s was changed on the way", async (name) => {
    const { jar, location } = await begin();
    const changed = new URL(location);
    changed.searchParams.set(name, "A".repeat(43));
    expect((await comeBack(jar, await atProvider(changed.href, "ana"))).statusCode).toBe(401);
  });

  it("is refused a second time with the same answer, and when it took too long", async () => {
    const { jar, location } = await begin();
    const back = await atProvider(location, "ana");
    expect((await comeBack(jar, back)).statusCode).toBe(200);
    expect((await comeBack(jar, back)).statusCode).toBe(401);
    const slow = await begin();
    const late = await atProvider(slow.location, "ana");
    clock.advance(600_000);
    expect((await comeBack(slow.jar, late)).statusCode).toBe(401);
    clock.advance(-600_000);
  });

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/a\r\nset-cookie: x=y",
    "findings",
  ])("sends nobody to %j", async (to) => {
    const reply = await app.inject({ method: "GET", url: `/auth/sign-in?to=${encodeURIComponent(to)}` });
    expect([reply.statusCode, reply.headers.location]).toEqual([400, undefined]);
  });
});
