import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Directory } from "../../app/service/index.ts";
import { ok, rfc3339 } from "../../base/index.ts";
import type { Finding, Principal } from "../../domain/index.ts";
import { openStore, type Store } from "../../store/index.ts";
import { aDecisionStep } from "../../testing/decision-contract.ts";
import { aFinding } from "../../testing/index.ts";
import { okValue, testOptions } from "../../testing/record.ts";
import { TEST_NOW, testClock, testConfig, testService } from "../../testing/service.ts";
import { testAuthenticate, testPrincipal, testServer } from "../testing.ts";
import { approvalRoutes } from "./approvals.ts";
import { breakglassRoutes } from "./breakglass.ts";
import { exceptionRoutes } from "./exceptions.ts";
import { reviewRoutes } from "./reviews.ts";

// Starting PGlite takes seconds on an idle machine and can take a minute on a busy one; time decides nothing here.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const HOUR = 3_600_000;
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  dana: ["on-call"],
  kim: ["security"],
  lee: ["security"],
  prodonly: ["on-call", "security"],
};
const clock = testClock();
let store: Store;
let server: FastifyInstance;

/** Members of security decide; everybody but the auditor may ask. */
const directory: Directory = {
  mayDo: async ({ name, groups }, permission) =>
    ok(permission.endsWith(".request") ? name !== "auditor" : groups.includes("security")),
  approvers: async () =>
    ok(["kim", "lee"].map((name) => ({ id: `acc_${name}`, name, groups: ["security"] }))),
  entitled: async () => ok(() => true),
};

beforeAll(async () => {
  store = okValue(await openStore("memory:", { ...testOptions(), clock }));
  const config = testConfig();
  const kind = {
    title: "Production is down",
    groups: ["on-call"],
    scope: {},
    maxMinutes: 60,
    incident: null,
    reviewHours: { critical: 24, high: 24, medium: 24, low: 24 },
  };
  const governance: typeof config.governance = {
    ...config.governance,
    emergencies: [
      { ...kind, name: "outage", consent: "told" },
      { ...kind, name: "two", consent: "second_person" },
    ],
    approvals: {
      byClass: { high: { groups: ["security"], count: 1 } },
      hours: { critical: 4, high: 24, medium: 24, low: 24 },
    },
    exceptions: { ...config.governance.exceptions, owners: { starter: ["security"] } },
  };
  const base = testService(store, { clock, config: { ...config, governance } });
  const policies = [
    { name: "ports", level: "soft-mandatory" },
    { name: "no-root", level: "hard-mandatory" },
  ];
  // Only names and levels of the loaded policies matter here.
  const sets = [{ name: "starter", policies }] as never;
  const service = { ...base, policies: { ...base.policies, sets } };
  const directoryOf = () => directory;
  server = await testServer(
    service,
    [
      ...breakglassRoutes(directoryOf),
      ...exceptionRoutes(directoryOf),
      ...approvalRoutes(directoryOf),
      ...reviewRoutes(directoryOf),
    ],
    {
      authenticate: async (call) => {
        const found = await testAuthenticate(call);
        if (!found.ok || found.value === null) return found;
        const { name } = found.value;
        return ok<Principal>(testPrincipal(name, { groups: GROUPS[name] ?? [] }));
      },
    },
  );
});
afterAll(async () => {
  await server?.close();
  await store?.close();
});

interface Reply {
  readonly status: number;
  readonly body: ReturnType<typeof JSON.parse>;
  readonly etag: unknown;
}

async function call(
  who: string,
  method: "GET" | "POST",
  url: string,
  payload?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  const reply = await server.inject({
    method,
    url: `/v1${url}`,
    headers: { authorization: `Bearer test:${who}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  const json = String(reply.headers["content-type"]).includes("json");
  return { status: reply.statusCode, body: json ? reply.json() : reply.body, etag: reply.headers.etag };
}

const open = {
  kind: "outage",
  reason: {
    broken: "payments answer nobody since 01:50",
    impact: "no customer can pay at all",
    touches: "the security group of the bastion",
  },
};
const until = (hours: number) => rfc3339(TEST_NOW + hours * HOUR);
const ask = {
  rule: "starter/ports",
  scope: { addresses: ["aws_security_group.bastion"], paths: ["ingress"], workspaces: ["prod"] },
  riskClass: "high",
  owner: "edge",
  reason: "the vendor has no fixed address",
  until: until(48),
};

describe("break-glass over HTTP", () => {
  it("is opened, shown, closed, and reviewed item by item", async () => {
    const opened = await call("dana", "POST", "/breakglass", open);
    expect(opened).toMatchObject({ status: 201, etag: '"1"', body: { status: "active" } });
    const { id } = opened.body.grant;
    expect((await call("kim", "GET", `/breakglass/${id}`)).body).toMatchObject({ grant: { id }, links: [] });
    const close = { because: "payments answer again" };
    const stale = await call("dana", "POST", `/breakglass/${id}/close`, close, { "if-match": '"7"' });
    expect(stale).toMatchObject({ status: 412, body: { code: "version_conflict" } });
    const closed = await call("dana", "POST", `/breakglass/${id}/close`, close, { "if-match": '"1"' });
    expect(closed).toMatchObject({ status: 200, etag: '"2"', body: { status: "revoked" } });
    expect((await call("dana", "POST", `/breakglass/${id}/close`, close)).body.code).toBe("grant_not_open");

    expect((await call("kim", "GET", "/breakglass?unreviewed=true")).body.items).toHaveLength(1);
    const review = await call("kim", "GET", `/reviews/${id}`);
    expect(review.body).toMatchObject({ status: "open", review: { subject: id, items: [] } });
    const report = await call("kim", "GET", `/reviews/${review.body.review.id}/report`);
    expect(report.body).toContain(`# Review ${review.body.review.id}`);
    expect((await call("dana", "POST", `/reviews/${id}/close`)).body.code).toBe("review_not_entitled");
    expect((await call("kim", "POST", `/reviews/${id}/close`)).body).toMatchObject({ status: "closed" });
    expect((await call("kim", "GET", `/breakglass/${id}`)).body.status).toBe("reviewed");
  });

  it("waits for a second person who is not the holder", async () => {
    const opened = await call("dana", "POST", "/breakglass", { ...open, kind: "two" });
    expect(opened.body.status).toBe("pending");
    const path = `/breakglass/${opened.body.grant.id}/agree`;
    expect(await call("dana", "POST", path)).toMatchObject({ status: 403 });
    expect((await call("kim", "POST", path)).body.status).toBe("active");
    expect(await call("kim", "POST", path)).toMatchObject({
      status: 409,
      body: { code: "grant_not_pending" },
    });
  });

  it.each([
    ["a full stop as a reason", "dana", { ...open, reason: { ...open.reason, impact: "." } }, 422],
    ["no impact at all", "dana", { ...open, reason: { broken: "a b c", touches: "a b c" } }, 400],
    ["an emergency that is none", "dana", { ...open, kind: "boredom" }, 422],
    ["too long a time", "dana", { ...open, minutes: 61 }, 422],
    ["somebody who is not entitled", "max", open, 403],
    ["somebody without the permission", "nobody", open, 403],
    ["a scope beyond the caller's workspaces", "prodonly", open, 403],
    ["wildcards over the caller's workspaces", "prodonly", { ...open, scope: { workspaces: ["*"] } }, 403],
    ["a start in the past", "dana", { ...open, startsAt: "2020-01-01T00:00:00Z" }, 400],
  ])("refuses %s", async (_what, who, body, status) => {
    expect((await call(who, "POST", "/breakglass", body)).status).toBe(status);
  });
});

describe("exceptions over HTTP", () => {
  it("are asked for, granted by another person, renewed with evidence, and revoked", async () => {
    const asked = await call("kim", "POST", "/exceptions", ask);
    expect(asked).toMatchObject({ status: 201, etag: '"1"', body: { status: "requested" } });
    const { id } = asked.body.exception;
    const yes = { because: "checked with the vendor" };
    expect(await call("kim", "POST", `/exceptions/${id}/grant`, yes)).toMatchObject({
      status: 403,
      body: { code: "own_request" },
    });
    expect((await call("dana", "POST", `/exceptions/${id}/grant`, yes)).body.code).toBe(
      "exception_not_entitled",
    );
    expect((await call("lee", "POST", `/exceptions/${id}/grant`, yes, { "if-match": '"2"' })).status).toBe(
      412,
    );
    expect((await call("lee", "POST", `/exceptions/${id}/grant`, yes)).body.status).toBe("active");
    const more = { until: until(96), reason: "the vendor is late again", evidence: [] };
    expect((await call("kim", "POST", `/exceptions/${id}/renew`, more)).body.code).toBe("evidence_stale");
    clock.advance(HOUR);
    const evidence = [{ ref: "fnd_1", says: "still fails", at: rfc3339(clock.now()) }];
    const renewed = await call("kim", "POST", `/exceptions/${id}/renew`, { ...more, evidence });
    expect(renewed).toMatchObject({ status: 201, body: { status: "requested" } });
    expect((await call("auditor", "POST", `/exceptions/${id}/revoke`, yes)).status).toBe(403);
    expect((await call("lee", "POST", `/exceptions/${id}/revoke`, yes)).body.status).toBe("revoked");
    expect((await call("lee", "POST", `/exceptions/${id}/revoke`, yes)).body.code).toBe("exception_not_live");
    const first = await call("kim", "GET", "/exceptions?live=false&limit=1");
    const second = await call("kim", "GET", `/exceptions?live=false&limit=1&cursor=${first.body.next}`);
    expect([first, second].map(({ body }) => body.items[0].exception.id)).toEqual([
      renewed.body.exception.id,
      id,
    ]);
    expect(second.body.next).toBeNull();
  });

  it("are hidden from whoever sees other workspaces only", async () => {
    const { exception } = (await call("kim", "POST", "/exceptions", ask)).body;
    const path = `/exceptions/${exception.id}`;
    expect((await call("prodonly", "GET", path)).status).toBe(200);
    expect(await call("testonly", "GET", path)).toMatchObject({
      status: 404,
      body: { code: "exception_missing" },
    });
    expect((await call("testonly", "GET", "/exceptions?live=false")).body.items).toEqual([]);
    expect((await call("testonly", "POST", `${path}/grant`, { because: "why not" })).status).toBe(404);
  });

  it.each([
    ["everything", { ...ask, scope: { workspaces: ["prod"] } }, 422],
    ["every property", { ...ask, scope: { ...ask.scope, paths: ["*"] } }, 422],
    ["a hard-mandatory rule", { ...ask, rule: "starter/no-root" }, 422],
    ["a rule that nobody knows", { ...ask, rule: "starter/none" }, 422],
    ["a start before it is asked for", { ...ask, from: until(-1) }, 422],
    ["no end", { ...ask, until: undefined }, 400],
    ["an end that is no instant", { ...ask, until: "tomorrow" }, 400],
    ["an end beyond the cap of its class", { ...ask, until: until(31 * 24) }, 422],
    ["an unknown member", { ...ask, granted: { by: "me" } }, 400],
  ])("refuse %s", async (_what, body, status) => {
    expect((await call("dana", "POST", "/exceptions", body)).status).toBe(status);
  });
});

describe("approvals over HTTP", () => {
  async function decided(workspace = "prod", kind: "require_approval" | "deny" = "require_approval") {
    const change = {
      id: "d1",
      digest: "d1",
      address: "aws_security_group.bastion",
      type: "aws_security_group",
      action: "update",
      risk: "high",
      verdict: "review",
      row: 9,
      because: "no rule speaks for it",
      rules: [],
      covers: [],
      withoutCovers: "review",
    };
    const document = {
      schema: "trueup.decision/v1",
      ask_sha256: "0".repeat(64),
      changes: [change],
      policy_sets: [],
      gaps: [],
      notes: [],
      plan_violations: [],
      explanation: null,
    };
    const step = aDecisionStep({ digests: ["d1"], workspace, document });
    const decision = { ...step.record.decision, kind, point: "ci" as const };
    okValue(await store.decisions.record({ ...step, record: { ...step.record, decision } }));
    return { decision: decision.id, reason: "release of Thursday" };
  }

  it("are asked for, decided by another person once, and revoked", async () => {
    const asked = await call("kim", "POST", "/approvals", await decided());
    expect(asked).toMatchObject({
      status: 201,
      body: { status: "pending", request: { digests: ["d1"], riskClass: "high" } },
    });
    const { id } = asked.body.request;
    const yes = { answer: "approve", because: "read the plan" };
    expect((await call("kim", "POST", `/approvals/${id}/vote`, yes)).body.code).toBe("own_request");
    expect((await call("dana", "POST", `/approvals/${id}/vote`, yes)).body.code).toBe(
      "approval_not_entitled",
    );
    expect((await call("lee", "POST", `/approvals/${id}/vote`, yes)).body.status).toBe("approved");
    expect((await call("lee", "POST", `/approvals/${id}/vote`, yes)).status).toBe(409);
    expect((await call("testonly", "GET", `/approvals/${id}`)).status).toBe(404);
    expect((await call("testonly", "POST", `/approvals/${id}/vote`, yes)).status).toBe(403);
    const no = { because: "the plan is withdrawn" };
    expect((await call("dana", "POST", `/approvals/${id}/revoke`, no)).status).toBe(403);
    expect((await call("kim", "POST", `/approvals/${id}/revoke`, no)).body.status).toBe("revoked");
    expect((await call("kim", "POST", `/approvals/${id}/revoke`, no)).body.code).toBe("approval_over");
    expect((await call("kim", "GET", "/approvals?workspace=prod&live=false")).body.items).toHaveLength(1);
    expect((await call("prodonly", "GET", "/approvals?workspace=test")).status).toBe(403);
  });

  it("are refused where there is nothing to approve, or nobody to do it", async () => {
    expect((await call("kim", "POST", "/approvals", await decided("prod", "deny"))).body.code).toBe(
      "approval_not_needed",
    );
    expect(await call("kim", "POST", "/approvals", { decision: "dec_none", reason: "x" })).toMatchObject({
      status: 404,
    });
    expect((await call("testonly", "POST", "/approvals", await decided())).status).toBe(403);
  });
});

describe("reviews over HTTP", () => {
  async function standing(id: string, workspace: string): Promise<void> {
    const base = aFinding();
    const cover = { kind: "exception" as const, id: "exc_1", verified: true };
    const finding: Finding = {
      ...base,
      id,
      workspace,
      verdict: {
        ...base.verdict,
        kind: "allowed",
        covers: [cover],
      },
    };
    okValue(await store.findings.accept({ workspace, entries: [], findings: [finding], audit: [] }));
  }

  it("of a cadence gather what stands, and each caller sees their part", async () => {
    await standing("fnd_0000000000p1", "prod");
    await standing("fnd_0000000000t1", "test");
    const opened = await call("kim", "POST", "/reviews", { name: "2026-Q4", due: until(14 * 24) });
    expect(opened).toMatchObject({ status: 201, body: { status: "open" } });
    const { id, items } = opened.body.review;
    const ids = items.map((item: { id: string }) => item.id);
    expect(ids).toEqual(expect.arrayContaining(["fnd_0000000000p1", "fnd_0000000000t1"]));
    const part = (await call("prodonly", "GET", `/reviews/${id}`)).body.review.items;
    expect(part.map((item: { workspace: string }) => item.workspace)).not.toContain("test");
    expect((await call("prodonly", "GET", `/reviews/${id}/report`)).status).toBe(403);
    expect((await call("prodonly", "POST", `/reviews/${id}/close`)).status).toBe(403);
    expect((await call("otheronly", "GET", `/reviews/${id}`)).status).toBe(404);

    const choose = { item: "fnd_0000000000p1", choice: "roll_back", because: "the port must be closed" };
    const decided = await call("prodonly", "POST", `/reviews/${id}/decisions`, choose);
    expect(decided).toMatchObject({ status: 200, etag: '"2"' });
    const foreign = await call("prodonly", "POST", `/reviews/${id}/decisions`, {
      ...choose,
      item: "fnd_0000000000t1",
    });
    expect(foreign).toMatchObject({ status: 404, body: { code: "review_item_unknown" } });
    expect((await call("kim", "POST", `/reviews/${id}/close`)).body.code).toBe("review_incomplete");
    const wrong = { ...choose, choice: "forget" };
    expect((await call("kim", "POST", `/reviews/${id}/decisions`, wrong)).status).toBe(400);
    const stale = await call("kim", "POST", `/reviews/${id}/decisions`, choose, { "if-match": '"1"' });
    expect(stale.status).toBe(412);
  });

  it.each([
    ["somebody who decides nothing", "dana", { name: "2026-Q4", due: until(24) }, 403],
    ["a caller of some workspaces only", "prodonly", { name: "2026-Q4", due: until(24) }, 403],
    ["no due date", "kim", { name: "2026-Q4" }, 400],
  ])("are not opened by or with %s", async (_what, who, body, status) => {
    expect((await call(who, "POST", "/reviews", body)).status).toBe(status);
  });

  it("of nothing are missing", async () => {
    for (const path of ["/breakglass/grt_x", "/exceptions/exc_x", "/approvals/apr_x", "/reviews/rev_x"]) {
      expect((await call("kim", "GET", path)).status).toBe(404);
    }
  });
});
