import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { openStore, type Store } from "../../store/index.ts";
import { freshEntry, okValue, testOptions } from "../../testing/record.ts";
import { testConfig, testService } from "../../testing/service.ts";
import { AS_ANN, testServer } from "../testing.ts";
import { exportRoutes } from "./exports.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let store: Store;
let server: Awaited<ReturnType<typeof testServer>>;

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
  const disk = {
    name: "disk",
    format: "ocsf",
    target: { kind: "file", dir: "out", entriesPerFile: 10 },
    privateAddresses: false,
    timeoutMs: 1_000,
  } as const;
  const config = { ...testConfig(), exports: [disk, { ...disk, name: "new" }] };
  server = await testServer(testService(store, { config }), exportRoutes);
});
afterAll(async () => {
  await server?.close();
  await store?.close();
});

const at = "2026-11-24T12:00:00.000Z";

it("lists exports with cursor and lag, and forgets only what is not configured", async () => {
  okValue(await store.audit.append([freshEntry(), freshEntry(), freshEntry()]));
  for (const name of ["disk", "old"]) {
    const held = okValue(await store.exports.take(name, 0, at, "2026-11-24T12:10:00.000Z"));
    if (held === null) throw new Error("not taken");
    const planned = okValue(await store.exports.plan(held, 2, at));
    if (planned === null) throw new Error("not planned");
    okValue(await store.exports.advance(planned, "written", at));
  }
  const list = await server.inject({ method: "GET", url: "/v1/exports", headers: AS_ANN });
  expect(list.json()).toEqual({
    size: 3,
    next: null,
    items: [
      expect.objectContaining({ name: "disk", configured: true, format: "ocsf", nextIndex: 2, lag: 1 }),
      expect.objectContaining({ name: "new", configured: true, nextIndex: null, lag: 3 }),
      expect.objectContaining({ name: "old", configured: false, format: null, nextIndex: 2, lag: 1 }),
    ],
  });
  const forget = async (name: string, headers: Readonly<Record<string, string>> = AS_ANN) =>
    (await server.inject({ method: "DELETE", url: `/v1/exports/${name}`, headers })).statusCode;
  expect(await forget("old", { authorization: "Bearer test:nobody" })).toBe(403);
  expect(await forget("disk")).toBe(409);
  expect(await forget("old")).toBe(200);
  expect(await forget("old")).toBe(404);
});
