import * as z from "zod";
import {
  type DecideRequest,
  type GivenDecision,
  type Service,
  serverActions,
} from "../../app/service/index.ts";
import {
  err,
  isJsonObject,
  type Json,
  ok,
  type Problem,
  parsePath,
  problem,
  type Result,
} from "../../base/index.ts";
import type { Actor, Principal } from "../../domain/index.ts";
import { maySee } from "../caller.ts";
import { decodeCursor, encodeCursor, pageOf, pageQuery } from "../paging.ts";
import { type Route, route } from "../route.ts";
import {
  changeAction,
  channel,
  decidedChange,
  decision,
  decisionKind,
  gap,
  json,
  judgedChange,
  point,
  policySet,
  verdictKind,
  violation,
  warning,
} from "../schemas/judgement.ts";
import { callerOf } from "../signed-in.ts";

const TAG = "decisions";
const MEBIBYTE = 1024 * 1024;
const name = z.string().min(1).max(2_000);

const askedActor = z
  .strictObject({
    kind: z.enum(["human", "pipeline", "agent", "service", "unknown"]),
    principal: name.nullable(),
    person: name.nullable().default(null),
    groups: z.array(name).max(1_000).default([]),
    sourceIp: name.nullable().default(null),
    userAgent: name.nullable().default(null),
    session: name.nullable().default(null),
  })
  .describe("Who tries to change something; absent: the caller itself");

const pathText = z
  .string()
  .max(2_000)
  .refine(
    (value) => (parsePath(value)?.length ?? 0) > 0,
    "it is no property path, write it like ingress[0].cidr_blocks",
  )
  .describe("A property path: ingress[0].cidr_blocks");

const askedChange = z
  .strictObject({
    resource: z.strictObject({
      address: name.describe("Address in the code, or whatever names the resource"),
      type: name,
      provider: name.describe("Short name: aws, azurerm, google, kubernetes"),
      name: name.optional(),
      id: name.nullable().default(null),
      account: name.nullable().default(null),
      region: name.nullable().default(null),
      module: name.nullable().default(null),
    }),
    action: changeAction,
    before: json.describe("All attributes before; null where the resource does not exist yet"),
    after: json.describe("All attributes after; null where it will not exist any more"),
    sensitive: z
      .array(pathText)
      .max(1_000)
      .default([])
      .describe("Places of secrets, besides those that are known"),
    unknown: z
      .array(pathText)
      .max(1_000)
      .default([])
      .describe("Places whose values are known only afterwards"),
  })
  .refine(({ before, after }) => sideFits(before) && sideFits(after), "before and after are objects or null")
  .refine(({ before, after }) => before !== null || after !== null, "before and after cannot both be null");

function sideFits(side: Json): boolean {
  return side === null || isJsonObject(side);
}

const ask = z
  .strictObject({
    workspace: name.optional().describe("Default: that of the server's own configuration"),
    point: point.default("decision_api"),
    channel: channel.default("api"),
    actor: askedActor.optional(),
    request: name.optional().describe("The platform's own id of the request"),
    changes: z.array(askedChange).min(1).max(500).optional(),
    plan: json.optional().describe("A plan as JSON (tofu show -json), in place of `changes`"),
    explain: z.boolean().default(false).describe("Answer with every policy's result"),
  })
  .refine(
    ({ changes, plan }) => (changes === undefined) !== (plan === undefined),
    "give one of changes and plan",
  )
  .meta({ id: "DecisionAsk" });

type Ask = z.infer<typeof ask>;

const given: z.ZodType<GivenDecision> = z
  .object({
    decision,
    workspace: z.string(),
    changes: z.array(decidedChange),
    planViolations: z.array(violation),
    policySets: z.array(policySet),
    gaps: z.array(gap),
    notes: z.array(z.string()),
    explanation: z.array(judgedChange).nullable(),
    repeated: z.boolean().describe("An earlier answer to the same Idempotency-Key"),
    problems: z.array(warning),
  })
  .meta({ id: "GivenDecision" });

const kept = z
  .object({
    decision,
    workspace: z.string(),
    principal: z.string().nullable(),
    digests: z.array(z.string()),
    request: z.string().nullable(),
    planSha256: z.string().nullable(),
  })
  .meta({ id: "RecordedDecision" });

const batchItem = z.union([
  z.object({ ok: z.literal(true), value: given }),
  z.object({ ok: z.literal(false), code: z.string(), message: z.string() }),
]);

export const decisionRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/checks",
    summary: "Judge a plan before it is applied",
    description:
      "The body is the output of `tofu show -json PLANFILE` as it is: the Decision is bound to its SHA-256, and an apply is held to it.",
    tag: TAG,
    access: "decisions.ask",
    workspace: ({ query, service }) => query.workspace ?? service.config.environment.workspace,
    query: z.strictObject({
      workspace: name.optional(),
      file: name.default("plan.json").describe("Name in messages"),
    }),
    raw: ["application/json", "application/octet-stream"],
    maxBodyBytes: 256 * MEBIBYTE,
    reply: given,
    async handle(request) {
      const { service, query, raw, call } = request;
      const answered = await serverActions.checkUpload(service, callerOf(request), {
        workspace: query.workspace ?? null,
        plan: raw ?? new Uint8Array(),
        file: query.file,
        idempotencyKey: call.header("idempotency-key"),
      });
      return answered.ok ? ok({ value: answered.value }) : answered;
    },
  }),
  route({
    method: "POST",
    path: "/decisions",
    summary: "May this change happen?",
    description:
      "Judges a change before it happens and records the Decision before it is told. No answer, or an answer other than 200, is no Decision: the point's FailMode applies. With an `Idempotency-Key` the same question gets the answer that was given first.",
    tag: TAG,
    access: "decisions.ask",
    workspace: ({ body, service }) => body.workspace ?? service.config.environment.workspace,
    body: ask,
    maxBodyBytes: 16 * MEBIBYTE,
    reply: given,
    async handle(request) {
      const { service, body, call } = request;
      const answered = await decide(service, callerOf(request), body, call.header("idempotency-key"));
      return answered.ok ? ok({ value: answered.value }) : answered;
    },
  }),
  route({
    method: "POST",
    path: "/decisions/batch",
    summary: "Many questions at once, each with its own Decision",
    description: "Answers come in the order of the questions; one that fails does not touch the others.",
    tag: TAG,
    access: "decisions.ask",
    // Asked for without one workspace the whole installation must be allowed; each question's own is checked below.
    workspace: ({ body, service }) =>
      onlyOne(body.asks.map((one) => one.workspace ?? service.config.environment.workspace)),
    body: z.strictObject({ asks: z.array(ask).min(1).max(100) }),
    maxBodyBytes: 16 * MEBIBYTE,
    reply: z.object({ answers: z.array(batchItem) }),
    async handle(request) {
      const { service, body } = request;
      const principal = callerOf(request);
      const answers = await Promise.all(body.asks.map((one) => decide(service, principal, one, null)));
      return ok({
        value: {
          answers: answers.map((answer) =>
            answer.ok
              ? { ok: true as const, value: answer.value }
              : { ok: false as const, code: answer.error.code, message: answer.error.message },
          ),
        },
      });
    },
  }),
  route({
    method: "GET",
    path: "/decisions",
    summary: "Decisions, newest first",
    tag: TAG,
    access: "decisions.read",
    workspace: ({ query }) => query.workspace ?? null,
    query: z.strictObject({
      ...pageQuery,
      workspace: name.optional(),
      point: point.optional(),
      kind: decisionKind.optional(),
      verdict: verdictKind.optional(),
      principal: name.optional().describe("Who asked to change something"),
      digest: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional()
        .describe("About this ChangeDigest"),
      from: z.iso.datetime({ offset: true }).optional().describe("RFC 3339, inclusive"),
      until: z.iso.datetime({ offset: true }).optional().describe("RFC 3339, exclusive"),
    }),
    reply: pageOf(kept),
    async handle({ service, scope, query }) {
      const { cursor, limit, workspace, ...filters } = query;
      const before = cursor === undefined ? ok([]) : decodeCursor(cursor, ["number"]);
      if (!before.ok) return before;
      const workspaces = workspace === undefined ? scope.workspaces : [workspace];
      const [start] = before.value;
      const page = await service.store.decisions.page({
        ...present(filters),
        limit,
        ...(workspaces === null ? {} : { workspaces }),
        ...(typeof start === "number" ? { before: start } : {}),
      });
      if (!page.ok) return page;
      const { items, next } = page.value;
      return ok({
        value: { items: items.map(withoutDocument), next: next === null ? null : encodeCursor([next]) },
      });
    },
  }),
  route({
    method: "GET",
    path: "/decisions/{id}",
    summary: "One Decision with everything that led to it",
    tag: TAG,
    access: "decisions.read",
    params: z.strictObject({ id: z.string().max(200) }),
    reply: kept.extend({
      document: json.describe("Judged changes, results, actor, as recorded; secrets removed"),
    }),
    async handle({ service, scope, params }) {
      const found = await service.store.decisions.find(params.id);
      if (!found.ok) return found;
      if (found.value === null || !maySee(scope, found.value.workspace)) return err(missing(params.id));
      return ok({ value: { ...withoutDocument(found.value), document: found.value.document } });
    },
  }),
  route({
    method: "POST",
    path: "/decisions/{id}/applied",
    summary: "The run has applied what it was let through",
    description: "Told by the pipeline. Another plan file than the decided one is refused.",
    tag: TAG,
    access: "pipeline.report",
    params: z.strictObject({ id: z.string().max(200) }),
    body: z.strictObject({
      planSha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .nullable()
        .default(null),
    }),
    workspace: async ({ service, params }) => {
      const found = await service.store.decisions.find(params.id);
      return found.ok ? (found.value?.workspace ?? null) : null;
    },
    reply: z.object({ run: z.string(), appliedAt: z.string().nullable() }),
    async handle(request) {
      const { service, params, body } = request;
      const applied = await serverActions.reportApplied(service, callerOf(request), {
        decision: params.id,
        planSha256: body.planSha256,
      });
      return applied.ok ? ok({ value: applied.value }) : applied;
    },
  }),
];

function decide(
  service: Service,
  principal: Principal,
  asked: Ask,
  idempotencyKey: string | null,
): Promise<Result<GivenDecision, Problem>> {
  return serverActions.decideChange(service, principal, {
    workspace: asked.workspace ?? null,
    point: asked.point,
    subject: subjectOf(asked),
    actor: asked.actor === undefined ? null : actorOf(asked.actor),
    channel: asked.channel,
    request: asked.request ?? null,
    idempotencyKey,
    explain: asked.explain,
  });
}

/** Points that ask about a plan's changes ask before the tool acts; the others stand in the way of a call. */
const PLANNING = new Set(["ci", "forge", "hcp_run_task"]);

function subjectOf({ changes, plan, point: at }: Ask): DecideRequest["subject"] {
  if (plan !== undefined) {
    return { kind: "plan", text: Buffer.from(JSON.stringify(plan), "utf8"), file: "the plan" };
  }
  return {
    kind: "changes",
    origin: PLANNING.has(at) ? "planned" : "attempted",
    changes: (changes ?? []).map(({ resource, action, before, after, sensitive, unknown }) => ({
      resource: { ...resource, name: resource.name ?? resource.address },
      action,
      before,
      after,
      sensitive: paths(sensitive),
      unknown: paths(unknown),
    })),
  };
}

function paths(texts: readonly string[]): readonly (readonly (string | number)[])[] {
  return texts.flatMap((text) => {
    const path = parsePath(text);
    return path === null ? [] : [path];
  });
}

function actorOf(asked: z.infer<typeof askedActor>): Actor {
  return { ...asked, personRule: asked.person === null ? null : "enforcement_point" };
}

function onlyOne(workspaces: readonly string[]): string | null {
  const [first] = workspaces;
  return first !== undefined && workspaces.every((workspace) => workspace === first) ? first : null;
}

function withoutDocument<T extends { readonly document: Json; readonly idempotencyKey: string | null }>(
  record: T,
) {
  const { document: _document, idempotencyKey: _key, ...rest } = record;
  return rest;
}

function missing(id: string): Problem {
  return problem("decision_missing", `there is no decision \`${id}\``);
}

/** The members that were given. */
function present<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
