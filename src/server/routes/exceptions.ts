import * as z from "zod";
import { type ExceptionView, type Governing, governance } from "../../app/service/index.ts";
import { err, ok, type Problem, problem, type Result } from "../../base/index.ts";
import type { Scope } from "../caller.ts";
import { pageOf, pageQuery } from "../paging.ts";
import { type Route, type RouteReply, route } from "../route.ts";
import { coverScope, evidence, exceptionView, instant, name, prose } from "../schemas/governance.ts";
import { riskClass } from "../schemas/judgement.ts";
import {
  beyondCaller,
  type DirectoryOf,
  governingOf,
  mayAny,
  pageOfList,
  reaches,
  sameVersion,
} from "./governed.ts";

const TAG = "exceptions";
const params = z.strictObject({ id: z.string().min(1).max(200).describe("Its id") });
const because = z.strictObject({ because: prose });

/** Scoped, owned, expiring permission to fail one rule. */
export function exceptionRoutes(directoryOf: DirectoryOf): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/exceptions",
      summary: "Exceptions, newest first",
      tag: TAG,
      access: "exceptions.read",
      query: z.strictObject({
        ...pageQuery,
        live: z.enum(["true", "false"]).default("true").describe("Without what is revoked or over"),
      }),
      reply: pageOf(exceptionView),
      async handle(request) {
        const { scope, query } = request;
        const live = query.live === "true";
        const found = await governance.listExceptions(governingOf(request, directoryOf), { live });
        if (!found.ok) return found;
        const seen = found.value.filter(({ exception }) => reaches(exception.scope, scope));
        const page = pageOfList(seen, ({ exception }) => [exception.requestedAt, exception.id], query);
        return page.ok ? ok({ value: page.value }) : page;
      },
    }),
    route({
      method: "GET",
      path: "/exceptions/{id}",
      summary: "One exception",
      tag: TAG,
      access: "exceptions.read",
      params,
      reply: exceptionView,
      async handle(request) {
        const found = await visible(governingOf(request, directoryOf), request.scope, request.params.id);
        return found.ok ? ok(answer(found.value)) : found;
      },
    }),
    route({
      method: "POST",
      path: "/exceptions",
      summary: "Ask for an exception",
      description:
        "For one rule, named resources and named properties. It holds nothing until an approver of the rule's owner grants it, and never holds a hard-mandatory failure.",
      tag: TAG,
      access: "exceptions.request",
      body: z
        .strictObject({
          rule: name.describe("set/policy or set/policy/rule"),
          scope: coverScope,
          riskClass: riskClass.describe("Worst class that it may hold"),
          owner: name.describe("Who answers for it"),
          ticket: name.nullable().default(null),
          reason: prose,
          from: instant.nullable().default(null).describe("null: from now"),
          until: instant,
          reviewEveryDays: z.number().int().nullable().default(null),
          evidence: z.array(evidence).max(100).default([]),
        })
        .meta({ id: "ExceptionAsk" }),
      reply: exceptionView,
      replyStatus: 201,
      idempotent: true,
      async handle(request) {
        const { body, scope } = request;
        const beyond = beyondCaller(body.scope, scope);
        if (beyond !== null) return err(beyond);
        const asked = await governance.askForException(governingOf(request, directoryOf), body);
        return asked.ok ? ok({ ...answer(asked.value), status: 201 as const }) : asked;
      },
    }),
    route({
      method: "POST",
      path: "/exceptions/{id}/grant",
      summary: "Grant what was asked for",
      description: "By an approver of the owner of the rule, never by whoever asked.",
      tag: TAG,
      access: "exceptions.grant",
      params,
      body: because,
      reply: exceptionView,
      async handle(request) {
        const { scope, ifMatch, body, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const { id, version, scope: reach } = held.value.exception;
        const refusal = beyondCaller(reach, scope) ?? sameVersion(ifMatch, version);
        if (refusal !== null) return err(refusal);
        const granted = await governance.grantRequestedException(governing, { id, because: body.because });
        return granted.ok ? ok(answer(granted.value)) : granted;
      },
    }),
    route({
      method: "POST",
      path: "/exceptions/{id}/revoke",
      summary: "End an exception, or take a request back",
      tag: TAG,
      access: "exceptions.read",
      params,
      body: because,
      reply: exceptionView,
      async handle(request) {
        const { scope, ifMatch, body, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const { id, version, scope: reach, requester } = held.value.exception;
        const own = requester.id === governing.principal.id;
        const permissions = own
          ? (["exceptions.request", "exceptions.revoke"] as const)
          : (["exceptions.revoke"] as const);
        const may = await mayAny(governing, permissions, reach.workspaces?.[0] ?? null);
        if (!may.ok) return may;
        const refusal = (own ? null : beyondCaller(reach, scope)) ?? sameVersion(ifMatch, version);
        if (refusal !== null) return err(refusal);
        const revoked = await governance.revokeGrantedException(governing, { id, because: body.because });
        return revoked.ok ? ok(answer(revoked.value)) : revoked;
      },
    }),
    route({
      method: "POST",
      path: "/exceptions/{id}/renew",
      summary: "Ask for more time, with fresh evidence",
      description: "A new request: what is granted now ends as it would have.",
      tag: TAG,
      access: "exceptions.request",
      params,
      body: z.strictObject({
        until: instant,
        reason: prose,
        evidence: z.array(evidence).max(100).describe("Made since it was granted or renewed last"),
      }),
      reply: exceptionView,
      replyStatus: 201,
      idempotent: true,
      async handle(request) {
        const { scope, ifMatch, body, params: asked } = request;
        const governing = governingOf(request, directoryOf);
        const held = await visible(governing, scope, asked.id);
        if (!held.ok) return held;
        const { id, version, scope: reach } = held.value.exception;
        const refusal = beyondCaller(reach, scope) ?? sameVersion(ifMatch, version);
        if (refusal !== null) return err(refusal);
        const renewed = await governance.askForRenewal(governing, { ...body, id });
        return renewed.ok ? ok({ ...answer(renewed.value), status: 201 as const }) : renewed;
      },
    }),
  ];
}

function answer(view: ExceptionView): RouteReply<ExceptionView> {
  return { value: view, etag: String(view.exception.version) };
}

async function visible(
  governing: Governing,
  scope: Scope,
  id: string,
): Promise<Result<ExceptionView, Problem>> {
  const found = await governance.showException(governing, id);
  if (!found.ok || reaches(found.value.exception.scope, scope)) return found;
  return err(problem("exception_missing", `there is no exception \`${id}\``));
}
