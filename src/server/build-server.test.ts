import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { err, ok, problem } from "../base/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { okValue, testOptions } from "../testing/record.ts";
import { testClock, testService } from "../testing/service.ts";
import { decodeCursor, encodeCursor, pageOf, pageQuery } from "./paging.ts";
import { type Route, route } from "./route.ts";
import { AS_ANN, testServer } from "./testing.ts";

let store: Store;
const clock = testClock();
let made = 0;

const note = z.object({ id: z.string(), text: z.string() });
const noteRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/notes/{id}",
    summary: "One note",
    tag: "notes",
    access: "findings.read",
    params: z.strictObject({ id: z.string() }),
    reply: note,
    workspace: ({ params }) => (params.id.startsWith("prod") ? "prod" : null),
    async handle({ params }) {
      if (params.id === "bug") throw new Error("secret cause at /home/somebody");
      if (params.id === "none") return err(problem("not_found", "there is no note `none`"));
      return ok({ value: { id: params.id, text: "x" }, etag: "1" });
    },
  }),
  route({
    method: "GET",
    path: "/notes",
    summary: "Notes",
    tag: "notes",
    access: "session",
    query: z.strictObject({ ...pageQuery }),
    reply: pageOf(note),
    handle: async ({ query }) => ok({ value: { items: [], next: query.cursor ?? null } }),
  }),
  route({
    method: "POST",
    path: "/notes",
    summary: "Make a note",
    tag: "notes",
    access: "findings.assign",
    body: z.strictObject({ text: z.string().max(20) }),
    reply: note,
    replyStatus: 201,
    idempotent: true,
    async handle({ body }) {
      made += 1;
      if (body.text === "fail") return err(problem("conflict", "it failed"));
      return ok({ status: 201, value: { id: `n${made}`, text: body.text } });
    },
  }),
  route({
    method: "PUT",
    path: "/notes/{id}",
    summary: "Change a note",
    tag: "notes",
    access: "findings.assign",
    params: z.strictObject({ id: z.string() }),
    body: z.strictObject({ text: z.string() }),
    reply: note,
    conditional: true,
    async handle({ params, body, ifMatch }) {
      if (ifMatch !== "1") return err(problem("version_conflict", "somebody changed it"));
      return ok({ value: { id: params.id, text: body.text }, etag: "2" });
    },
  }),
  route({
    method: "POST",
    path: "/plans",
    summary: "Bytes",
    tag: "plans",
    access: "session",
    raw: ["application/json", "application/octet-stream"],
    maxBodyBytes: 64,
    reply: z.object({ bytes: z.number() }),
    handle: async ({ raw }) => ok({ value: { bytes: raw?.length ?? -1 } }),
  }),
  route({
    method: "GET",
    path: "/hello",
    summary: "Hello",
    tag: "notes",
    access: "public",
    reply: z.object({ who: z.string().nullable() }),
    handle: async ({ principal }) => ok({ value: { who: principal?.name ?? null } }),
  }),
];

let server: Awaited<ReturnType<typeof testServer>>;

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
  server = await testServer(testService(store, { clock }), noteRoutes);
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const JSON_TYPE = { "content-type": "application/json" };

describe("a request is refused before a handler sees it", () => {
  const deep = `${"[".repeat(65)}${"]".repeat(65)}`;
  it.each([
    ["nobody signed in", { url: "/v1/notes" }, 401, "credentials_missing"],
    [
      "a token that is none",
      { url: "/v1/notes", headers: { authorization: "Bearer x" } },
      401,
      "credentials_invalid",
    ],
    [
      "no permission",
      { url: "/v1/notes/1", headers: { authorization: "Bearer test:nobody" } },
      403,
      "forbidden",
    ],
    [
      "another workspace",
      { url: "/v1/notes/prod1", headers: { authorization: "Bearer test:sandboxonly" } },
      403,
      "forbidden",
    ],
    ["no such route", { url: "/v1/nothing", headers: AS_ANN }, 404, "route_missing"],
    ["an unknown query", { url: "/v1/notes?colour=red", headers: AS_ANN }, 400, "request_invalid"],
    ["a limit too high", { url: "/v1/notes?limit=501", headers: AS_ANN }, 400, "request_invalid"],
    ["a repeated cursor", { url: "/v1/notes?cursor=a&cursor=b", headers: AS_ANN }, 400, "request_invalid"],
    ["no body", { method: "POST", url: "/v1/notes", headers: AS_ANN }, 400, "request_invalid"],
    [
      "an unknown member",
      { method: "POST", url: "/v1/notes", headers: AS_ANN, body: '{"text":"a","more":1}' },
      400,
      "request_invalid",
    ],
    [
      "__proto__ as a member",
      { method: "POST", url: "/v1/notes", headers: AS_ANN, body: '{"text":"a","__proto__":{"a":1}}' },
      400,
      "request_invalid",
    ],
    [
      "a wrong type",
      { method: "POST", url: "/v1/notes", headers: AS_ANN, body: '{"text":1}' },
      400,
      "request_invalid",
    ],
    ["no JSON", { method: "POST", url: "/v1/notes", headers: AS_ANN, body: "{" }, 400, "body_invalid"],
    ["too deep", { method: "POST", url: "/v1/notes", headers: AS_ANN, body: deep }, 400, "body_invalid"],
    [
      "too large",
      { method: "POST", url: "/v1/notes", headers: AS_ANN, body: `"${"a".repeat(1024 * 1024)}"` },
      413,
      "body_too_large",
    ],
    [
      "too large for its route",
      { method: "POST", url: "/v1/plans", headers: AS_ANN, body: "a".repeat(65) },
      413,
      "body_too_large",
    ],
    [
      "another media type",
      { method: "POST", url: "/v1/notes", headers: { ...AS_ANN, "content-type": "text/xml" }, body: "<a/>" },
      415,
      "body_type_unsupported",
    ],
    [
      "no If-Match",
      { method: "PUT", url: "/v1/notes/1", headers: AS_ANN, body: '{"text":"b"}' },
      428,
      "version_required",
    ],
    [
      "an old If-Match",
      { method: "PUT", url: "/v1/notes/1", headers: { ...AS_ANN, "if-match": '"0"' }, body: '{"text":"b"}' },
      412,
      "version_conflict",
    ],
    ["what a handler does not find", { url: "/v1/notes/none", headers: AS_ANN }, 404, "not_found"],
  ] as const)("%s", async (_note, request, status, code) => {
    const { body, headers, ...rest } = { body: undefined, headers: {}, ...request };
    const reply = await server.inject({
      method: "GET",
      ...rest,
      headers: body === undefined ? headers : { ...JSON_TYPE, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    expect(reply.headers["content-type"]).toContain("application/problem+json");
    expect(reply.json()).toMatchObject({ status, code, type: `urn:trueup:problem:${code}` });
    expect(reply.statusCode).toBe(status);
  });
});

describe("an answer", () => {
  it("names the places of what is wrong as JSON pointers", async () => {
    const reply = await server.inject({
      method: "POST",
      url: "/v1/notes",
      headers: AS_ANN,
      payload: { text: 1, "a/b": 2 },
    });
    expect(reply.json().errors.map((fault: { pointer: string }) => fault.pointer)).toEqual([
      "/body/text",
      "/body/a~1b",
    ]);
  });

  it("tells nothing of a bug but the request id", async () => {
    const reply = await server.inject({
      url: "/v1/notes/bug",
      headers: { ...AS_ANN, "x-request-id": "req-12345678" },
    });
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toMatch(/secret|somebody|\bat /);
    expect(reply.json()).toMatchObject({
      code: "internal_error",
      instance: "urn:trueup:request:req-12345678",
    });
    expect(reply.headers["x-request-id"]).toBe("req-12345678");
  });

  it("carries the headers that a browser needs to be safe", async () => {
    const { headers } = await server.inject({ url: "/v1/hello" });
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-store");
  });

  it("is 304 for a version that the caller has", async () => {
    const first = await server.inject({ url: "/v1/notes/1", headers: AS_ANN });
    expect(first.headers["etag"]).toBe('"1"');
    const again = await server.inject({ url: "/v1/notes/1", headers: { ...AS_ANN, "if-none-match": '"1"' } });
    expect([again.statusCode, again.body]).toEqual([304, ""]);
  });

  it("on a public route comes to whoever brings old credentials", async () => {
    const reply = await server.inject({ url: "/v1/hello", headers: { authorization: "Bearer old" } });
    expect(reply.json()).toEqual({ who: null });
  });

  it("takes bytes where the route says so", async () => {
    const reply = await server.inject({
      method: "POST",
      url: "/v1/plans",
      headers: { ...AS_ANN, ...JSON_TYPE },
      payload: "{{{",
    });
    expect(reply.json()).toEqual({ bytes: 3 });
  });
});

describe("Idempotency-Key", () => {
  const post = (key: string, text: string, name = "ann") =>
    server.inject({
      method: "POST",
      url: "/v1/notes",
      headers: { authorization: `Bearer test:${name}`, "idempotency-key": key },
      payload: { text },
    });

  it("gives the same reply again, and makes one thing", async () => {
    const before = made;
    const first = await post("key-0001", "a");
    const second = await post("key-0001", "a");
    expect([first.statusCode, second.statusCode, second.body]).toEqual([201, 201, first.body]);
    expect(made).toBe(before + 1);
  });

  it("of two at once makes one thing; the other is told to come again", async () => {
    const before = made;
    const replies = await Promise.all([post("key-0002", "a"), post("key-0002", "a"), post("key-0002", "a")]);
    expect(made).toBe(before + 1);
    expect(replies.every(({ statusCode }) => statusCode === 201 || statusCode === 409)).toBe(true);
  });

  it("is refused for another body, and belongs to its caller", async () => {
    await post("key-0003", "a");
    expect((await post("key-0003", "b")).json()).toMatchObject({ code: "idempotency_mismatch", status: 422 });
    expect((await post("key-0003", "b", "bob")).statusCode).toBe(201);
  });

  it("may be used again after a failure and after a day", async () => {
    expect((await post("key-0004", "fail")).statusCode).toBe(409);
    expect((await post("key-0004", "good")).statusCode).toBe(201);
    clock.advance(24 * 3_600_000 + 1);
    expect((await post("key-0004", "other")).statusCode).toBe(201);
  });

  it("is refused when it is no key", async () => {
    expect((await post("short", "a")).statusCode).toBe(400);
  });
});

it("limits callers by name, strangers by address", async () => {
  const strict = await testServer(testService(store), noteRoutes, { limits: { principal: 2, address: 1 } });
  const get = (url: string, headers = {}) =>
    strict.inject({ url, headers }).then(({ statusCode }) => statusCode);
  expect([await get("/v1/hello"), await get("/v1/hello")]).toEqual([200, 429]);
  expect([
    await get("/v1/notes", AS_ANN),
    await get("/v1/notes", AS_ANN),
    await get("/v1/notes", AS_ANN),
  ]).toEqual([200, 200, 429]);
  expect(await get("/v1/notes", { authorization: "Bearer test:bob" })).toBe(200);
  await strict.close();
});

describe("cursors", () => {
  it("come back as they were", () => {
    expect(decodeCursor(encodeCursor(["a", 1]), ["string", "number"])).toEqual(ok(["a", 1]));
  });
  it.each([
    ["nonsense"],
    [encodeCursor(["a"])],
    [encodeCursor([1, "a"])],
    [Buffer.from('{"a":1}').toString("base64url")],
  ])("are input like any other: %s", (cursor) =>
    expect(decodeCursor(cursor, ["string", "number"])).toMatchObject({
      ok: false,
      error: { code: "cursor_invalid" },
    }),
  );
});

it("documents every route from the schemas that it validates with", async () => {
  const document = (await server.inject({ url: "/v1/openapi.json" })).json();
  expect(Object.keys(document.paths)).toEqual(["/v1/notes/{id}", "/v1/notes", "/v1/plans", "/v1/hello"]);
  expect(document.paths["/v1/notes"].post).toMatchObject({
    operationId: "postNotes",
    "x-access": "findings.assign",
    requestBody: { content: { "application/json": { schema: { properties: { text: { maxLength: 20 } } } } } },
  });
});
