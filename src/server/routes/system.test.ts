import { get as httpGet } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStore, type Store } from "../../store/index.ts";
import { okValue, testOptions } from "../../testing/record.ts";
import { testService } from "../../testing/service.ts";
import { observeService } from "../domain-metrics.ts";
import { makeMetrics } from "../metrics.ts";
import { AS_ANN, testServer } from "../testing.ts";
import { systemRoutes } from "./system.ts";

let store: Store;
let server: Awaited<ReturnType<typeof testServer>>;
let service: ReturnType<typeof testService>;
let origin: string;

beforeAll(async () => {
  store = okValue(await openStore("memory:", testOptions()));
  service = testService(store);
  const metrics = makeMetrics();
  observeService(metrics.registry, service);
  const facts = { version: "0.0.0", metrics: () => metrics.registry.metrics(), lagMs: () => 1 };
  server = await testServer(service, systemRoutes(facts), { metrics });
  origin = await server.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await server.close();
  await store.close();
});

it("is alive, and ready only while everything that it needs is there", async () => {
  expect((await server.inject("/livez")).json()).toEqual({ status: "ok" });
  const notReady = await server.inject("/readyz");
  // The test's service has no thread to judge.
  expect(notReady.statusCode).toBe(503);
  expect(notReady.json()).toMatchObject({
    status: "not_ready",
    durability: "none",
    checks: { database: { state: "ok" }, judge: { state: "failed" }, lag: { state: "ok" } },
  });
});

it("gives its numbers to whoever may see them", async () => {
  expect((await server.inject("/metrics")).statusCode).toBe(401);
  const { body } = await server.inject({ url: "/metrics", headers: AS_ANN });
  for (const name of [
    "trueup_http_request_duration_seconds_bucket",
    "trueup_http_requests_in_flight 1",
    "trueup_audit_entries 0",
    "trueup_judge_waiting 0",
    "trueup_nodejs_eventloop_lag_seconds",
  ]) {
    expect(body).toContain(name);
  }
});

/** A listener as a browser has it. */
function listen(headers: Record<string, string>) {
  let text = "";
  const waits: { readonly until: string; readonly done: () => void }[] = [];
  const request = httpGet(`${origin}/v1/events`, { headers: { ...AS_ANN, ...headers } }, (reply) => {
    reply.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const { until, done } of waits) if (text.includes(until)) done();
    });
  });
  request.on("error", () => undefined);
  return {
    seen: () => text,
    stop: () => request.destroy(),
    until: (wanted: string) =>
      text.includes(wanted)
        ? Promise.resolve()
        : new Promise<void>((done) => void waits.push({ until: wanted, done })),
  };
}

describe("live events", () => {
  const lastId = (text: string): string => /^id: (\S+)$/m.exec(text.split("\n\n").at(-2) ?? "")?.[1] ?? "";

  it("come as they happen, narrowed to what the listener may see, and resume", async () => {
    const all = listen({});
    const prod = listen({ authorization: "Bearer test:prodonly" });
    await Promise.all([all.until("retry"), prod.until("retry")]);
    service.changed({ kind: "finding", id: "fnd_1", workspace: "dev" });
    service.changed({ kind: "finding", id: "fnd_2", workspace: "prod" });
    service.changed({ kind: "audit", id: "aud_3", workspace: null });
    await Promise.all([all.until("aud_3"), prod.until("aud_3")]);
    expect(all.seen()).toContain("fnd_1");
    expect(prod.seen()).not.toContain("fnd_1");
    expect(prod.seen()).toContain("fnd_2");
    const after = lastId(prod.seen());
    prod.stop();
    service.changed({ kind: "finding", id: "fnd_4", workspace: "prod" });
    await all.until("fnd_4");
    const back = listen({ authorization: "Bearer test:prodonly", "last-event-id": after });
    await back.until("fnd_4");
    expect(back.seen()).not.toContain("fnd_2");
    back.stop();
    all.stop();
  });

  it("say `reset` to who was away too long", async () => {
    const back = listen({ "last-event-id": "evt_gone" });
    await back.until("event: reset");
    back.stop();
  });
});
