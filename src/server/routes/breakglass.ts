import * as z from "zod";
import { type Governing, type GrantStory, type GrantView, governance } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Scope } from "../caller.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { type Route, type RouteReply, route } from "../route.ts";
import { coverScope, grantStory, grantView, name, prose } from "../schemas/governance.ts";
import { beyondCaller, type DirectoryOf, governingOf, pageOfList, reaches, sameVersion } from "./governed.ts";

const TAG = "break-glass";
const params = z.strictObject({ id: z.string().min(1).max(200).describe("Id of the grant") });

/** Emergency permission: what it is for, who holds it, and what happened under it. */
export function breakglassRoutes(directoryOf: DirectoryOf): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/breakglass",
      summary: "Break-glass grants, newest first",
      tag: TAG,
      access: "breakglass.read",
      query: z.strictObject({
        ...pageQuery,
        unreviewed: z
          .enum(["true", "false"])
          .default("false")
          .describe("Only those whose review is not closed"),
      }),
      reply: pageOf(grantView),
      async handle(request) {
        const { scope, query } = request;
        const found = await governance.listBreakGlass(governingOf(request, directoryOf), {
          unreviewed: query.unreviewed === "true",
        });
        if (!found.ok) return found;
        const seen = found.value.filter(({ grant }) => reaches(grant.scope, scope));
        const page = pageOfList(seen, ({ grant }) => [grant.requestedAt, grant.id], query);
        return page.ok ? ok({ value: page.value }) : page;
      },
    }),
    route({
      method: "GET",
      path: "/breakglass/{id}",
      summary: "One grant, and what happened in its window",
      description: "Changes by its holder, and apart from them those by others, which it does not cover.",
      tag: TAG,
      access: "breakglass.read",
      params,
      reply: grantStory,
      async handle(request) {
        const story = await visible(governingOf(request, directoryOf), request.scope, request.params.id);
        return story.ok ? ok({ value: story.value, etag: String(story.value.grant.version) }) : story;
      },
    }),
    route({
      method: "POST",
      path: "/breakglass",
      summary: "Open break-glass for yourself",
      description:
        "Of a defined emergency, with a reason that says what is broken, what that does to whom, and what will be touched. Everybody configured is told at once. Refused while a review of yours or of your team is overdue (`review_debt`).",
      tag: TAG,
      access: "breakglass.open",
      body: z
        .strictObject({
          kind: name.describe("Name of a defined emergency"),
          reason: z.strictObject({ broken: prose, impact: prose, touches: prose }),
          incident: name.nullable().default(null).describe("Id in the incident system"),
          scope: coverScope.nullable().default(null).describe("null: the whole scope of the emergency"),
          minutes: z
            .number()
            .int()
            .nullable()
            .default(null)
            .describe("null: as long as the emergency allows"),
          sessions: z
            .array(name)
            .max(50)
            .default([])
            .describe("Roles and sessions that you will act through"),
        })
        .meta({ id: "BreakGlassOpen" }),
      reply: grantView,
      replyStatus: 201,
      idempotent: true,
      async handle(request) {
        const { body, scope } = request;
        const beyond = beyondCaller(body.scope, scope);
        if (beyond !== null) return err(beyond);
        const opened = await governance.openBreakGlass(governingOf(request, directoryOf), body);
        return opened.ok ? ok({ ...answer(opened.value), status: 201 as const }) : opened;
      },
    }),
    route({
      method: "POST",
      path: "/breakglass/{id}/agree",
      summary: "Agree to a grant as the second person",
      description: "Never its holder. The window begins now.",
      tag: TAG,
      access: "approvals.decide",
      params,
      reply: grantView,
      async handle(request) {
        const { scope, ifMatch, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const { grant } = held.value;
        const refusal = beyondCaller(grant.scope, scope) ?? sameVersion(ifMatch, grant.version);
        if (refusal !== null) return err(refusal);
        const agreed = await governance.agreeToBreakGlass(governing, grant.id);
        return agreed.ok ? ok(answer(agreed.value)) : agreed;
      },
    }),
    route({
      method: "POST",
      path: "/breakglass/{id}/close",
      summary: "End a grant before its time",
      description: "From this instant it covers nothing more, and its review is open.",
      tag: TAG,
      access: "breakglass.close",
      params,
      body: z.strictObject({ because: prose }),
      reply: grantView,
      async handle(request) {
        const { scope, ifMatch, body, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const { grant } = held.value;
        const own = grant.holder.id === governing.principal.id;
        const refusal =
          (own ? null : beyondCaller(grant.scope, scope)) ?? sameVersion(ifMatch, grant.version);
        if (refusal !== null) return err(refusal);
        const closed = await governance.closeBreakGlass(governing, { id: grant.id, because: body.because });
        return closed.ok ? ok(answer(closed.value)) : closed;
      },
    }),
  ];
}

function answer(view: GrantView): RouteReply<GrantView> {
  return { value: view, etag: String(view.grant.version) };
}

/** For whoever sees some workspaces only, what happened is narrowed to findings of those. */
async function visible(governing: Governing, scope: Scope, id: string): Promise<Result<GrantStory, Problem>> {
  const story = await governance.showBreakGlass(governing, id);
  if (!story.ok) return story;
  const { workspaces } = scope;
  if (workspaces === null) return story;
  if (!reaches(story.value.grant.scope, scope)) {
    return err(problem("grant_missing", `there is no grant \`${id}\``));
  }
  const links: GrantStory["links"][number][] = [];
  for (const link of story.value.links.filter(({ kind }) => kind === "finding")) {
    const finding = await governing.service.store.findings.find(link.ref);
    if (!finding.ok) return finding;
    if (finding.value !== null && workspaces.includes(finding.value.workspace)) links.push(link);
  }
  return ok({ ...story.value, links });
}
