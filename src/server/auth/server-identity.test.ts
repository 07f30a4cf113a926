import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { FastifyInstance, InjectOptions } from "fastify";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { identity, type Service } from "../../app/service/index.ts";
import { EVERYWHERE, ROLES, type Role, rolesWith } from "../../authority/index.ts";
import { err, ok, problem } from "../../base/index.ts";
import type { Principal } from "../../domain/index.ts";
import { openStore, type Store } from "../../store/index.ts";
import { aBinding, anAccount } from "../../testing/account-contract.ts";
import { okValue, problemIn, testOptions } from "../../testing/record.ts";
import { TEST_NOW, testClock, testConfig, testService } from "../../testing/service.ts";
import { aWorkspace } from "../../testing/workspace-contract.ts";
import type { Route } from "../route.ts";
import { routes } from "../routes/index.ts";
import type { Identity } from "../serve.ts";
import { testServer } from "../testing.ts";
import { serverIdentity } from "./server-identity.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const HOME = "http://127.0.0.1:7070";
const clock = testClock();
let store: Store;
let service: Service;
let who: Identity;
let app: FastifyInstance;
let issuer: Issuer;
/** What each route gave its caller, instead of doing it. */
let reached: Principal | null | undefined;

beforeAll(async () => {
  issuer = await startIssuer();
  store = okValue(await openStore("memory:", testOptions({ clock })));
  const config = testConfig();
  const ci = {
    forge: "github",
    issuer: issuer.address,
    audience: HOME,
    repositories: ["acme/*"],
    refs: ["refs/heads/*"],
    scopes: ["check"],
  } as const;
  const bindings = [
    { id: "config:ci/0", role: "engineer", to: { kind: "group", group: "trueup:ci/0" }, scope: EVERYWHERE },
  ] as const;
  service = testService(store, {
    clock,
    config: {
      ...config,
      pipeline: { ...config.pipeline, protectedRefs: ["refs/heads/main"] },
      identity: { oidc: null, ci: [ci], bindings },
    },
  });
  who = serverIdentity(service, { clientSecret: async () => ok(null) });
  app = await testServer(service, [...routes, ...(who.routes ?? [])], {
    authenticate: who.authenticate,
    authorize: who.authorize,
    ...NO_LIMIT,
  });
});

afterAll(async () => {
  await app.close();
  await store.close();
  issuer.stop();
});

const NO_LIMIT = { limits: { principal: 1e9, address: 1e9 } } as const;
const OWNER: Principal = {
  id: "local:ana",
  kind: "human",
  name: "ana",
  groups: [],
  method: "command_line",
  scopes: null,
  sourceIp: null,
  userAgent: null,
  session: null,
};
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const get = (url: string, headers: Record<string, string>, from = "10.0.0.1") =>
  app.inject({ method: "GET", url, headers, remoteAddress: from });

async function signedIn(
  role: Role | null,
): Promise<{ readonly id: string; readonly headers: Record<string, string> }> {
  const account = anAccount();
  okValue(await store.accounts.addAccount(account, []));
  if (role !== null) okValue(await store.accounts.bind([aBinding(account.id, { role })], []));
  const opened = okValue(
    await identity.openSession(service, account, "oidc", { sourceIp: null, userAgent: null }),
  );
  const headers = {
    cookie: `trueup_session=${opened.secret}`,
    "sec-fetch-site": "same-origin",
    "x-trueup-csrf": identity.csrfToken(opened.secret),
  };
  return { id: account.id, headers };
}

function machine(over: Partial<identity.TokenRequest> = {}) {
  return identity.createToken(service, OWNER, {
    name: "ci",
    scopes: ["read"],
    expiresInMs: 86_400_000,
    machine: { role: "viewer", scope: EVERYWHERE },
    ...over,
  });
}

describe("every route by every role", () => {
  let probes: FastifyInstance;
  const all: readonly Route[] = routes;

  beforeAll(async () => {
    // The rule, the dispatcher and identity are the real ones; only what a route does is taken away, so that any request is well formed.
    const anything = z.unknown();
    const probe = (one: Route): Route => {
      const { workspace: _workspace, raw: _raw, idempotent: _once, ...rest } = one;
      return {
        ...rest,
        params: anything,
        query: anything,
        body: anything,
        reply: anything,
        handle: async ({ principal }) => {
          reached = principal;
          return ok({ status: one.replyStatus ?? 200, value: null });
        },
      };
    };
    probes = await testServer(service, [...all, ...(who.routes ?? [])].map(probe), {
      authenticate: who.authenticate,
      authorize: who.authorize,
      ...NO_LIMIT,
      checkReplies: false,
    });
  });
  afterAll(() => probes.close());

  it.each([...ROLES, null, "nobody"] as const)("as %s", async (role) => {
    const caller = role === "nobody" ? { id: null, headers: {} } : await signedIn(role);
    const wrong: string[] = [];
    for (const one of [...all, ...(who.routes ?? [])]) {
      reached = undefined;
      const url = `${one.atRoot === true ? "" : "/v1"}${one.path.replaceAll(/\{\w+\}/g, "x")}`;
      const headers = { ...caller.headers, "if-match": '"1"' };
      const reply = await probes.inject({ method: one.method, url, headers } as InjectOptions);
      const open = one.access === "public";
      const mayReach =
        open ||
        (role !== "nobody" &&
          (one.access === "session" || (role !== null && rolesWith(one.access as never).includes(role))));
      const expected = mayReach ? (one.replyStatus ?? 200) : role === "nobody" ? 401 : 403;
      const cell = `${one.method} ${one.path}: ${reply.statusCode}, expected ${expected}`;
      if (reply.statusCode !== expected || (reached !== undefined) !== mayReach) wrong.push(cell);
      if (reached !== undefined && !open && (reached as Principal | null)?.id !== caller.id)
        wrong.push(`${cell}, as another`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("tokens", () => {
  it("let a machine do what its scopes and its role hold, and nothing else", async () => {
    const { secret, token } = okValue(await machine());
    expect(secret).toMatch(/^tru_[\w-]{43}$/);
    expect(JSON.stringify(token)).not.toContain(secret);
    expect((await get("/v1/findings", bearer(secret))).statusCode).toBe(200);
    expect((await get("/v1/session", bearer(secret))).json()).toMatchObject({ id: token.id, csrf: null });
    // The role holds it, the scope does not; and the other way round.
    expect((await get("/v1/tokens", bearer(secret))).statusCode).toBe(403);
    const wide = okValue(await machine({ scopes: ["audit"] }));
    expect((await get("/v1/audit/entries", bearer(wide.secret))).statusCode).toBe(403);
    const row = await store.accounts.tokensBy(token.prefix);
    expect(JSON.stringify(row)).not.toContain(secret);
  });

  it("are refused when forged, cut, lengthened, expired or revoked, all with the same answer", async () => {
    const { secret, token } = okValue(await machine({ expiresInMs: 120_000 }));
    const flipped = `${secret.slice(0, -2)}${secret.endsWith("AA") ? "BB" : "AA"}`;
    const answers: string[] = [];
    const refused = async (given: string, from: string) => {
      const reply = await get("/v1/findings", bearer(given), from);
      expect(reply.statusCode).toBe(401);
      answers.push(reply.json().detail);
    };
    let address = 0;
    for (const given of [
      flipped,
      secret.slice(0, -1),
      `${secret}A`,
      secret.slice(0, 12),
      "tru_",
      `tru_${"A".repeat(43)}`,
      "x",
      secret.toUpperCase(),
    ])
      await refused(given, `10.1.0.${++address}`);
    for (const authorization of [
      "Basic dXNlcjpwYXNz",
      "Bearer",
      `Token ${secret}`,
      `Bearer ${secret}, Bearer x`,
    ])
      expect((await get("/v1/findings", { authorization }, "10.1.1.1")).statusCode).toBe(401);
    expect((await get("/v1/findings", bearer(secret))).statusCode).toBe(200);
    clock.advance(120_000);
    await refused(secret, "10.1.0.90");
    const other = okValue(await machine());
    okValue(await identity.revokeToken(service, OWNER, { id: other.token.id, owner: null }));
    await refused(other.secret, "10.1.0.91");
    expect(
      problemIn(await identity.revokeToken(service, OWNER, { id: other.token.id, owner: null })).code,
    ).toBe("token_revoked");
    expect(new Set(answers).size).toBe(1);
    expect(token.state).toBe("live");
    clock.set(TEST_NOW);
  });

  it("wait longer with each failure, alone, and not for ever", async () => {
    const { secret } = okValue(await machine({ expiresInMs: 86_400_000 * 5 }));
    const forged = `${secret.slice(0, 12)}${"A".repeat(35)}`;
    const statuses: number[] = [];
    for (let n = 0; n < 8; n++)
      statuses.push((await get("/v1/findings", bearer(forged), "10.2.0.1")).statusCode);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
    // From elsewhere nobody locks the holder out, and other tokens from there go on.
    expect((await get("/v1/findings", bearer(secret), "10.2.0.2")).statusCode).toBe(200);
    const other = okValue(await machine());
    expect((await get("/v1/findings", bearer(other.secret), "10.2.0.1")).statusCode).toBe(200);
    clock.advance(1_001);
    expect((await get("/v1/findings", bearer(secret), "10.2.0.1")).statusCode).toBe(200);
    clock.set(TEST_NOW);
  });

  it("of a person are that person, as they are now", async () => {
    const { id, headers } = await signedIn("engineer");
    const made = await app.inject({
      method: "POST",
      url: "/v1/tokens",
      headers: { ...headers, "content-type": "application/json" },
      payload: { name: "laptop", scopes: ["read", "scan"] },
    });
    expect(made.statusCode).toBe(201);
    const { secret, token } = made.json();
    expect((await get("/v1/session", bearer(secret))).json()).toMatchObject({ id, method: "token" });
    // It neither lists nor makes tokens: those are a session's.
    expect((await get("/v1/tokens", bearer(secret))).statusCode).toBe(403);
    const stranger = await signedIn("engineer");
    const theft = {
      method: "POST",
      url: `/v1/tokens/${token.id}/revoke`,
      headers: stranger.headers,
    } as const;
    expect((await app.inject(theft)).statusCode).toBe(404);
    const account = okValue(await store.accounts.account(id));
    if (account === null) throw new Error("the account is gone");
    okValue(
      await identity.changeAccountState(service, OWNER, { id, state: "disabled", version: account.version }),
    );
    expect((await get("/v1/session", bearer(secret))).statusCode).toBe(401);
    expect((await get("/v1/session", headers)).statusCode).toBe(401);
  });

  it.each([
    ["no scope", { scopes: [] }],
    ["an unknown scope", { scopes: ["check", "__proto__"] }],
    ["a name that hides something", { name: "ci\u202e" }],
    ["no end", { expiresInMs: Number.POSITIVE_INFINITY }],
    ["an end that is past", { expiresInMs: -1 }],
    ["nobody to act for", { machine: null }],
  ])("are not made with %s", async (_what, over) => {
    expect(problemIn(await machine(over)).code).toBe("token_invalid");
  });
});

describe("roles in a part of the estate", () => {
  it("show what they hold, and nothing of the rest", async () => {
    const spaces = [
      aWorkspace({ name: "live/edge", owners: ["edge"], labels: { env: "prod" } }),
      aWorkspace({ name: "live/core", owners: ["edge"], labels: { env: "prod", team: "core" } }),
      aWorkspace({ name: "dev/edge", owners: ["edge"], labels: { env: "dev" } }),
    ];
    okValue(await store.workspaces.add(spaces, []));
    const seen = async (scope: Partial<typeof EVERYWHERE>, workspace: string | null) => {
      const { secret } = okValue(
        await machine({ machine: { role: "viewer", scope: { ...EVERYWHERE, ...scope } } }),
      );
      const principal = okValue(await identity.principalOfToken(service, secret));
      const scoped = await who.authorize(principal, "findings.read", workspace);
      return scoped.ok ? scoped.value.workspaces : scoped.error.code;
    };
    expect(await seen({}, null)).toBeNull();
    expect(await seen({ workspaces: ["live/*"] }, null)).toEqual(["live/core", "live/edge"]);
    expect(await seen({ labels: { env: "dev" } }, null)).toEqual(["dev/edge"]);
    // The label says whose it is where it is there, else the first owner.
    expect(await seen({ teams: ["edge"] }, null)).toEqual(["dev/edge", "live/edge"]);
    expect(await seen({ teams: ["edge"] }, "live/core")).toBe("forbidden");
    expect(await seen({ workspaces: ["live/*"] }, "dev/edge")).toBe("forbidden");
    // One that nobody declared is held by its name alone, and by no id of another.
    expect(await seen({ workspaces: ["live/*"] }, "live/new")).toContain("live/new");
    expect(await seen({ labels: { env: "dev" } }, spaces[2]?.id ?? "")).toBe("forbidden");
  });
});

describe("the first person", () => {
  const form = {
    "content-type": "application/x-www-form-urlencoded",
    "sec-fetch-site": "same-origin",
    origin: HOME,
  };
  const post = (secret: string, headers: Record<string, string> = form, from = "10.3.0.1") =>
    app.inject({
      method: "POST",
      url: "/auth/link",
      headers,
      payload: `secret=${secret}`,
      remoteAddress: from,
    });
  async function link(): Promise<string> {
    const printed = okValue(await who.firstSignIn(HOME)) ?? "";
    return new URL(printed).searchParams.get("secret") ?? "";
  }

  it("signs in once by the link, is an admin, and signs out", async () => {
    const secret = await link();
    // A preview looks at the link and does not use it up.
    for (const _ of [1, 2]) expect((await get(`/auth/link?secret=${secret}`, {})).statusCode).toBe(200);
    const reply = await post(secret);
    expect(reply.statusCode).toBe(303);
    expect(reply.headers.location).toBe("/");
    const cookie = String(reply.headers["set-cookie"]);
    expect(cookie).toMatch(/^trueup_session=[\w-]{43}; Path=\/; Max-Age=86400; HttpOnly; SameSite=Strict$/);
    expect((await post(secret)).statusCode).toBe(401);
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    const me = (await get("/v1/session", headers)).json();
    expect(me).toMatchObject({ name: "owner", method: "local_account" });
    expect((await get("/v1/accounts", headers)).statusCode).toBe(200);

    const end = (over: Record<string, string>) =>
      app.inject({
        method: "POST",
        url: "/v1/session/end",
        headers: { ...headers, "content-type": "application/json", ...over },
        payload: { everywhere: true },
      });
    const good = { "sec-fetch-site": "same-origin", "x-trueup-csrf": me.csrf };
    for (const over of [
      {},
      { "x-trueup-csrf": me.csrf },
      { ...good, "sec-fetch-site": "cross-site" },
      { ...good, "sec-fetch-site": "same-site" },
      { ...good, "sec-fetch-site": "none" },
      { ...good, origin: "https://evil.example" },
      { "sec-fetch-site": "same-origin" },
      { ...good, "x-trueup-csrf": "" },
      { ...good, "x-trueup-csrf": `${me.csrf}0` },
      { "x-trueup-csrf": me.csrf, origin: "null" },
    ])
      expect((await end(over)).json()).toMatchObject({ status: 403, code: "csrf_refused" });
    expect((await end(good)).json()).toEqual({ ended: 1 });
    expect((await get("/v1/session", headers)).statusCode).toBe(401);
  });

  it("is refused with a link that ended, was made up, or comes from another site", async () => {
    const secret = await link();
    expect((await post(secret, { ...form, "sec-fetch-site": "cross-site" })).statusCode).toBe(403);
    expect((await post(secret, { ...form, origin: "https://evil.example" })).statusCode).toBe(403);
    clock.advance(30 * 60_000);
    expect((await post(secret)).statusCode).toBe(401);
    for (const made of ["", "x", "A".repeat(43), "' or 1=1 --"])
      expect((await post(made)).statusCode).toBe(401);
    clock.set(TEST_NOW);
  });

  it("lets one of many at once in by one link", async () => {
    const secret = await link();
    const all = await Promise.all(Array.from({ length: 6 }, () => post(secret, form, "10.3.0.9")));
    expect(all.map(({ statusCode }) => statusCode).sort()).toEqual([303, 401, 401, 401, 401, 401]);
  });

  it("has a session that ends without use, and in any case after a day", async () => {
    const { headers } = await signedIn("viewer");
    clock.advance(8 * 3_600_000);
    expect((await get("/v1/session", headers)).json()).toMatchObject({
      status: 401,
      code: "credentials_expired",
    });
    clock.set(TEST_NOW);
    const busy = (await signedIn("viewer")).headers;
    for (let hour = 1; hour < 24; hour++) {
      clock.advance(3_600_000);
      expect((await get("/v1/session", busy)).statusCode).toBe(200);
    }
    clock.advance(3_600_000);
    expect((await get("/v1/session", busy)).statusCode).toBe(401);
    clock.set(TEST_NOW);
  });
});

describe("CI jobs", () => {
  const claims = {
    repository: "acme/infra",
    ref: "refs/heads/main",
    sha: "c0ffee",
    run_id: "17",
    event_name: "push",
  };
  const seconds = TEST_NOW / 1_000;
  const base = {
    iss: () => issuer.address,
    aud: HOME,
    sub: "repo:acme/infra:ref:refs/heads/main",
    iat: seconds,
    exp: seconds + 300,
  };

  async function job(
    over: Record<string, unknown> = {},
    key: Parameters<SignJWT["sign"]>[0] = issuer.key,
    alg = "RS256",
  ): Promise<string> {
    const payload = { ...base, iss: issuer.address, ...claims, ...over };
    return new SignJWT(payload).setProtectedHeader({ alg, kid: "one" }).sign(key);
  }
  const call = (token: string) => ({
    method: "GET",
    path: "/v1/session",
    header: (name: string) => (name === "authorization" ? `Bearer ${token}` : null),
    cookie: () => null,
    ip: `10.4.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`,
    secure: false,
  });

  it("come with their own token, and prove their run", async () => {
    const principal = okValue(await who.authenticate(call(await job())));
    expect(principal).toMatchObject({
      id: `ci:${issuer.address}:repo:acme/infra:ref:refs/heads/main`,
      kind: "pipeline",
      method: "ci_oidc",
      scopes: ["check"],
      pipeline: { run: "17", commit: "c0ffee", ref: "refs/heads/main", verified: true, approved: true },
    });
    if (principal === null) throw new Error("nobody");
    expect((await who.authorize(principal, "decisions.ask", null)).ok).toBe(true);
    expect((await who.authorize(principal, "scan.run", null)).ok).toBe(false);
  });

  it.each([
    ["a branch that is not protected", { ref: "refs/heads/x" }],
    ["code of a pull request under the ref of its target", { event_name: "pull_request_target" }],
  ])("are verified and not approved with %s", async (_what, over) => {
    const principal = okValue(await who.authenticate(call(await job(over))));
    expect(principal?.pipeline).toMatchObject({ verified: true, approved: false });
  });

  it.each<readonly [string, () => Promise<string>]>([
    ["another audience", () => job({ aud: "https://other.example" })],
    ["no audience", () => job({ aud: undefined })],
    ["an end that is past", () => job({ iat: seconds - 900, exp: seconds - 31 })],
    ["no end", () => job({ exp: undefined })],
    ["a start that is to come", () => job({ nbf: seconds + 300 })],
    ["an age beyond a job's", () => job({ iat: seconds - 7 * 3_600 })],
    ["another repository", () => job({ repository: "evil/infra" })],
    ["a repository that only begins the same", () => job({ repository: "acmeevil/infra" })],
    ["no repository", () => job({ repository: undefined })],
    ["a ref that is not let in", () => job({ ref: "refs/pull/1/merge" })],
    ["an issuer that nobody knows", () => job({ iss: "https://evil.example" })],
    ["a key of somebody else", async () => job({}, (await generateKeyPair("RS256")).privateKey)],
    [
      "a shared secret made of the public key",
      () => job({}, new TextEncoder().encode(JSON.stringify(issuer.jwk)), "HS256"),
    ],
    [
      "no signature",
      async () => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${(await job()).split(".")[1]}.`,
    ],
    [
      "a claim that was edited",
      async () => {
        const [head, body = "", signature] = (await job()).split(".");
        const edited = { ...JSON.parse(Buffer.from(body, "base64url").toString()), run_id: "18" };
        return `${head}.${Buffer.from(JSON.stringify(edited)).toString("base64url")}.${signature}`;
      },
    ],
    ["no JWT at all", async () => "a.b.c"],
    ["more text than a token has", async () => `a.${"A".repeat(20_000)}.c`],
  ])("are refused with %s", async (_what, make) => {
    expect(problemIn(await who.authenticate(call(await make()))).code).toBe("credentials_invalid");
  });
});

interface Issuer {
  readonly address: string;
  readonly key: Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];
  readonly jwk: JWK;
  stop(): void;
}

async function startIssuer(): Promise<Issuer> {
  const pair = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256", use: "sig" };
  let address = "";
  const server: Server = createServer((request, response) => {
    const document = request.url?.endsWith("openid-configuration")
      ? { issuer: address, jwks_uri: `${address}/keys` }
      : { keys: [jwk] };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(document));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, key: pair.privateKey, jwk, stop: () => server.close() };
}

it("tells problems of the store as such, not as a wrong token", async () => {
  const broken: Service = {
    ...service,
    store: {
      ...store,
      accounts: { ...store.accounts, tokensBy: async () => err(problem("store_unavailable", "gone")) },
    },
  };
  const found = await identity.principalOfToken(broken, `tru_${"A".repeat(43)}`);
  expect(problemIn(found).code).toBe("store_unavailable");
});
