import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepPolicies, type PolicyKeeper } from "../../app/service/policy-keeper.ts";
import type { Service } from "../../app/service/service.ts";
import { err, problem } from "../../base/index.ts";
import { openStore, type Store } from "../../store/index.ts";
import { okValue, testOptions } from "../../testing/record.ts";
import { TEST_NOW, testClock, testService } from "../../testing/service.ts";
import { AS_ANN, testServer } from "../testing.ts";
import { decisionRoutes } from "./decisions.ts";

const POLICY = `package trueup.ports

import rego.v1

deny contains {"rule": "open", "message": sprintf("%s is open to the world", [input.change.resource.address])} if {
	some block in input.change.after.ingress
	"0.0.0.0/0" in block.cidr_blocks
}

deny contains {"rule": "never", "message": "never"} if {
	input.change.resource.type == "trap_loop"
	count([x | some x in numbers.range(1, 100000); some y in numbers.range(1, 100000); x == -y]) > 0
}
`;

let folder: string;
let store: Store;
let keeper: PolicyKeeper;
let service: Service;
let server: Awaited<ReturnType<typeof testServer>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "trueup-decisions-"));
  await writeFile(join(folder, "ports.rego"), POLICY);
  const clock = testClock(TEST_NOW);
  store = okValue(await openStore("memory:", testOptions({ clock })));
  const kept = await keepPolicies(
    { folders: [{ folder, shown: "policies", name: "ports" }], riskRules: null },
    {
      estateKey: new Uint8Array(32),
      monotonic: () => performance.now(),
      variables: {},
      threads: 1,
      runMs: 3_000,
      waitMs: 60_000,
    },
  );
  if (!kept.ok) throw new Error(JSON.stringify(kept.error));
  keeper = kept.value;
  service = testService(store, { policies: keeper, clock });
  server = await testServer(service, decisionRoutes);
});
afterAll(async () => {
  await server.close();
  await keeper.stop();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const group = (cidr: string, over: object = {}) => ({
  resource: { address: "aws_security_group.web", type: "aws_security_group", provider: "aws" },
  action: "update",
  before: { ingress: [{ from_port: 22, cidr_blocks: ["10.0.0.0/8"] }] },
  after: { ingress: [{ from_port: 22, cidr_blocks: [cidr] }] },
  ...over,
});

const post = (body: object, headers: Record<string, string> = {}, to = server) =>
  to.inject({ method: "POST", url: "/v1/decisions", headers: { ...AS_ANN, ...headers }, payload: body });

const size = async () => okValue(await store.audit.head()).size;

describe("POST /v1/decisions", () => {
  it("lets through what no rule forbids, and records it first", async () => {
    const before = await size();
    const reply = await post({ point: "ci", changes: [group("10.1.0.0/16")] });
    expect(reply.json()).toMatchObject({
      decision: { kind: "allow", point: "ci", verdict: "allowed", erroring: false },
      workspace: "default",
      changes: [{ address: "aws_security_group.web", verdict: "allowed" }],
      explanation: null,
      repeated: false,
    });
    expect(await size()).toBe(before + 1);
  });

  it("refuses what a rule forbids, with the change explained on request", async () => {
    const reply = await post({ point: "ci", changes: [group("0.0.0.0/0")], explain: true });
    const answer = reply.json();
    expect(answer).toMatchObject({
      decision: { kind: "deny", verdict: "violation" },
      changes: [{ verdict: "violation", digest: expect.stringMatching(/^[0-9a-f]{64}$/) }],
    });
    expect(answer.decision.reasons.join()).toContain("is open to the world");
    expect(
      answer.explanation[0].results.some((result: { outcome: string }) => result.outcome === "fail"),
    ).toBe(true);
    const { id } = answer.decision;
    const kept = await server.inject({ url: `/v1/decisions/${id}`, headers: AS_ANN });
    expect(kept.json()).toMatchObject({
      decision: { id },
      principal: "acc_ann",
      document: { asked_by: "acc_ann" },
    });
  });

  it("computes the digest itself, and refuses one that is sent", async () => {
    const reply = await post({ changes: [group("10.0.0.0/8", { digest: "0".repeat(64) })] });
    expect(reply.statusCode).toBe(400);
  });

  it("names who tries, as an enforcement point tells it", async () => {
    const actor = { kind: "human", principal: "arn:aws:iam::1:user/bob", person: "bob" };
    await post({ changes: [group("0.0.0.0/0")], point: "cloud_api", channel: "console", actor });
    const head = await size();
    const entry = okValue(await store.audit.entriesFrom(head - 1, 1))[0]?.entry;
    expect(entry).toMatchObject({ actor: { principal: actor.principal, person: "bob" }, channel: "console" });
    expect(entry?.details).toMatchObject({ asked_by: "acc_ann" });
  });

  it("keeps secrets out of the answer and the record", async () => {
    const canary = "c4n4ry-of-the-decision-test";
    const change = {
      resource: { address: "aws_db_instance.main", type: "aws_db_instance", provider: "aws" },
      action: "update",
      before: { password: "old-password-of-1999", note: "x" },
      after: { password: canary, note: `uses ${canary}`, ingress: [{ cidr_blocks: ["0.0.0.0/0"] }] },
      sensitive: ["password"],
    };
    const reply = await post({ changes: [change], explain: true });
    expect(reply.statusCode).toBe(200);
    expect(reply.body).toContain("(sensitive");
    const kept = await server.inject({ url: `/v1/decisions/${reply.json().decision.id}`, headers: AS_ANN });
    const entries = okValue(await store.audit.entriesFrom(0, 1_000));
    expect(reply.body + kept.body + JSON.stringify(entries)).not.toContain(canary);
  });

  it("judges a plan", async () => {
    const plan = { format_version: "1.2", terraform_version: "1.9.0", resource_changes: [] };
    const reply = await post({ point: "ci", plan });
    expect(reply.json()).toMatchObject({ decision: { kind: "allow" }, changes: [] });
    expect((await post({ point: "ci", plan: { nothing: 1 } })).statusCode).toBe(422);
  });

  it.each([
    ["neither changes nor plan", {}],
    ["both", { changes: [group("10.0.0.0/8")], plan: {} }],
    ["both sides null", { changes: [group("x", { before: null, after: null })] }],
    ["a side that is text", { changes: [group("x", { after: "text" })] }],
    ["a path that is none", { changes: [group("x", { sensitive: ["[["] })] }],
    ["a point that cannot ask", { changes: [group("x")], point: "scan" }],
    ["no change", { changes: [] }],
  ])("refuses %s", async (_note, body) => {
    const before = await size();
    expect((await post(body)).statusCode).toBe(400);
    expect(await size()).toBe(before);
  });

  it("refuses a workspace that nobody knows", async () => {
    expect((await post({ workspace: "other", changes: [group("10.0.0.0/8")] })).json()).toMatchObject({
      code: "workspace_missing",
    });
  });

  it("gives one answer to one Idempotency-Key, and refuses another question under it", async () => {
    const key = { "idempotency-key": "deploy-4711" };
    const ask = { changes: [group("10.2.0.0/16")] };
    const first = (await post(ask, key)).json();
    const before = await size();
    const second = (await post(ask, key)).json();
    expect(second).toMatchObject({
      decision: { id: first.decision.id },
      changes: first.changes,
      repeated: true,
    });
    expect(await size()).toBe(before);
    expect((await post({ changes: [group("0.0.0.0/0")] }, key)).json()).toMatchObject({
      code: "idempotency_mismatch",
    });
  });

  it("is no decision when it cannot be recorded", async () => {
    const decisions = {
      ...store.decisions,
      record: async () => err(problem("store_unavailable", "it is away")),
    };
    const broken = await testServer(
      testService({ ...store, decisions }, { policies: keeper }),
      decisionRoutes,
    );
    const reply = await post({ changes: [group("10.0.0.0/8")] }, {}, broken);
    expect(reply.statusCode).toBe(503);
    expect(reply.body).not.toContain('"allow"');
    await broken.close();
  });

  it("denies what its policies never come to an end with, and judges the next one", async () => {
    const trap = group("10.0.0.0/8", {
      resource: { address: "trap.a", type: "trap_loop", provider: "trap" },
    });
    const slow = await testServer(
      testService(store, {
        policies: {
          ...keeper,
          judge: { ...keeper.judge, decide: async () => err(problem("judge_ended", "ended")) },
        },
      }),
      decisionRoutes,
    );
    expect((await post({ changes: [trap] }, {}, slow)).json()).toMatchObject({
      decision: { kind: "deny", erroring: true, verdict: "review" },
      changes: [{ row: 2 }],
    });
    await slow.close();
    // With the threads: the engine's own deadline lies above the pool's here, so that the thread is ended.
    expect((await post({ changes: [trap] })).json()).toMatchObject({
      decision: { kind: "deny", erroring: true },
    });
    expect((await post({ point: "ci", changes: [group("10.1.0.0/16")] })).json()).toMatchObject({
      decision: { kind: "allow" },
    });
  });
});

describe("lists and batches", () => {
  it("answers each question of a batch by itself", async () => {
    const reply = await server.inject({
      method: "POST",
      url: "/v1/decisions/batch",
      headers: AS_ANN,
      payload: {
        asks: [
          { point: "ci", changes: [group("10.1.0.0/16")] },
          { workspace: "other", changes: [group("x")] },
          { changes: [group("0.0.0.0/0")] },
        ],
      },
    });
    expect(reply.json().answers).toMatchObject([
      { ok: true, value: { decision: { kind: "allow" } } },
      { ok: false, code: "workspace_missing" },
      { ok: true, value: { decision: { kind: "deny" } } },
    ]);
  });

  it("pages through what was decided, newest first, within what the caller may see", async () => {
    const page = (query: string, as: Record<string, string> = AS_ANN) =>
      server.inject({ url: `/v1/decisions?${query}`, headers: as }).then((reply) => reply.json());
    const first = await page("kind=deny&limit=2");
    expect(first.items).toHaveLength(2);
    const second = await page(`kind=deny&limit=2&cursor=${first.next}`);
    const ids = [...first.items, ...second.items].map(
      (item: { decision: { id: string } }) => item.decision.id,
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(await page("limit=5", { authorization: "Bearer test:otheronly" })).toEqual({
      items: [],
      next: null,
    });
    expect(await page("cursor=nonsense")).toMatchObject({ code: "cursor_invalid" });
  });

  it("shows no decision of another workspace", async () => {
    const [item] = (await server.inject({ url: "/v1/decisions?limit=1", headers: AS_ANN })).json().items;
    const reply = await server.inject({
      url: `/v1/decisions/${item.decision.id}`,
      headers: { authorization: "Bearer test:otheronly" },
    });
    expect(reply.json()).toMatchObject({ code: "decision_missing", status: 404 });
  });
});
