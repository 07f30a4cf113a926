import { ok, type Problem, problem, type Result, rfc3339 } from "../../../base/index.ts";
import type { EnforcementLevel, Evidence, ExceptionStatus, PolicyException } from "../../../domain/index.ts";
import {
  type ExceptionRequest,
  exceptionStatus,
  grantException,
  isUnused,
  renewException,
  requestException,
  revokeException,
} from "../../../govern/exceptions/index.ts";
import { freshId, type Governing, need, personOf, refused, stepEntry } from "./governing.ts";
import { exceptionNotice } from "./notices.ts";

export interface ExceptionView {
  readonly exception: PolicyException;
  readonly status: ExceptionStatus;
  /** Nothing needed it for as long as is configured: proposed for removal. */
  readonly unused: boolean;
}

function view({ service }: Pick<Governing, "service">, exception: PolicyException): ExceptionView {
  const now = service.clock.now();
  const unused = isUnused(exception, now, service.config.governance.exceptions.unusedAfterDays);
  return { exception, status: exceptionStatus(exception, now), unused };
}

export async function listExceptions(
  governing: Governing,
  query: { readonly live: boolean },
): Promise<Result<readonly ExceptionView[], Problem>> {
  const { store, clock } = governing.service;
  const found = await store.exceptions.list(query.live ? { liveAt: rfc3339(clock.now()) } : {});
  return found.ok ? ok(found.value.map((exception) => view(governing, exception))) : found;
}

export async function showException(
  governing: Governing,
  id: string,
): Promise<Result<ExceptionView, Problem>> {
  const found = await need("exception", id, governing.service.store.exceptions.find);
  return found.ok ? ok(view(governing, found.value)) : found;
}

export async function askForException(
  governing: Governing,
  request: ExceptionRequest,
): Promise<Result<ExceptionView, Problem>> {
  const { service } = governing;
  const requested = requestException(request, {
    id: freshId("exc"),
    requester: personOf(governing),
    limits: service.config.governance.exceptions,
    levels: levelsOf(governing, request.rule),
    now: service.clock.now(),
  });
  if (!requested.ok) return refused(governing, "exception", request.rule, requested.error);
  return write(governing, requested.value, null, "requested", request.reason);
}

/** Levels under which the loaded sets hold the rule's policy. */
function levelsOf({ service }: Governing, rule: string): readonly EnforcementLevel[] {
  const [setName, policyName] = rule.split("/");
  return service.policies.sets
    .filter(({ name }) => name === setName)
    .flatMap(({ policies }) => policies)
    .filter(({ name }) => name === policyName)
    .map(({ level }) => level);
}

export async function grantRequestedException(
  governing: Governing,
  request: { readonly id: string; readonly because: string },
): Promise<Result<ExceptionView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await need("exception", request.id, service.store.exceptions.find);
  if (!held.ok) return held;
  const may = await directory.mayDo(principal, "exceptions.grant", held.value.scope.workspaces?.[0] ?? null);
  if (!may.ok) return may;
  const granted = grantException(held.value, {
    by: personOf(governing),
    mayGrant: may.value && ownsRule(governing, held.value.rule),
    because: request.because,
    now: service.clock.now(),
  });
  if (!granted.ok) return refused(governing, "exception", request.id, granted.error);
  return write(governing, granted.value, held.value.version, "granted", request.because);
}

/** Is the caller in a group that answers for the policy set? Where no owner is configured, the permission alone decides. */
function ownsRule({ service, principal }: Governing, rule: string): boolean {
  const { owners } = service.config.governance.exceptions;
  const set = rule.split("/")[0] ?? "";
  const named = [set, "*"].find((name) => Object.hasOwn(owners, name));
  const groups = named === undefined ? undefined : owners[named];
  return groups === undefined || groups.some((group) => principal.groups.includes(group));
}

export async function revokeGrantedException(
  governing: Governing,
  request: { readonly id: string; readonly because: string },
): Promise<Result<ExceptionView, Problem>> {
  const { service, principal, directory } = governing;
  const held = await need("exception", request.id, service.store.exceptions.find);
  if (!held.ok) return held;
  const may = await directory.mayDo(principal, "exceptions.revoke", held.value.scope.workspaces?.[0] ?? null);
  if (!may.ok) return may;
  if (!may.value && held.value.requester.id !== principal.id) {
    const message = `${principal.name} may not end ${request.id}`;
    return refused(governing, "exception", request.id, problem("exception_not_entitled", message));
  }
  const revoked = revokeException(held.value, personOf(governing), request.because, service.clock.now());
  if (!revoked.ok) return refused(governing, "exception", request.id, revoked.error);
  return write(governing, revoked.value, held.value.version, "revoked", request.because);
}

/** Asks for more time, with evidence of since then. What is granted now ends as it would have. */
export async function askForRenewal(
  governing: Governing,
  request: {
    readonly id: string;
    readonly until: string;
    readonly reason: string;
    readonly evidence: readonly Evidence[];
  },
): Promise<Result<ExceptionView, Problem>> {
  const { service } = governing;
  const held = await need("exception", request.id, service.store.exceptions.find);
  if (!held.ok) return held;
  const { until, reason, evidence } = request;
  const renewal = { id: freshId("exc"), by: personOf(governing), until, reason, evidence };
  const { exceptions: limits } = service.config.governance;
  const renewed = renewException(held.value, renewal, limits, service.clock.now());
  if (!renewed.ok) return refused(governing, "exception", request.id, renewed.error);
  return write(governing, renewed.value, null, "requested", `renewal of ${request.id}: ${reason}`);
}

async function write(
  governing: Governing,
  exception: PolicyException,
  from: number | null,
  step: "requested" | "granted" | "revoked",
  because: string,
): Promise<Result<ExceptionView, Problem>> {
  const { service } = governing;
  const { rule, scope, riskClass, owner, ticket, until } = exception;
  const kind = step === "revoked" ? "exception.ended" : (`exception.${step}` as const);
  const written = await service.store.exceptions.write({
    exception,
    from,
    notices: [exceptionNotice(service, exception, kind)],
    audit: [
      stepEntry(governing, {
        kind: "exception",
        subject: exception.id,
        answer: step,
        because,
        details: {
          rule,
          class: riskClass,
          owner,
          ticket,
          from: exception.from,
          until,
          addresses: scope.addresses ?? null,
          types: scope.types ?? null,
          paths: scope.paths ?? null,
          evidence: exception.evidence.map((item) => ({ ...item })),
        },
      }),
    ],
  });
  if (!written.ok) return written;
  service.changed({ kind: "exception", id: exception.id, workspace: null });
  return ok(view(governing, exception));
}
