import * as z from "zod";
import { err, ok, problemText } from "../../base/index.ts";
import { eventStream } from "../event-stream.ts";
import { type Route, route } from "../route.ts";

const TAG = "system";
const HEARTBEAT_MS = 15_000;

const check = z.object({ state: z.enum(["ok", "failed"]), says: z.string() });

const policySet = z.object({
  name: z.string(),
  revision: z.string(),
  engine: z.string(),
  policies: z.number().int(),
});

/** Facts about this program that no use case needs. */
export interface SystemFacts {
  readonly version: string;
  /** Text in Prometheus's format. */
  readonly metrics: () => Promise<string>;
  /** Event loop delay, milliseconds. */
  readonly lagMs: () => number;
}

/** Above, the process is too busy to be sent more. */
const READY_LAG_MS = 1_000;

/** Health, metrics, live events, and what is running. */
export function systemRoutes(facts: SystemFacts): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/livez",
      atRoot: true,
      summary: "Is the process alive?",
      tag: TAG,
      access: "public",
      reply: z.object({ status: z.literal("ok") }),
      handle: async () => ok({ value: { status: "ok" as const } }),
    }),
    route({
      method: "GET",
      path: "/readyz",
      atRoot: true,
      summary: "Can it take requests? 503 when not",
      tag: TAG,
      access: "public",
      reply: z.object({
        status: z.enum(["ready", "not_ready"]),
        durability: z.enum(["none", "process", "power"]).describe("What the store survives"),
        checks: z.object({ database: check, judge: check, lag: check }),
      }),
      async handle({ service }) {
        const head = await service.store.audit.head();
        const { threads, waiting } = service.policies.judge.state;
        const lag = Math.round(facts.lagMs());
        const checks = {
          // A store that opened is migrated: that it answers is what can change.
          database: head.ok ? good(`the record holds ${head.value.size} entries`) : bad(head.error.code),
          judge:
            threads > 0 ? good(`${threads} threads, ${waiting} waiting`) : bad("no thread is there to judge"),
          lag: lag < READY_LAG_MS ? good(`${lag} ms`) : bad(`the event loop is ${lag} ms late`),
        };
        const ready = Object.values(checks).every(({ state }) => state === "ok");
        const { durability } = service.store;
        return ok({
          status: ready ? (200 as const) : (503 as const),
          value: { status: ready ? ("ready" as const) : ("not_ready" as const), durability, checks },
        });
      },
    }),
    route({
      method: "GET",
      path: "/metrics",
      atRoot: true,
      summary: "Numbers for Prometheus",
      tag: TAG,
      access: "system.read",
      reply: z.null(),
      replyType: "text/plain",
      handle: async () =>
        ok({
          value: null,
          content: { type: "text/plain; version=0.0.4; charset=utf-8", body: await facts.metrics() },
        }),
    }),
    route({
      method: "GET",
      path: "/events",
      summary: "What changes, while it changes (server-sent events)",
      description:
        "`changed` events carry kind, id and workspace; read the thing itself. `Last-Event-ID` resumes; `reset` says that what was missed is not remembered: read everything again.",
      tag: TAG,
      access: "findings.read",
      reply: z.null(),
      replyType: "text/event-stream",
      handle: async ({ service, scope, call, signal }) =>
        ok({
          value: null,
          headers: { "cache-control": "no-store", "x-accel-buffering": "no" },
          content: {
            type: "text/event-stream; charset=utf-8",
            body: eventStream({
              live: service.live,
              scope,
              after: call.header("last-event-id"),
              heartbeatMs: HEARTBEAT_MS,
              signal,
            }),
          },
        }),
    }),
    route({
      method: "GET",
      path: "/system",
      summary: "What is running here",
      tag: TAG,
      access: "system.read",
      reply: z
        .object({
          version: z.string(),
          store: z.string().describe("Kind of the store's address"),
          durability: z.enum(["none", "process", "power"]),
          workspace: z.string().describe("Workspace of the server's own configuration"),
          policySets: z.array(policySet),
          judge: z.object({ threads: z.number(), running: z.number(), waiting: z.number() }),
          audit: z.object({ entries: z.number(), root: z.string() }),
        })
        .meta({ id: "System" }),
      async handle({ service }) {
        const head = await service.store.audit.head();
        if (!head.ok) return head;
        const { store, policies, config } = service;
        return ok({
          value: {
            version: facts.version,
            store: store.address.split(":")[0] ?? "",
            durability: store.durability,
            workspace: config.environment.workspace,
            policySets: policies.sets.map(({ name, revision, engine, policies: list }) => ({
              name,
              revision,
              engine,
              policies: list.length,
            })),
            judge: policies.judge.state,
            audit: { entries: head.value.size, root: head.value.root },
          },
        });
      },
    }),
    route({
      method: "POST",
      path: "/policies/reload",
      summary: "Read the policy sets again",
      description: "What does not load changes nothing: the sets that were there go on judging.",
      tag: "policies",
      access: "policies.publish",
      reply: z.object({ policySets: z.array(policySet.pick({ name: true, revision: true })) }),
      async handle({ service }) {
        const reloaded = await service.policies.reload();
        if (!reloaded.ok) {
          const [first, ...rest] = reloaded.error;
          if (first === undefined) throw new TypeError("a reload failed without saying why");
          const more = rest.length === 0 ? {} : { hint: rest.slice(0, 5).map(problemText).join("; ") };
          return err({ ...first, ...more });
        }
        const policySets = service.policies.sets.map(({ name, revision }) => ({ name, revision }));
        return ok({ value: { policySets } });
      },
    }),
  ];
}

const good = (says: string) => ({ state: "ok" as const, says });
const bad = (says: string) => ({ state: "failed" as const, says });
