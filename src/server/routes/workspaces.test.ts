import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openStore, type Store } from "../../store/index.ts";
import { okValue, testOptions } from "../../testing/record.ts";
import { testService } from "../../testing/service.ts";
import { AS_ANN, testServer } from "../testing.ts";
import { scanRoutes } from "./scans.ts";
import { scheduleRoutes } from "./schedules.ts";
import { workspaceRoutes } from "./workspaces.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), "trueup-routes-"));
let store: Store;
let server: FastifyInstance;

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
  const service = testService(store, { root: folder });
  server = await testServer(service, [...workspaceRoutes, ...scanRoutes, ...scheduleRoutes]);
});
afterAll(async () => {
  await server?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

type Method = "GET" | "POST" | "PUT" | "DELETE";

async function call(
  method: Method,
  url: string,
  payload?: object,
  headers: Readonly<Record<string, string>> = {},
) {
  const reply = await server.inject({
    method,
    url: `/v1${url}`,
    headers: { ...AS_ANN, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: reply.statusCode, body: reply.json(), etag: reply.headers.etag };
}

const source = { kind: "directory", path: "/srv/net" };
const nightly = { cron: "0 2 * * *", timezone: "Europe/Berlin", jitterSeconds: 0 };

describe("workspaces over HTTP", () => {
  it("are added, read, changed with If-Match, and removed", async () => {
    const added = await call("POST", "/workspaces", { name: "net", source, schedule: nightly });
    expect(added).toMatchObject({
      status: 201,
      body: { name: "net", enabled: true, version: 1 },
      etag: '"1"',
    });
    expect((await call("POST", "/workspaces", { name: "net", source })).status).toBe(409);
    expect((await call("GET", "/workspaces/net")).body).toEqual(added.body);
    expect((await call("GET", "/schedules")).body.items).toMatchObject([
      { workspace: "net", nextAt: "2026-11-25T01:00:00.000Z" },
    ]);

    const settings = { name: "net", source, labels: { env: "prod" }, schedule: null };
    expect((await call("PUT", "/workspaces/net", settings)).status).toBe(428);
    expect((await call("PUT", "/workspaces/net", settings, { "if-match": '"7"' })).status).toBe(412);
    const changed = await call("PUT", "/workspaces/net", settings, { "if-match": '"1"' });
    expect(changed).toMatchObject({ status: 200, body: { labels: { env: "prod" }, version: 2 } });
    expect((await call("GET", "/schedules")).body.items).toEqual([]);

    expect((await call("DELETE", "/workspaces/net", undefined, { "if-match": '"2"' })).status).toBe(200);
    expect((await call("GET", "/workspaces/net")).status).toBe(404);
    const { size } = okValue(await store.audit.head());
    const kept = okValue(await store.audit.entriesFrom(0, size)).map(({ entry }) => [
      entry.kind,
      entry.answer,
    ]);
    expect(kept).toEqual([
      ["workspace", "added"],
      ["workspace", "changed"],
      ["workspace", "removed"],
    ]);
  });

  it.each([
    ["an address with a password", { name: "x", source: { kind: "git", url: "https://a:b@c/d" } }, 422],
    ["a command for an address", { name: "x", source: { kind: "git", url: "ext::sh -c id" } }, 422],
    ["a cron line of six fields", { name: "x", source, schedule: { ...nightly, cron: "* * * * * *" } }, 422],
    ["an unknown timezone", { name: "x", source, schedule: { ...nightly, timezone: "Mars" } }, 422],
    [
      "a credential with a value",
      { name: "x", source, credentials: [{ variable: "A", value: "s3cret" }] },
      400,
    ],
    ["an unknown member", { name: "x", source, owner: "me" }, 400],
  ])("refuse %s", async (_name, body, status) => {
    expect((await call("POST", "/workspaces", body)).status).toBe(status);
  });

  it("are discovered by globs; what is gone is told and marked", async () => {
    for (const name of ["a", "b"]) {
      mkdirSync(join(folder, "live", name), { recursive: true });
      writeFileSync(join(folder, "live", name, "main.tf"), "");
    }
    const ask = { name: "mono", source: { kind: "directory", path: folder }, include: ["live/*"] };
    expect((await call("POST", "/workspaces/discover", { ...ask, dryRun: true })).body.added).toHaveLength(2);
    expect((await call("GET", "/workspaces?discovery=mono")).body.items).toEqual([]);
    const names = ["mono/live/a", "mono/live/b"];
    expect((await call("POST", "/workspaces/discover", ask)).body).toMatchObject({
      added: names,
      missing: [],
    });
    rmSync(join(folder, "live", "b"), { recursive: true });
    expect((await call("POST", "/workspaces/discover", ask)).body).toEqual({
      added: [],
      kept: ["mono/live/a"],
      returned: [],
      missing: ["mono/live/b"],
    });
    const page = await call("GET", "/workspaces?discovery=mono&limit=1");
    expect(page.body.items).toMatchObject([{ name: "mono/live/a", missingSince: null }]);
    const rest = await call("GET", `/workspaces?discovery=mono&limit=1&cursor=${page.body.next}`);
    expect(rest.body).toMatchObject({
      items: [{ name: "mono/live/b", missingSince: expect.any(String) }],
      next: null,
    });
  });

  it("show a caller only what it may see", async () => {
    await call("POST", "/workspaces", { name: "team", source });
    const only = { authorization: "Bearer test:teamonly" };
    const seen = await call("GET", "/workspaces", undefined, only);
    expect(seen.body.items.map(({ name }: { name: string }) => name)).toEqual(["team"]);
    expect((await call("GET", encodeURI("/workspaces/mono%2Flive%2Fa"), undefined, only)).status).toBe(404);
    const nobody = { authorization: "Bearer test:nobody" };
    expect((await call("POST", "/workspaces/team/scans", {}, nobody)).status).toBe(403);
  });
});

describe("scans over HTTP", () => {
  it("start once, are listed, and are cancelled once", async () => {
    await call("POST", "/workspaces", { name: "scanned", source });
    const started = await call("POST", "/workspaces/scanned/scans");
    expect(started).toMatchObject({
      status: 202,
      body: { status: "queued", reason: "manual", askedBy: "acc_ann" },
    });
    const again = await call("POST", "/workspaces/scanned/scans");
    expect(again.body.id).toBe(started.body.id);
    const { id } = started.body;
    expect((await call("GET", `/scans/${id}`)).body).toMatchObject({ id, summary: null });
    expect((await call("GET", "/scans?workspace=scanned&status=queued")).body.items).toHaveLength(1);
    expect((await call("POST", `/scans/${id}/cancel`)).body).toMatchObject({ id, status: "cancelled" });
    expect((await call("POST", `/scans/${id}/cancel`)).status).toBe(409);
    expect((await call("POST", "/workspaces/nowhere/scans")).status).toBe(404);
    expect((await call("GET", "/scans/scn_x")).status).toBe(404);
  });
});
