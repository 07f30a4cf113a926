import * as z from "zod";
import { type ApprovalView, type Governing, governance } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import { maySee, type Scope } from "../caller.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { type Route, type RouteReply, route } from "../route.ts";
import { approvalView, name, prose } from "../schemas/governance.ts";
import { type DirectoryOf, governingOf, mayAny, pageOfList, sameVersion } from "./governed.ts";

const TAG = "approvals";
const params = z.strictObject({ id: z.string().min(1).max(200).describe("Its id") });

/** A yes to exactly these changes, by people who may say it. */
export function approvalRoutes(directoryOf: DirectoryOf): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/approvals",
      summary: "Requests for approval, newest first",
      tag: TAG,
      access: "approvals.read",
      workspace: ({ query }) => query.workspace ?? null,
      query: z.strictObject({
        ...pageQuery,
        workspace: name.optional(),
        live: z.enum(["true", "false"]).default("true").describe("Without what is revoked or over"),
      }),
      reply: pageOf(approvalView),
      async handle(request) {
        const { scope, query } = request;
        const { workspace, live } = query;
        const found = await governance.listApprovals(governingOf(request, directoryOf), {
          live: live === "true",
          ...(workspace === undefined ? {} : { workspace }),
        });
        if (!found.ok) return found;
        const seen = found.value.filter(({ request: one }) => maySee(scope, one.workspace));
        const page = pageOfList(seen, ({ request: one }) => [one.requestedAt, one.id], query);
        return page.ok ? ok({ value: page.value }) : page;
      },
    }),
    route({
      method: "GET",
      path: "/approvals/{id}",
      summary: "One request, with who has voted and who still must",
      tag: TAG,
      access: "approvals.read",
      params,
      reply: approvalView,
      async handle(request) {
        const found = await visible(governingOf(request, directoryOf), request.scope, request.params.id);
        return found.ok ? ok(answer(found.value)) : found;
      },
    }),
    route({
      method: "POST",
      path: "/approvals",
      summary: "Ask for approval of what a Decision required it for",
      description:
        "Changes and class are those of the recorded Decision. Where nobody besides you may approve, it is refused at once (`approval_no_approver`).",
      tag: TAG,
      access: "approvals.request",
      workspace: async ({ service, body }) => {
        const found = await service.store.decisions.find(body.decision);
        return found.ok ? (found.value?.workspace ?? null) : null;
      },
      body: z.strictObject({ decision: name.describe("`dec_…`"), reason: prose }).meta({ id: "ApprovalAsk" }),
      reply: approvalView,
      replyStatus: 201,
      idempotent: true,
      async handle(request) {
        const asked = await governance.askForApproval(governingOf(request, directoryOf), request.body);
        return asked.ok ? ok({ ...answer(asked.value), status: 201 as const }) : asked;
      },
    }),
    route({
      method: "POST",
      path: "/approvals/{id}/vote",
      summary: "Approve or reject",
      description:
        "Once, by somebody of the named groups who may decide now, never by whoever asked. One rejection ends the request.",
      tag: TAG,
      access: "approvals.decide",
      params,
      workspace: async ({ service, params: { id } }) => {
        const found = await service.store.approvals.find(id);
        return found.ok ? (found.value?.workspace ?? null) : null;
      },
      body: z.strictObject({ answer: z.enum(["approve", "reject"]), because: prose }),
      reply: approvalView,
      async handle(request) {
        const { scope, ifMatch, body, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const refusal = sameVersion(ifMatch, held.value.request.version);
        if (refusal !== null) return err(refusal);
        const voted = await governance.voteOnApproval(governing, { ...body, id: held.value.request.id });
        return voted.ok ? ok(answer(voted.value)) : voted;
      },
    }),
    route({
      method: "POST",
      path: "/approvals/{id}/revoke",
      summary: "Take an approval or a request back",
      description: "By whoever asked, or by somebody who may decide. What was used already stays used.",
      tag: TAG,
      access: "approvals.read",
      params,
      body: z.strictObject({ because: prose }),
      reply: approvalView,
      async handle(request) {
        const { scope, ifMatch, body, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const { id, version, workspace, requester } = held.value.request;
        const own = requester.id === governing.principal.id;
        const permissions = own
          ? (["approvals.request", "approvals.decide"] as const)
          : (["approvals.decide"] as const);
        const may = await mayAny(governing, permissions, workspace);
        if (!may.ok) return may;
        const refusal = sameVersion(ifMatch, version);
        if (refusal !== null) return err(refusal);
        const revoked = await governance.revokeGivenApproval(governing, { id, because: body.because });
        return revoked.ok ? ok(answer(revoked.value)) : revoked;
      },
    }),
  ];
}

function answer(view: ApprovalView): RouteReply<ApprovalView> {
  return { value: view, etag: String(view.request.version) };
}

async function visible(
  governing: Governing,
  scope: Scope,
  id: string,
): Promise<Result<ApprovalView, Problem>> {
  const found = await governance.showApproval(governing, id);
  if (!found.ok || maySee(scope, found.value.request.workspace)) return found;
  return err(problem("approval_missing", `there is no approval \`${id}\``));
}
