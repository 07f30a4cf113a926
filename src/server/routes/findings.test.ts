import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore, type Store } from "../../store/index.ts";
import { aFinding } from "../../testing/index.ts";
import { aScanRecord, freshEntry, okValue, testOptions } from "../../testing/record.ts";
import { testService } from "../../testing/service.ts";
import { AS_ANN, testServer } from "../testing.ts";
import { auditRoutes } from "./audit.ts";
import { findingRoutes } from "./findings.ts";
import { policyRoutes } from "./policies.ts";

let store: Store;
let server: Awaited<ReturnType<typeof testServer>>;
const events: string[] = [];

beforeAll(async () => {
  const options = testOptions();
  store = okValue(await openStore("memory:", options));
  const base = aFinding();
  const other = { ...base, id: "fnd_0000000000bb", workspace: "other" };
  okValue(await store.scans.record(aScanRecord({ workspace: base.workspace, findings: [base] })));
  okValue(
    await store.scans.record(
      aScanRecord({ workspace: "other", findings: [other], audit: [freshEntry({ workspace: "other" })] }),
    ),
  );
  const service = testService(store, { auditKey: options.sealer.vkey });
  service.live.subscribe((event) => events.push(`${event.kind} ${event.id}`));
  server = await testServer(service, [...findingRoutes, ...auditRoutes, ...policyRoutes]);
});
afterAll(async () => {
  await server.close();
  await store.close();
});

const OTHER = { authorization: "Bearer test:otheronly" } as const;
const get = (url: string, headers: Record<string, string> = AS_ANN) => server.inject({ url, headers });

describe("findings", () => {
  it("are listed within what the caller may see", async () => {
    const all = (await get("/v1/findings")).json();
    expect(all.items).toHaveLength(2);
    expect((await get("/v1/findings", OTHER)).json().items).toMatchObject([{ workspace: "other" }]);
    expect((await get(`/v1/findings?workspace=${aFinding().workspace}`, OTHER)).statusCode).toBe(403);
    expect((await get("/v1/findings?status=open&status=resolved&risk=low")).statusCode).toBe(200);
    const first = (await get("/v1/findings?limit=1")).json();
    const second = (await get(`/v1/findings?limit=1&cursor=${first.next}`)).json();
    expect(second.items[0].id).not.toBe(first.items[0].id);
    expect((await get("/v1/findings?cursor=none")).json()).toMatchObject({
      code: "cursor_invalid",
      status: 400,
    });
  });

  it("are shown with what happened to them, and hidden from others", async () => {
    const { id } = aFinding();
    expect((await get(`/v1/findings/${id}`)).json()).toMatchObject({ finding: { id }, comments: [] });
    expect((await get(`/v1/findings/${id}`, OTHER)).json()).toMatchObject({
      code: "finding_missing",
      status: 404,
    });
  });

  it("are given to people and talked about, each on the record", async () => {
    const { id } = aFinding();
    const before = okValue(await store.audit.head()).size;
    const given = await server.inject({
      method: "PUT",
      url: `/v1/findings/${id}/owner`,
      headers: AS_ANN,
      payload: { owner: "bob" },
    });
    expect(given.json()).toMatchObject({ owner: "bob" });
    const said = await server.inject({
      method: "POST",
      url: `/v1/findings/${id}/comments`,
      headers: { ...AS_ANN, "idempotency-key": "comment-1" },
      payload: { text: "looking at it" },
    });
    expect([said.statusCode, said.json()]).toMatchObject([201, { author: "ann", text: "looking at it" }]);
    expect((await get(`/v1/findings/${id}`)).json().comments).toHaveLength(1);
    expect(okValue(await store.audit.head()).size).toBe(before + 2);
    expect(events).toContain(`finding ${id}`);
    const refused = await server.inject({
      method: "PUT",
      url: `/v1/findings/${id}/owner`,
      headers: OTHER,
      payload: { owner: "eve" },
    });
    expect(refused.statusCode).toBe(403);
  });
});

describe("the record", () => {
  it("is listed newest first, page by page", async () => {
    const { size } = okValue(await store.audit.head());
    const first = (await get("/v1/audit/entries?limit=2")).json();
    expect(first).toMatchObject({ size, items: [{ index: size - 1 }, { index: size - 2 }] });
    const second = (await get(`/v1/audit/entries?limit=2&cursor=${first.next}`)).json();
    expect(second.items[0].index).toBe(size - 3);
    const other = (await get("/v1/audit/entries?limit=500", OTHER)).json();
    expect(
      new Set(other.items.map((item: { entry: { workspace: string } }) => item.entry.workspace)),
    ).toEqual(new Set(["other"]));
  });

  it("is exported in a form that verifies, and verifies here", async () => {
    const { note } = (await get("/v1/audit/checkpoint")).json();
    const exported = await get("/v1/audit/export");
    expect(exported.headers["content-type"]).toContain("application/jsonl");
    expect(exported.body.trim().split("\n").length).toBeGreaterThan(okValue(await store.audit.head()).size);
    const verify = (checkpoints: string[]) =>
      server.inject({ method: "POST", url: "/v1/audit/verify", headers: AS_ANN, payload: { checkpoints } });
    expect((await verify([note])).json()).toMatchObject({ status: expect.not.stringMatching("broken") });
  });

  it("takes in no log that does not verify", async () => {
    const exported = (await get("/v1/audit/export")).body;
    const send = (payload: string) =>
      server.inject({
        method: "POST",
        url: "/v1/audit/import",
        headers: { ...AS_ANN, "content-type": "application/jsonl" },
        payload,
      });
    expect((await send(exported)).json()).toMatchObject({ imported: 0 });
    expect(
      (await send(exported.replace("looking", "l00king").replace("a comment", "no comment"))).json(),
    ).toMatchObject({
      code: "audit_import_refused",
    });
  });
});

it("lists the policies that judge", async () => {
  expect((await get("/v1/policies")).json()).toEqual({ items: [], next: null });
});
