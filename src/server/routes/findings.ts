import * as z from "zod";
import { type Service, serverActions } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Finding } from "../../domain/index.ts";
import { maySee, type Scope } from "../caller.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { type Route, route } from "../route.ts";
import { finding, riskClass, verdictKind } from "../schemas/judgement.ts";
import { callerOf } from "../signed-in.ts";

const TAG = "findings";
const id = z.strictObject({ id: z.string().min(1).max(200).describe("Its id") });
const name = z.string().min(1).max(2_000);
const status = z.enum(["open", "accepted", "resolved"]);
const triage = z.enum(["known_and_allowed", "remediate", "review"]);

const event = z
  .object({
    time: z.string(),
    scan: z.string().nullable(),
    status,
    delta: z.enum(["new", "changed", "unchanged", "gone"]),
    verdict: verdictKind,
    digest: z.string(),
  })
  .meta({ id: "FindingEvent" });
const comment = z
  .object({ id: z.string(), finding: z.string(), time: z.string(), author: z.string(), text: z.string() })
  .meta({ id: "FindingComment" });

/** One value or several: `status=open&status=accepted`. */
function several<T extends z.ZodType<string>>(one: T) {
  return z.union([one.transform((value) => [value]), z.array(one).max(20)]).optional();
}

export const findingRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/findings",
    summary: "Findings, by page",
    tag: TAG,
    access: "findings.read",
    workspace: ({ query }) => query.workspace ?? null,
    query: z.strictObject({
      ...pageQuery,
      workspace: name.optional(),
      status: several(status).describe("Default: open and accepted ones"),
      triage: several(triage),
      risk: several(riskClass),
      owner: name.optional().describe("Who has it; `none`: nobody"),
      text: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe("Beginnings of words: address, type, owner, person"),
      sort: z.enum(["due", "risk", "last_seen", "address"]).default("due"),
    }),
    reply: pageOf(finding),
    async handle({ service, scope, query }) {
      const { workspace, status: statuses, triage: triages, risk, owner, text, sort, cursor, limit } = query;
      const workspaces = workspace === undefined ? scope.workspaces : [workspace];
      const page = await service.store.findings.page({
        statuses: statuses ?? ["open", "accepted"],
        sort,
        limit,
        ...(workspaces === null ? {} : { workspaces }),
        ...(triages === undefined ? {} : { triages }),
        ...(risk === undefined ? {} : { riskClasses: risk }),
        ...(owner === undefined ? {} : { owner: owner === "none" ? null : owner }),
        ...(text === undefined ? {} : { text }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      return page.ok ? ok({ value: { items: [...page.value.items], next: page.value.next } }) : page;
    },
  }),
  route({
    method: "GET",
    path: "/findings/{id}",
    summary: "One finding with its history and comments",
    tag: TAG,
    access: "findings.read",
    params: id,
    reply: z.object({ finding, history: z.array(event), comments: z.array(comment) }),
    async handle({ service, scope, params }) {
      const found = await visible(service, scope, params.id);
      if (!found.ok) return found;
      const history = await service.store.findings.history(found.value.id);
      if (!history.ok) return history;
      const comments = await service.store.findings.comments(found.value.id);
      if (!comments.ok) return comments;
      return ok({
        value: { finding: found.value, history: [...history.value], comments: [...comments.value] },
      });
    },
  }),
  route({
    method: "PUT",
    path: "/findings/{id}/owner",
    summary: "Give a finding to somebody",
    tag: TAG,
    access: "findings.assign",
    params: id,
    workspace: ({ service, params }) => workspaceOf(service, params.id),
    body: z.strictObject({
      owner: name.nullable().describe("null: back to the owner that the rules name"),
    }),
    reply: finding,
    async handle(request) {
      const { service, scope, params, body } = request;
      const found = await visible(service, scope, params.id);
      if (!found.ok) return found;
      const change = { finding: found.value, owner: body.owner };
      const done = await serverActions.assignFinding(service, callerOf(request), change);
      return done.ok ? ok({ value: done.value }) : done;
    },
  }),
  route({
    method: "POST",
    path: "/findings/{id}/comments",
    summary: "Say something about a finding",
    tag: TAG,
    access: "findings.assign",
    params: id,
    workspace: ({ service, params }) => workspaceOf(service, params.id),
    body: z.strictObject({ text: z.string().trim().min(1).max(10_000) }),
    reply: comment,
    replyStatus: 201,
    idempotent: true,
    async handle(request) {
      const { service, scope, params, body } = request;
      const found = await visible(service, scope, params.id);
      if (!found.ok) return found;
      const said = { finding: found.value, text: body.text };
      const done = await serverActions.commentFinding(service, callerOf(request), said);
      return done.ok ? ok({ status: 201 as const, value: done.value }) : done;
    },
  }),
  route({
    method: "POST",
    path: "/baseline",
    summary: "Accept the drift that is there today",
    description: "By digest: a finding that moves is open again. Hard-mandatory violations are refused.",
    tag: TAG,
    access: "findings.resolve",
    workspace: ({ body }) => body.workspace,
    body: z.strictObject({
      workspace: name,
      reason: z.string().max(2_000),
      findings: z.array(z.string().max(200)).max(1_000).default([]).describe("Empty: every open one"),
    }),
    reply: z.object({ accepted: z.array(finding), refused: z.array(finding) }),
    idempotent: true,
    async handle(request) {
      const done = await serverActions.acceptBaseline(request.service, callerOf(request), request.body);
      if (!done.ok) return done;
      return ok({ value: { accepted: [...done.value.accepted], refused: [...done.value.refused] } });
    },
  }),
];

async function workspaceOf(service: Service, findingId: string): Promise<string | null> {
  const found = await service.store.findings.find(findingId);
  return found.ok ? (found.value?.workspace ?? null) : null;
}

/** What the caller may not see is told as what is not there. */
async function visible(service: Service, scope: Scope, findingId: string): Promise<Result<Finding, Problem>> {
  const found = await service.store.findings.find(findingId);
  if (!found.ok) return found;
  if (found.value !== null && maySee(scope, found.value.workspace)) return ok(found.value);
  return err(problem("finding_missing", `there is no finding \`${findingId}\``));
}
