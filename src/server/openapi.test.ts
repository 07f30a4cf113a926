import { Validator } from "@seriousme/openapi-schema-validator";
import { type Document, OpenAPIClientAxios } from "openapi-client-axios";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore, type Store } from "../store/index.ts";
import { aFinding } from "../testing/index.ts";
import { aScanRecord, okValue, testOptions } from "../testing/record.ts";
import { testService } from "../testing/service.ts";
import { openApiDocument } from "./openapi.ts";
import type { Route } from "./route.ts";
import { routes } from "./routes/index.ts";
import { systemRoutes } from "./routes/system.ts";
import { AS_ANN, testServer } from "./testing.ts";

const all: readonly Route[] = [
  ...systemRoutes({ version: "0.0.0", metrics: async () => "", lagMs: () => 0 }),
  ...routes,
];
const document = openApiDocument(all, { version: "0.0.0" });

let store: Store;
let server: Awaited<ReturnType<typeof testServer>>;
let origin: string;

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
  okValue(await store.scans.record(aScanRecord({ workspace: aFinding().workspace, findings: [aFinding()] })));
  server = await testServer(testService(store), all);
  origin = await server.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

it("is a valid OpenAPI 3.1 document of every route", async () => {
  const checked = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(checked).toMatchObject({ valid: true });
  const served = (await server.inject({ url: "/v1/openapi.json" })).json();
  const operations = Object.values<Record<string, { operationId: string }>>(served.paths).flatMap((item) =>
    Object.values(item).map(({ operationId }) => operationId),
  );
  expect(operations).toHaveLength(all.length);
  expect(new Set(operations).size).toBe(operations.length);
});

it("refers to nothing that it does not hold, and holds nothing by an id of its own", () => {
  const text = JSON.stringify(document);
  const names = new Set(Object.keys((document["components"] as { schemas: object }).schemas));
  for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(names).toContain(name);
  expect(text).not.toContain("#/$defs/");
});

it("makes a client that works", async () => {
  const api = new OpenAPIClientAxios({
    definition: JSON.parse(JSON.stringify(document)) as Document,
    axiosConfigDefaults: { baseURL: origin, headers: AS_ANN },
  });
  const client = await api.getClient();
  const call = (operation: string, ...args: Parameters<(typeof client)[string]>) => {
    const method = client[operation];
    if (method === undefined) throw new Error(`the client has no operation ${operation}`);
    return method(...args);
  };
  const page = await call("getFindings", { limit: 1 });
  expect(page.data.items).toMatchObject([{ id: aFinding().id }]);
  const { id } = aFinding();
  expect((await call("putFindingsByIdOwner", { id }, { owner: "bob" })).data).toMatchObject({ owner: "bob" });
  expect((await call("getFindingsById", { id })).data.finding).toMatchObject({ id, owner: "bob" });
  expect((await call("getAuditEntries", { limit: 1 })).data.items).toHaveLength(1);
  await expect(call("getFindingsById", { id: "fnd_none" })).rejects.toMatchObject({
    response: { status: 404, data: { code: "finding_missing" } },
  });
});
